"""Settings as data: one list makes the screen, the validation and the README's table."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.domain.consent import MONTHS, UNTIL_DELETED, USES
from trainer.domain.errors import KnownError


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. ``choices`` is empty for free text and for bool; the type is the default's.

    ``labels`` say the choices in words, where the values themselves do not.
    """

    key: str
    default: str | bool | int
    label: str
    help: str
    group: str
    choices: tuple[str | int, ...] = ()
    labels: tuple[str, ...] = ()
    hidden: bool = False


OPTIONS = (
    Option("person", "", "Person", "Whose log is open (an id).", "state", hidden=True),
    Option("microphone", "", "Microphone", "Empty: the system's own choice.", "Devices"),
    Option("speaker", "", "Loudspeaker", "Empty: the system's own choice.", "Devices"),
    Option("camera", "off", "Camera", "'off', 'default', or a camera's id.", "Your picture"),
    Option("captions", False, "Captions", "Show what the client says as text.", "Practice"),
    Option("repetitions", 3, "Repetitions", "Vignettes in a set made for today.", "Practice",
           (1, 2, 3, 4, 5, 6, 8)),
    Option("rubric", "alliance-skills", "Rubric", "The scale you rate yourself on.", "Practice",
           ("alliance-skills", "facilitative-eight"),
           ("Alliance skills: three items", "Facilitative eight: eight items")),
    Option("consent", "practice", "Who may use recordings",
           "Said of each recording when it is made.", "Recordings", USES,
           ("Only I, for practice", "Raters: supervisor, program", "Raters and research")),
    Option("keep_months", UNTIL_DELETED, "Keep recordings for",
           "After that they are offered for deletion, never deleted unasked.", "Recordings", MONTHS,
           ("3 months", "1 year", "3 years", "Until I delete them")),
    Option("place", "", "Shared place",
           "A folder, or the address of a place (davs://, s3://, sftp://), where your program and "
           "you leave files for each other. Empty: none; nothing is asked of any network.",
           "Shared place"),
    Option("look_minutes", 0, "Look into it",
           "By itself, while the window is open.", "Shared place", (0, 5, 15, 60),
           ("Only when I say so", "Every 5 minutes", "Every 15 minutes", "Every hour")),
    Option("theme", "system", "Colours", "Light, dark, or as the system.", "Appearance",
           ("system", "light", "dark", "contrast"),
           ("As the system", "Light", "Dark", "High contrast")),
    Option("text_size", 100, "Text size", "Per cent.", "Appearance", (100, 125, 150, 175, 200)),
    Option("reduced_motion", False, "Reduced motion", "The portrait keeps still between words.",
           "Appearance"),
)  # fmt: skip


class Settings:
    """The chosen values, kept in one JSON file that is replaced whole at each change."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._options = {option.key: option for option in OPTIONS}
        self._values: dict[str, Any] = {}
        self.problem: KnownError | None = None
        self._load()

    def text(self, key: str) -> str:
        """The value of a text option."""
        return str(self._value(key))

    def number(self, key: str) -> int:
        """The value of a whole-number option."""
        return int(self._value(key))

    def flag(self, key: str) -> bool:
        """The value of a yes/no option."""
        return bool(self._value(key))

    def set(self, key: str, value: str | bool | int) -> None:
        """Keep ``value``; KnownError when it is not one of the choices or can't be written."""
        self._check(self._options[key], value)
        self._values[key] = value
        _replace(self._file, self._values)

    def _value(self, key: str) -> Any:
        return self._values.get(key, self._options[key].default)

    def _check(self, option: Option, value: object) -> None:
        if type(value) is not type(option.default):
            raise KnownError(
                f"The setting '{option.key}' cannot be {value!r}",
                f"It takes a value like {option.default!r}.",
            )
        if option.choices and value not in option.choices:
            raise KnownError(
                f"The setting '{option.key}' cannot be {value!r}",
                f"Choose one of {', '.join(str(c) for c in option.choices)}.",
            )

    def _load(self) -> None:
        """Read the file; what is broken in it falls back to the default and is told once."""
        try:
            stored = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            self._set_aside(error)
            return
        if not isinstance(stored, Mapping):
            self._set_aside(ValueError("not a list of settings"))
            return
        for key, value in stored.items():
            option = self._options.get(key)
            if option is None:
                self._values[key] = value  # a newer version's: kept for it, and never looked at
                continue
            try:
                self._check(option, value)
            except KnownError as error:
                self.problem = error
            else:
                self._values[key] = value

    def _set_aside(self, error: Exception) -> None:
        self.problem = KnownError(
            f"The settings could not be read ({self._file}: {error})",
            "Standard settings are used; the broken file was kept beside as settings.json.broken.",
        )
        try:
            self._file.replace(self._file.with_suffix(".json.broken"))
        except OSError:
            self.problem = KnownError(
                f"The settings could not be read ({self._file}: {error})",
                "Standard settings are used until the file can be read again.",
            )


def _replace(file: Path, values: Mapping[str, Any]) -> None:
    """Write beside and rename, so that a crash leaves the old or the new file, never half a one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".json.new")
        with beside.open("w", encoding="utf-8") as stream:
            json.dump(values, stream, indent=2, ensure_ascii=False, sort_keys=True)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    except OSError as error:
        raise KnownError(
            f"The setting was not saved ({file}: {error.strerror})",
            "It holds until Attune is closed; make room or permission and set it again.",
        ) from error
