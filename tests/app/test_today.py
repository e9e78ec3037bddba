"""The first screen's choice, and what is needed to sit down."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.stage import Stage
from trainer.app import today
from trainer.app.library import Library
from trainer.app.review import review
from trainer.app.sitting import end_session
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.pack import PracticeSet
from trainer.domain.response import Person, SessionEnd
from trainer.store import people
from trainer.store.db import Log, integrity

FIRST = PracticeSet("short", "first-evening", 1, "First", "", "alliance-skills", ("ben-rain",))


def with_set(library: Library, chosen: PracticeSet) -> Library:
    """The short pack alone, with a set."""
    pack = next(p for p in library.packs if p.id == "short")
    return Library((replace(pack, sets=(chosen,)),), ())


def test_a_newcomer_gets_the_set_made_for_a_first_evening(stage: Stage) -> None:
    plan = today.today(stage.log, with_set(stage.library, FIRST), stage.person.id, 3)
    assert plan.first_time
    assert (plan.set_id, plan.title) == ("first-evening", "First")
    assert [v.id for v in plan.vignettes] == ["ben-rain"]
    assert plan.minutes >= 1
    assert (plan.unrated, plan.recent, plan.reflection) == ((), (), "")


def test_a_first_set_of_which_nothing_is_left_is_passed_over(stage: Stage) -> None:
    empty = replace(FIRST, vignettes=("gone",))
    plan = today.today(stage.log, with_set(stage.library, empty), stage.person.id, 2)
    assert plan.set_id == ""
    assert len(plan.vignettes) == 2


def test_later_the_longest_unmet_comes_first_and_as_many_as_chosen(stage: Stage) -> None:
    stage.rated()
    stage.practice.leave()
    library = with_set(stage.library, FIRST)
    one = today.today(stage.log, library, stage.person.id, 1, anew=True)
    assert not one.first_time
    assert one.set_id == ""
    assert [v.id for v in one.vignettes] == ["ben-rain"]
    two = today.today(stage.log, library, stage.person.id, 2, anew=True)
    assert len(two.vignettes) == 2


def test_the_weakest_skill_is_in_focus_and_the_felt_difficulty_moves_the_level(
    stage: Stage,
) -> None:
    for _ in stage.clients:
        stage.answer()
        stage.score_all(5, 2, 3)
        stage.practice.lock()
        stage.practice.next()
    before = today.today(stage.log, stage.library, stage.person.id, 2)
    assert (before.skill, before.level) == ("repair", "beginner")
    stage.practice.reflect("too-easy", "Name my part first.")
    after = today.today(stage.log, stage.library, stage.person.id, 2)
    assert after.level == "intermediate"
    assert after.reflection == "Name my part first."


def test_another_packs_scales_of_the_same_name_move_no_focus(stage: Stage) -> None:
    foreign = replace(stage.rubric, ref=replace(stage.rubric.ref, pack="another"))
    for rubric, scores in ((stage.rubric, (5, 2, 3)), (foreign, (1, 5, 5))):
        stage.rubric = rubric
        stage.begin()
        stage.answer()
        stage.score_all(*scores)
        stage.practice.lock()
        stage.practice.leave()
    plan = today.today(stage.log, stage.library, stage.person.id, 2, anew=True)
    assert plan.skill == "repair"


def test_what_is_not_rated_yet_is_shown_newest_first_and_not_what_is(stage: Stage) -> None:
    stage.rated()
    stage.practice.again()
    stage.answer()
    stage.practice.leave()
    plan = today.today(stage.log, stage.library, stage.person.id, 2)
    first, second = stage.responses()
    assert [row.id for row in plan.unrated] == [second.id]
    assert [row.id for row in plan.recent] == [second.id, first.id]
    assert plan.responses == 2


def test_other_peoples_responses_are_not_mine(stage: Stage) -> None:
    stage.rated()
    other = today.add_person(stage.log, "Z.").value
    plan = today.today(stage.log, stage.library, other.id, 2)
    assert plan.first_time
    assert plan.recent == ()
    sitting = today.sitting(stage.log, other, stage.clients, stage.rubric)
    assert set(sitting.attempts.values()) == {0}


def test_a_person_is_entered_by_name_without_blanks(log: Log) -> None:
    outcome = today.add_person(log, "  Zoë Ł.  ")
    assert outcome.changes is Changes.PEOPLE
    assert people.people(log) == (outcome.value,)
    assert outcome.value.name == "Zoë Ł."


@pytest.mark.parametrize("name", ["", "  ", "\t\n"])
def test_a_blank_name_is_not_entered(log: Log, name: str) -> None:
    with pytest.raises(KnownError, match="A name or initials are needed"):
        today.add_person(log, name)
    assert people.people(log) == ()


def test_a_person_who_is_not_in_this_log_is_told(log: Log, library: Library) -> None:
    with pytest.raises(KnownError, match="There is no person"):
        today.today(log, library, "gone", 3)


def test_an_empty_library_is_a_day_without_vignettes_and_one_cannot_sit_down(
    log: Log, person: Person, stage: Stage
) -> None:
    plan = today.today(log, Library((), ()), person.id, 3)
    assert plan.vignettes == ()
    with pytest.raises(KnownError, match="no vignette to practise with"):
        today.sitting(log, person, plan.vignettes, stage.rubric)


def test_one_vignette_from_the_library_is_a_sitting_without_a_set(stage: Stage) -> None:
    sitting = today.single(stage.log, stage.person.id, stage.clients[1], stage.rubric)
    assert sitting.vignettes == stage.clients[1:]
    assert sitting.session.set_id == ""
    assert sitting.session.pack == "short"


def test_choosing_writes_nothing(stage: Stage, at_home: object) -> None:
    today.today(stage.log, stage.library, stage.person.id, 3)
    assert stage.log.rows("SELECT * FROM sessions") == []
    assert integrity(stage.log) == ()
    assert not Path(stage.home.recordings).exists()


@pytest.mark.parametrize(("objective", "said"), [("repair", "a set on repair"), ("", "")])
def test_an_answer_knows_whether_it_was_given_in_a_set_of_today(
    stage: Stage, objective: str, said: str
) -> None:
    stage.practice.sitting = today.sitting(
        stage.log, stage.person, stage.clients, stage.rubric, objective=objective
    )
    stage.rated()
    (given,) = stage.responses()
    assert review(stage.log, stage.library, given.id).set_title == said


def test_a_set_that_was_left_goes_on_with_the_clients_who_were_not_answered(stage: Stage) -> None:
    first, second, *_ = stage.clients
    begun = stage.practice.sitting.session
    stage.rated()
    stage.practice.next()
    stage.practice.leave()
    plan = today.today(stage.log, stage.library, stage.person.id, 3)
    assert plan.begun == begun
    assert (plan.vignettes, plan.before) == (stage.clients[1:], 1)
    stage.practice.sitting = today.sitting(
        stage.log, plan.person, plan.vignettes, stage.rubric, begun=plan.begun, before=plan.before
    )
    assert stage.practice.sitting.session == begun
    other = today.today(stage.log, stage.library, stage.person.id, 3, anew=True)
    assert other.begun is None
    assert first in other.vignettes or second in other.vignettes


def test_of_a_set_that_goes_on_each_answer_has_its_place(stage: Stage) -> None:
    stage.rated()
    stage.practice.leave()
    plan = today.today(stage.log, stage.library, stage.person.id, 3)
    made = today.sitting(
        stage.log, plan.person, plan.vignettes, stage.rubric, begun=plan.begun, before=plan.before
    )
    stage.begin()
    stage.practice.sitting = made
    for _ in plan.vignettes:
        stage.rated()
        stage.practice.next()
    given = sorted(stage.responses(), key=lambda r: r.position)
    assert [r.position for r in given] == list(range(1, len(stage.clients) + 1))
    assert len({r.session_id for r in given}) == 1
    stage.practice.reflect("right", "")
    assert today.today(stage.log, stage.library, stage.person.id, 3).begun is None


def test_a_set_that_was_ended_or_not_begun_does_not_go_on(stage: Stage) -> None:
    stage.practice.play()
    stage.practice.leave()
    assert today.today(stage.log, stage.library, stage.person.id, 3).begun is None
    stage.begin()
    stage.rated()
    end = SessionEnd(stage.practice.sitting.session.id, "right", "", local_now())
    end_session(stage.log, end)
    assert today.today(stage.log, stage.library, stage.person.id, 3).begun is None
