"""Tables of ratings, one row a score: CSV as spreadsheets and statistics programs write it.

Columns ``response, rater, item, score`` and, where known, ``trainee, vignette, occasion, role,
blind``, in any order; others are left alone. Without ``response``, trainee, vignette and occasion
together say which one it is.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TextIO

from trainer.domain.errors import ContentError, KnownError, Problem
from trainer.domain.mark import Mark, made_of
from trainer.domain.rating import ROLES

NEEDED = ("rater", "item", "score")
ABOUT = ("trainee", "vignette", "occasion")
COLUMNS = ("response", *NEEDED, *ABOUT, "role", "blind")
MAX_ROWS = 1_000_000
MAX_PROBLEMS = 1_000
_MAX_LINE = 100_000
_MAX_NAME = 200
_DELIMITERS = ",;\t"
_NOT_APPLICABLE = frozenset({"", "na", "n/a", "nan"})
_NUMBER = re.compile(
    r"[-+]?(?:[0-9]{1,15}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][-+]?[0-9]{1,2})?"
)
_BLIND = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": None}
_About = tuple[str | None, str | None, str | None]
_HINT = "Mend the file, then try again."


@dataclass(frozen=True, slots=True)
class MarksTable:
    """The scores of a file, and the names of its columns that were not read."""

    marks: tuple[Mark, ...]
    left_alone: tuple[str, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """What is to be said of how it was read, in sentences."""
        if not self.left_alone:
            return ()
        plural = "s" if len(self.left_alone) > 1 else ""
        return (f"Not read: the column{plural} {', '.join(self.left_alone)}.",)


def read_marks(path: Path) -> MarksTable:
    """Read a table of at most MAX_ROWS rows: UTF-8, separated by comma, semicolon or tab.

    An empty score, ``NA`` or ``N/A`` is not applicable. A decimal comma is read where commas do
    not separate. Raises ContentError with every problem (at most MAX_PROBLEMS), KnownError when
    the file cannot be opened.
    """
    reading = _Reading(str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reading.read(stream)
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise KnownError(f"The table cannot be read ({path}: {reason})") from error
    except UnicodeDecodeError:
        reading.problems.append(_not_utf8(path))
    except _Stop:
        pass
    if reading.problems:
        raise ContentError(tuple(reading.problems), _HINT)
    return MarksTable(tuple(reading.marks), reading.left_alone)


def write_marks(path: Path, marks: Iterable[Mark]) -> int:
    """Write scores as CSV (UTF-8, comma) and return the rows; columns nobody fills are left out."""
    rows = list(marks)
    filled = [name for name in COLUMNS if name in ("response", *NEEDED)
              or any(getattr(row, name) is not None for row in rows)]  # fmt: skip
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(filled)
            writer.writerows([_written(getattr(row, name)) for name in filled] for row in rows)
    except OSError as error:
        raise KnownError(f"The table was not written ({path}: {error.strerror})",
                         "Choose another place.") from error  # fmt: skip
    return len(rows)


def _written(value: str | float | bool | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float | int):
        return repr(int(value)) if value == int(value) else repr(value)
    return value or ""


class _Stop(Exception):
    """Reading further would only repeat what is already noted."""


@dataclass(slots=True)
class _Reading:
    """One file being read, with what has been found so far."""

    file: str
    marks: list[Mark] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_alone: tuple[str, ...] = ()
    line: int = 1
    comma: bool = False
    place: dict[str, int] = field(default_factory=dict)
    known: dict[str, dict[str, Any]] = field(default_factory=lambda: {c: {} for c in COLUMNS})
    lines: dict[tuple[str, str, str], int] = field(default_factory=dict)
    about: dict[str, tuple[_About, int]] = field(default_factory=dict)

    def read(self, stream: TextIO) -> None:
        """The header, then row after row."""
        lines = self._lines(stream)
        header = next(lines, "")
        delimiter = _delimiter(header)
        self.comma = delimiter == ","
        columns = next(csv.reader([header], delimiter=delimiter), [])
        self._header(columns)
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            self.line = 2
            for row in rows:
                if any(map(str.strip, row)):
                    self._row(row, len(columns))
                self.line = rows.line_num + 2
        except csv.Error as error:
            self._stop("row", f"is not closed as it was opened ({error}); look for a stray quote")
        if not self.marks and not self.problems:
            self._note("file", "has a header but no ratings")

    def _lines(self, stream: TextIO) -> Iterator[str]:
        while line := stream.readline(_MAX_LINE):
            if len(line) == _MAX_LINE:
                self._stop(
                    "row", f"is longer than {_MAX_LINE} letters; this is no table of ratings"
                )
            yield line

    def _note(self, name: str, what: str) -> None:
        self.problems.append(Problem(self.file, self.line, name, what))
        if len(self.problems) >= MAX_PROBLEMS:
            self._stop("file", "has more problems than these; mend them first")

    def _stop(self, name: str, what: str) -> None:
        self.problems.append(Problem(self.file, self.line, name, what))
        raise _Stop

    def _header(self, columns: list[str]) -> None:
        """Note which column is which; without those that are needed, nothing can be read."""
        unknown = []
        for place, written in enumerate(columns):
            name = _tidy(written).casefold()
            if name not in COLUMNS:
                unknown.append(_tidy(written))
            elif name in self.place:
                self._note(name, "is the name of two columns; keep one")
            else:
                self.place[name] = place
        self.left_alone = tuple(name for name in unknown if name)
        for name in NEEDED:
            if name not in self.place:
                there = ", ".join(_tidy(one) for one in columns if _tidy(one)) or "nothing"
                self._note(
                    name,
                    "is missing: the first line has to name the columns response, "
                    f"{', '.join(NEEDED)}; it names {there}",
                )
        if not {"response", "trainee"} & set(self.place):
            self._note("response", "is missing: it says which response each row is about")
        if self.problems:
            raise _Stop

    def _row(self, row: list[str], width: int) -> None:
        if len(row) != width:
            self._note("row", f"has {len(row)} fields where the first line has {width}")
            return
        if len(self.marks) >= MAX_ROWS:
            self._stop("file", f"has more than {MAX_ROWS} rows; split it by item")
        before = len(self.problems)
        about = (self._cell(row, "trainee"), self._cell(row, "vignette"),
                 self._cell(row, "occasion"))  # fmt: skip
        if "response" in self.place:
            response = self._needed(row, "response")
        else:
            if about[0] is None:
                self._needed(row, "trainee")
            response = made_of(*about)
        rater, item = self._needed(row, "rater"), self._needed(row, "item")
        score, role, blind = (self._cell(row, name) for name in ("score", "role", "blind"))
        if len(self.problems) > before:
            return
        self._once(response, rater, item)
        self._same(response, about)
        self.marks.append(Mark(response, rater, item, score, *about, role, blind))

    def _needed(self, row: list[str], name: str) -> str:
        """A name that must be there; empty, and told, where it is not."""
        value: str | None = self._cell(row, name)
        if value is None and not row[self.place[name]].strip():
            self._note(name, "is empty")
        return value or ""

    def _cell(self, row: list[str], name: str) -> Any:
        """What a column of a row says, read once however often it is written so; None: nothing."""
        place = self.place.get(name)
        if place is None:
            return None
        known, written = self.known[name], row[place]
        if written not in known:
            before = len(self.problems)
            value = self._read_as[name](self, name, _tidy(written))
            if len(self.problems) > before:
                return None
            known[written] = value
        return known[written]

    def _name(self, name: str, value: str) -> str | None:
        if len(value) > _MAX_NAME:
            self._note(name, f"'{_shown(value)}' is longer than {_MAX_NAME} letters")
        return value or None

    def _score(self, name: str, value: str) -> float | None:
        if value.casefold() in _NOT_APPLICABLE:
            return None
        plain = value if self.comma else value.replace(",", ".", 1)
        if _NUMBER.fullmatch(plain):
            return float(plain)
        point = value.replace(",", ".")
        hint = f"write {point}" if _NUMBER.fullmatch(point) else "leave it empty if not applicable"
        self._note(name, f"'{_shown(value)}' is not a number; {hint}")
        return None

    def _role(self, name: str, value: str) -> str | None:
        role = value.casefold()
        if role and role not in ROLES:
            self._note(name, f"'{_shown(value)}' is not one of {', '.join(ROLES)}")
        return role or None

    def _blind(self, name: str, value: str) -> bool | None:
        if value.casefold() not in _BLIND:
            self._note(name, f"'{_shown(value)}' is neither yes nor no")
        return _BLIND.get(value.casefold())

    _read_as: ClassVar[dict[str, Callable[..., Any]]] = {
        **dict.fromkeys(("response", "rater", "item", *ABOUT), _name),
        "score": _score, "role": _role, "blind": _blind,
    }  # fmt: skip

    def _once(self, response: str, rater: str, item: str) -> None:
        first = self.lines.setdefault((response, rater, item), self.line)
        if first != self.line:
            what = (
                f"{_shown(rater)} rated {_shown(response)} on {_shown(item)} twice (first on line"
            )
            self._note("score", f"{what} {first}); keep one")

    def _same(self, response: str, about: _About) -> None:
        """A response has one trainee, one vignette, one occasion wherever it is named."""
        known, line = self.about.setdefault(response, (about, self.line))
        if known == about:
            return
        for name, one, other in zip(ABOUT, about, known, strict=True):
            if one != other:
                was = f"'{_shown(other)}'" if other else "empty"
                here = f"'{_shown(one)}'" if one else "empty"
                self._note(name, f"of {_shown(response)} is {here} here and {was} on line {line}")


def _delimiter(header: str) -> str:
    """What separates the columns: whatever makes the most known names of the first line."""

    def known(delimiter: str) -> tuple[int, int]:
        names = [
            _tidy(name).casefold() for name in next(csv.reader([header], delimiter=delimiter), [])
        ]
        return len(set(names) & set(COLUMNS)), len(names)

    return max(_DELIMITERS, key=known)


def _tidy(text: str) -> str:
    """Without spaces around it and with single ones in it, on one line.

    Macs may write é as two characters, others as one; both are the same name.
    """
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _shown(text: str) -> str:
    """As one short printable line, whatever a file held."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[:61])
    return printable if len(text) <= 60 else printable[:57] + "..."


def _not_utf8(path: Path) -> Problem:
    """The line on which a file stops being UTF-8."""
    number = 1
    with path.open("rb") as stream:
        while line := stream.readline(_MAX_LINE):
            if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
                return Problem(str(path), 1, "file", "is saved as UTF-16; save it as UTF-8")
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                break
            number += 1
    return Problem(str(path), number, "file", "has a letter that is not UTF-8; save it as UTF-8")
