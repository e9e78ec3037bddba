"""Balanced forms: lists of clients that are as hard, as different and as long as each other.

The imbalance of forms is a figure from 0 (alike in everything) to 1. It is the mean of five parts.
Four of them (level, kind of rupture, markers, quadrant) are the share of the clients of one form
that would have to be others for it to have the same as the other (the total variation distance
between the two; a client with several markers counts as a part of each). The fifth is by how much
of the longer one the mean length of what the clients say differs. With more than two forms, the
worst pair counts in each part. Two clients of one name in a form would look like one person.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from trainer.domain.errors import KnownError
from trainer.domain.vignette import Vignette

LEVEL, RUPTURE, MARKERS, QUADRANT, LENGTH = "level", "rupture", "markers", "quadrant", "length"
PARTS = (LEVEL, RUPTURE, MARKERS, QUADRANT, LENGTH)
# How much being like what was chosen from counts beside being like each other.
_LIKE_POOL = 0.25
_SAME_NAME = 1.0
_STARTS = 4

Forms = tuple[tuple[Vignette, ...], ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """How alike forms are: ``imbalance`` from 0 to 1, and each part of it.

    ``counts`` has for each of the four kinds of features how many clients of each form have one
    (of several markers, each counts whole); ``lengths_s`` is what the clients of each form say,
    together, in seconds.
    """

    imbalance: float
    parts: Mapping[str, float]
    counts: Mapping[str, tuple[Mapping[str, int], ...]]
    lengths_s: tuple[float, ...]


def length_s(vignette: Vignette) -> float:
    """How long the client speaks, in seconds."""
    return sum(turn.says[-1].end_s for turn in vignette.turns if turn.says)


def balance(forms: Sequence[Sequence[Vignette]]) -> Balance:
    """How alike these forms are, however they were made."""
    numbers = _numbers([one for form in forms for one in form])
    left = iter(numbers.of)
    means = [_mean([next(left) for _ in form]) for form in forms if form]
    parts = dict(zip(PARTS, _worst(numbers, means), strict=True))
    counts = {
        part: tuple(Counter(f for one in form for f in _features(one)[part]) for form in forms)
        for part in PARTS[:-1]
    }
    lengths = tuple(sum(map(length_s, form)) for form in forms)
    return Balance(sum(parts.values()) / len(PARTS), parts, counts, lengths)


def propose(pool: Sequence[Vignette], forms: int, size: int) -> Forms:
    """So many forms of so many clients each from ``pool``, as balanced as an exchange finds them.

    From a few starts, clients are exchanged between forms, and with those that are left over, as
    long as that brings anything; of those as balanced, forms that are more like the whole pool are
    better. The same pool gives the same forms, in the order of the pool. KnownError: too few.
    """
    if not (forms >= 1 and size >= 1):
        raise KnownError("A form needs clients", "Ask for at least one form of one client.")
    if len(pool) < forms * size:
        raise KnownError(
            f"{forms} forms of {size} need {forms * size} different clients; there are {len(pool)}",
            "Ask for fewer, or let more clients be chosen from.",
        )
    cost = _cost(pool, forms, size)
    best = min(
        (_exchanged(start, cost, forms * size, size) for start in _starts(len(pool))),
        key=lambda found: found[0],
    )[1]
    groups = [sorted(best[at * size : (at + 1) * size]) for at in range(forms)]
    return tuple(tuple(pool[one] for one in group) for group in sorted(groups))


# A client as numbers: how much of each feature they have, part after part, and last their length


@dataclass(frozen=True, slots=True)
class _Numbers:
    """``of`` each client, and where each part begins and ends in it."""

    of: tuple[tuple[float, ...], ...]
    parts: tuple[tuple[int, int], ...]


def _features(one: Vignette) -> dict[str, tuple[str, ...]]:
    tags = one.tags
    return {
        LEVEL: (tags.level,),
        RUPTURE: (tags.rupture,),
        MARKERS: tags.markers or ("",),
        QUADRANT: (tags.quadrant,),
    }


def _numbers(clients: Sequence[Vignette]) -> _Numbers:
    every = [_features(one) for one in clients]
    columns: list[list[float]] = []
    parts = []
    for part in PARTS[:-1]:
        begin = len(columns)
        columns += (
            [(feature in one[part]) / len(one[part]) for one in every]
            for feature in sorted({f for one in every for f in one[part]})
        )
        parts.append((begin, len(columns)))
    columns.append([length_s(one) for one in clients])
    return _Numbers(tuple(zip(*columns, strict=True)), tuple(parts))


def _mean(several: Sequence[tuple[float, ...]]) -> list[float]:
    return [sum(column) / len(several) for column in zip(*several, strict=True)]


def _apart(numbers: _Numbers, a: list[float], b: list[float]) -> list[float]:
    found = [
        sum([abs(x - y) for x, y in zip(a[begin:end], b[begin:end], strict=True)]) / 2
        for begin, end in numbers.parts
    ]
    longer = max(a[-1], b[-1])
    return [*found, abs(a[-1] - b[-1]) / longer if longer else 0.0]


def _worst(numbers: _Numbers, means: Sequence[list[float]]) -> list[float]:
    pairs = [_apart(numbers, a, b) for a, b in combinations(means, 2)]
    return [max(part) for part in zip(*pairs, strict=True)] if pairs else [0.0] * len(PARTS)


# The exchange


def _starts(count: int) -> Iterator[list[int]]:
    for number in range(_STARTS):
        order = list(range(count))
        if number:
            random.Random(number).shuffle(order)
        yield order


def _cost(pool: Sequence[Vignette], forms: int, size: int) -> Callable[[Sequence[int]], float]:
    numbers = _numbers(pool)
    wanted = _mean(numbers.of)
    name = [one.client.name for one in pool]

    def cost(order: Sequence[int]) -> float:
        made = [order[at * size : (at + 1) * size] for at in range(forms)]
        means = [_mean([numbers.of[one] for one in form]) for form in made]
        alike = sum(_worst(numbers, means))
        like = sum(sum(_apart(numbers, mean, wanted)) for mean in means) / forms
        twice = sum(size - len({name[one] for one in form}) for form in made)
        return (alike + _LIKE_POOL * like) / len(PARTS) + _SAME_NAME * twice

    return cost


def _exchanged(
    order: list[int], cost: Callable[[Sequence[int]], float], used: int, size: int
) -> tuple[float, list[int]]:
    """The cost and the order when no single exchange makes it better."""
    now = cost(order)
    better = True
    while better:
        better = False
        for here in range(used):
            for there in range((here // size + 1) * size, len(order)):
                made = list(order)
                made[here], made[there] = made[there], made[here]
                found = cost(made)
                if found < now - 1e-12:
                    now, order, better = found, made, True
    return now, order
