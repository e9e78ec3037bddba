"""What others gave is found, each judgement once, and never before the person's own rating."""

from dataclasses import replace

import pytest

from tests.store import made
from trainer.domain.others import others_points
from trainer.domain.rating import Rating
from trainer.domain.response import Response
from trainer.domain.rubric import RubricRef
from trainer.store import people, queries, ratings
from trainer.store.db import Log
from trainer.store.others import others_given, others_means, self_rated


@pytest.fixture
def response(log: Log) -> Response:
    return made.recorded(log, made.plan(made.begun(log)))


def by(response: Response, rater: str, warmth: float | None, **more: object) -> Rating:
    rating = made.rating(
        response.id, rater, role="supervisor", scores={"warmth": warmth, "repair": 2.0}
    )
    return replace(rating, **more)


def scores(log: Log, response: Response) -> list[tuple[float, int]]:
    given = others_given(log, response.person_id, "core", "alliance")
    return [(p.score, len(p.raters)) for p in others_points(given.get("warmth", ()))]


def test_nothing_before_ones_own_rating_and_everything_after(log: Log, response: Response) -> None:
    for rater, warmth in (("a", 2.0), ("b", 3.0)):
        ratings.add_rating(log, by(response, rater, warmth))
    assert not self_rated(log, response.id)
    assert others_given(log, response.person_id, "core", "alliance") == {}
    assert others_means(log, [response.id]) == {}
    assert queries.rubrics_used(log, response.person_id) == ()
    (row,) = queries.log_rows(log, response.person_id)
    assert (row.others, row.others_raters) == ({}, 0)
    ratings.add_rating(log, made.rating(response.id))
    assert self_rated(log, response.id)
    assert scores(log, response) == [(2.5, 2)]
    (row,) = queries.log_rows(log, response.person_id)
    assert (row.others, row.others_raters) == ({"warmth": 2.5, "repair": 2.0}, 2)
    assert [use.count for use in queries.rubrics_used(log, response.person_id)] == [3]


def test_a_correction_counts_and_the_old_one_does_not(log: Log, response: Response) -> None:
    ratings.add_rating(log, made.rating(response.id))
    old = by(response, "a", 1.0)
    ratings.add_rating(log, old)
    ratings.add_rating(log, by(response, "a", 4.0, supersedes=old.id, locked_at=made.later(9)))
    assert scores(log, response) == [(4.0, 1)]


def test_neither_training_nor_a_reference_nor_oneself_is_an_others_judgement(
    log: Log, response: Response
) -> None:
    ratings.add_rating(log, made.rating(response.id))
    for role in ("calibration", "reference"):
        ratings.add_rating(log, by(response, "a", 1.0, role=role))
    ratings.add_rating(log, by(response, response.person_id, 5.0))
    assert scores(log, response) == []


def test_a_consensus_stands_for_its_raters(log: Log, response: Response) -> None:
    ratings.add_rating(log, made.rating(response.id))
    first, second, third = (by(response, r, s) for r, s in (("a", 1.0), ("b", 2.0), ("c", 5.0)))
    for rating in (first, second, third):
        ratings.add_rating(log, rating)
    agreed = by(
        response, "a", 2.0, role="consensus", of=tuple(sorted((first.id, second.id))),
        locked_at=made.later(20),
    )  # fmt: skip
    ratings.add_rating(log, agreed)
    assert scores(log, response) == [(3.0, 3)]


@pytest.mark.parametrize("anew", [False, True])
def test_a_consensus_speaks_for_nobody_once_its_raters_said_something_else(
    log: Log, response: Response, anew: bool
) -> None:
    ratings.add_rating(log, made.rating(response.id))
    first, second = (by(response, r, s) for r, s in (("a", 4.0), ("b", 2.0)))
    agreed = by(response, "nobody", 4.0, role="consensus", of=(first.id, second.id))
    now = by(response, "a", 1.0, supersedes=None if anew else first.id, locked_at=made.later(9))
    for rating in (first, second, agreed):
        ratings.add_rating(log, rating)
    assert scores(log, response) == [(4.0, 2)]
    ratings.add_rating(log, now)
    assert scores(log, response) == [(1.5, 2)]
    (row,) = queries.log_rows(log, response.person_id)
    assert (row.others["warmth"], row.others_raters) == (1.5, 2)
    later = by(response, "nobody", 3.0, role="consensus", supersedes=agreed.id,
               of=(now.id, second.id))  # fmt: skip
    ratings.add_rating(log, later)
    assert scores(log, response) == [(3.0, 2)]


def test_other_scales_are_kept_apart(log: Log, response: Response) -> None:
    ratings.add_rating(log, made.rating(response.id))
    ratings.add_rating(log, by(response, "a", 4.0, rubric=RubricRef("core", "alliance", 1)))
    ratings.add_rating(log, by(response, "a", 1.0, rubric=RubricRef("core", "brief", 1)))
    ratings.add_rating(log, by(response, "x", 99.0, rubric=RubricRef("other", "alliance", 1)))
    assert scores(log, response) == [(4.0, 1)]
    found = others_means(log, [response.id])[response.id]
    assert found["core", "brief"].means == {"warmth": 1.0, "repair": 2.0}
    (row,) = queries.log_rows(log, response.person_id)
    assert (row.rubric, row.others["warmth"]) == ("alliance", 4.0)


def test_another_person_sees_nothing_of_it(log: Log, response: Response) -> None:
    ratings.add_rating(log, made.rating(response.id))
    ratings.add_rating(log, by(response, "a", 4.0))
    other = made.person("C. D.")
    people.add_person(log, other)
    assert others_given(log, other.id, "core", "alliance") == {}
