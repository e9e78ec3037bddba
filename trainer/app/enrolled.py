"""Trainees by code or by name: read as they are typed, and named here alone."""

import re
import secrets
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from trainer.app.work import Outcome
from trainer.domain.assignment import CODE
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.store import enrolled as rows
from trainer.store.db import Log

LONGEST_NAME = 120
# No letters and digits that are taken for each other when they are read aloud or copied by hand.
_SIGNS, _LENGTH = "ABCDEFGHJKMNPQRSTUVWXYZ23456789", 6
_BETWEEN = re.compile(r"[\t,;=]")
_BETWEEN_NAMES = re.compile(r"[\t=]")  # a comma may be a part of a name
_LIKE_A_NAME = re.compile(r"[^\W\d_][^\W\d_A-Z]{2,}")


@dataclass(frozen=True, slots=True)
class Trainees:
    """What was typed: who by which code (``names`` of those with one), and what is wrong with it.

    ``drawn`` are the codes that were made here, ``doubtful`` codes that look like names.
    """

    codes: tuple[str, ...]
    names: Mapping[str, str]
    problems: tuple[str, ...]
    drawn: frozenset[str] = frozenset()
    doubtful: tuple[str, ...] = ()


def names(log: Log) -> dict[str, str]:
    """Who is behind each code, as far as it is known here."""
    return rows.names(log)


def rename(log: Log, code: str, name: str) -> Outcome[None]:
    """Correct who is behind a code; an empty name: nobody is known any more."""
    name = name.strip()
    if len(name) > LONGEST_NAME:
        raise KnownError("This name is too long", f"{LONGEST_NAME} letters are the most.")
    if name:
        rows.keep_names(log, {code: name})
    else:
        rows.drop_name(log, code)
    return Outcome(None, Changes.ASSIGNMENTS)


def read_trainees(
    lines: Iterable[str], known: Mapping[str, str], *, by_name: bool = False
) -> Trainees:
    """Read lines such as ``T1``, ``T1, Anna Berg`` or ``=Anna Berg``; empty ones count as none.

    A name without a code gets one that cannot be guessed; whoever was enrolled here before
    (``known``: names by code) keeps theirs. ``by_name``: a line is a name unless a tab or ``=``
    stands behind a code.
    """
    reading = _Reading(known, by_name=by_name)
    for number, line in enumerate(lines, 1):
        if line.strip():
            reading.take(number, *_parts(line.strip(), by_name))
    return Trainees(
        tuple(reading.codes), reading.names, tuple(reading.problems), frozenset(reading.drawn),
        tuple(one for one in reading.codes
              if one not in reading.drawn and _LIKE_A_NAME.fullmatch(one)),
    )  # fmt: skip


def _parts(line: str, by_name: bool) -> tuple[str, str]:
    between = (_BETWEEN_NAMES if by_name else _BETWEEN).search(line)
    if between is None:
        return ("", line) if by_name else (line, "")
    return line[: between.start()].strip(), line[between.end() :].strip()


class _Reading:
    """The trainees read so far."""

    def __init__(self, known: Mapping[str, str], *, by_name: bool) -> None:
        self._known, self._by_name = known, by_name
        self.codes: dict[str, int] = {}
        self.names: dict[str, str] = {}
        self.problems: list[str] = []
        self.drawn: set[str] = set()

    def take(self, number: int, code: str, name: str) -> None:
        """One line more."""
        if not (code or name):
            return
        if len(name) > LONGEST_NAME:
            self._wrong(number, f"the name has more than {LONGEST_NAME} letters")
        elif code and not CODE.fullmatch(code):
            self._wrong(number, self._no_code(code, name))
        elif not code and name in self.names.values():
            self._wrong(number, f"{name} is there twice; write what tells them apart")
        elif name and self._known.get(code, name) != name:
            self._wrong(number, f"{code} is {self._known[code]} here; a code stays one person's")
        elif code in self.codes:
            self._wrong(number, f"the code {code} was there in line {self.codes[code]}")
        else:
            self._keep(number, code, name)

    def _no_code(self, code: str, name: str) -> str:
        first, _, rest = code.partition(" ")
        if rest.strip() and not (name or self._by_name) and CODE.fullmatch(first):
            return f"{code!r} is no code; a comma parts a code from a name: {first}, {rest.strip()}"
        return f"{code!r} is no code (letters, digits, - and _; 32 at most)"

    def _keep(self, number: int, code: str, name: str) -> None:
        if not code:
            before = [one for one, who in self._known.items() if who == name]
            if len(before) > 1:
                self._wrong(number, f"{name} is behind several codes; write 'CODE = {name}'")
                return
            code = before[0] if before else drawn_code({*self._known, *self.codes})
            if code in self.codes:
                self._wrong(number, f"{name} is {code}, who was there in line {self.codes[code]}")
                return
            self.drawn.add(code)
        self.codes[code] = number
        if name:
            self.names[code] = name

    def _wrong(self, number: int, why: str) -> None:
        self.problems.append(f"Line {number}: {why}")


def drawn_code(taken: Container[str]) -> str:
    """A code that says nothing of whom it is for, and is not taken."""
    while True:
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        if code not in taken and not code.isdigit():
            return code
