"""What goes into a trainee's file of results: what stands of each response, and by which rater."""

import hashlib
from collections.abc import Iterable, Sequence

from trainer.app.library import Library
from trainer.domain.consensus import grounds, in_force
from trainer.domain.document import Document
from trainer.domain.rating import CONSENSUS, SUPERVISOR, Rating
from trainer.domain.results import (
    CodedRater,
    GivenBack,
    RatedAnswer,
    Results,
    RubricBack,
    SaidBack,
)
from trainer.domain.rounds import MARKERS, Comment, standing
from trainer.domain.rubric import RubricRef
from trainer.domain.share import Admitted, admitted, read_admitted
from trainer.store import comments, ratings, shares
from trainer.store import results as rows
from trainer.store.db import Log
from trainer.store.results import Answer


class Packer:
    """Reads what there is once, then packs it trainee by trainee; on the log's thread."""

    def __init__(
        self, log: Log, library: Library, signs_as: str, program: str, *, comments: bool
    ) -> None:
        self._log, self._key, self._program, self._comments = log, signs_as, program, comments
        self._admitted = _every_admitted(log, library)
        self._since = rows.raters_in_order(log)
        self._codes = {rater: f"R{number}" for number, rater in enumerate(self._since, 1)}

    def read(self, answers: Sequence[Answer]) -> None:
        """Read all that was given to these."""
        log, whose = self._log, {one.response_id: one.person_id for one in answers}
        every = {
            response_id: self._by_others(found, whose[response_id])
            for response_id, found in ratings.ratings_of_all(log, whose).items()
        }
        stand = {response_id: self._stand(found) for response_id, found in every.items()}
        self._given = {response_id: found for response_id, found in stand.items() if found}
        self._was = {
            response_id: [one for one in every[response_id] if one not in found]
            for response_id, found in self._given.items()
        }
        self._said = comments.comments_of_all(log, self._given) if self._comments else {}
        self._waiting = rows.waiting(log, self._given)
        self._before = rows.told_before(log, self._given)

    def is_rated(self, response_id: str) -> bool:
        """Whether somebody else's rating of it stands."""
        return response_id in self._given

    def waits(self, response_id: str) -> bool:
        """Whether somebody has still to rate it."""
        return response_id in self._waiting

    def is_new(self, one: RatedAnswer, read_by: str) -> bool:
        """Whether something of it was in no file yet that this key opens."""
        return not one.said <= self._before.get((one.response, read_by), frozenset())

    def pack(self, code: str, read_by: str, wanted: Sequence[Answer]) -> Results:
        """All that was given to these, for whoever has ``code``."""
        answers = tuple(self._answer(one) for one in wanted)
        given = [one for answer in wanted for one in self._given[answer.response_id]]
        raters = sorted({one.rater_id for one in given if one.role != CONSENSUS}, key=self._number)
        rubrics = dict.fromkeys(one.rubric for one in given)
        return Results(
            self._program, read_by, code,
            tuple(CodedRater(self._mark(o), self._codes[o], self._since[o]) for o in raters),
            tuple(RubricBack(ref, self._admitted[ref]) for ref in rubrics), answers,
        )  # fmt: skip

    # Inside

    def _by_others(self, every: Iterable[Rating], person_id: str) -> tuple[Rating, ...]:
        return tuple(
            one
            for one in every
            if one.rubric in self._admitted
            and one.role in (SUPERVISOR, CONSENSUS)
            and one.rater_id != person_id
        )

    def _stand(self, every: Iterable[Rating]) -> tuple[Rating, ...]:
        """Each rater's newest on each rubric, and what is agreed on and not outdated."""
        stand = ratings.standing(every)
        refs = dict.fromkeys(one.rubric for one in stand)
        newest = [one for ref in refs for one in grounds(stand, ref)]
        ids = {one.id for one in newest}
        agreed = {
            one.rubric: one
            for one in in_force(stand)
            if one.role == CONSENSUS and one.of and set(one.of) <= ids
        }
        return (*newest, *agreed.values())

    def _answer(self, answer: Answer) -> RatedAnswer:
        given = self._given[answer.response_id]
        raters = {one.rater_id for one in given}
        said = [
            one
            for one in self._said.get(answer.response_id, ())
            if one.rater_id in raters and (not one.marker or one.marker in MARKERS)
        ]
        stands = {one.id for one in standing(said)}
        return RatedAnswer(
            answer.assignment_id, answer.response_id,
            tuple(self._rating(one) for one in given),
            tuple(self._comment(one, stands=one.id in stands) for one in said),
            tuple(sorted(self._mark(one.id) for one in self._was[answer.response_id])),
        )  # fmt: skip

    def _rating(self, one: Rating) -> GivenBack:
        rater = "" if one.role == CONSENSUS else self._mark(one.rater_id)
        return GivenBack(
            self._mark(one.id), rater, one.role, one.rubric, dict(one.scores),
            one.before_feedback, one.blind, one.locked_at,
            tuple(sorted(self._mark(of) for of in one.of)),
        )  # fmt: skip

    def _comment(self, one: Comment, *, stands: bool) -> SaidBack:
        # What was taken back or said anew is known by its id alone: its words are nobody's now.
        return SaidBack(
            self._mark(one.id), self._mark(one.rater_id), one.at_s, one.text if stands else "",
            one.marker if stands else "", one.made_at,
            self._mark(one.supersedes) if one.supersedes else None,
        )  # fmt: skip

    def _mark(self, row_id: str) -> str:
        # The same in each file of this program, and of use to nobody beside it.
        return hashlib.sha256(f"{self._key} {row_id}".encode()).hexdigest()[:32]

    def _number(self, rater_id: str) -> int:
        return int(self._codes[rater_id][1:])


def _every_admitted(log: Log, library: Library) -> dict[RubricRef, Admitted]:
    """What each known rubric admits; of one that left the library, as it was shared."""
    shared = {
        Document(one.document, "share").rubric("rubric"): read_admitted(one.document["admitted"])
        for one in shares.shares(log, mine=True)
    }
    return shared | {one.ref: admitted(one) for one in library.rubrics}
