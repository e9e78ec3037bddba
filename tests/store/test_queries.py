from tests.store import made
from trainer.domain.progress import Point
from trainer.domain.response import SessionEnd
from trainer.domain.rubric import RubricRef
from trainer.store import measures, notes, queries, ratings, sessions
from trainer.store.db import Log
from trainer.store.queries import Felt, Practised


class TestLogRows:
    def test_a_row_holds_what_a_line_shows(self, log: Log) -> None:
        sitting = made.begun(log)
        one = made.recorded(log, made.plan(sitting, attempt=2, position=4))
        (row,) = queries.log_rows(log, sitting.person_id)
        assert (row.id, row.attempt, row.position) == (one.id, 2, 4)
        assert (row.change_tried, row.recording_id) == ("say less", one.recording.id)
        assert (row.started_at, row.duration_s, row.ended_by) == (one.started_at, 12.5, "person")
        assert (row.scores, row.rubric, row.latency_s, row.has_note) == ({}, None, None, False)
        measures.save_measures(log, one.id, made.measures(2.75))
        notes.add_note(log, made.note(one.id, "wait"))
        ratings.add_rating(log, made.rating(one.id))
        (row,) = queries.log_rows(log, sitting.person_id)
        assert (row.latency_s, row.has_note) == (0.75, True)
        assert (row.rubric_pack, row.rubric, row.rubric_version) == ("core", "alliance", 2)
        assert row.scores == {"warmth": 3.0, "repair": 4.5, "metacommunication": None}

    def test_scores_are_the_newest_standing_self_rating(self, log: Log) -> None:
        sitting = made.begun(log)
        one = made.recorded(log, made.plan(sitting))
        old = made.rating(one.id, scores={"warmth": 1.0})
        new = made.rating(one.id, scores={"warmth": 2.0}, supersedes=old.id, at=made.later(1))
        # Corrected later than the next, yet locked before it: the newest lock counts.
        brief = RubricRef("core", "brief", 1)
        newest = made.rating(one.id, scores={"calm": 4.0}, rubric=brief, at=made.later(2))
        boss = made.rating(
            one.id, "boss", role="supervisor", scores={"warmth": 5.0}, at=made.later(9)
        )
        for rating, scores in ((old, 1.0), (new, 2.0), (boss, 2.0)):
            ratings.add_rating(log, rating)
            (row,) = queries.log_rows(log, sitting.person_id)
            assert row.scores == {"warmth": scores}
        ratings.add_rating(log, newest)
        (row,) = queries.log_rows(log, sitting.person_id)
        assert (row.rubric, row.scores) == ("brief", {"calm": 4.0})

    def test_pages_and_filters(self, log: Log) -> None:
        sitting = made.begun(log)
        who = sitting.person_id
        names = ["late", "quiet", "late", "late", "quiet"]
        made_ = [
            made.recorded(log, made.plan(sitting, vignette=v, at=made.later(n))).id
            for n, v in enumerate(names)
        ]
        own = made.recorded(log, made.plan(sitting, vignette="late", pack="own", at=made.later(9)))
        assert [r.id for r in queries.log_rows(log, who)] == [own.id, *reversed(made_)]
        late = queries.log_rows(log, who, vignette="late", pack="core", limit=2)
        assert [r.id for r in late] == [made_[3], made_[2]]
        rest = queries.log_rows(log, who, vignette="late", before=late[-1].id)
        assert [r.id for r in rest] == [made_[0]]
        assert queries.log_rows(log, "nobody") == ()
        assert queries.count_responses(log, who) == 6
        assert queries.count_responses(log, who, vignette="late") == 4
        assert queries.count_responses(log, who, vignette="late", pack="own") == 1
        assert queries.count_responses(log, "nobody") == 0


def test_item_points_are_all_standing_scores_oldest_first(log: Log) -> None:
    sitting = made.begun(log)
    second = made.recorded(log, made.plan(sitting, at=made.later(10), attempt=2))
    first = made.recorded(log, made.plan(sitting))
    old = made.rating(first.id, scores={"warmth": 1.0})
    for rating in (
        old,
        made.rating(first.id, scores={"warmth": 2.5}, supersedes=old.id, at=made.later(1)),
        made.rating(first.id, "boss", role="supervisor", scores={"warmth": 4.0}, at=made.later(20)),
        made.rating(second.id, scores={"warmth": None, "repair": 3.0}),
        made.rating(second.id, "boss", role="supervisor", scores={"warmth": 5.0}),
        made.rating(second.id, scores={"warmth": 1.0}, rubric=RubricRef("core", "brief", 1)),
    ):
        ratings.add_rating(log, rating)
    who = sitting.person_id
    assert queries.item_points(log, who, "alliance", "warmth") == (
        Point(first.id, first.started_at, 2.5, "self", "late-again", 1),
        Point(first.id, first.started_at, 4.0, "supervisor", "late-again", 1),
        Point(second.id, second.started_at, 5.0, "supervisor", "late-again", 2),
    )
    assert queries.item_points(log, who, "alliance", "warmth", pack="own") == ()
    assert queries.item_points(log, who, "alliance", "none") == ()


def test_rubrics_used_with_versions_and_items_in_order(log: Log) -> None:
    sitting = made.begun(log)
    one = made.recorded(log, made.plan(sitting))
    old = made.rating(one.id, rubric=RubricRef("core", "alliance", 1), scores={"z": 1.0})
    for rating in (
        made.rating(one.id, rubric=RubricRef("own", "brief", 1), scores={"calm": 2.0}),
        old,
        made.rating(one.id, supersedes=old.id, rubric=old.rubric, scores={"z": 2.0}),
        made.rating(one.id),
    ):
        ratings.add_rating(log, rating)
    assert queries.rubrics_used(log, sitting.person_id) == (
        queries.RubricUse("core", "alliance", (1, 2), ("warmth", "repair", "metacommunication"), 2),
        queries.RubricUse("own", "brief", (1,), ("calm",), 1),
    )
    assert queries.rubrics_used(log, "nobody") == ()


def test_sessions_with_what_is_in_them_and_how_they_felt(log: Log) -> None:
    first = made.begun(log)
    who = first.person_id
    second = made.session(who, made.later(60), objective="wait")
    sessions.add_session(log, second)
    for minute in (0, 1):
        made.recorded(log, made.plan(first, at=made.later(minute)), duration_s=90.0)
    for felt, minute in (("too-hard", 5), ("right", 6)):
        sessions.end_session(log, SessionEnd(first.id, felt, "slower", made.later(minute)))
    newest, oldest = queries.session_rows(log, who)
    assert (newest.id, newest.responses, newest.minutes, newest.ended_at) == (second.id, 0, 0, None)
    assert (newest.felt, newest.reflection, newest.objective) == ("", "", "wait")
    assert (oldest.responses, oldest.minutes, oldest.felt) == (2, 3.0, "right")
    assert (oldest.reflection, oldest.ended_at) == ("slower", made.later(6))
    assert queries.session_rows(log, who, limit=1) == (newest,)
    assert queries.felt_history(log, who) == (
        Felt(first.id, "core", "first-evening", made.later(6), "right"),
    )
    sessions.end_session(log, SessionEnd(second.id, "too-easy", "", made.later(70)))
    assert [f.felt for f in queries.felt_history(log, who)] == ["right", "too-easy"]
    assert [f.felt for f in queries.felt_history(log, who, limit=1)] == ["too-easy"]


def test_last_practised_is_the_newest_attempt(log: Log) -> None:
    sitting = made.begun(log)
    made.recorded(log, made.plan(sitting))
    newest = made.recorded(log, made.plan(sitting, at=made.later(5), attempt=2))
    other = made.recorded(log, made.plan(sitting, pack="own", at=made.later(1)))
    ratings.add_rating(log, made.rating(newest.id))
    last = queries.last_practised(log, sitting.person_id)
    assert last == {
        ("core", "late-again"): Practised(newest.started_at, 3.75, 2),
        ("own", "late-again"): Practised(other.started_at, None, 1),
    }
    assert last["core", "late-again"].at.utcoffset() == made.EVENING.utcoffset()
