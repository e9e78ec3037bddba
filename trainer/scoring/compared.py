"""What of two occasions can be compared: who met which vignettes, and which form that was.

A trainee who sent only a part has the mean of other vignettes than those who sent all, and that is
no change. Who had the same form twice is compared over the vignettes that they have both times; who
had another one must have all of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.scoring.cohort_table import Table
from trainer.scoring.table import Places

Met = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Compared:
    """Responses (places in the table) of trainees at both occasions, and who they are.

    ``partly``: how many of ``trainees`` are compared over a part of their vignettes, as they have
    others at one occasion than at the other. Not compared (places of trainees): ``left_out`` have
    both occasions and lack vignettes, the others have one occasion only.
    """

    before: Places
    after: Places
    trainees: Places
    forms: tuple[tuple[str, ...], tuple[str, ...]]
    partly: int
    left_out: Places
    only_before: Places
    only_after: Places


class Vignettes:
    """Which vignettes each trainee was rated on, and which there are in each form, by occasion."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.met: tuple[Met, Met] = (self._met(False), self._met(True))
        first, last = (self._forms(at) for at in (0, 1))
        apart = {
            name
            for name in {*first} & {*last}
            if self._of(first, name, 0).any()
            and self._of(last, name, 1).any()
            and not (self._of(first, name, 0) & self._of(last, name, 1)).any()
        }
        # A form's name may have been used again for other vignettes.
        last = [f"{name}, the second time" if name in apart else name for name in last]
        self.forms: tuple[Sequence[str], Sequence[str]] = (first, last)
        self.whole = {
            name: self._of(first, name, 0) | self._of(last, name, 1) for name in {*first, *last}
        }

    def complete(self, occasion: int) -> Met:
        """Who was rated on every vignette of their form that anybody was rated on (trainees,)."""
        asked = np.array([self.whole[name] for name in self.forms[occasion]], np.bool_)
        return np.asarray((self.met[occasion] | ~asked).all(axis=1))

    def lacking(self, occasion: int) -> int:
        """How many were rated on a part of their form only."""
        return int((self.met[occasion].any(axis=1) & ~self.complete(occasion)).sum())

    def _met(self, second: bool) -> Met:
        table = self.table
        rows = np.flatnonzero(table.later == second)
        met = np.zeros((len(table.trainees), len(table.vignettes)), np.bool_)
        met[table.trainee[rows], table.vignette[rows]] = True
        return met

    def _forms(self, occasion: int) -> list[str]:
        return self.table.form_of(np.arange(len(self.table.trainees)), occasion)

    def _of(self, forms: Sequence[str], name: str, occasion: int) -> Met:
        """The vignettes that anybody with this form was rated on."""
        return np.asarray(self.met[occasion][[form == name for form in forms]].any(axis=0))


def compared(table: Table, vignettes: Vignettes) -> Compared:
    """Who can be compared with themselves, and by which of their responses."""
    met = vignettes.met
    first, last = vignettes.forms
    came = [one.any(axis=1) for one in met]
    same = np.array([one == two for one, two in zip(first, last, strict=True)], np.bool_)
    common = met[0] & met[1]
    whole = vignettes.complete(0) & vignettes.complete(1)
    fits = came[0] & came[1] & np.where(same, common.any(axis=1), whole)
    wanted = ~same[:, None] | common
    used = fits[table.trainee] & wanted[table.trainee, table.vignette]
    kept = np.flatnonzero(fits)
    return Compared(
        np.flatnonzero(used & ~table.later), np.flatnonzero(used & table.later), kept,
        (tuple(first[int(one)] for one in kept), tuple(last[int(one)] for one in kept)),
        int((fits & same & (met[0] != met[1]).any(axis=1)).sum()),
        np.flatnonzero(came[0] & came[1] & ~fits),
        np.flatnonzero(came[0] & ~came[1]), np.flatnonzero(came[1] & ~came[0]),
    )  # fmt: skip
