"""Ratings sorted into blocks that look alike, so that large tables cost little more than small.

One facet, the clusters, is taken out of the equations: ratings of different clusters share only
the effects of the other, outer facets. Clusters with the same pattern of ratings differ in nothing
but their scores, of which sums and products suffice: 10,000 responses that four raters all rated
are one block of four rows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from trainer.scoring.table import Numbers, Places

# Numbers in one array of a block: what a block holds stays within some ten megabytes.
_ROOM = 1 << 20


@dataclass(frozen=True, slots=True)
class Block:
    """P patterns of n ratings each, and the sums over the clusters that have them.

    ``levels`` (inner effects, P, n): a number per level within the pattern; ``columns`` (P, n,
    1 + outer effects): the columns of the outer design that are 1 in a row, the first the mean's;
    ``times`` (P): clusters; ``total`` (P, n) and ``square`` (P, n, n): sums of y and of yy'.
    ``kinds`` (K, 1 + outer effects): the rows ``columns`` has; ``kind`` (P, n): which of them.
    """

    levels: Places
    columns: Places
    kinds: Places
    kind: Places
    times: Numbers
    total: Numbers
    square: Numbers


@dataclass(frozen=True, slots=True)
class Layout:
    """A table of ratings as blocks; where the outer effects have their columns."""

    ratings: int
    inner: tuple[str, ...]
    outer: tuple[str, ...]
    places: Mapping[str, slice]
    width: int
    blocks: tuple[Block, ...]


def lay_out(y: Numbers, effects: Mapping[str, Places]) -> Layout:
    """Sort ratings ``y`` (ratings,) with the level of each effect into blocks.

    ``effects`` holds codes 0, 1, ... without gaps, shape (ratings,) each.
    """
    cluster = _cheapest(effects, len(y))
    inner = tuple(name for name, codes in effects.items() if _nested(codes, cluster))
    outer = tuple(name for name in effects if name not in inner)
    places, width = {}, 1
    for name in outer:
        places[name] = slice(width, width := width + int(effects[name].max()) + 1)
    columns = np.zeros((len(y), 1 + len(outer)), np.intp)
    for at, name in enumerate(outer, 1):
        columns[:, at] = effects[name] + places[name].start
    levels = np.array([effects[name] for name in inner], np.intp).reshape(len(inner), len(y))
    order = np.lexsort((*levels, *columns.T, cluster))
    blocks = tuple(_blocks(y[order], cluster[order], levels[:, order], columns[order]))
    return Layout(len(y), inner, outer, places, width, blocks)


def _nested(codes: Places, cluster: Places) -> bool:
    pairs = codes * (int(cluster.max()) + 1) + cluster
    return len(np.unique(pairs)) == int(codes.max()) + 1


def _cheapest(effects: Mapping[str, Places], ratings: int) -> Places:
    """The clusters with the least work: cubes of the ratings in each and of what is outside."""
    choices = [*effects.values(), np.arange(ratings)]
    return min(choices, key=lambda cluster: _work(cluster, effects))


def _work(cluster: Places, effects: Mapping[str, Places]) -> float:
    sizes = np.bincount(cluster).astype(np.float64)
    outside = 1 + sum(int(one.max()) + 1 for one in effects.values() if not _nested(one, cluster))
    return float(10 * (sizes**3).sum() + 10 * float(outside) ** 3)


def _blocks(y: Numbers, cluster: Places, levels: Places, columns: Places) -> Iterator[Block]:
    """Blocks of the ratings, which are sorted by cluster."""
    _, starts, sizes = np.unique(cluster, return_index=True, return_counts=True)
    for size in np.unique(sizes):
        first = starts[sizes == size]
        step = max(1, _ROOM // int(size) ** 2)
        for at in range(0, len(first), step):
            rows = first[at : at + step, None] + np.arange(size)
            yield _block(y[rows], levels[:, rows], columns[rows])


def _block(y: Numbers, levels: Places, columns: Places) -> Block:
    """Sum (clusters, n) ratings of clusters that have the same pattern."""
    size = y.shape[1]
    local = (levels[..., :, None] == levels[..., None, :]).argmax(axis=-1)
    key = np.concatenate([columns.reshape(len(y), -1), *local], axis=1)
    _, first, which = np.unique(key, axis=0, return_index=True, return_inverse=True)
    which = which.ravel()
    total, square = np.zeros((len(first), size)), np.zeros((len(first), size, size))
    np.add.at(total, which, y)
    np.add.at(square, which, y[:, :, None] * y[:, None, :])
    times = np.bincount(which).astype(np.float64)
    kinds, kind = np.unique(
        columns[first].reshape(-1, columns.shape[2]), axis=0, return_inverse=True
    )
    return Block(
        local[:, first], columns[first], kinds, kind.reshape(len(first), size), times, total, square
    )
