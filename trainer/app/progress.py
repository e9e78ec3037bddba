"""Ratings over time, one series per item of a rubric: one's own, and what others gave."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from trainer.app.library import Library
from trainer.domain.counted import counted
from trainer.domain.others import Given, OthersPoint, others_points, raters_of
from trainer.domain.progress import (
    INTERVAL_MIN,
    WINDOW,
    Point,
    Trend,
    printed_difference,
    trend,
)
from trainer.domain.rubric import Item, Rubric, Scale
from trainer.exchange.wording import number
from trainer.store import queries
from trainer.store.db import Log
from trainer.store.others import others_given

# What two scores rounded to whole points hide of their difference (Sheppard, twice).
LEAST_SPREAD_OF_GAPS = sqrt(1 / 6)


@dataclass(frozen=True, slots=True)
class ByOthers:
    """What others gave on one item: points, their running mean, and what it says in a sentence.

    ``gap`` says how one's own ratings lie to theirs.
    """

    points: tuple[OthersPoint, ...]
    trend: tuple[Trend, ...]
    sentence: str
    gap: str


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """One chart: its points, its running mean with interval, and what it says in a sentence.

    ``others`` is None where nobody else rated a response that one has rated oneself.
    """

    item: Item
    points: tuple[Point, ...]
    trend: tuple[Trend, ...]
    sentence: str
    others: ByOthers | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """All charts of one rubric for one person; ``raters`` is how many others gave a score."""

    rubric: Rubric
    items: tuple[ItemProgress, ...]
    responses: int
    raters: int = 0


def progress(log: Log, library: Library, person_id: str, name: str) -> Progress:
    """The series of every item of the rubric (its ``pack/id``); to be run on the log's thread."""
    rubric = library.rubric(name)
    pack = rubric.ref.pack
    given = others_given(log, person_id, pack, rubric.id)
    items = []
    for item in rubric.items:
        own = queries.item_points(log, person_id, rubric.id, item.id, pack=pack, role="self")
        series = trend(own)
        others = by_others(own, given.get(item.id, ()), rubric.scale)
        items.append(ItemProgress(item, own, series, sentence(item, series, rubric.scale), others))
    raters = raters_of(point for one in items if one.others for point in one.others.points)
    count = queries.count_responses(log, person_id)
    return Progress(rubric, tuple(items), count, len(raters))


def sentence(item: Item, series: tuple[Trend, ...], scale: Scale) -> str:
    """What the chart shows, with its uncertainty, and no more than it can show."""
    if not series:
        return f"No rating of {item.title.lower()} yet."
    last = series[-1]
    count = f"{len(series)} self-rating{'s' if len(series) > 1 else ''}, one rater"
    if last.low is None or last.high is None:
        return f"{count}. An interval needs {INTERVAL_MIN} ratings; single ones scatter by a point."
    return (
        f"{count}. Mean of the last {min(last.n, WINDOW)}: {last.mean:.1f}, "
        f"95 % interval {max(last.low, scale.min):.1f} to {min(last.high, scale.max):.1f}; "
        "differences inside it mean nothing yet."
    )


def by_others(own: Sequence[Point], given: Sequence[Given], scale: Scale) -> ByOthers | None:
    """What others gave on one item, beside one's own points; None where they gave no score."""
    points = others_points(given)
    if not points:
        return None
    from trainer.scoring.others import others_trend, strictness  # SciPy is slow to load

    series = others_trend(points, strictness(given))
    return ByOthers(
        points, series, _others_sentence(points, series, scale), gap(own, points, scale)
    )


def gap(own: Sequence[Point], others: Sequence[OthersPoint], scale: Scale) -> str:
    """One's own ratings less those of others, on the responses that have both, in a sentence.

    The interval is that of the mean difference from these raters; it takes the responses as
    independent. It cannot know how strict these raters are, so their number stands beside it.
    """
    mine = {point.response_id: point.score for point in own}
    both = [point for point in others if point.response_id in mine]
    if len(both) < INTERVAL_MIN:
        return (
            "How you rate yourself beside others cannot be told yet: it takes "
            f"{INTERVAL_MIN} responses that both rated ({len(both)} so far)."
        )
    from trainer.scoring.change import gap as gap_of

    step = 0.5 if scale.half_points else 1.0
    ours, theirs = [mine[point.response_id] for point in both], [point.score for point in both]
    found = gap_of(ours, theirs, step * LEAST_SPREAD_OF_GAPS).difference
    if found is None or found.low is None or found.high is None:
        raise ValueError(f"no gap of {len(both)} pairs")
    low, high = round(found.low, 1), round(found.high, 1)
    chance = "" if low > 0 or high < 0 else ": no sure difference"
    own_mean, others_mean = fmean(ours), fmean(theirs)
    return (
        f"On {counted(len(both), 'response')} that others rated too, you gave "
        f"{number(own_mean, 1)} on average and they {number(others_mean, 1)}: you rate yourself "
        f"{_apart(printed_difference(own_mean, others_mean))} "
        f"(95 % interval {number(low, 1)} to {number(high, 1)}; "
        f"{_raters(len(raters_of(both)))}){chance}."
    )


def _apart(difference: float) -> str:
    points = f"{abs(difference):.1f}"
    if points == "0.0":
        return "as they do on the whole"
    many = "point" if points == "1.0" else "points"
    return f"{points} {many} {'higher' if difference > 0 else 'lower'}"


def _others_sentence(points: Sequence[OthersPoint], series: tuple[Trend, ...], scale: Scale) -> str:
    raters, last = len(raters_of(points)), series[-1]
    agreed = sum(point.consensus for point in points)
    count = (
        f"Others: {len(points)} response{'s' if len(points) > 1 else ''}, {_raters(raters)}"
        f"{f', {agreed} by consensus' if agreed else ''}. "
    )
    mean = f"Mean of the last {last.n}: {last.mean:.1f}" if last.n > 1 else f"Mean: {last.mean:.1f}"
    if last.low is not None and last.high is not None:
        low, high = max(last.low, scale.min), min(last.high, scale.max)
        return (
            f"{count}{mean}, 95 % interval {low:.1f} to {high:.1f}, "
            "which counts how far the raters differ."
        )
    if raters == 1:
        why = "one rater alone cannot show how strict they are"
    elif last.n < INTERVAL_MIN:
        why = f"that takes {INTERVAL_MIN} responses"
    else:
        why = f"that takes {INTERVAL_MIN} responses rated by two or more"
    return f"{count}{mean}, without an interval: {why}."


def _raters(count: int) -> str:
    return "one rater" if count == 1 else f"{count} raters"
