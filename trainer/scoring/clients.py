"""Which vignettes were harder for a cohort, and which easier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from trainer.scoring.cohort_table import Table, mean_of
from trainer.scoring.estimate import Estimate
from trainer.scoring.table import Places

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Client:
    """One vignette: its fair mean, and how far it is above the same trainees' others (points).

    ``stands``: "harder" or "easier", where that is sure having looked at every one (Bonferroni).
    """

    vignette: str
    mean: Estimate
    trainees: int
    apart: Estimate | None
    stands: str | None


def clients(table: Table) -> tuple[Client, ...]:
    """Every vignette, the hardest first."""
    groups = []
    for second in (False, True):
        rows = np.flatnonzero(table.later == second)
        if len(rows):
            groups.append(table.cells(rows))
    found = [_client(table, groups, code) for code in range(len(table.vignettes))]
    return tuple(sorted(found, key=lambda one: one.mean.value))


def _client(
    table: Table, groups: "Sequence[tuple[Places, Places, csr_array]]", code: int
) -> Client:
    own, apart, trainees = [], [], []
    for whose, which, cells in groups:
        mine = np.flatnonzero(which == code)
        here = _others(whose, mine)
        own.append(cells[mine])
        apart.append(here @ cells)
        trainees.append(whose[mine])
    from scipy.sparse import csr_array, vstack

    owner = np.concatenate(trainees)
    known, place = np.unique(owner, return_inverse=True)
    weight = 1 / np.bincount(place)[place]
    mean = csr_array((weight, (place, np.arange(len(place)))), (len(known), len(place)))
    rows = np.flatnonzero(table.vignette == code)
    least = table.least(rows)
    own_weights, apart_weights = csr_array(mean @ vstack(own)), csr_array(mean @ vstack(apart))
    level = mean_of(table, own_weights, own_weights @ table.fair.value, least)
    several = np.flatnonzero(abs(apart_weights).sum(axis=1) > 0)
    name = table.vignettes[code]
    if len(several) < 2:
        return Client(name, level, len(known), None, None)
    apart_weights = apart_weights[several]
    values = apart_weights @ table.fair.value
    found, sure = (
        mean_of(table, apart_weights, values, least, looked_at)
        for looked_at in (1, len(table.vignettes))
    )
    return Client(name, level, len(known), found, _stands(sure))


def _others(whose: Places, mine: Places) -> "csr_array":
    """For each of the cells ``mine``, itself less its trainee's other cells (mine, cells).

    A row of zeros where there is no other.
    """
    from scipy.sparse import csr_array

    order = np.argsort(whose, kind="stable")
    starts = np.searchsorted(whose[order], whose[mine], "left")
    ends = np.searchsorted(whose[order], whose[mine], "right")
    rows, columns, weights = [], [], []
    for row, (cell, start, end) in enumerate(zip(mine, starts, ends, strict=True)):
        if end - start < 2:
            continue
        every = order[start:end]
        rows.append(np.full(len(every), row))
        columns.append(every)
        weights.append(np.where(every == cell, 1.0, -1 / (len(every) - 1)))
    if not rows:
        return csr_array((len(mine), len(whose)))
    return csr_array(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))),
        (len(mine), len(whose)),
    )


def _stands(sure: Estimate) -> str | None:
    """Whether a vignette is sure to be harder or easier than the same trainees' others."""
    if sure.low is None or sure.high is None:
        return None
    if sure.high < 0:
        return "harder"
    return "easier" if sure.low > 0 else None
