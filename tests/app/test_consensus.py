"""Two raters and what they agree on: nothing shown too early, nothing changed unseen."""

from dataclasses import dataclass

import pytest

from tests.app import judged
from tests.app.rater import class_of
from tests.app.stage import Stage
from tests.store import made
from trainer.app import consensus, queue, rounds, today
from trainer.app.consensus import Agenda, Draft, Line
from trainer.app.consent import state_for_one
from trainer.app.library import Library
from trainer.app.others import others_heard
from trainer.app.paths import Home
from trainer.domain.consensus import consensus_rater
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.errors import KnownError
from trainer.domain.rating import CONSENSUS, Rating
from trainer.domain.rounds import Round
from trainer.store import comments, ratings, responses
from trainer.store.db import open_log

WHOLE = {"warmth": 3.0, "repair": 3.0, "metacommunication": None}


@dataclass
class Raters:
    """A class whose answers Ada (who has a name here) and B (who has none) rate."""

    stage: Stage
    ada: str
    rounds: dict[str, Round]
    ids: list[str]

    def rate(self, rater: str, number: int, *scores: float | None, second: bool = False) -> Rating:
        return judged.lock(
            self.stage.log, self.rounds[rater], self.stage.rubric, self.ids[number], scores,
            second=second,
        )  # fmt: skip

    def agenda(self, viewer: str = "") -> Agenda:
        viewer = viewer or self.ada
        return consensus.agenda(self.stage.log, self.stage.home, self.stage.library, viewer)

    def case(self, number: int = 0, viewer: str = "") -> consensus.Case:
        return consensus.open_case(
            self.stage.log, self.stage.home, self.stage.library, viewer or self.ada,
            self.ids[number],
            self.stage.rubric.ref,
        )  # fmt: skip

    def agree(self, number: int = 0, why: str = "", **scores: float | None) -> Rating:
        seen = [given.rating.id for given in self.case(number).given]
        draft = Draft({**WHOLE, **scores}, why)
        return consensus.lock(
            self.stage.log, self.stage.rubric, self.ids[number], draft, seen
        ).value


@pytest.fixture
def raters(stage: Stage) -> Raters:
    class_of(stage)
    ada = today.add_person(stage.log, "Ada").value.id
    both = {
        name: judged.begin(stage.log, stage.home, stage.library, stage.rubric, rater)
        for name, rater in (("ada", ada), ("b", "b-of-elsewhere"))
    }
    return Raters(stage, ada, both, [place.response_id for place in both["ada"].places])


def ids(lines: tuple[Line, ...]) -> list[str]:
    return [line.response_id for line in lines]


def test_what_two_have_rated_is_listed_the_furthest_apart_first(raters: Raters) -> None:
    near, far, unlike, alone = raters.ids[:4]
    for number, one, other in (
        (0, (3, 3, 3), (3, 4, 3)), (1, (1, 3, 3), (4, 3, 3)), (2, (3, 3, None), (3, 3, 2)),
    ):  # fmt: skip
        raters.rate("ada", number, *one)
        raters.rate("b", number, *other, second=number == 1)
    raters.rate("ada", 3, 1, 1, 1)
    found = raters.agenda()
    assert ids(found.to_agree) == [unlike, far, near]
    assert (found.done, found.hidden, found.single) == ((), 0, 1)
    assert alone not in ids(found.to_agree)
    first, second, third = found.to_agree
    assert first.items == ("Metacommunication",)
    assert (second.apart.points, second.items, second.second_opinion) == (3, ("Warmth",), True)
    assert (third.apart.points, third.raters) == (1, ("Ada", "Rater A"))
    assert {line.client for line in found.to_agree} <= {"Anna", "Ben"}
    assert "Trainee" not in repr(found)


def test_nobody_who_has_not_locked_their_own_sees_the_others(raters: Raters) -> None:
    """A, B and C rate; B and C have locked: A is shown nothing of it, until A has locked too."""
    c = judged.begin(
        raters.stage.log, raters.stage.home, raters.stage.library, raters.stage.rubric, "c"
    )
    raters.rate("b", 0, 2, 2, 2)
    judged.lock(raters.stage.log, c, raters.stage.rubric, raters.ids[0], (4, 4, 4))
    for viewer, hidden in ((raters.ada, 1), ("b-of-elsewhere", 0), ("c", 0)):
        found = raters.agenda(viewer)
        assert found.hidden == hidden, viewer
        assert len(found.to_agree) == 1 - hidden, viewer
    with pytest.raises(KnownError, match="not rated this response yet"):
        raters.case(0, raters.ada)
    rounds.keep_draft(
        raters.stage.log, raters.rounds["ada"], raters.ids[0], rounds.Draft(dict(WHOLE))
    )
    with pytest.raises(KnownError, match="not rated"):  # all chosen, but not locked
        raters.case(0, raters.ada)
    assert raters.agenda("c").to_agree[0].waits_for == ("Ada",)
    raters.rate("ada", 0, 3, 3, 3)
    assert len(raters.case(0, raters.ada).given) == 3
    assert raters.agenda(raters.ada).to_agree[0].waits_for == ()


def test_who_rates_nobody_is_shown_nothing_unasked(raters: Raters) -> None:
    """As a reader they are, and what they rate of it later is kept as not blind."""
    raters.rate("ada", 0, 2, 2, 2)
    raters.rate("b", 0, 4, 4, 4)
    log, stage = raters.stage.log, raters.stage
    found = raters.agenda("leads")
    assert (found.to_agree, found.hidden, found.to_open) == ((), 0, (raters.ids[0],))
    with pytest.raises(KnownError, match="not rated this response yet"):
        raters.case(0, "leads")
    late = judged.begin(log, stage.home, stage.library, stage.rubric, "late")
    assert raters.agenda("late").hidden == 1
    with pytest.raises(KnownError, match="have set out to rate this"):
        consensus.open_as_reader(log, "late", raters.ids[:1])
    consensus.open_as_reader(log, "leads", found.to_open)
    assert raters.agenda("leads").to_open == ()
    assert len(raters.case(0, "leads").given) == 2
    assert raters.case(0).given[0].comments == ()  # that it was seen is no comment
    lead = judged.begin(log, stage.home, stage.library, stage.rubric, "leads")
    first, second = (judged.lock(log, lead, stage.rubric, one, (3, 3, 3)) for one in raters.ids[:2])
    assert (first.blind, first.before_feedback) == (False, False)
    assert (second.blind, second.before_feedback) == (True, True)
    own = judged.lock(log, late, stage.rubric, raters.ids[0], (3, 3, 3))
    assert own.blind is True
    raters.case(0, "late")
    corrected = judged.lock(log, late, stage.rubric, raters.ids[0], (2, 3, 3))
    assert (corrected.supersedes, corrected.blind) == (own.id, False)


def test_whose_response_it_is_takes_no_part(raters: Raters) -> None:
    for rater in ("ada", "b"):
        raters.rate(rater, 0, 2, 2, 2)
    owner = next(
        one.person_id
        for one in queue.own(raters.stage.log, raters.stage.home, raters.stage.library, "nobody")
        if one.response_id == raters.ids[0]
    )
    assert owner is not None
    found = raters.agenda(owner)
    assert (found.to_agree, found.hidden, found.to_open) == ((), 0, ())
    with pytest.raises(KnownError, match="your own"):
        raters.case(0, owner)


def test_side_by_side_with_what_each_said(raters: Raters) -> None:
    raters.rate("ada", 0, 2, 2, 2)
    raters.rate("b", 0, 4, 3, None)
    log, one = raters.stage.log, raters.ids[0]
    rounds.comment(log, raters.rounds["b"], one, 4.5, "owns it", "owns-part")
    taken = rounds.comment(log, raters.rounds["b"], one, 1.0, "no", "").value
    rounds.correct(log, taken, "", "")
    shown = raters.case()
    assert [(given.name, dict(given.rating.scores)) for given in shown.given] == [
        ("Ada", {"warmth": 2, "repair": 2, "metacommunication": 2}),
        ("Rater A", {"warmth": 4, "repair": 3, "metacommunication": None}),
    ]
    assert [(c.at_s, c.text) for c in shown.given[1].comments] == [(4.5, "owns it")]
    assert shown.given[0].comments == ()
    assert (shown.consensus, shown.why) == (None, "")
    assert shown.trainee.startswith("Trainee ")
    assert shown.voice.clip is not None


def test_a_consensus_is_a_rating_of_its_own_and_corrected_in_the_open(raters: Raters) -> None:
    one, other = raters.rate("ada", 0, 2, 2, 2), raters.rate("b", 0, 4, 3, 3)
    consensus.keep_draft(
        raters.stage.log, raters.stage.rubric.ref, raters.ids[0], Draft({"warmth": 3.0}, "th")
    )
    assert raters.case().draft == Draft({"warmth": 3.0}, "th")
    first = raters.agree(why=" the apology came with a reason ")
    assert (first.role, first.blind) == (CONSENSUS, False)
    assert first.rater_id not in {one.rater_id, other.rater_id}
    assert first.of == tuple(sorted((one.id, other.id)))
    found = raters.agenda()
    assert (ids(found.to_agree), ids(found.done)) == ([], [raters.ids[0]])
    shown = raters.case()
    assert shown.draft == Draft()
    assert (shown.consensus, shown.why) == (first, "the apology came with a reason")
    second = raters.agree(repair=4.0, why="")
    assert second.supersedes == first.id
    assert raters.case().why == ""
    every = ratings.ratings_of(raters.stage.log, raters.ids[0])
    assert [r for r in every if r.role == CONSENSUS] == [first, second]
    agreed_by = consensus_rater(raters.stage.rubric.ref)
    said = comments.comments_of(raters.stage.log, raters.ids[0], agreed_by)
    assert [c.text for c in said] == ["the apology came with a reason", ""]
    assert every[:3][-1].role == "supervisor"  # the raters' own stand as they were
    assert ratings.standing(every)[1:3] == (one, other)


def test_why_they_agreed_stays_among_the_raters(raters: Raters) -> None:
    raters.rate("ada", 0, 2, 2, 2)
    raters.rate("b", 0, 4, 3, 3)
    rounds.comment(raters.stage.log, raters.rounds["b"], raters.ids[0], 4.5, "owns it", "")
    raters.agree(why="he was kinder than she thought")
    response = responses.response(raters.stage.log, raters.ids[0])
    shown = others_heard(raters.stage.log, raters.stage.library, response)
    assert [one.text for one in shown.comments] == ["owns it"]
    assert [one.consensus for one in shown.ratings] == [False, False, True]
    assert sorted(shown.ratings[-1].agreed) == ["A rater", "Ada"]
    assert raters.case().why == "he was kinder than she thought"


def test_one_that_rests_on_a_corrected_rating_is_marked(raters: Raters) -> None:
    raters.rate("ada", 0, 2, 2, 2)
    raters.rate("b", 0, 4, 3, 3)
    raters.agree()
    raters.rate("b", 0, 3, 3, 3)
    (line,) = raters.agenda().to_agree
    assert (line.agreed, line.outdated, line.added) == (True, True, ())
    raters.agree()
    (line,) = raters.agenda().done
    assert not line.outdated


def test_one_that_a_third_rating_came_after_is_marked(raters: Raters) -> None:
    raters.rate("ada", 0, 2, 2, 2)
    raters.rate("b", 0, 4, 3, 3)
    raters.agree()
    c = judged.begin(
        raters.stage.log, raters.stage.home, raters.stage.library, raters.stage.rubric, "z"
    )
    judged.lock(raters.stage.log, c, raters.stage.rubric, raters.ids[0], (1, 1, 1))
    (line,) = raters.agenda().to_agree
    assert (line.agreed, line.outdated, line.added) == (True, False, ("Rater B",))


def test_what_was_not_looked_at_cannot_be_agreed_on(raters: Raters) -> None:
    one, old = raters.rate("ada", 0, 2, 2, 2), raters.rate("b", 0, 4, 3, 3)
    new = raters.rate("b", 0, 1, 1, 1)
    with pytest.raises(KnownError, match="corrected meanwhile"):
        consensus.lock(
            raters.stage.log, raters.stage.rubric, raters.ids[0], Draft(dict(WHOLE)),
            (one.id, old.id),
        )  # fmt: skip
    with pytest.raises(KnownError, match="Not rated yet: Repair"):
        consensus.lock(
            raters.stage.log, raters.stage.rubric, raters.ids[0],
            Draft({"warmth": 3.0, "metacommunication": 1.0}), (one.id, new.id),
        )  # fmt: skip
    assert raters.agenda().done == ()


def test_a_reference_that_came_up_unannounced_needs_no_agreement(raters: Raters) -> None:
    stage = raters.stage
    found = queue.own(stage.log, stage.home, stage.library, "x")
    hidden = rounds.begin(
        stage.log, "x", "With references", stage.rubric, found,
        references=frozenset({raters.ids[0]}),
    ).value  # fmt: skip
    judged.lock(stage.log, hidden, stage.rubric, raters.ids[0], (1, 1, 1))
    raters.rate("b", 0, 4, 3, 3)
    assert raters.agenda().to_agree == ()


def test_a_response_that_lies_elsewhere_is_talked_about_too(raters: Raters) -> None:
    stage = raters.stage
    stage.log.close()
    found = queue.of_log(stage.home, stage.library)
    mine = open_log(stage.home.folder.parent / "the raters'")
    try:
        there = Home(stage.home.folder.parent / "the raters'")
        one = ""
        for rater in ("a", "b"):
            of = rounds.begin(mine, rater, "Theirs", stage.rubric, found).value
            one = sorted(place.response_id for place in of.places)[0]
            judged.lock(mine, of, stage.rubric, one, (1, 2, 3))
        shown = consensus.case(mine, there, stage.library, "a", one, stage.rubric.ref)
        assert shown.trainee == ""
        assert shown.voice.vignette is not None
        source = shown.voice.sound()
        assert hasattr(source, "is_file")
        assert source.is_file()
        source.unlink()
        with pytest.raises(KnownError, match="not where it was"):
            shown.voice.sound()
    finally:
        mine.close()


def test_a_rubric_whose_words_are_gone_cannot_be_shown(raters: Raters) -> None:
    for rater in ("ada", "b"):
        raters.rate(rater, 0, 2, 2, 2)
    with pytest.raises(KnownError, match="no longer in the library"):
        consensus.case(
            raters.stage.log, raters.stage.home, Library((), ()), raters.ada, raters.ids[0],
            raters.stage.rubric.ref,
        )  # fmt: skip
    with pytest.raises(KnownError, match="Fewer than two"):
        consensus.case(
            raters.stage.log, raters.stage.home, raters.stage.library, raters.ada, raters.ids[0],
            made.RUBRIC,
        )  # fmt: skip


def test_what_may_not_be_rated_any_more_is_talked_about_no_more(raters: Raters) -> None:
    log = raters.stage.log
    for number in (0, 1):
        raters.rate("ada", number, 3, 3, 3)
        raters.rate("b", number, 4, 3, 3)
    seen = [given.rating.id for given in raters.case().given]
    raters.rate("ada", 2, 3, 3, 3)
    for number in (0, 2):
        state_for_one(log, raters.ids[number], Consent("practice", UNTIL_DELETED))
    found = raters.agenda()
    assert (ids(found.to_agree), found.single) == ([raters.ids[1]], 0)
    with pytest.raises(KnownError, match="has not agreed to be rated"):
        raters.case()
    with pytest.raises(KnownError, match="has not agreed to be rated"):
        consensus.lock(log, raters.stage.rubric, raters.ids[0], Draft(dict(WHOLE)), seen)
