"""What others heard in one response: their ratings and what they said of moments in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from trainer.app.library import Library
from trainer.domain.consensus import in_force
from trainer.domain.others import JUDGING
from trainer.domain.rating import CALIBRATION, CONSENSUS, Rating
from trainer.domain.response import Response
from trainer.domain.rounds import MARKER_WORDS, standing
from trainer.domain.rubric import Rubric
from trainer.store import comments, people, ratings
from trainer.store.db import Log
from trainer.store.others import self_rated


@dataclass(frozen=True, slots=True)
class OthersRating:
    """One standing rating by somebody else, with the wording it rests on if that is known.

    ``agreed`` names who agreed on it; it is empty for a rater's own.
    """

    name: str
    rating: Rating
    rubric: Rubric | None
    agreed: tuple[str, ...] = ()

    @property
    def consensus(self) -> bool:
        """Whether several raters agreed on it afterwards."""
        return self.rating.role == CONSENSUS


@dataclass(frozen=True, slots=True)
class OthersComment:
    """What a rater said of a moment (seconds of the response's file), with a marker in words."""

    at_s: float
    name: str
    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class OthersHeard:
    """All of it; empty before the person's own rating is locked. Consensus comes last."""

    ratings: tuple[OthersRating, ...] = ()
    comments: tuple[OthersComment, ...] = ()
    raters: int = 0


def others_heard(log: Log, library: Library, response: Response) -> OthersHeard:
    """Read what others gave and said; to be run on the log's thread."""
    if not self_rated(log, response.id):
        return OthersHeard()
    every = ratings.ratings_of(log, response.id)
    made_by = {rating.id: rating.rater_id for rating in every}
    given = _newest(
        rating
        for rating in in_force(ratings.standing(every))
        if rating.role in JUDGING
        and (rating.role == CONSENSUS or rating.rater_id != response.person_id)
    )
    agreed = {r.id: tuple(dict.fromkeys(made_by[i] for i in r.of if i in made_by)) for r in given}
    said = [
        one
        for one in standing(comments.comments_of(log, response.id))
        if one.rater_id not in (response.person_id, *_learners(every))
    ]
    raters = dict.fromkeys(rater for r in given for rater in (agreed[r.id] or (r.rater_id,)))
    names = _names(log, (*raters, *(one.rater_id for one in said)))
    wording = {rubric.ref: rubric for rubric in library.rubrics}
    return OthersHeard(
        tuple(
            OthersRating(
                names.get(r.rater_id, ""), r, wording.get(r.rubric),
                tuple(names[one] for one in agreed[r.id]),
            )
            for r in given
        ),
        tuple(
            OthersComment(
                one.at_s, names[one.rater_id], MARKER_WORDS.get(one.marker, one.marker), one.text
            )
            for one in said
        ),
        len(raters),
    )  # fmt: skip


def _learners(given: Iterable[Rating]) -> frozenset[str]:
    """Those who rated this only while they learnt to rate: what they typed then is no judgement."""
    every = tuple(given)
    others = {one.rater_id for one in every if one.role != CALIBRATION}
    return frozenset(one.rater_id for one in every) - others


def _newest(given: Iterable[Rating]) -> tuple[Rating, ...]:
    """Each rater's newest by one rubric, in the order in which they were locked; consensus last."""
    kept = {(r.rater_id, r.role, r.rubric.pack, r.rubric.rubric): r for r in given}
    return tuple(sorted(kept.values(), key=lambda r: (r.role == CONSENSUS, r.locked_at)))


def _names(log: Log, rater_ids: Iterable[str]) -> dict[str, str]:
    """The raters' names; those whom nobody knows here are told apart by a number."""
    known = {person.id: person.name.strip() for person in people.people(log)}
    ids = tuple(dict.fromkeys(rater_ids))
    nameless = [one for one in ids if not known.get(one)]
    if len(nameless) == 1:
        return {one: known.get(one) or "A rater" for one in ids}
    return {one: known.get(one) or f"Rater {nameless.index(one) + 1}" for one in ids}
