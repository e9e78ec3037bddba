"""Marks by columns: small to keep, and quick to send to the process that counts.

A hundred thousand objects take half a second to be taken apart and put together again, in which
the window would stand still.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from trainer.domain.mark import Mark

_NAMES = tuple(one.name for one in fields(Mark))
_values = attrgetter(*_NAMES)


@dataclass(frozen=True, slots=True)
class Columns:
    """Each column's different values in order of their appearance, and which one a row has."""

    values: tuple[tuple[Any, ...], ...]
    places: tuple["array[int]", ...]

    def marks(self) -> tuple[Mark, ...]:
        """The marks again, in their order."""
        cells = [
            [values[place] for place in places]
            for values, places in zip(self.values, self.places, strict=True)
        ]
        return tuple(Mark(*row) for row in zip(*cells, strict=True))


def columns(marks: Iterable[Mark]) -> Columns:
    """The marks by columns; each is let go of as it comes, so that no garbage is looked for."""
    numbers: list[dict[Any, int]] = [{} for _ in _NAMES]
    places = [array("i") for _ in _NAMES]
    for mark in marks:
        for value, number, place in zip(_values(mark), numbers, places, strict=True):
            place.append(number.setdefault(value, len(number)))
    return Columns(tuple(map(tuple, numbers)), tuple(places))
