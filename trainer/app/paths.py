"""Where things lie: the data folder of this person, and the content that came with the app."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.domain.errors import KnownError
from trainer.store.trouble import file_errors

if TYPE_CHECKING:
    from trainer.store.key import Key

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder. Everything a person recorded or typed is under it, and nowhere else.

    ``key`` opens it when it is locked (see ``app.locking``).
    """

    folder: Path
    key: "Key | None" = field(default=None, repr=False, compare=False)

    @property
    def settings_file(self) -> Path:
        """Choices of this machine; no personal data but the chosen devices."""
        return self.folder / "settings.json"

    @property
    def recordings(self) -> Path:
        """Every recording, as ordinary sound files."""
        return self.folder / "recordings"

    @property
    def packs(self) -> Path:
        """Content a person added."""
        return self.folder / "packs"

    @property
    def reports(self) -> Path:
        """Reports written from the window."""
        return self.folder / "reports"

    @property
    def backups(self) -> Path:
        """Backups that were made unasked, with one copy of each recording for all of them."""
        return self.folder / "backups"

    @property
    def outgoing(self) -> Path:
        """Files for others that are not in their shared place yet."""
        return self.folder / "outgoing"

    @property
    def log_file(self) -> Path:
        """The app's own diary of what went wrong: ids only, no names, no words, no media paths."""
        return self.folder / "attune.log"

    @property
    def is_locked(self) -> bool:
        """Whether it takes a passphrase to open it."""
        from trainer.store.key import is_locked

        return is_locked(self.folder)

    def ensure(self) -> None:
        """Create the folder; KnownError when that cannot be."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise KnownError(
                f"The data folder cannot be made ({self.folder}: {error.strerror})",
                "Choose another with --home, or make room or permission for it.",
            ) from error


def named_path(path: Path) -> Path:
    """A path as a person named it, made absolute, at which one may look; there may be nothing.

    KnownError: no permission to look, a name too long for the disk, nobody of such a ``~name``.
    """
    try:
        found = path.expanduser().absolute()
    except RuntimeError as error:
        raise KnownError(
            f"Nobody of this name has a folder here: {path}", "Write the path without '~'."
        ) from error
    with file_errors(found), suppress(FileNotFoundError, NotADirectoryError):
        found.stat()
    return found


def to_write(path: Path) -> Path:
    """The same of a path that the log keeps; KnownError: its name is no text, too."""
    found = named_path(path)
    if not is_text(str(found)):
        raise KnownError(f"This name is no text: {found}", "Choose a file or folder whose name is.")
    return found


def is_text(text: str) -> bool:
    """Whether it can be written as UTF-8: a word of a command may be any bytes."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def find_home(given: str | Path | None = None) -> Home:
    """The data folder named by ``given``, by ATTUNE_HOME, or the platform's own."""
    chosen = given or os.environ.get("ATTUNE_HOME")
    if chosen:
        return Home(named_path(Path(chosen)).resolve())
    from platformdirs import user_data_path

    return Home(user_data_path("Attune", appauthor=False))


def bundled(name: str) -> Path:
    """The folder ``scenarios`` or ``assets``: beside the package, or inside it when installed."""
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
