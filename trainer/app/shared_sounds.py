"""The sounds and films that came with shares: where they lie, and how they are read."""

from collections.abc import Sequence
from pathlib import Path

from trainer.app.paths import Home
from trainer.app.takes import read_file
from trainer.domain.share import SharedItem, read_item
from trainer.media.held import Source
from trainer.store import sealed
from trainer.store import shares as rows
from trainer.store.db import Log
from trainer.store.takes import shared_folder


def item_of(log: Log, code: str) -> SharedItem | None:
    """What came with a share under this code; None: nothing did."""
    facts = rows.facts_of_code(log, code)
    return None if facts is None else read_item(facts)


def sound_path(folder: Path, item: SharedItem) -> Path:
    """Where a sound lies in a data folder, by the name that it has when it is not encrypted."""
    return shared_folder(folder) / item.sound_name


def film_path(folder: Path, item: SharedItem) -> Path:
    """The same of its film."""
    return shared_folder(folder) / item.film_name


def lie_there(folder: Path, item: SharedItem) -> bool:
    """Whether its sound is there, and its film if it has one, encrypted or not."""
    wanted = [sound_path(folder, item)] + ([film_path(folder, item)] if item.film else [])
    return all(sealed.stored(path).is_file() for path in wanted)


def remove(folder: Path, items: Sequence[SharedItem]) -> None:
    """Delete the sounds and films of these."""
    for item in items:
        for path in (sound_path(folder, item), film_path(folder, item)):
            sealed.stored(path).unlink(missing_ok=True)


def sound(home: Home, item: SharedItem) -> Source:
    """A sound to be heard, as ``takes.sound_file``."""
    return read_file(home, sound_path(home.folder, item))


def film(home: Home, item: SharedItem) -> Source:
    """A film to be seen, likewise."""
    return read_file(home, film_path(home.folder, item))
