"""How one trainee was rated, item by item, and whether one item stands out as lower than the rest.

Everything is a mean over clients: several answers to one client count as one, since they go
together. Intervals are Student's t over these, with a spread of ``LEAST_SPREAD`` at least, because
whole points hide the rest (domain.progress). They hold for other clients of this kind, rated by the
same raters.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, stdev

from trainer.domain.mark import Mark
from trainer.domain.progress import INTERVAL_MIN, LEAST_SPREAD
from trainer.domain.rating import CONSENSUS, SELF
from trainer.scoring.agreement import APART, raters_only
from trainer.scoring.estimate import Estimate
from trainer.scoring.severity import EXACT, severities

_SURE = 0.025


@dataclass(frozen=True, slots=True)
class ItemProfile:
    """One item, in points. ``mean`` is of the supervisors' ratings, None where there is none.

    ``fair`` is what the average rater would have given; None where the raters cannot be compared.
    ``own`` is of self-ratings and ``others`` of the supervisors', both over the ``pairs`` responses
    that both rated; ``gap`` is how much higher the own ones are there. ``agreed`` is what raters
    agreed on afterwards, over ``agreed_on`` responses: no further rating, so in no other figure.
    """

    mean: Estimate | None
    responses: int
    clients: int
    raters: int
    ratings: int
    fair: float | None
    own: float | None
    others: float | None
    gap: Estimate | None
    pairs: int
    agreed: float | None
    agreed_on: int


@dataclass(frozen=True, slots=True)
class Lowest:
    """The item with the lowest mean, and how far below the others it is on the same clients.

    ``stands_out``: the whole interval of ``below`` lies under 0, having looked at every item
    (Bonferroni). ``below`` is None with one item.
    """

    item: str
    below: Estimate | None
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """All items in their order; how many pairs of ratings there are, and how many within a point.

    ``lowest`` is None where nothing was rated.
    """

    items: dict[str, ItemProfile]
    lowest: Lowest | None
    pairs: int
    within_one: int


def profile(marks: Sequence[Mark], trainee: str) -> Profile:
    """One trainee's profile, from everybody's marks on one rubric (for fair scores)."""
    fair = _fair(marks, trainee)
    theirs = [mark for mark in marks if mark.trainee == trainee]
    items = {
        item: _item([mark for mark in theirs if mark.item == item], fair.get(item))
        for item in dict.fromkeys(mark.item for mark in theirs)
    }
    pairs = list(_pairs(theirs))
    return Profile(
        items, _lowest(theirs, items), len(pairs), sum(abs(a - b) <= 1 for a, b in pairs)
    )


def over_clients(
    values: Iterable[tuple[str, float]], *, looked_at: int = 1
) -> tuple[Estimate | None, int]:
    """The mean over clients of (client, value), with its interval, and how many clients.

    No limits below ``INTERVAL_MIN`` clients. ``looked_at``: for so many figures at once.
    """
    means = list(_client_means(values).values())
    if not means:
        return None, 0
    centre, count = fmean(means), len(means)
    if count < INTERVAL_MIN:
        return Estimate(centre), count
    from scipy.special import stdtrit

    quantile = float(stdtrit(count - 1, 1 - _SURE / looked_at))
    half = quantile * max(stdev(means), LEAST_SPREAD) / math.sqrt(count)
    return Estimate(centre, centre - half, centre + half), count


def _client_means(values: Iterable[tuple[str, float]]) -> dict[str, float]:
    by_client: dict[str, list[float]] = {}
    for client, value in values:
        by_client.setdefault(client, []).append(value)
    return {client: fmean(each) for client, each in by_client.items()}


def _client(mark: Mark) -> str:
    """Who was answered; where nobody knows, each response stands for itself."""
    return mark.vignette or f"response {mark.response}"


def _by_response(marks: Iterable[Mark]) -> dict[tuple[str, str], float]:
    """The mean of each response, by (client, response)."""
    scores: dict[tuple[str, str], list[float]] = {}
    for mark in marks:
        if mark.score is not None:
            scores.setdefault((_client(mark), mark.response), []).append(mark.score)
    return {key: fmean(each) for key, each in scores.items()}


def _item(marks: Sequence[Mark], fair: Mapping[str, float] | None) -> ItemProfile:
    given = [mark for mark in marks if mark.role not in APART and mark.score is not None]
    means = _by_response(given)
    own = _by_response(mark for mark in marks if mark.role == SELF)
    agreed = _by_response(mark for mark in marks if mark.role == CONSENSUS)
    both = [key for key in means if key in own]
    mean, clients = over_clients((client, value) for (client, _), value in means.items())
    gap, _ = over_clients((key[0], own[key] - means[key]) for key in both)
    fairly = [(client, fair[response]) for client, response in means] if fair else []
    return ItemProfile(
        mean, len(means), clients, len({mark.rater for mark in given}), len(given),
        _mean(fairly), _mean((key[0], own[key]) for key in both),
        _mean((key[0], means[key]) for key in both), gap, len(both),
        _mean((client, value) for (client, _), value in agreed.items()), len(agreed),
    )  # fmt: skip


def _mean(values: Iterable[tuple[str, float]]) -> float | None:
    means = _client_means(values)
    return fmean(means.values()) if means else None


def _fair(marks: Sequence[Mark], trainee: str) -> dict[str, dict[str, float]]:
    """Fair scores of the trainee's responses by item, where their raters' severity is known."""
    found: dict[str, dict[str, float]] = {}
    for item, scores in raters_only(marks).items():
        severity = severities(scores)
        theirs = [
            mark
            for mark in marks
            if mark.trainee == trainee and mark.item == item
            and mark.role not in APART and mark.score is not None
        ]  # fmt: skip
        known = [severity.points.get(mark.rater) for mark in theirs]
        sure = severity.reason == EXACT or all(one and one.low is not None for one in known)
        if severity.reason in (None, EXACT) and sure and None not in known:
            fair = {mark.response: severity.fair[mark.response].fair for mark in theirs}
            found[item] = {name: score for name, score in fair.items() if score is not None}
    return found


def _pairs(marks: Iterable[Mark]) -> Iterable[tuple[float, float]]:
    """Every two raters' scores of one response on one item."""
    scores: dict[tuple[str, str], list[float]] = {}
    for mark in marks:
        if mark.role not in APART and mark.score is not None:
            scores.setdefault((mark.response, mark.item), []).append(mark.score)
    for each in scores.values():
        yield from combinations(each, 2)


def _lowest(marks: Sequence[Mark], items: Mapping[str, ItemProfile]) -> Lowest | None:
    rated = {name: one.mean.value for name, one in items.items() if one.mean is not None}
    if not rated:
        return None
    lowest = min(rated, key=lambda name: rated[name])
    per_item = {
        name: _client_means(
            (client, value)
            for (client, _), value in _by_response(
                mark for mark in marks if mark.item == name and mark.role not in APART
            ).items()
        )
        for name in rated
    }
    differences = []
    for client, value in per_item[lowest].items():
        others = [per_item[name][client] for name in rated
                  if name != lowest and client in per_item[name]]  # fmt: skip
        if others:
            differences.append((client, value - fmean(others)))
    below, _ = over_clients(differences, looked_at=len(rated))
    high = below.high if below else None
    return Lowest(lowest, below, high is not None and high < 0)
