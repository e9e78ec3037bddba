"""Variance components of crossed random effects by REML, for tables with ratings missing.

The model is y = mean + one random effect per facet or interaction + residual, all independent and
normal, with no variance below 0 (what lme4 fits). It is fitted by Fisher scoring on the variances
(Searle, Casella & McCulloch 1992, ch. 6 and 8); the facet with the most levels is absorbed block
by block (`patterns`), the few others through Woodbury's identity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trainer.scoring.patterns import Block, Layout, lay_out
from trainer.scoring.table import Numbers, Places

RESIDUAL = "residual"

# Of the scores' variance. Keeps the equations solvable where nothing is left over.
_LEAST_RESIDUAL = 1e-6
# Gains of log likelihood: of a last step, which moves no printed digit; and of those so near the
# top that the likelihood's own rounding hides whether they lead up.
_LAST_GAIN = 1e-15
_HIDDEN_GAIN = 1e-7
_POLISHES = 25
_ROUNDS = 200
_HALVINGS = 30
_SLOW = 4
_TRAIL = 4


@dataclass(frozen=True, slots=True)
class Components:
    """REML estimates of variances, in squared units of the scores.

    ``names`` end with the residual. ``unbounded`` are the estimates that may be below 0: one step
    of Fisher scoring from ``values`` without the bound, which is MINQUE (Rao 1971) and on a
    balanced design the analysis of variance. ``covariance`` is the inverse of the expected
    information, as if no bound were there. ``deviance`` is -2 log REML likelihood but for a
    constant.
    """

    names: tuple[str, ...]
    values: Numbers
    unbounded: Numbers
    covariance: Numbers
    deviance: float

    def of(self, name: str) -> float:
        """The variance of an effect; 0 for one that is not in the model."""
        return float(self.values[self.names.index(name)]) if name in self.names else 0.0


@dataclass(frozen=True, slots=True)
class _Point:
    """The likelihood at some variances, and what its derivatives are worked out from."""

    deviance: float
    inverses: tuple[Numbers, ...]
    gram: Numbers
    spread: Numbers
    effects: Numbers
    left: Numbers


def reml(y: Numbers, effects: Mapping[str, Places]) -> Components | None:
    """Fit the variances of ``effects`` (codes 0, 1, ... per rating) and of the residual.

    None where the search finds no maximum. Which effects can be told apart is asked with
    `estimable` before: of others the figures mean nothing.
    """
    names = (*effects, RESIDUAL)
    scale = float(y.var())
    if scale == 0:
        return None
    layout = lay_out((y - y.mean()) / np.sqrt(scale), effects)
    found = _climb(layout, names)
    if found is None:
        return None
    values, slope, information, deviance = found
    covariance = _inverse(information)
    # At the least residual, nothing is left over at all.
    exact = values[-1] < 2 * _LEAST_RESIDUAL
    values[-1] *= not exact
    unbounded = values if exact else values + covariance @ slope
    deviance += (len(y) - 1) * float(np.log(scale))
    return Components(names, values * scale, unbounded * scale, covariance * scale**2, deviance)


def estimable(
    effects: Mapping[str, Places], ratings: int, order: Sequence[str] | None = None
) -> list[str]:
    """Which effects can be told from the residual and from those named before them.

    A variance is estimable where its matrix ZZ', centred, is no combination of the others'
    (MINQUE(0)'s equations; Searle et al. 1992, 11.3). ``order``: who comes first wins.
    """
    chosen: list[Places] = [np.arange(ratings, dtype=np.intp)]
    kept: list[str] = []
    for name in order if order is not None else effects:
        trial = [*chosen, effects[name]]
        inner = np.array([[_alike(one, other) for other in trial] for one in trial])
        size = inner[-1, -1]
        if size <= 1e-9 * ratings:
            continue
        weights = np.linalg.lstsq(inner[:-1, :-1], inner[:-1, -1])[0]
        if size - inner[-1, :-1] @ weights > 1e-8 * size:
            chosen, kept = trial, [*kept, name]
    return kept


def _alike(one: Places, other: Places) -> float:
    """trace(P K P L) of two effects' matrices K and L, P taking out the mean."""
    ratings = len(one)
    of_one, of_other = (np.bincount(x).astype(np.float64) for x in (one, other))
    both = np.unique(one * len(of_other) + other, return_counts=True)[1].astype(np.float64)
    means = float((of_one**2).sum()) * float((of_other**2).sum()) / ratings**2
    return float((both**2).sum() - 2 / ratings * (of_one[one] @ of_other[other]) + means)


def _climb(layout: Layout, names: Sequence[str]) -> tuple[Numbers, Numbers, Numbers, float] | None:
    """Variances with the greatest likelihood, slope, information, deviance; on scaled scores."""
    values = np.full(len(names), 1 / len(names))
    least = np.zeros(len(names))
    least[-1] = _LEAST_RESIDUAL
    here = _point(layout, dict(zip(names, values, strict=True)))
    before, last, damping, polishes = np.inf, np.inf, 1.0, 0
    trail: list[tuple[Numbers, Numbers]] = []
    for _ in range(_ROUNDS):
        slope, information = _derivatives(layout, names, here)
        step = _step(values, least, slope, information)
        gain = float(slope @ step)
        exact = values[-1] < 2 * _LEAST_RESIDUAL
        near = gain < _HIDDEN_GAIN and not exact
        polishes += near
        if gain < _LAST_GAIN or polishes > _POLISHES:
            return values, slope, information, here.deviance
        # Steps that overshoot from side to side are too long.
        damping = damping / 2 if near and gain > before else damping
        before = gain if near else np.inf
        trail = [*trail[-_TRAIL:], (values, step)] if gain > last / _SLOW else [(values, step)]
        last = gain
        for halving in range(_HALVINGS):
            trial = np.maximum(values + damping * step / 2**halving, least)
            there = _point(layout, dict(zip(names, trial, strict=True)))
            if near or there.deviance < here.deviance:
                break
        else:
            # Of an exact fit few digits are good.
            done = exact or gain < 10 * _HIDDEN_GAIN
            return (values, slope, information, here.deviance) if done else None
        if len(trail) > 1:
            farther = _mixed(trail, least)
            beyond = _point(layout, dict(zip(names, farther, strict=True)))
            if beyond.deviance < there.deviance:
                trial, there = farther, beyond
        values, here = trial, there
    return None


def _mixed(trail: Sequence[tuple[Numbers, Numbers]], least: Numbers) -> Numbers:
    """Where steps that gain little less each time lead to in the end (Anderson 1965).

    On a ridge, where the likelihood is much flatter than expected, each step alone is too short.
    """
    values, steps = (np.array(each).T for each in zip(*trail, strict=True))
    moved, turned = np.diff(values), np.diff(steps)
    weights = np.linalg.lstsq(turned, steps[:, -1])[0]
    aim = values[:, -1] + steps[:, -1] - (moved + turned) @ weights
    return np.asarray(np.maximum(aim, least), np.float64)


def _inverse(information: Numbers) -> Numbers:
    """The inverse, of variances that may be of very different sizes."""
    diagonal = np.diagonal(information)
    size = np.sqrt(np.maximum(diagonal, 1e-12 * float(diagonal.max())))
    inner = np.linalg.pinv(information / size[:, None] / size, hermitian=True)
    return np.asarray(inner / size[:, None] / size, np.float64)


def _step(values: Numbers, least: Numbers, slope: Numbers, information: Numbers) -> Numbers:
    """The step to where the quadratic model is greatest, among variances not below ``least``."""
    aim = slope + information @ (values - least)
    free = np.ones(len(values), bool)
    above = np.zeros(len(values))
    for _ in range(4 * len(values)):
        above[:] = 0
        above[free] = _inverse(information[np.ix_(free, free)]) @ aim[free]
        if (above < 0).any():
            free &= above > 0
            continue
        pull = np.where(free, 0.0, aim - information @ above)
        if pull.max() <= 1e-12 * np.abs(aim).max():
            break
        # One that was held would rise again.
        free[int(pull.argmax())] = True
    return np.maximum(above, 0.0) + least - values


def _point(layout: Layout, variance: Mapping[str, float]) -> _Point:
    """The REML likelihood at these variances."""
    gram, right = np.zeros((layout.width, layout.width)), np.zeros(layout.width)
    deviance, within = 0.0, 0.0
    inverses: list[Numbers] = []
    for block in layout.blocks:
        size = block.total.shape[1]
        matrix = np.zeros(block.square.shape)
        for name, same in zip(layout.inner, _sames(block), strict=True):
            matrix += variance[name] * same
        matrix += variance[RESIDUAL] * np.eye(size)
        root = np.linalg.cholesky(matrix)
        diagonal = np.diagonal(root, axis1=1, axis2=2)
        deviance += 2 * float(block.times @ np.log(diagonal).sum(axis=1))
        inverse = np.asarray(np.linalg.inv(matrix), np.float64)
        inverses.append(inverse)
        within += float((inverse * block.square).sum())
        _scatter(gram, block, block.times[:, None, None] * inverse)
        part = (inverse @ block.total[:, :, None])[:, :, 0]
        np.add.at(right, block.columns, part[:, :, None])
    scales = np.ones(layout.width)
    for name in layout.outer:
        scales[layout.places[name]] = np.sqrt(variance[name])
    inner = scales[:, None] * gram * scales
    inner[np.arange(1, layout.width), np.arange(1, layout.width)] += 1
    root = np.linalg.cholesky(inner)
    deviance += 2 * float(np.log(np.diagonal(root)).sum())
    spread = scales[:, None] * np.linalg.inv(inner) * scales
    effects = spread @ right
    deviance += within - float(right @ effects)
    return _Point(deviance, tuple(inverses), gram, spread, effects, right - gram @ effects)


def _derivatives(layout: Layout, names: Sequence[str], here: _Point) -> tuple[Numbers, Numbers]:
    """Score and expected information of the variances, in the order of ``names``."""
    inner = (*layout.inner, RESIDUAL)
    traces, quadratics, products, grams = _inside(layout, here)
    turned = here.spread @ grams
    for a in range(len(inner)):
        for b in range(len(inner)):
            products[a, b] += float((turned[a] * turned[b].T).sum())
    kept = np.eye(layout.width) - here.spread @ here.gram
    seen = here.gram @ kept
    at = {name: names.index(name) for name in names}
    slope, information = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for a, name in enumerate(inner):
        slope[at[name]] = (quadratics[a] - traces[a]) / 2
        for b, other in enumerate(inner):
            information[at[name], at[other]] = products[a, b] / 2
        mixed = (kept * (grams[a] @ kept)).sum(axis=0)
        for other in layout.outer:
            value = float(mixed[layout.places[other]].sum()) / 2
            information[at[name], at[other]] = information[at[other], at[name]] = value
    for name in layout.outer:
        rows = layout.places[name]
        fit = float((here.left[rows] ** 2).sum())
        slope[at[name]] = (fit - float(np.trace(seen[rows, rows]))) / 2
        for other in layout.outer:
            part = float((seen[rows, layout.places[other]] ** 2).sum())
            information[at[name], at[other]] = part / 2
    return slope, information


def _inside(layout: Layout, here: _Point) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Traces, quadratic forms, products and outer grams of the inner effects and the residual."""
    count = len(layout.inner) + 1
    traces, quadratics, products = np.zeros(count), np.zeros(count), np.zeros((count, count))
    grams = np.zeros((count, layout.width, layout.width))
    for block, inverse in zip(layout.blocks, here.inverses, strict=True):
        times = block.times[:, None, None]
        outside = _gather(here.spread, block)
        fitted = here.effects[block.columns].sum(axis=2)
        cross = block.total[:, :, None] * fitted[:, None, :]
        errors = block.square - cross - cross.transpose(0, 2, 1)
        errors += times * fitted[:, :, None] * fitted[:, None, :]
        rotated = inverse @ outside
        turned = [inverse @ same for same in _sames(block)] + [inverse]
        further = [one @ rotated for one in turned]
        for a, one in enumerate(turned):
            both = one @ inverse
            quadratics[a] += float((both * errors).sum())
            plain = np.trace(one, axis1=1, axis2=2) - (both * outside).sum(axis=(1, 2))
            traces[a] += float(block.times @ plain)
            _scatter(grams[a], block, times * both)
            for b, other in enumerate(turned):
                swapped = (other - 2 * further[b]).transpose(0, 2, 1)
                products[a, b] += float(block.times @ (one * swapped).sum(axis=(1, 2)))
    return traces, quadratics, products, grams


def _sames(block: Block) -> list[Numbers]:
    """ZZ' of each inner effect within the patterns: 1 where two ratings share a level."""
    return [(one[:, :, None] == one[:, None, :]).astype(np.float64) for one in block.levels]


def _scatter(gram: Numbers, block: Block, part: Numbers) -> None:
    """Add W' part W to ``gram``: every pair of ratings to every pair of columns they are in.

    Ratings in the same columns are summed first, where this makes fewer of them.
    """
    width, count = len(gram), len(block.kinds)
    columns = block.columns
    if count**2 < part.size:
        cells = block.kind[:, :, None] * count + block.kind[:, None, :]
        sums = np.bincount(cells.ravel(), part.ravel(), count**2)
        part = np.asarray(sums.reshape(1, count, count), np.float64)
        columns = block.kinds[None]
    flat = gram.reshape(-1)
    for one in range(columns.shape[2]):
        rows = columns[:, :, one, None] * width
        for other in range(columns.shape[2]):
            cells = (rows + columns[:, None, :, other]).ravel()
            if len(cells) < len(flat):
                np.add.at(flat, cells, part.ravel())
            else:
                flat += np.bincount(cells, part.ravel(), minlength=len(flat))


def _gather(spread: Numbers, block: Block) -> Numbers:
    """W spread W' of each pattern, shape (P, n, n)."""
    if len(block.kinds) ** 2 < block.square.size:
        between = _together(spread, block.kinds[None])[0]
        return np.asarray(between[block.kind[:, :, None], block.kind[:, None, :]], np.float64)
    return _together(spread, block.columns)


def _together(spread: Numbers, columns: Places) -> Numbers:
    """The sum over each two rows' columns (P, n, kinds of column), shape (P, n, n)."""
    found = np.zeros((*columns.shape[:2], columns.shape[1]))
    for one in range(columns.shape[2]):
        for other in range(columns.shape[2]):
            found += spread[columns[:, :, one, None], columns[:, None, :, other]]
    return found
