"""Who rated whom: of this log's responses and of those that were heard for it elsewhere."""

from dataclasses import replace
from datetime import timedelta

from tests.store import made
from trainer.domain.ids import local_now
from trainer.domain.rating import CALIBRATION, CONSENSUS, SELF, SUPERVISOR
from trainer.domain.rubric import RubricRef
from trainer.store import heard, judged, put_away, ratings, rounds
from trainer.store.db import Log


def response(log: Log) -> tuple[str, str]:
    """A response of this log and whose it is."""
    sitting = made.begun(log)
    return made.recorded(log, made.plan(sitting)).id, sitting.person_id


def rate(log: Log, response_id: str, rater: str, role: str = SUPERVISOR, **more: object) -> str:
    given = made.rating(response_id, rater, role=role)
    ratings.add_rating(log, replace(given, **more))  # type: ignore[arg-type]  # of a Rating
    return given.id


def test_two_raters_on_one_version_that_stand(log: Log) -> None:
    both, _ = response(log)
    rate(log, both, "a")
    rate(log, both, "b")
    for second in (
        {"role": SELF}, {"role": CALIBRATION}, {"role": CONSENSUS},
        {"rubric": RubricRef("core", "alliance", 3)}, {"rater_id": "a"},
    ):  # fmt: skip
        other, _ = response(log)
        rate(log, other, "a")
        rate(log, other, "b", **second)
    assert judged.by_several(log) == (both,)
    assert (len(judged.by_any(log)), len(judged.by_one(log))) == (6, 4)
    assert judged.raters(log) == ("a", "b")
    # What came up as a reference is none to agree on, and still two people's work.
    rounds.add_round(log, made.round_of(both, reference=both))
    assert (judged.by_several(log), len(judged.by_one(log))) == ((), 4)


def test_a_corrected_rating_counts_once(log: Log) -> None:
    one, _ = response(log)
    first = rate(log, one, "a")
    rate(log, one, "a", supersedes=first)
    assert judged.by_several(log) == ()
    assert judged.by_any(log) == (one,)


def test_whose_and_to_whom_it_is_wherever_it_lies(log: Log) -> None:
    here, owner = response(log)
    there, strange = made.heard(person_id="p-of-elsewhere"), replace(made.heard(), vignette=None)
    heard.add_heard(log, there)
    heard.add_heard(log, strange)
    ids = [here, there.response_id, strange.response_id]
    assert judged.whose(log, ids) == {here: owner, there.response_id: "p-of-elsewhere"}
    assert judged.clients(log, ids) == dict.fromkeys(ids[:2], "core/late-again")
    for one in ids:
        rate(log, one, "a")
        rate(log, one, "b")
    assert judged.trainees(log) == {owner: 1, "p-of-elsewhere": 1}
    assert judged.rated_of(log, "p-of-elsewhere") == (there.response_id,)
    assert set(judged.by_several(log)) == set(ids)


def test_who_set_out_to_rate_and_has_not(log: Log) -> None:
    one, _ = response(log)
    other, _ = response(log)
    rounds.add_round(log, made.round_of(one, other, rater_id="a"))
    rounds.add_round(log, made.round_of(one, rater_id="b"))
    rounds.add_round(log, replace(made.round_of(other, rater_id="c"), kind="calibration"))
    rate(log, one, "b")
    assert judged.still_to_rate(log, (one, other)) == {one: ("a",), other: ("a",)}
    assert judged.still_to_rate(log, ()) == {}
    assert judged.raters(log) == ("a", "b")
    (again,) = (of for of in rounds.rounds_of(log, "a"))
    now = local_now()
    put_away.add_move(log, again.id, now, away=True)
    assert judged.still_to_rate(log, (one, other)) == {}
    put_away.add_move(log, again.id, now + timedelta(seconds=1), away=False)
    assert judged.still_to_rate(log, (one,)) == {one: ("a",)}


def test_who_rated_on_other_scales_has_still_to_rate_on_the_rounds(log: Log) -> None:
    one, _ = response(log)
    of = made.round_of(one, rater_id="a")
    rounds.add_round(log, of)
    for other in (
        replace(of.rubric, pack="another"),
        replace(of.rubric, rubric="eight"),
        replace(of.rubric, version=of.rubric.version + 1),
    ):
        rate(log, one, "a", rubric=other)
        assert judged.still_to_rate(log, (one,), other) == {}
    assert judged.still_to_rate(log, (one,)) == {one: ("a",)}
    assert judged.still_to_rate(log, (one,), of.rubric) == {one: ("a",)}
    # Hidden among the live ones it is rated with another role.
    rate(log, one, "a", CALIBRATION, rubric=of.rubric, round_id=of.id)
    assert judged.still_to_rate(log, (one,)) == {}


def test_many_are_read_at_once_as_one_by_one(log: Log) -> None:
    ids = [response(log)[0] for _ in range(3)]
    for one in ids[:2]:
        a, b = rate(log, one, "a"), rate(log, one, "b")
        rate(log, one, "k", CONSENSUS, of=tuple(sorted((a, b))))
    found = ratings.ratings_of_all(log, ids)
    assert set(found) == set(ids[:2])
    assert found == {one: ratings.ratings_of(log, one) for one in ids[:2]}
    assert ratings.ratings_of(log, ids[2]) == ()
