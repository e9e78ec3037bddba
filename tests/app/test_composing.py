"""An assignment as it is composed: kept as typed, told what is wrong, asked for as it was meant."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.app.travelled import library
from trainer.app import assign, composing
from trainer.app.composing import Draft, ask_of, consent_words, due_at, faults, needed
from trainer.app.program import codes_told, give_out_again, overview, reminder
from trainer.app.roster import roster
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WHOLE = Draft(
    title=" Autumn course ", program="Institute Übung", forms=(("marcus-nodding",), ("jonas-eel",)),
    rubric="alliance-skills", due="2030-12-24", trainees="T1\nT2, Anna Berg\n=Tom", window="90",
)  # fmt: skip


def test_what_is_typed_is_kept_and_goes_when_all_of_it_is_taken_back(log) -> None:
    assert composing.kept(log) is None
    composing.keep(log, WHOLE)
    assert composing.kept(log) == WHOLE
    composing.keep(log, Draft())
    assert composing.kept(log) is None


def test_at_the_beginning_it_says_what_is_needed_and_then_nothing() -> None:
    assert needed(faults(Draft(), library(), {}, NOW)) == (
        "a title", "who gives it out", "clients", "trainees",
    )  # fmt: skip
    assert faults(WHOLE, library(), {}, NOW) == {}


@pytest.mark.parametrize(
    ("field", "changed", "said"),
    [
        ("title", {"title": "x" * 121}, "121 letters; 120 are the most"),
        ("occasion", {"occasion": "x" * 41}, "40 are the most"),
        ("clients", {"forms": (("marcus-nodding",), ())}, "Form B has no clients"),
        ("clients", {"forms": (("gone",),)}, "Not in your library any more: gone"),
        ("window", {"window": "ten"}, "seconds from 5 to 600"),
        ("window", {"window": "nan"}, "seconds from 5 to 600"),
        ("window", {"window": "601"}, "seconds from 5 to 600"),
        ("due", {"due": "Christmas"}, "Write a day such as"),
        ("due", {"due": "2026-11-25"}, "over already"),
        ("consent", {"consent": "x" * 5001}, "5000 are the most"),
        ("trainees", {"trainees": "T1\nT 1\nT1"}, "Line 2: 'T 1' is no code"),
    ],
)
def test_each_fault_is_a_sentence_at_its_field(field, changed, said) -> None:
    found = faults(replace(WHOLE, **changed), library(), {}, NOW)
    assert list(found) == [field]
    assert said in found[field]


def test_a_day_is_over_at_its_end_and_a_time_is_what_it_says() -> None:
    early = due_at("2030-12-24 18:30")
    assert early is not None
    assert (early.date(), early.hour, early.minute) == (date(2030, 12, 24), 18, 30)
    late = due_at("2030-12-24")
    assert late is not None
    assert late.isoformat().startswith("2030-12-24T23:59:59")
    assert due_at(" ") is None


def test_the_usual_words_say_who_hears_it_and_how_long() -> None:
    said = consent_words(WHOLE)
    assert "Institute Übung" in said
    assert "kept for 12 months" in said
    research = consent_words(replace(WHOLE, use="research", keep_months=0, recorded="film"))
    assert "research may use" in research
    assert "until you ask for their deletion" in research
    assert "sound and film" in research
    assert consent_words(replace(WHOLE, consent="Mine")) == "Mine"


def test_what_was_composed_is_given_out_listed_reminded_of_and_extended(program, trainee, post):
    with program.log() as log:
        draft = replace(WHOLE, mode="test", forms=(("marcus-nodding", "jonas-eel"),))
        composing.keep(log, draft)
        written = composing.write_file(program.home, log, library(), draft, post).value
        asked, out = assign.given_out(log, written.assignment_id), written.path
        assert composing.kept(log) is None
        assert (asked.title, asked.attempts, asked.window_s) == ("Autumn course", 1, 90.0)
    trainee.begin(out, "T1")
    trainee.answer(asked, 1)
    program.receive(trainee.submit(asked, post).path)
    with program.log() as log:
        (given,) = overview(log)
        assert (given.complete, given.partly, given.nothing) == (0, 1, 2)
        found = roster(log, asked.id)
        drawn = found.lines[2].code
        said = reminder(found)
        assert f"T1: 1 of 2\nT2: nothing yet\n{drawn}: nothing yet" in said
        assert "due 2030-12-24 23:59" in said
        assert "Anna" not in said + codes_told(found, named=False)
        assert "T2\tA\tAnna Berg" in codes_told(found, named=True)
        with pytest.raises(KnownError, match="over already"):
            give_out_again(program.home, log, asked, local_now() - timedelta(hours=1), post)
        later = local_now() + timedelta(days=2000)
        again = give_out_again(program.home, log, asked, later, post).value.path
        assert again.name == f"Autumn course due {later:%Y-%m-%d}.attune"
        assert overview(log)[0].assignment.due_at == later
    assert trainee.receive(again).assignment.due_at == later


def test_of_an_earlier_assignment_the_trainees_are_taken(program, post):
    with program.log() as log:
        first = assign.compose(log, library(), ask_of(WHOLE, {}, new_id())[0])
        assign.give_out(log, first, post / "one.attune")
        after = replace(WHOLE, after=first.id, trainees="")
        assert faults(after, library(), {}, NOW) == {}
        second = assign.compose(log, library(), ask_of(after, {}, new_id())[0])
        like = composing.following(Draft(due="2031-01-01"), first)
        assert (like.title, like.occasion, like.forms) == ("Autumn course", "", WHOLE.forms)
        assert (like.window, like.due, like.trainees) == ("90", "2031-01-01", "")
        assert (like.consent, consent_words(like)) == ("", first.consent_text)
        own = composing.following(Draft(), replace(first, consent_text="Our own words."))
        assert own.consent == "Our own words."
        elsewhere = composing.following(Draft(program="Another"), first)
        assert "Another" in consent_words(elsewhere)
        mine = composing.following(replace(WHOLE, title="Mine", forms=(("jonas-eel",),)), first)
        assert (mine.title, mine.forms, mine.after) == ("Mine", (("jonas-eel",),), first.id)
    forms = {one.code: one.form for one in first.enrolled}
    assert all(forms[one.code] != one.form for one in second.enrolled)
