"""What others heard: who, how blind, in which words; and nothing of it before one's own rating."""

from dataclasses import replace

from tests.app.rated import by_other, said
from tests.app.stage import Stage
from trainer.app import today
from trainer.app.others import OthersHeard
from trainer.app.review import review
from trainer.domain.ids import new_id
from trainer.domain.rating import CALIBRATION
from trainer.domain.response import Response
from trainer.store import comments


def answered(stage: Stage) -> Response:
    """One response that waits for its own rating."""
    stage.answer()
    return stage.responses()[-1]


def heard(stage: Stage, response: Response) -> OthersHeard:
    return review(stage.log, stage.library, response.id).others


def test_nothing_of_it_is_read_before_ones_own_rating(stage: Stage) -> None:
    response = answered(stage)
    by_other(stage.log, response, stage.rubric, "a", 1, 2, 3)
    said(stage.log, response, "a", 2.5, "Here you explain", "explains")
    assert heard(stage, response) == OthersHeard()
    stage.score_all()
    stage.practice.lock()
    found = heard(stage, response)
    assert found.raters == 1
    assert [list(one.rating.scores.values()) for one in found.ratings] == [[1, 2, 3]]
    assert [(one.at_s, one.text) for one in found.comments] == [(2.5, "Here you explain")]


def test_raters_have_their_names_and_strangers_are_told_apart(stage: Stage) -> None:
    boss = today.add_person(stage.log, "Dr. Weiß").value
    stage.rated()
    (response,) = stage.responses()
    by_other(stage.log, response, stage.rubric, boss.id, 3, 3, 3)
    by_other(stage.log, response, stage.rubric, "x", 2, 3, 3)
    assert [one.name for one in heard(stage, response).ratings] == ["Dr. Weiß", "A rater"]
    said(stage.log, response, "y", 1.0, "And here")
    found = heard(stage, response)
    assert [one.name for one in found.ratings] == ["Dr. Weiß", "Rater 1"]
    assert [one.name for one in found.comments] == ["Rater 2"]
    assert found.raters == 2


def test_a_consensus_comes_last_and_says_who_agreed(stage: Stage) -> None:
    stage.rated()
    (response,) = stage.responses()
    a, b = (
        by_other(stage.log, response, stage.rubric, r, s, 3, 3) for r, s in (("a", 1), ("b", 3))
    )
    by_other(stage.log, response, stage.rubric, "a", 2, 3, None, of=(a, b))
    found = heard(stage, response)
    assert [(one.consensus, set(one.agreed)) for one in found.ratings] == [
        (False, set()),
        (False, set()),
        (True, {"Rater 1", "Rater 2"}),
    ]
    assert found.raters == 2
    by_other(stage.log, response, stage.rubric, "a", 1, 1, 1, supersedes=a)
    assert [one.consensus for one in heard(stage, response).ratings] == [False, False]


def test_what_is_said_while_learning_to_rate_is_not_shown(stage: Stage) -> None:
    stage.rated()
    (response,) = stage.responses()
    for rater in ("learner", "rater"):
        by_other(stage.log, response, stage.rubric, rater, 1, 1, 1, role=CALIBRATION)
        said(stage.log, response, rater, 2.0, f"by a {rater}")
    by_other(stage.log, response, stage.rubric, "rater", 3, 3, 3)
    found = heard(stage, response)
    assert [one.text for one in found.comments] == ["by a rater"]
    assert (found.raters, [one.name for one in found.ratings]) == (1, ["A rater"])


def test_markers_are_in_words_and_what_was_taken_back_is_gone(stage: Stage) -> None:
    stage.rated()
    (response,) = stage.responses()
    said(stage.log, response, "a", 9.0, "", "validates")
    old = said(stage.log, response, "a", 4.0, "Too fast")
    comments.add_comment(stage.log, replace(old, id=new_id(), text="", supersedes=old.id))
    said(stage.log, response, stage.person.id, 1.0, "my own")
    found = heard(stage, response).comments
    assert [(one.at_s, one.marker, one.text) for one in found] == [
        (9.0, "says that what the client feels makes sense", "")
    ]


def test_a_wording_that_is_gone_leaves_the_scores(stage: Stage) -> None:
    stage.rated()
    (response,) = stage.responses()
    older = replace(stage.rubric, ref=replace(stage.rubric.ref, version=99))
    by_other(stage.log, response, older, "a", 3, 3, 3)
    (one,) = heard(stage, response).ratings
    assert one.rubric is None
    assert one.rating.scores["warmth"] == 3
