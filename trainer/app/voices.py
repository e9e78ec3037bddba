"""A response as whoever rates it or writes about it meets it again, wherever its sound lies."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from trainer.app import shared_sounds
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.queue import lies_at
from trainer.app.takes import sound_file
from trainer.app.waveform import clip_of
from trainer.domain.errors import KnownError
from trainer.domain.response import Response
from trainer.domain.rounds import Heard
from trainer.domain.vignette import Vignette, VignetteRef
from trainer.media.held import Source
from trainer.store import heard as heard_rows
from trainer.store import judged, people, responses
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class Voice:
    """One response: which client it answers, and its sound.

    ``vignette`` is None where it is not known or no longer in the library, ``clip`` likewise.
    ``at`` is None for one that was heard elsewhere. Times in seconds of the file. ``sound`` reads
    it, for any thread but the window's; KnownError.
    """

    response_id: str
    ref: VignetteRef | None
    vignette: Vignette | None
    clip: Path | None
    person_id: str | None
    at: datetime | None
    duration_s: float | None
    stimulus_end_s: float | None
    stopped_at_s: float | None
    sound: Callable[[], Source]

    @property
    def client(self) -> str:
        """The client's name; empty where it is not known."""
        return self.vignette.client.name if self.vignette else ""

    @property
    def title(self) -> str:
        """The vignette's title; its id when it is no longer in the library."""
        if self.vignette is not None:
            return self.vignette.title
        return self.ref.vignette if self.ref else ""


def voice(log: Log, home: Home, library: Library, response_id: str) -> Voice:
    """A response of this log, or one that was heard for it; KnownError when it is neither."""
    given = responses.find_response(log, response_id)
    if given is not None:
        return _own(home, library, given)
    elsewhere = heard_rows.find_heard(log, response_id)
    if elsewhere is None:
        raise KnownError(f"The response {response_id} is not in this log", "Import it first.")
    came = shared_sounds.item_of(log, response_id)
    if came is not None:
        read = partial(shared_sounds.sound, home, came)
        return replace(_heard(library, elsewhere), stopped_at_s=came.stopped_at_s, sound=read)
    return _heard(library, elsewhere)


def rater_names(log: Log) -> dict[str, str]:
    """What to call everybody who rates here: their name, or where nobody knows it a letter."""
    named = {one.id: one.name for one in people.people(log)}
    unnamed = (rater for rater in judged.raters(log) if rater not in named)
    return named | {rater: f"Rater {_letter(number)}" for number, rater in enumerate(unnamed)}


def _letter(number: int) -> str:
    """A to Z, then AA and on."""
    before, here = divmod(number, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + here)


def _own(home: Home, library: Library, given: Response) -> Voice:
    vignette = library.vignette(given.vignette.pack, given.vignette.vignette)
    return Voice(
        given.id, given.vignette, vignette, clip_of(vignette, given.turn), given.person_id,
        given.started_at, given.recording.duration_s, given.stimulus_end_s, given.stopped_at_s,
        partial(sound_file, home, given.recording),
    )  # fmt: skip


def _heard(library: Library, found: Heard) -> Voice:
    ref = found.vignette
    vignette = library.vignette(ref.pack, ref.vignette) if ref else None
    return Voice(
        found.response_id, ref, vignette, clip_of(vignette, found.turn or ""), found.person_id,
        None, found.duration_s, found.stimulus_end_s, None, partial(_where_it_lay, found),
    )  # fmt: skip


def _where_it_lay(found: Heard) -> Path:
    """Its file, or the FLAC it has become since; KnownError when there is neither."""
    path = lies_at(Path(found.place))
    if path is not None:
        return path
    raise KnownError(
        f"The recording is not where it was ({found.place})",
        "Connect the disk or unlock the folder it lies in; then open this again.",
    )
