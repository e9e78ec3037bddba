"""A consensus rating becomes a reference, with reasons, and is withdrawn again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.app.referenced import Desk as Rater
from tests.gui.calibrated import button, card, opened
from tests.gui.practised import Practised
from tests.gui.reviewed import words
from trainer.app.references import adopt_as_reference, own_references
from trainer.domain.changes import Changes
from trainer.domain.ids import local_now, new_id
from trainer.domain.rating import CONSENSUS, SUPERVISOR, Rating
from trainer.domain.reference import HIDDEN
from trainer.domain.response import Person
from trainer.domain.rounds import GATE
from trainer.domain.submission import Submission
from trainer.gui.screens.calibration_own import OwnCard
from trainer.gui.widgets.adopt import AdoptCard
from trainer.store import assignments, people, ratings, senders


@pytest.fixture
def consensus(practised: Practised, rater: Rater) -> Rating:
    response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=0.5)
    scores: dict[str, float | None] = {"warmth": 4.0, "repair": 2.0, "metacommunication": None}
    grounds = [
        Rating(new_id(), response.id, who, SUPERVISOR, rater.rubric.ref, scores, True,
               local_now())
        for who in ("ann", "bob")
    ]  # fmt: skip
    made = Rating(
        new_id(), response.id, "ann", CONSENSUS, rater.rubric.ref, scores, False, local_now(),
        of=tuple(sorted(one.id for one in grounds)),
    )  # fmt: skip
    for one in (*grounds, made):
        ratings.add_rating(practised.log, one)
    return made


def test_a_consensus_is_adopted_by_keys_with_a_reason_for_each_item(
    practised: Practised, rater: Rater, consensus: Rating, qtbot: QtBot
) -> None:
    screen, _ = opened(practised, qtbot)
    adopt = card(screen, AdoptCard)
    assert isinstance(adopt, AdoptCard)
    (form,) = adopt.forms
    assert "Dana" in form.accessibleName()
    assert "Warmth 4, Repair 2, Metacommunication N/A" in words(form)
    form.open_button.click()
    assert form.use.hasFocus()
    form.use.setCurrentIndex(2)
    for line in form.reasons.values():
        qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Tab)
        assert line.hasFocus()
        qtbot.keyClicks(line, "names the fear")
    form.keep_button.click()
    (one,) = own_references(practised.log, rater.rubric)
    assert (one.response_id, one.use) == (consensus.response_id, "hidden")
    assert set(one.reasons.values()) == {"names the fear"}
    assert practised.person.id in one.parties
    screen.news(Changes.RATINGS)
    assert not any(isinstance(c, AdoptCard) for c in screen.cards)
    assert "From consensus ratings in this log: 1." in words(screen)


def test_one_is_withdrawn_once_it_is_asked_for_and_said(
    practised: Practised, rater: Rater, consensus: Rating, qtbot: QtBot
) -> None:
    reasons = {item.id: "why" for item in rater.rubric.items}
    me, log = practised.person.id, practised.log
    adopt_as_reference(log, rater.rubric, consensus, me, GATE, reasons)
    screen, window = opened(practised, qtbot)
    own = card(screen, OwnCard)
    assert isinstance(own, OwnCard)
    assert "Dana" in words(own)
    assert "for the gate" in words(own)
    assert "Warmth 4" not in words(own)
    own.boxes[0].withdraw.click()
    assert own.question.no.hasFocus()
    assert "comes up no more" in words(own)
    qtbot.keyClick(own.question.no, Qt.Key.Key_Escape)
    assert (own.question.isHidden(), window.went) == (True, [])
    assert own.boxes[0].withdraw.hasFocus()
    assert len(own_references(log, rater.rubric)) == 1
    own.boxes[0].withdraw.click()
    own.question.yes.click()
    assert own_references(log, rater.rubric) == ()
    screen.news(Changes.RATINGS)
    own = card(screen, OwnCard)
    assert "Withdrawn on" in words(own)
    assert not own.boxes[0].withdraw.isVisible()
    qtbot.keyClick(screen, Qt.Key.Key_Escape)
    assert window.went == ["rate"]


def test_one_whose_answer_was_set_aside_is_told_to_come_up_no_more(
    practised: Practised, rater: Rater, consensus: Rating, qtbot: QtBot
) -> None:
    reasons = {item.id: "why" for item in rater.rubric.items}
    me, log = practised.person.id, practised.log
    adopt_as_reference(log, rater.rubric, consensus, me, GATE, reasons)
    of = (consensus.response_id,)
    assignments.add_submission(
        log, Submission(new_id(), new_id(), "T1", me, "key", False, local_now(), of)
    )
    senders.decide(log, me, "key", senders.NOBODY, local_now())
    screen, _ = opened(practised, qtbot)
    assert "Its response was set aside as nobody's: it comes up no more." in words(screen)


def test_who_may_meet_a_reference_is_not_told_of_it(
    practised: Practised, rater: Rater, consensus: Rating, qtbot: QtBot
) -> None:
    reasons = {item.id: "why" for item in rater.rubric.items}
    adopt_as_reference(practised.log, rater.rubric, consensus, "ann", HIDDEN, reasons)
    newcomer = Person(new_id(), "N. N.", local_now())
    people.add_person(practised.log, newcomer)
    other = practised.respond(practised.library.find_vignette("dana-parking"), seconds=0.5)
    agreed = replace(consensus, id=new_id(), response_id=other.id)
    ratings.add_rating(practised.log, agreed)
    practised.person = newcomer
    screen, _ = opened(practised, qtbot)
    assert "From consensus ratings in this log: 1." in words(screen)
    assert not any(isinstance(c, OwnCard | AdoptCard) for c in screen.cards)


def test_one_that_is_not_adopted_now_is_a_line(
    practised: Practised, rater: Rater, consensus: Rating, qtbot: QtBot
) -> None:
    screen, _ = opened(practised, qtbot)
    assert screen.adopt is not None
    assert screen.adopt.typed() == {}
    assert button(screen, "Make it a reference").isVisible()


def test_what_was_typed_stays_when_a_reason_is_missing(
    practised: Practised, rater: Rater, consensus: Rating, qtbot: QtBot
) -> None:
    screen, window = opened(practised, qtbot)
    told: list[Exception] = []
    window.failed = told.append  # type: ignore[method-assign]  # to be read below
    adopt = card(screen, AdoptCard)
    assert isinstance(adopt, AdoptCard)
    adopt._failed = told.append
    (form,) = adopt.forms
    form.open_button.click()
    form.reasons["warmth"].setText("names the fear")
    form.keep_button.click()
    assert "No reason is given yet for Repair" in str(told[0])
    assert form.reasons["warmth"].text() == "names the fear"


def test_what_is_typed_for_one_stays_while_another_is_kept(
    practised: Practised, rater: Rater, consensus: Rating, qtbot: QtBot
) -> None:
    response = practised.respond(practised.library.find_vignette("dana-parking"), seconds=0.5)
    other = replace(consensus, id=new_id(), response_id=response.id)
    ratings.add_rating(practised.log, other)
    screen, _ = opened(practised, qtbot)
    assert screen.adopt is not None
    first, second = screen.adopt.forms
    for form in (first, second):
        form.open_button.click()
    second.reasons["warmth"].setText("half a sen")
    for line in first.reasons.values():
        line.setText("names the fear")
    first.keep_button.click()
    screen.news(Changes.RATINGS)
    (left,) = screen.adopt.forms
    assert left.id == other.id
    assert left.reasons["warmth"].text() == "half a sen"
