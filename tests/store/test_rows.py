"""People, sessions, responses, notes, measures and drafts, through a real log."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.store import made
from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.response import Response, SessionEnd
from trainer.domain.speech import SpeechMeasures
from trainer.store import (
    consents,
    drafts,
    measures,
    notes,
    people,
    queries,
    responses,
    sessions,
    times,
)
from trainer.store.db import Log


class TestTimes:
    def test_keep_instant_and_offset_and_sort_as_text(self) -> None:
        for at in (made.EVENING, made.NOON_UTC, made.EVENING.replace(microsecond=123_456)):
            back = times.from_text(times.to_text(at), times.offset_of(at))
            assert (back, back.utcoffset()) == (at, at.utcoffset())
        assert times.to_text(made.EVENING) == "2026-03-31T18:00:00.000000Z"
        assert times.to_text(made.EVENING) < times.to_text(made.later(0.00001))

    def test_a_naive_time_is_refused(self) -> None:
        with pytest.raises(ValueError, match="without an offset"):
            times.to_text(made.EVENING.replace(tzinfo=None))
        with pytest.raises(ValueError, match="without an offset"):
            times.offset_of(made.EVENING.replace(tzinfo=None))


def test_people_are_listed_oldest_first_and_added_once(log: Log) -> None:
    second, first = made.person("Ж.", made.later(1)), made.person("A. B.")
    assert people.add_person(log, second)
    assert people.add_person(log, first)
    assert not people.add_person(log, first)
    assert people.people(log) == (first, second)
    assert people.person(log, second.id) == second
    with pytest.raises(KnownError, match="no person nobody"):
        people.person(log, "nobody")


class TestSessions:
    def test_the_end_said_last_counts_also_when_the_clock_was_set_back(self, log: Log) -> None:
        sitting = made.begun(log)
        assert sessions.end_of(log, sitting.id) is None
        for felt, minutes in (("too-hard", 9), ("right", 9), ("too-easy", 3)):
            end = SessionEnd(sitting.id, felt, f"it was {felt}", made.later(minutes))
            sessions.end_session(log, end)
        found = sessions.end_of(log, sitting.id)
        assert found is not None
        assert (found.felt, found.reflection) == ("too-easy", "it was too-easy")
        assert found.ended_at - made.later(9) == timedelta(microseconds=2)
        assert [one.felt for one in queries.felt_history(log, sitting.person_id)] == ["too-easy"]

    def test_are_added_once_and_found_by_their_id(self, log: Log) -> None:
        first = made.begun(log)
        second = made.session(first.person_id, made.later(60))
        assert sessions.add_session(log, second)
        assert not sessions.add_session(log, second)
        assert sessions.session(log, first.id) == first
        assert sessions.session(log, second.id) == second
        with pytest.raises(KnownError, match="no session"):
            sessions.session(log, "none")


class TestResponses:
    def test_pages_go_back_in_time_also_within_one_moment(self, log: Log) -> None:
        sitting = made.begun(log)
        ats = [made.later(n // 2) for n in range(7)]
        every = [made.recorded(log, made.plan(sitting, at=at)) for at in ats]
        made.recorded(log, made.plan(made.begun(log)))
        expected = sorted(every, key=lambda r: (r.started_at, r.id), reverse=True)
        got: list[Response] = []
        before = None
        while page := responses.responses(log, sitting.person_id, limit=2, before=before):
            got += page
            before = page[-1].id
        assert got == expected

    def test_missing_ones_are_told(self, log: Log) -> None:
        assert responses.find_response(log, "x") is None
        with pytest.raises(KnownError, match="no response x"):
            responses.response(log, "x")
        with pytest.raises(KnownError, match="no response x"):
            responses.responses(log, "p", before="x")

    def test_attempts_are_counted_per_person_turn_and_pack(self, log: Log) -> None:
        sitting = made.begun(log)
        who = sitting.person_id
        assert responses.next_attempt(log, who, "core", "late-again", "t1") == 1
        made.recorded(log, made.plan(sitting, attempt=1))
        made.recorded(log, made.plan(sitting, attempt=2, at=made.later(1)))
        made.recorded(log, made.plan(sitting, attempt=6, pack="own", at=made.later(2)))
        assert responses.next_attempt(log, who, "core", "late-again", "t1") == 3
        assert responses.next_attempt(log, who, "own", "late-again", "t1") == 7
        assert responses.next_attempt(log, who, "core", "late-again", "t2") == 1
        assert responses.next_attempt(log, "nobody", "core", "late-again", "t1") == 1


class TestNotes:
    def test_the_last_one_counts_also_when_the_clock_was_set_back(self, log: Log) -> None:
        one = made.recorded(log, made.plan(made.begun(log)))
        assert notes.note_of(log, one.id) is None
        ahead = made.note(one.id, "name the silence", made.later(5))
        for note in (made.note(one.id, "breathe"), ahead):
            assert notes.add_note(log, note)
            assert notes.note_of(log, one.id) == note
        last = made.note(one.id, "x", made.later(2))
        assert notes.add_note(log, last)
        assert not notes.add_note(log, ahead)
        just_after = made.later(5) + timedelta(microseconds=1)
        assert notes.note_of(log, one.id) == replace(last, made_at=just_after)


def test_a_consent_taken_back_stays_taken_back_when_the_clock_was_set_back(log: Log) -> None:
    one = made.recorded(log, made.plan(made.begun(log)))
    consents.state(log, [one.id], Consent("research", 0), made.later(60))
    consents.state(log, [one.id], Consent("practice", 12), made.later(0))
    until = made.EVENING.date() + timedelta(days=1)
    consents.keep_until(log, [one.id], until, made.later(-60))
    said = consents.consent_of(log, one.id)
    assert said is not None
    assert (said.use, said.keep_until) == ("practice", until)
    (row,) = queries.log_rows(log, one.person_id)
    assert (row.use, row.keep_until) == ("practice", until)
    assert consents.expired(log, until + timedelta(days=1)) == (one.id,)


class TestMeasures:
    def test_are_kept_whole_and_may_be_replaced(self, log: Log) -> None:
        one = made.recorded(log, made.plan(made.begun(log)))
        assert measures.measures_of(log, one.id) is None
        assert measures.unmeasured(log) == (one.id,)
        for each in (made.measures(), made.measures(onset_s=None, pitch=None)):
            measures.save_measures(log, one.id, each)
            assert measures.measures_of(log, one.id) == each
        assert measures.unmeasured(log) == ()

    def test_of_another_version_are_to_be_made_again(
        self, log: Log, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = made.recorded(log, made.plan(made.begun(log)))
        measures.save_measures(log, one.id, made.measures())
        monkeypatch.setattr(measures, "MEASURES_VERSION", 99)
        assert measures.unmeasured(log) == (one.id,)
        assert measures.measure_history(log, one.person_id, "f0_median_hz") == []

    def test_history_is_ones_own_earlier_values(self, log: Log) -> None:
        sitting = made.begun(log)
        onsets: list[float | None] = [2.5, None, 3.0, 1.0]
        made_ = []
        for number, onset in enumerate(onsets):
            one = made.recorded(log, made.plan(sitting, at=made.later(number)))
            measures.save_measures(log, one.id, made.measures(onset, 100.0 + number))
            made_.append(one)
        stranger = made.recorded(log, made.plan(made.begun(log)))
        measures.save_measures(log, stranger.id, made.measures())
        who = sitting.person_id
        assert measures.measure_history(log, who, "latency_s") == [0.5, 1.0, -1.0]
        before = made_[3].id
        assert measures.measure_history(log, who, "latency_s", before_response_id=before) == [
            0.5,
            1.0,
        ]
        earlier = measures.measure_history(log, who, "f0_median_hz", before_response_id=made_[2].id)
        assert earlier == [100.0, 101.0]
        with pytest.raises(ValueError, match="no such measure"):
            measures.measure_history(log, who, "pauses; DROP TABLE people")

    def test_every_number_measured_has_a_history(self) -> None:
        numbers = {
            f for f in SpeechMeasures.__dataclass_fields__ if f not in ("pauses", "problems")
        }
        derived = {"latency_s", "talk_percent", "speech_rate_per_s"}
        assert set(measures.COLUMNS) == numbers | derived

    @pytest.mark.parametrize("name", ["talk_percent", "speech_rate_per_s"])
    def test_what_is_derived_is_the_same_in_the_log(self, log: Log, name: str) -> None:
        one = made.recorded(log, made.plan(made.begun(log)))
        for each in (made.measures(), replace(made.measures(), pauses=())):
            measures.save_measures(log, one.id, each)
            (kept,) = measures.measure_history(log, one.person_id, name)
            assert kept == pytest.approx(getattr(each, name))
        silent = replace(made.measures(), speech_s=0.0, pauses=(), syllables_per_s=None)
        measures.save_measures(log, one.id, silent)
        assert measures.measure_history(log, one.person_id, name) == []
        assert getattr(silent, name) is None


def test_drafts_are_replaced_and_dropped(log: Log) -> None:
    assert drafts.draft(log, "rate/1") is None
    drafts.save_draft(log, "rate/1", {"warmth": 3})
    drafts.save_draft(log, "rate/1", {"warmth": 4, "text": "“так” …", "none": None})
    drafts.save_draft(log, "rate/2", {})
    assert drafts.draft(log, "rate/1") == {"warmth": 4, "text": "“так” …", "none": None}
    drafts.drop_draft(log, "rate/1")
    drafts.drop_draft(log, "rate/1")
    assert drafts.draft(log, "rate/1") is None
    assert drafts.draft(log, "rate/2") == {}


def test_offsets_west_of_greenwich_come_back(log: Log) -> None:
    at = made.EVENING.astimezone(times.from_text("2026-01-01T00:00:00.000000Z", -210).tzinfo)
    one = made.recorded(log, made.plan(made.begun(log, at)))
    assert one.started_at.utcoffset() == timedelta(minutes=-210)
