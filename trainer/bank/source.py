"""One YAML file as plain data that remembers the line of every field.

YAML is read event by event with our own, smaller idea of it: a value is text, a number, true, false
or nothing. So `no`, `on`, `1:30` and dates stay the words that were written, nothing is built from
tags, and no alias can make a small file large. Keys are always text, as in JSON.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from trainer.domain.errors import Problem

Where = tuple[str | int, ...]
"""The way to a field: names of fields and positions in lists (from 0)."""

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
MAX_VALUES = 20_000

# The C parser is 10 x faster; PyYAML falls back to Python where it was built without libyaml.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INT = re.compile(r"[-+]?[0-9]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:[0-9]{1,15}\.[0-9]{0,15}|\.[0-9]{1,15})(?:[eE][-+]?[0-9]{1,2})?")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Source:
    """A file's data and the line on which each field stands; ``file`` is its name in problems."""

    file: str
    data: dict[str, Any]
    lines: dict[Where, int]

    def problem(self, where: Where, what: str) -> Problem:
        """``what`` is wrong at ``where``, with the line of the nearest field that is written."""
        return Problem(self.file, self.line(where), field_name(where), what)

    def line(self, where: Where) -> int:
        """The line (from 1) of ``where``, or of the closest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def field_name(where: Where) -> str:
    """``turns[1].says[2].text``, counting from one as people do; ``file`` for the whole file."""
    name = ""
    for step in where:
        name += f"[{step + 1}]" if isinstance(step, int) else f".{legible(step)}"
    return name.removeprefix(".") or "file"


def legible(text: str) -> str:
    """``text`` as one short printable line, fit to be shown in a problem whatever a file held."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text[:61])
    return shown if len(text) <= 60 else shown[:57] + "..."


def read_source(path: Path, shown: str | None = None) -> tuple[Source | None, tuple[Problem, ...]]:
    """The file as data, and what is wrong with it as YAML; None when there is no data."""
    file = shown or str(path)
    text, problem = read_text(path, file)
    if text is None:
        return None, (problem,) if problem else ()
    reading = _Reading(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reading.take(event)
    except _Stop:
        return None, tuple(reading.problems)
    except yaml.YAMLError as error:
        return None, (*reading.problems, _syntax_problem(file, text, error))
    if not isinstance(reading.root, dict):
        if not reading.problems:
            reading.problems.append(_not_fields(file, reading.root))
        return None, tuple(reading.problems)
    return Source(file, reading.root, reading.lines), tuple(reading.problems)


def read_text(path: Path, file: str) -> tuple[str | None, Problem | None]:
    """The text of a UTF-8 file of at most 1 MB (less its byte-order mark), or why there is none."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unknown reason"
        return None, Problem(file, 1, "file", f"cannot be read: {reason.lower()}")
    if len(raw) > MAX_BYTES:
        return None, Problem(file, 1, "file", "is larger than 1 MB; split it into several files")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, Problem(file, 1, "file", "is saved as UTF-16; save it as UTF-8")
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, Problem(file, line, "file", "has a letter that is not UTF-8; save it as UTF-8")


class _Stop(Exception):
    """Reading further would only repeat the problem already noted."""


@dataclass(slots=True)
class _Open:
    """A mapping or list being read: ``key`` is the field whose value comes next."""

    value: dict[str, Any] | list[Any]
    where: Where
    key: str | None = None
    expects_key: bool = True


@dataclass(slots=True)
class _Reading:
    """Builds data from YAML events without recursion, so depth cannot exhaust the stack."""

    file: str
    root: Any = None
    lines: dict[Where, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0
    values: int = 0

    def take(self, event: Any) -> None:
        """One event of the parser."""
        line = event.start_mark.line + 1
        match event:
            case yaml.ScalarEvent():
                self._refuse_extras(event, line)
                self._scalar(event, line)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._refuse_extras(event, line)
                self._begin({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.stack.pop()
            case yaml.AliasEvent():
                self._stop(
                    line,
                    f"'*{legible(event.anchor or '')}' repeats another part; write it out instead",
                )
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self._stop(line, "a second document begins here ('---'); one file holds one")

    def _scalar(self, event: Any, line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.expects_key:
            where = (*top.where, event.value)
            if event.value in top.value:
                what = f"is written twice (first on line {self.lines[where]}); keep one"
                self.problems.append(Problem(self.file, line, field_name(where), what))
            else:
                self.lines[where] = line
            top.key, top.expects_key = event.value, False
        else:
            plain = event.implicit[0] and event.style in (None, "")
            self._put(_plain(event.value) if plain else event.value, line)

    def _begin(self, value: dict[str, Any] | list[Any], line: int) -> None:
        top = self.stack[-1] if self.stack else None
        if top and isinstance(top.value, dict) and top.expects_key:
            self._stop(line, "the name of a field is a list or a group; write one word")
        if len(self.stack) >= MAX_DEPTH:
            self._stop(line, f"is nested more than {MAX_DEPTH} levels deep")
        self.stack.append(_Open(value, self._put(value, line)))

    def _put(self, value: Any, line: int) -> Where:
        self.values += 1
        if self.values > MAX_VALUES:
            self._stop(line, f"more than {MAX_VALUES} values; split the file into several")
        if not self.stack:
            self.root = value
            self.lines[()] = line
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            where: Where = (*top.where, len(top.value))
            top.value.append(value)
            self.lines[where] = line
            return where
        key = top.key or ""
        top.value.setdefault(key, value)
        top.expects_key = True
        return (*top.where, key)

    def _refuse_extras(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self._stop(
                line, f"'&{legible(event.anchor)}' names a part to repeat it; write it out instead"
            )
        if event.tag is not None and event.tag != "!":
            self._stop(line, f"'{legible(event.tag)}' gives a type; remove it, quotes are enough")

    def _stop(self, line: int, what: str) -> None:
        where = self.stack[-1].where if self.stack else ()
        self.problems.append(Problem(self.file, line, field_name(where), what))
        raise _Stop


def _plain(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def _not_fields(file: str, root: Any) -> Problem:
    if root is None:
        return Problem(file, 1, "file", "is empty")
    kind = "a list" if isinstance(root, list) else "plain text"
    return Problem(file, 1, "file", f"is {kind}; expected fields such as 'id: ...'")


_SYNTAX = (
    ("mapping values are not allowed", "a colon inside the text; put the whole text in quotes"),
    ("could not find expected ':'", "a line without 'name:'; is it text that should be indented?"),
    ("found unexpected end of stream", "a quote or bracket is opened and never closed"),
    ("found unexpected document indicator", "a quote is opened and never closed"),
    ("expected ',' or", "a comma or closing bracket is missing here, or the text needs quotes"),
    ("node content", "a value is missing here, or the text needs quotes"),
    ("expected <block end>", "the indentation or the quotes are not right here"),
    ("expected key", "the indentation or the quotes are not right here"),
    ("unknown escape character", "a backslash inside double quotes; use single quotes"),
    ("found character that cannot start", "this begins with a sign that needs quotes around it"),
    ("undefined alias", "a word beginning with * needs quotes around it"),
)


def _syntax_problem(file: str, text: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    said = str(getattr(error, "problem", None) or "")
    if mark is None:
        line = _line_of_control(text)
        return Problem(file, line, "file", "has an invisible control character; delete it")
    line = min(mark.line + 1, text.count("\n") + 1)
    rows = text.split("\n")
    for number in _near(line, len(rows)):
        if re.match(r" *\t", rows[number - 1]):
            return Problem(file, number, "file", "is indented with a tab; use spaces")
    kind = next((plain for sign, plain in _SYNTAX if sign in said), None)
    return Problem(file, line, "file", kind or f"cannot be read as YAML here ({said})")


def _near(line: int, last: int) -> Iterator[int]:
    """The line of an error and its neighbours: a tab is often noticed one line late."""
    return (number for number in (line, line - 1, line + 1) if 1 <= number <= last)


def _line_of_control(text: str) -> int:
    found = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1
