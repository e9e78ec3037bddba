"""The log's ratings as a table: every role, one score a rater, names kept inside unless asked."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.rater import class_of
from tests.app.stage import Stage
from tests.app.test_rounds import WHOLE
from trainer.app import logbook, queue, reliability, rounds, today
from trainer.app.consent import state_for_one
from trainer.app.reliability_figures import figures
from trainer.app.reliability_log import (
    called,
    of_log,
    of_table,
    open_log_marks,
    rated,
    save,
)
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.ids import new_id
from trainer.domain.rating import CONSENSUS, REFERENCE, Rating
from trainer.domain.rounds import CALIBRATION, UNGATED, Heard
from trainer.store import heard, people, ratings

NOT_OWN = (
    "You see here what others gave of {0} that you have not rated: what you rate of {1} from now "
    "on is kept as not blind."
)


@pytest.fixture
def rater(stage: Stage) -> str:
    """Two supervisors rated three trainees' answers to two clients; the second one's id."""
    class_of(stage)
    supervisors = [today.add_person(stage.log, name).value for name in ("Kim Ü.", "Kim Ü.")]
    for place, one in enumerate(supervisors):
        found = queue.own(stage.log, stage.home, stage.library, one.id)
        sitting = rounds.begin(stage.log, one.id, "Spring", stage.rubric, found).value
        for number, where in enumerate(sorted(p.response_id for p in sitting.places)):
            draft = replace(WHOLE, scores={"warmth": 1.0 + number % 4, "repair": 2.0 + place,
                                           "metacommunication": None})  # fmt: skip
            rounds.lock(stage.log, sitting, stage.rubric, where, draft)
    return supervisors[1].id


def add(stage: Stage, response_id: str, rater_id: str, role: str, score: float) -> None:
    scores = {"warmth": score, "repair": score, "metacommunication": None}
    given = Rating(new_id(), response_id, rater_id, role, stage.rubric.ref, scores, True,
                   stage.person.created_at)  # fmt: skip
    ratings.add_rating(stage.log, given)


def test_every_standing_rating_is_there_with_its_role(stage: Stage, rater: str) -> None:
    (use,) = rated(stage.log, stage.library)
    assert (use.title, use.ratings, use.responses, use.raters) == (stage.rubric.title, 12, 6, 2)
    source = of_log(stage.log, use.rubric)
    roles = [mark.role for mark in source.marks]
    assert (roles.count("supervisor"), roles.count("self")) == (36, 18)
    one = next(m for m in source.marks if m.role == "supervisor")
    assert one.blind is True
    assert one.vignette in {"anna-late", "ben-rain"}
    assert one.trainee in {person.id for person in people.people(stage.log)}
    assert one.occasion is not None
    assert one.occasion.count("-") == 2
    assert one.rated is not None
    assert one.rated >= one.occasion
    given = [m for m in source.marks if m.role == "supervisor" and m.item == "metacommunication"]
    assert {m.score for m in given} == {None}
    view = figures(source, coded=False)
    assert [(item.responses, item.raters) for item in view.items] == [
        (6, 2), (6, 2), (0, 0),
    ]  # fmt: skip
    assert any("18 scores given by trainees to themselves" in one for one in view.doubts)


def test_a_correction_and_a_later_round_take_the_place_of_what_was(
    stage: Stage, rater: str
) -> None:
    ref = stage.rubric.ref
    response = next(m.response for m in of_log(stage.log, ref).marks if m.rater == rater)
    candidates = {
        one.response_id: one for one in queue.own(stage.log, stage.home, stage.library, rater)
    }
    again = rounds.begin(stage.log, rater, "Autumn", stage.rubric, [candidates[response]]).value
    for warmth in (5.0, 4.0):  # given, then corrected
        draft = replace(WHOLE, scores={**WHOLE.scores, "warmth": warmth})
        rounds.lock(stage.log, again, stage.rubric, response, draft)
    source = of_log(stage.log, ref)
    found = [m.score for m in source.marks
             if (m.response, m.rater, m.item) == (response, rater, "warmth")]  # fmt: skip
    assert found == [4.0]
    assert source.notes == ("1 rating was given anew in another round; the newest counts.",)


def test_one_person_in_two_roles_is_two_raters(stage: Stage, rater: str) -> None:
    ref = stage.rubric.ref
    response = next(m.response for m in of_log(stage.log, ref).marks if m.rater == rater)
    add(stage, response, rater, REFERENCE, 3.0)
    add(stage, response, rater, CONSENSUS, 2.0)
    source = of_log(stage.log, ref)
    by_name = {m.rater: m.role for m in called(source.marks, source.names)}
    assert by_name["Kim Ü. #2"] == "supervisor"
    assert by_name["Kim Ü. #2 (reference)"] == "reference"
    assert by_name["Kim Ü. #2 (consensus)"] == "consensus"
    assert figures(source, coded=True).items[0].raters == 2


def test_a_response_that_lies_elsewhere_has_its_trainee_and_vignette(
    stage: Stage, rater: str
) -> None:
    candidate = queue.own(stage.log, stage.home, stage.library, rater)[0]
    one = Heard("elsewhere", "0", "/gone", candidate.ref, candidate.turn, "T7", 9.0, 1.0,
                stage.person.created_at)  # fmt: skip
    heard.add_heard(stage.log, one)
    add(stage, "elsewhere", rater, "supervisor", 4.0)
    (mark, *_) = [m for m in of_log(stage.log, stage.rubric.ref).marks if m.response == "elsewhere"]
    assert candidate.ref is not None
    assert (mark.trainee, mark.vignette, mark.occasion) == ("T7", candidate.ref.vignette, None)


def test_ratings_made_without_the_gate_are_told_apart(stage: Stage, rater: str) -> None:
    response = next(m.response for m in of_log(stage.log, stage.rubric.ref).marks)
    found = queue.own(stage.log, stage.home, stage.library, "newcomer")
    one = next(c for c in found if c.response_id == response)
    begun = rounds.begin(stage.log, "newcomer", "At once", stage.rubric, [one], kind=UNGATED).value
    given = rounds.lock(stage.log, begun, stage.rubric, response, WHOLE).value
    (note,) = of_log(stage.log, stage.rubric.ref).notes
    assert note == "1 rating was made by somebody who had not passed the gate."
    shown = logbook.show(stage.home, response)["ratings"]
    assert {r["id"]: r["round_kind"] for r in shown}[given.id] == "ungated"
    assert {r["round_kind"] for r in shown if r["role"] == "self"} == {None}


def test_of_ratings_given_anew_the_newest_alone_is_told_of(stage: Stage, rater: str) -> None:
    ref, found = stage.rubric.ref, queue.own(stage.log, stage.home, stage.library, "newcomer")
    response = found[0].response_id
    for kind in (CALIBRATION, CALIBRATION, UNGATED):
        of = rounds.begin(stage.log, "newcomer", "At first", stage.rubric, found[:1], kind=kind)
        rounds.lock(stage.log, of.value, stage.rubric, response, WHOLE)
    assert of_log(stage.log, ref).notes == (
        "1 rating was made by somebody who had not passed the gate.",
    )
    passed = rounds.begin(stage.log, "newcomer", "Later", stage.rubric, found[:1]).value
    rounds.lock(stage.log, passed, stage.rubric, response, WHOLE)
    assert of_log(stage.log, ref).notes == (
        "1 rating was given anew in another round; the newest counts.",
    )


def test_what_others_gave_is_not_shown_before_ones_own_is_locked(stage: Stage, rater: str) -> None:
    ref, found = stage.rubric.ref, queue.own(stage.log, stage.home, stage.library, "viewer")
    every = of_log(stage.log, ref, "viewer")
    assert every.notes == (NOT_OWN.format("6 responses", "them"),)
    of = rounds.begin(stage.log, "viewer", "Blind", stage.rubric, found).value
    nothing = of_log(stage.log, ref, "viewer")
    assert nothing.marks == ()
    assert figures(nothing, coded=True).doubts[0] == (
        "6 responses are left out until you have rated what you set out to rate."
    )
    first, *others = (place.response_id for place in of.places)
    for response in others:
        rounds.lock(stage.log, of, stage.rubric, response, WHOLE)
    left = open_log_marks(stage.log, ref, "viewer")
    assert {mark.response for mark in left.marks} == set(others)
    assert left.notes == ("1 response is left out until you have rated what you set out to rate.",)
    assert rounds.lock(stage.log, of, stage.rubric, first, WHOLE).value.blind  # was not shown
    assert not rounds.lock(stage.log, of, stage.rubric, others[0], WHOLE).value.blind  # corrected
    assert len(of_log(stage.log, ref, "viewer").marks) == len(every.marks) + 6 * 3
    assert of_log(stage.log, ref, rater).notes == ()


def test_who_was_shown_what_others_gave_does_not_rate_it_blind(stage: Stage, rater: str) -> None:
    rated_one, *_ = queue.own(stage.log, stage.home, stage.library, "newcomer")
    of = rounds.begin(stage.log, "newcomer", "Blind", stage.rubric, [rated_one]).value
    rounds.put_away(stage.log, of.id)  # so nothing is asked, and all is shown
    source = open_log_marks(stage.log, stage.rubric.ref, "newcomer")
    assert rated_one.response_id in {mark.response for mark in source.marks}
    assert source.notes == (NOT_OWN.format("6 responses", "them"),)
    rounds.take_out(stage.log, of.id)
    assert not rounds.lock(stage.log, of, stage.rubric, rated_one.response_id, WHOLE).value.blind


def test_what_its_speaker_took_back_is_left_out_and_counted(stage: Stage, rater: str) -> None:
    ref = stage.rubric.ref
    response = of_log(stage.log, ref).marks[0].response
    (before,) = rated(stage.log, stage.library)
    state_for_one(stage.log, response, Consent("practice", UNTIL_DELETED))
    source = of_log(stage.log, ref)
    assert response not in {mark.response for mark in source.marks}
    assert source.notes == (
        "1 response is left out: whoever gave it does not, or no longer, let others use it.",
    )
    (after,) = rated(stage.log, stage.library)
    assert (before.ratings - after.ratings, before.responses - after.responses) == (2, 1)


def test_what_is_saved_has_codes_and_comes_back_with_the_same_figures(
    stage: Stage, rater: str, tmp_path: Path
) -> None:
    source = of_log(stage.log, stage.rubric.ref)
    path = tmp_path / "ratings, ü.csv"
    assert save(source, path, with_names=False) == len(source.marks)
    text = path.read_text(encoding="utf-8")
    assert "Kim" not in text
    assert "Trainee" not in text
    assert all(person.id not in text for person in people.people(stage.log))
    again = of_table(path)
    assert again.notes == ()
    assert set(again.marks) == set(called(source.marks, source.codes))
    assert figures(again, coded=False).items == figures(source, coded=True).items
    save(source, path, with_names=True)
    assert "Kim Ü. #2" in path.read_text(encoding="utf-8")
    assert of_table(path).marks == called(source.marks, source.names)


def test_fair_scores_leave_with_codes_or_with_names(stage: Stage, rater: str) -> None:
    source = of_log(stage.log, stage.rubric.ref)
    by_name, by_code = figures(source, coded=False), figures(source, coded=True)
    assert "Trainee 1" in by_name.fair_named
    assert "Trainee" not in by_name.fair_coded
    assert ",P2," in by_name.fair_coded
    assert by_code.fair_named == by_name.fair_named
    assert by_code.fair_coded == by_name.fair_coded
    told = reliability.agree_on(called(source.marks, source.names))
    assert by_name.fair_named == reliability.fair_csv(reliability.fair_rows(told))


def test_a_response_that_is_called_after_its_trainee_has_their_code_too(tmp_path: Path) -> None:
    table, out = tmp_path / "ours.csv", tmp_path / "coded.csv"
    table.write_text(
        "trainee,vignette,occasion,rater,item,score\nAnna Müller,v1,1,Dr. Weiß,warmth,3\n"
        "Anna Müller,v1,1,Dr. Bo,warmth,4\nBen / Kurz,,2,Dr. Weiß,warmth,2\n"
        "Ben / Kurz,,2,Dr. Bo,warmth,3\n",
        encoding="utf-8",
    )
    source = of_table(table)
    save(source, out, with_names=False)
    named, view = figures(source, coded=False), figures(source, coded=True)
    for text in (out.read_text(encoding="utf-8"), named.fair_coded, view.fair_coded):
        assert not [name for name in ("Anna", "Kurz", "Weiß", "Bo") if name in text]
        assert "P2 / v1 / 1" in text
        assert "P4 / 2" in text
    assert view.fair_named == named.fair_named
    assert "Anna Müller / v1 / 1,Anna Müller," in named.fair_named
    assert set(of_table(out).marks) == set(called(source.marks, source.codes))
    table.write_text(
        "response,trainee,rater,item,score\nv1_Weiß-Öz (2),Weiß-Öz,Bo,warmth,3\n17,7,Bo,warmth,3\n",
        encoding="utf-8",
    )
    source = of_table(table)
    coded = {mark.response for mark in called(source.marks, source.codes)}
    assert coded == {"v1_P2 (2)", "17"}


def test_a_log_without_raters_has_nothing_to_choose(stage: Stage) -> None:
    class_of(stage, 1)
    assert rated(stage.log, stage.library) == ()
