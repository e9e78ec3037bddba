"""Ratings over time, one series per item of a rubric."""

from dataclasses import dataclass

from trainer.app.library import Library
from trainer.domain.progress import INTERVAL_MIN, WINDOW, Point, Trend, trend
from trainer.domain.rubric import Item, Rubric, Scale
from trainer.store import queries
from trainer.store.db import Log


@dataclass(frozen=True, slots=True)
class ItemProgress:
    """One chart: its points, its running mean with interval, and what it says in a sentence."""

    item: Item
    points: tuple[Point, ...]
    trend: tuple[Trend, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Progress:
    """All charts of one rubric for one person."""

    rubric: Rubric
    items: tuple[ItemProgress, ...]
    responses: int


def progress(log: Log, library: Library, person_id: str, rubric_id: str) -> Progress:
    """The series of every item of the rubric; to be run on the log's thread."""
    rubric = library.rubric(rubric_id)
    items = []
    for item in rubric.items:
        own = queries.item_points(log, person_id, rubric.id, item.id, role="self")
        series = trend(own)
        items.append(ItemProgress(item, own, series, sentence(item, series, rubric.scale)))
    return Progress(rubric, tuple(items), queries.count_responses(log, person_id))


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
