"""What is undone in a round and done again, and what no undo takes."""

from tests.app.rater import Rater, choose
from trainer.app import rounds
from trainer.store import comments


def test_undo_takes_back_scores_comments_and_leads_back_to_what_was_locked(rater: Rater) -> None:
    it = rater.sit_down()
    first = it.candidate.response_id
    it.choose("warmth", 4)
    it.choose("warmth", 2)
    it.undo()
    assert it.work.draft.scores == {"warmth": 4}
    it.comment("too quick", 1.0)
    (said,) = it.work.comments
    it.reword(said, "far too quick")
    it.reword(it.work.comments[0], "much too quick")
    assert [one.text for one in it.work.comments] == ["much too quick"]
    it.undo()
    assert it.work.comments == ()
    assert rounds.comments_in(rater.stage.log, rater.round, first) == ()
    assert len(comments.comments_of(rater.stage.log, first, "me")) == 4  # all of it is on record
    choose(it, 4, 3, 2)
    it.lock()
    assert it.blind.number == 2
    it.undo()
    assert it.candidate.response_id == first
    it.choose("warmth", 5)
    it.lock()
    assert [one.scores["warmth"] for one in rater.kept(first)] == [4, 5]
    while it.undo():
        pass
    assert len(rater.kept(first)) == 2  # what is locked is never undone, only corrected


def test_a_correction_that_is_undone_leaves_no_draft(rater: Rater) -> None:
    it = rater.sit_down()
    choose(it, 4, 3, 2)
    it.lock()
    it.go(-1)
    it.choose("warmth", 1)
    it.undo()
    assert not it.work.changed
    assert not rater.sit_down().work.draft.scores  # the next one is shown, and it is untouched


def test_words_that_are_undone_can_be_said_otherwise(rater: Rater) -> None:
    it = rater.sit_down()
    it.comment("too quick", 1.5)
    it.undo()
    assert it.work.comments == ()
    assert (it.work.draft.typing, it.work.draft.typing_at_s) == ("too quick", 1.5)
    it.typing("too quick,", 1.5)  # which is something else: there is nothing to do again
    assert not it.redo()


def test_what_was_undone_is_done_again_until_something_else_is_done(rater: Rater) -> None:
    it = rater.sit_down()
    first = it.candidate.response_id
    choose(it, 4, 3)
    it.flag()
    it.comment("quick", 1.0)
    it.reword(it.work.comments[0], "too quick")
    it.typing("half a th", 2.0)
    for _ in range(3):
        assert it.undo()
    assert (it.work.draft.scores, it.work.comments) == ({"warmth": 4}, ())
    assert it.work.draft.typing == "half a th"  # no undo takes what is being typed
    while it.redo():
        pass
    draft = it.work.draft
    assert (draft.scores, draft.second_opinion) == ({"warmth": 4, "repair": 3}, True)
    assert [(one.text, one.at_s) for one in it.work.comments] == [("too quick", 1.0)]
    kept = rater.sit_down().work  # all of it is in the log
    assert (kept.draft.scores, [one.text for one in kept.comments]) == (
        {"warmth": 4, "repair": 3}, ["too quick"]
    )  # fmt: skip
    it.choose("metacommunication", 2)
    it.lock()
    assert it.blind.number == 2
    it.undo()
    assert it.candidate.response_id == first
    assert it.redo()  # on to where the lock had led
    assert it.blind.number == 2
    it.undo()
    it.choose("warmth", 1)
    assert not it.redo()
    assert len(rater.kept(first)) == 1
