"""How a rater's severity moves from occasion to occasion, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.scoring import clusters
from trainer.scoring.clusters import Clusters
from trainer.scoring.estimate import Estimate, within
from trainer.scoring.table import Numbers, Places


@dataclass(frozen=True, slots=True)
class Course:
    """Severity on each occasion in order, and how it moves, in points of the scale.

    Above 0: the rater scores lower than the others (or than the reference). ``change`` is the last
    occasion less the first, ``slope`` a step from one occasion to the next. None: not known.
    """

    points: dict[str, Estimate | None]
    change: Estimate | None
    slope: Estimate | None


@dataclass(frozen=True, slots=True)
class Cells:
    """One rater: the figure of each occasion (NaN: none), and what each rating adds to it.

    ``at`` is the occasion of each row that ``adds``; ``belongs`` holds the rows' clusters.
    """

    value: Numbers
    adds: Numbers
    at: Places
    belongs: Clusters


def course(order: Sequence[str], cells: Cells | None) -> Course:
    """The course of a rater whose cells are known."""
    if cells is None:
        return Course(dict.fromkeys(order), None, None)
    return courses_of(order, {"": cells})[""]


def courses_of(order: Sequence[str], by_rater: Mapping[str, Cells]) -> dict[str, Course]:
    """The courses of raters whose cells rest on the same rows: all margins at once."""
    every = list(by_rater.values())
    at, belongs = every[0].at, every[0].belongs
    if not len(at):
        return {name: Course(dict.fromkeys(order), None, None) for name in by_rater}
    adds = np.stack([one.adds for one in every], axis=1)
    points: list[dict[str, Estimate | None]] = [dict.fromkeys(order) for _ in every]
    for place, name in enumerate(order):
        here = np.flatnonzero(at == place)
        if not len(here):
            continue
        margins = _margins(adds[here], at[here], belongs.of(here))
        for one, margin, told in zip(every, margins, points, strict=True):
            if np.isfinite(one.value[place]):
                told[name] = within(float(one.value[place]), float(margin))
    ways = np.stack([_ways(one.value) for one in every], axis=1)
    margins = _margins((adds[:, :, None] * ways[at]).reshape(len(at), -1), at, belongs).reshape(
        -1, 2
    )
    found = {}
    for place, (name, one) in enumerate(by_rater.items()):
        if np.isfinite(one.value).sum() < 2:
            found[name] = Course(points[place], None, None)
            continue
        change, slope = np.nan_to_num(one.value) @ ways[:, place]
        found[name] = Course(
            points[place],
            within(float(change), float(margins[place, 0])),
            within(float(slope), float(margins[place, 1])),
        )
    return found


def _ways(value: Numbers) -> Numbers:
    """How change and slope are made of a rater's occasions, shape (occasions, 2)."""
    known = np.flatnonzero(np.isfinite(value))
    ways = np.zeros((len(value), 2))
    if len(known) > 1:
        step = known - known.mean()
        ways[known[0], 0], ways[known[-1], 0] = -1.0, 1.0
        ways[known, 1] = step / (step @ step)
    return ways


def _margins(adds: Numbers, at: Places, belongs: Clusters) -> Numbers:
    """Half the widths of the intervals of figures, from what rows add, shape (rows, figures).

    Each occasion's level is fitted to its own clusters, m of them: their squares are m / (m - 1)
    times too small, and degrees of freedom are lost with every level that no cluster shares.
    """

    def squares(codes: Places) -> tuple[Numbers, int]:
        _, cluster = np.unique(codes, return_inverse=True)
        _, time = np.unique(at, return_inverse=True)
        cells = np.unique(time * (int(cluster.max()) + 1) + cluster)
        times, of_cell = cells // (int(cluster.max()) + 1), cells % (int(cluster.max()) + 1)
        size = np.bincount(times)
        with np.errstate(divide="ignore"):
            more = np.sqrt(size / (size - 1))[time]
        sums = [np.bincount(cluster, column * more) for column in adds.T]
        return np.sum(np.square(sums), axis=1), 1 + len(sums[0]) - _apart(times, of_cell)

    return clusters.together(squares, _several(belongs, at), differ=True).margin()


def _apart(one: Places, other: Places) -> int:
    """How many parts a table falls into that share neither rows nor columns."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, columns = int(one.max()) + 1, int(other.max()) + 1
    places = (one, rows + other)
    links = coo_array((np.ones(len(one)), places), shape=(rows + columns,) * 2)
    return int(connected_components(links, directed=False)[0])


def _several(belongs: Clusters, at: Places) -> Clusters:
    """Without the facets of which an occasion has one only: that is the occasion then."""

    def kept(codes: Places | None) -> Places | None:
        if codes is None:
            return None
        fewest = min(len(np.unique(codes[at == place])) for place in np.unique(at))
        return codes if fewest > 1 else None

    return Clusters(belongs.response, kept(belongs.trainee), kept(belongs.vignette))
