"""Reading a JSON object that anybody may have written; the first fault is told in a sentence."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from trainer.domain.errors import KnownError
from trainer.domain.rubric import RubricRef
from trainer.domain.vignette import VignetteRef

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_UNSHOWN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_UNSHOWN_IN_LINES = re.compile("[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
_MOST_VERSION = 1_000_000
_MOST_OFFSET = timedelta(hours=18)


def plain(found: Any) -> Any:
    """What ``asdict`` gave, as JSON has it: times as text, tuples as lists."""
    if isinstance(found, datetime):
        return found.isoformat()
    if isinstance(found, dict):
        return {key: plain(value) for key, value in found.items()}
    return [plain(value) for value in found] if isinstance(found, list | tuple) else found


class Document:
    """One JSON object. ``what`` names it in sentences; each reader raises KnownError."""

    def __init__(self, found: object, what: str) -> None:
        self.what = what
        if not (isinstance(found, dict) and all(isinstance(key, str) for key in found)):
            raise KnownError(f"This is no {what}: an object is wanted", "Nothing was changed.")
        self._found: dict[str, object] = found

    def fault(self, field: str, why: str) -> KnownError:
        """What is said of a field."""
        return KnownError(f"This {self.what} is not whole: {field}: {why}", "Nothing was changed.")

    def text(self, field: str, longest: int, *, lines: bool = False) -> str:
        """Any text of at most so many signs, in one line or, with ``lines``, several."""
        found = self._found.get(field)
        if not isinstance(found, str) or len(found) > longest:
            raise self.fault(field, f"text of at most {longest} signs is wanted")
        if (_UNSHOWN_IN_LINES if lines else _UNSHOWN).search(found):
            raise self.fault(field, "it has signs that cannot be shown")
        return found

    def matching(self, field: str, pattern: re.Pattern[str] = NAME) -> str:
        """A text that fits ``pattern`` from its first sign to its last."""
        found = self._found.get(field)
        if not isinstance(found, str) or not pattern.fullmatch(found):
            raise self.fault(field, f"{str(found)[:40]!r} is none")
        return found

    def optional(self, field: str, pattern: re.Pattern[str] = NAME) -> str | None:
        """The same, or null."""
        return None if self._found.get(field) is None else self.matching(field, pattern)

    def flag(self, field: str) -> bool:
        """True or false."""
        found = self._found.get(field)
        if type(found) is not bool:
            raise self.fault(field, "true or false is wanted")
        return found

    def flag_or_none(self, field: str) -> bool | None:
        """The same, or null."""
        return None if self._found.get(field) is None else self.flag(field)

    def whole(self, field: str, most: int) -> int:
        """A whole number from 0 to ``most``."""
        found = self._found.get(field)
        if type(found) is not int or not 0 <= found <= most:
            raise self.fault(field, f"a whole number from 0 to {most} is wanted")
        return found

    def number(self, field: str, most: float) -> float:
        """A number from ``-most`` to ``most``."""
        found = self._found.get(field)
        if type(found) not in (int, float) or not (
            isinstance(found, int | float) and abs(found) <= most  # which nan and inf are not
        ):
            raise self.fault(field, "a number is wanted")
        return float(found)

    def number_or_none(self, field: str, most: float) -> float | None:
        """The same, or null."""
        return None if self._found.get(field) is None else self.number(field, most)

    def time(self, field: str) -> datetime:
        """A time with its offset, within what the log can keep."""
        found = self._found.get(field)
        try:
            at = datetime.fromisoformat(found) if isinstance(found, str) else None
        except ValueError:
            at = None
        offset = at.utcoffset() if at else None
        if (
            at is None
            or offset is None
            or abs(offset) > _MOST_OFFSET
            or not 2000 <= at.year <= 9000
        ):
            raise self.fault(field, "a time with its offset is wanted")
        return at

    def time_or_none(self, field: str) -> datetime | None:
        """The same, or null."""
        return None if self._found.get(field) is None else self.time(field)

    def several(self, field: str, most: int) -> Sequence[object]:
        """A list of at most so many."""
        found = self._found.get(field)
        if not isinstance(found, list) or len(found) > most:
            raise self.fault(field, f"a list of at most {most} is wanted")
        return found

    def names(self, field: str, pattern: re.Pattern[str], most: int) -> tuple[str, ...]:
        """At most so many texts that fit ``pattern``; none where the field is not there."""
        found = self.several(field, most) if field in self._found else ()
        if not all(isinstance(one, str) and pattern.fullmatch(one) for one in found):
            raise self.fault(field, "one of them is none")
        return tuple(map(str, found))

    def inner(self, field: str) -> "Document":
        """The object in a field."""
        return Document(self._found.get(field), f"{self.what} ({field})")

    def inner_or_none(self, field: str) -> "Document | None":
        """The same, or null."""
        return None if self._found.get(field) is None else self.inner(field)

    def rubric(self, field: str) -> RubricRef:
        """Which rubric, in which version."""
        doc = self.inner(field)
        version = doc.whole("version", _MOST_VERSION)
        return RubricRef(doc.matching("pack"), doc.matching("rubric"), version)

    def vignette(self, field: str) -> VignetteRef:
        """Which vignette, in which version."""
        doc = self.inner(field)
        return VignetteRef(
            doc.matching("pack"), doc.whole("pack_version", _MOST_VERSION),
            doc.matching("vignette"), doc.whole("vignette_version", _MOST_VERSION),
        )  # fmt: skip

    def scores(self, field: str) -> dict[str, float | None]:
        """A number or null for each of a few names."""
        found = self._found.get(field)
        if not isinstance(found, dict) or not 1 <= len(found) <= 100:
            raise self.fault(field, "a score for each item is wanted")
        doc = Document(found, f"{self.what} ({field})")
        for name in found:
            if not NAME.fullmatch(name):
                raise self.fault(field, f"{name[:40]!r} is no item")
        return {name: doc.number_or_none(name, 1000) for name in found}
