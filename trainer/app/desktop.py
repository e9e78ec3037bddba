"""A place in the desktop's menu, and that a double click on an ``.attune`` file opens it (Linux).

Only for the person who asks for it, only in their own folders, and taken away again as well.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from trainer.app.paths import bundled
from trainer.domain.errors import KnownError

MIME = "application/x-attune"
_ENTRY = """\
[Desktop Entry]
Type=Application
Name=Attune
Comment=Train warmth, repair and metacommunication with challenging clients
Exec={command} open %F
Icon={icon}
Terminal=false
Categories=Education;
MimeType={mime};
StartupWMClass=attune
"""
_TYPE = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="{mime}">
    <comment>Attune file</comment>
    <glob pattern="*.attune" weight="60"/>
  </mime-type>
</mime-info>
"""


def files() -> dict[Path, str]:
    """What is written where."""
    data = _data()
    icon = (bundled("assets") / "icons" / "ear.svg").resolve()
    return {
        data / "applications" / "attune.desktop": _ENTRY.format(
            command=_command(), icon=icon, mime=MIME
        ),
        data / "mime" / "packages" / "attune.xml": _TYPE.format(mime=MIME),
    }


def is_installed() -> bool:
    """Whether all of it is there as this Attune would write it."""
    return all(path.exists() and path.read_text("utf-8") == text for path, text in files().items())


def install() -> tuple[Path, ...]:
    """Write them, and tell the desktop; safe to repeat. KnownError: not Linux, or not allowed."""
    _only_linux()
    try:
        for path, text in files().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    except OSError as error:
        raise KnownError(
            f"{error.filename} cannot be written", "Allow it, then try again."
        ) from error
    _tell_desktop()
    _run("xdg-mime", ["default", "attune.desktop", MIME])
    return tuple(files())


def remove() -> tuple[Path, ...]:
    """Take them away, and tell the desktop."""
    _only_linux()
    found = tuple(path for path in files() if path.exists())
    try:
        for path in found:
            path.unlink()
    except OSError as error:
        raise KnownError(
            f"{error.filename} cannot be deleted", "Allow it, then try again."
        ) from error
    _tell_desktop()
    return found


def _only_linux() -> None:
    if sys.platform != "linux":
        raise KnownError(
            "This is for Linux desktops only",
            "Elsewhere choose Attune under 'Open with' of an .attune file, or drop the file on "
            "its window.",
        )


def _data() -> Path:
    """XDG's folder for a person's own data; a path that is not absolute is not to be heeded."""
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if Path(given).is_absolute() else Path.home() / ".local" / "share"


def _command() -> str:
    """This Attune, in the desktop entry's way of quoting; not what the current folder calls so."""
    quoted = "".join(f"\\{c}" if c in '"`$\\' else c for c in sys.executable)
    # The file undoes backslashes once before the command does.
    return '"{}" -P -m trainer'.format(quoted.replace("\\", "\\\\").replace("%", "%%"))


def _tell_desktop() -> None:
    """The programs that keep its lists; where there is none, it looks for itself."""
    data = _data()
    _run("update-mime-database", [str(data / "mime")])
    _run("update-desktop-database", [str(data / "applications")])


def _run(program: str, words: Sequence[str]) -> None:
    if shutil.which(program) is not None:
        subprocess.run([program, *words], check=False, capture_output=True)
