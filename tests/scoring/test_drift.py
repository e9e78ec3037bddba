"""Drift: whether a rater's severity moves over occasions, and how sure that is."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from tests.scoring.made import study
from trainer.domain.mark import Mark
from trainer.scoring.agreement import agreement
from trainer.scoring.doubts import doubts
from trainer.scoring.drift import NO_OCCASIONS, occasions_of
from trainer.scoring.drift import drift as drift_of
from trainer.scoring.occasions import ordered, periods
from trainer.scoring.severity import severities
from trainer.scoring.table import ItemScores, of_items


def marks(scores: ItemScores, occasion_of, grows=0.0, who="r3") -> list[Mark]:
    """A study as marks; ``occasion_of`` a response's trainee and vignette (numbers from 0)."""
    assert scores.trainee is not None
    assert scores.vignette is not None
    found = []
    for row, score in enumerate(scores.score):
        trainee, vignette = scores.trainee.codes[row], scores.vignette.codes[row]
        place = occasion_of(int(trainee), int(vignette))
        rater = scores.rater.names[scores.rater.codes[row]]
        less = grows * place if rater == who else 0.0
        found.append(Mark(
            scores.response.names[scores.response.codes[row]], rater, "warmth", float(score - less),
            f"t{trainee}", f"v{vignette}", f"{place + 1}",
        ))  # fmt: skip
    return found


def found_in(table: list[Mark]):
    raters = [mark for mark in table if mark.role is None]
    return drift_of(of_items(raters)["warmth"], occasions_of(table))


def halves(_trainee: int, vignette: int) -> int:
    return vignette // 4


def quarters(_trainee: int, vignette: int) -> int:
    return vignette // 2


def test_severity_on_each_occasion_is_that_of_the_occasion_alone():
    table = marks(study(np.random.default_rng(1), missing=0.2), halves)
    found = found_in(table)
    for occasion in ("1", "2"):
        alone = of_items([mark for mark in table if mark.occasion == occasion])["warmth"]
        for rater, one in severities(alone).points.items():
            assert found.among[rater].points[occasion].value == pytest.approx(one.value, abs=1e-9)
    assert list(found.among["r1"].points) == ["1", "2"]


def test_a_rater_who_becomes_more_severe_is_found_and_by_how_much():
    quiet = found_in(marks(study(np.random.default_rng(2)), quarters))
    found = found_in(marks(study(np.random.default_rng(2)), quarters, grows=0.3))
    slope = found.among["r3"].slope
    # .3 of its own, less the third of it by which the average of the three moves
    assert slope.value == pytest.approx(quiet.among["r3"].slope.value + 0.2, abs=1e-9)
    assert slope.low > 0
    assert found.among["r1"].slope.value < 0
    change = found.among["r3"].change
    points = [one.value for one in found.among["r3"].points.values()]
    assert change.value == pytest.approx(points[-1] - points[0])
    assert change.low < change.value < change.high
    assert slope.value == pytest.approx(np.polyfit(range(4), points, 1)[0])


def test_what_all_raters_drift_alike_shows_against_the_reference_only():
    scores = study(np.random.default_rng(3), severity=(0.0, 0.0, 0.0))
    table = marks(scores, quarters)
    alike = [replace(mark, score=mark.score - 0.3 * (int(mark.occasion) - 1)) for mark in table]
    right = {}
    for mark in table:
        right.setdefault(mark.response, []).append(mark.score)
    means = [
        Mark(response, "panel", "warmth", float(np.mean(scores)), role="reference")
        for response, scores in right.items()
    ]
    found, before = found_in(alike + means), found_in(table + means)
    for rater in ("r1", "r2", "r3"):
        among, against = found.among[rater].slope, found.against[rater].slope
        assert among.value == pytest.approx(before.among[rater].slope.value, abs=1e-9)
        assert against.value == pytest.approx(before.against[rater].slope.value + 0.3)
        assert against.low > 0.1
    assert not found_in(alike).against


def test_intervals_of_two_raters_are_those_of_the_t_test_on_differences():
    """Each response of its own, two raters: half the difference has a plain two-sample interval."""
    draw = np.random.default_rng(4)
    one, other = draw.normal(3, 1, (2, 24))
    table = [
        Mark(f"u{n}", rater, "warmth", float(values[n]), occasion="after" if n >= 12 else "before")
        for rater, values in (("r1", one), ("r2", other))
        for n in range(24)
    ]
    found = found_in(table).among["r1"]
    half = (other - one) / 2
    groups = half[12:], half[:12]  # "after" comes before "before"
    assert list(found.points) == ["after", "before"]
    change = groups[1].mean() - groups[0].mean()
    error = np.sqrt(sum(g.var(ddof=1) / 12 for g in groups))
    assert found.change.value == pytest.approx(change)
    assert found.change.high - change == pytest.approx(2.073873 * error, rel=1e-5)  # t, 22 df


def test_order_and_names_change_nothing():
    table = marks(study(np.random.default_rng(5), missing=0.3), quarters, grows=0.2)
    again = [table[n] for n in np.random.default_rng(6).permutation(len(table))]
    first, second = found_in(table).among, found_in(again).among
    for rater, course in first.items():
        assert second[rater].slope.value == pytest.approx(course.slope.value, abs=1e-9)
        assert second[rater].slope.high == pytest.approx(course.slope.high, abs=1e-9)


def test_who_was_not_there_on_every_occasion_is_compared_with_those_who_were():
    table = [
        mark
        for mark in marks(study(np.random.default_rng(7)), quarters)
        if mark.rater != "r1" or mark.occasion in ("2", "3")
    ]
    found = found_in(table)
    assert found.among["r1"].points["1"] is None
    assert found.among["r1"].points["2"] is not None
    assert found.among["r1"].slope is not None
    first = [found.among[rater].points["2"].value for rater in ("r2", "r3")]
    assert sum(first) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda mark: replace(mark, occasion=None), NO_OCCASIONS),
        (lambda mark: replace(mark, occasion="1"), "it takes two occasions with 5 responses"),
        (lambda mark: mark if mark.rater == "r1" else None, "there is only one rater"),
        (
            lambda mark: mark if mark.rater == "r1" or mark.occasion == "1" else None,
            "it takes two occasions",
        ),
    ],
)
def test_what_cannot_be_told_has_a_reason(change, reason):
    table = marks(study(np.random.default_rng(8)), halves)
    table = [new for mark in table if (new := change(mark)) is not None]
    found = found_in(table)
    assert found.reason.startswith(reason)
    assert all(course.slope is None and course.change is None for course in found.among.values())
    said = " ".join(doubts(agreement(table)))
    assert ("drift: " in said) == (reason != NO_OCCASIONS)


def test_an_occasion_with_too_few_is_left_out_and_said():
    table = marks(study(np.random.default_rng(9)), halves)
    table += [
        Mark(f"extra {n}", rater, "warmth", 3.0, occasion="3") for n in range(2)
        for rater in ("r1", "r2")
    ]  # fmt: skip
    table = [replace(m, trainee=None, vignette=None) for m in table]
    found = found_in(table)
    assert list(found.among["r1"].points) == ["1", "2"]
    assert any(note.startswith("Occasion 3 is left out of drift") for note in found.notes)


def test_occasions_come_as_numbers_times_or_words():
    assert ordered(["10", "9", "2.5"]) == ("2.5", "9", "10")
    assert ordered(["2026-03-01T10:00Z", "2026-03-01T11:30+02:00", "2025-12-31"]) == (
        "2025-12-31", "2026-03-01T11:30+02:00", "2026-03-01T10:00Z",
    )  # fmt: skip
    assert ordered(["week 10", "week 2", "9"]) == ("9", "week 2", "week 10")


def test_days_are_put_together_and_named_occasions_are_not():
    days = {f"2026-03-{day:02}": 3 for day in range(1, 21)}
    found = periods(days, 5)
    assert list(found) == list(days)
    counts = np.unique(list(found.values()), return_counts=True)[1]
    assert len(counts) == 6
    assert counts.min() >= 3
    assert found["2026-03-01"] == "2026-03-01 to 2026-03-04"
    named = {f"session {n}": 3 for n in range(20)}
    assert set(periods(named, 5).values()) == set(named)


def spells(trainee: int, _vignette: int) -> int:
    return trainee // 20


def rated_later(mark: Mark) -> Mark:
    """Answers of one day, rated in two spells: each rater on a day of its own in both."""
    late = int(mark.trainee.removeprefix("t")) >= 20
    day = date(2026, 3, 1) + timedelta(days=28 * late + int(mark.rater.removeprefix("r")))
    return replace(mark, occasion="2026-02-01", rated=day.isoformat())


def test_drift_goes_by_when_raters_rated_where_the_table_says_so():
    table = marks(study(np.random.default_rng(5)), spells, grows=0.6)
    by_response = found_in([replace(mark, occasion="2026-02-01") for mark in table])
    assert by_response.time == "response"
    assert by_response.reason.startswith("it takes two occasions")
    found = found_in([rated_later(mark) for mark in table])
    assert found.time == "rating"
    assert found.notes == ("For drift, 6 days were put together to 2 periods.",)
    assert list(found.among["r3"].points) == [
        "2026-03-02 to 2026-03-04",
        "2026-03-30 to 2026-04-01",
    ]
    named = found_in(table)
    slope, expected = found.among["r3"].slope, named.among["r3"].slope
    assert (slope.value, slope.low, slope.high) == (expected.value, expected.low, expected.high)
    assert slope.low > 0


def test_responses_that_raters_rated_in_different_periods_are_told_of():
    late = [
        replace(mark, rated="2026-03-30") if mark.rater == "r1" and mark.response == "u1" else mark
        for mark in map(rated_later, marks(study(np.random.default_rng(5), missing=0.0), spells))
        if mark.rater != "r3"
    ]
    assert found_in(late).notes[-1].startswith("1 response of two raters or more tell")
