"""Marks by columns: small to keep, and quick to send to the process that counts.

A hundred thousand objects take half a second to be taken apart and put together again, in which
the window would stand still.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from trainer.domain.mark import Mark

_NAMES = tuple(one.name for one in fields(Mark))


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
    """The marks by columns."""
    rows = tuple(marks)
    values, places = [], []
    for name in _NAMES:
        number: dict[Any, int] = {}
        place = array("i", (number.setdefault(getattr(row, name), len(number)) for row in rows))
        values.append(tuple(number))
        places.append(place)
    return Columns(tuple(values), tuple(places))
