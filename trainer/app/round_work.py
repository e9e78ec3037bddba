"""How far the responses of a round are rated: what was locked, chosen, typed and said."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from trainer.app import rounds
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.queue import Candidate, again
from trainer.app.rounds import Draft
from trainer.domain.rating import Rating
from trainer.domain.rounds import Comment, Round
from trainer.domain.rubric import Rubric
from trainer.store.db import Log

Scores = Mapping[str, float | None]


@dataclass(slots=True)
class Work:
    """One response of the round as far as it is rated.

    ``locked`` are its ratings in this round, oldest first: the last one stands. ``sent`` are those
    that are on their way into the log.
    """

    draft: Draft = field(default_factory=Draft)
    locked: tuple[Rating, ...] = ()
    sent: tuple[Draft, ...] = ()
    comments: tuple[Comment, ...] = ()

    @property
    def rated(self) -> bool:
        """Whether it has a rating, or one on its way."""
        return bool(self.sent or self.locked)

    @property
    def history(self) -> tuple[Scores, ...]:
        """What was locked, also what is on its way, oldest first."""
        return (*(one.scores for one in self.locked), *(one.scores for one in self.sent))

    @property
    def beyond_s(self) -> float | None:
        """How long it took beyond the sound."""
        return self.sent[-1].beyond_s if self.sent else self.locked[-1].beyond_s

    @property
    def changed(self) -> bool:
        """Whether something is chosen that is not locked."""
        now = (self.draft.scores, self.draft.second_opinion)
        if not self.rated:
            return now != ({}, False)
        last = self.sent[-1] if self.sent else self.locked[-1]
        return now != (dict(last.scores), last.second_opinion)


@dataclass(frozen=True, slots=True)
class Opened:
    """A round as the log has it; ``work`` by response, for each of its places."""

    round: Round
    rubric: Rubric
    candidates: Mapping[str, Candidate]
    work: dict[str, Work]


def open_round(log: Log, home: Home, library: Library, round_id: str) -> Opened:
    """Read what was rated, chosen and typed so far; on the log's thread.

    What may not be rated any more and is not yet is left out.
    KnownError: no such round, or its rubric has been reworded since.
    """
    of, rubric = rounds.round_to_rate(log, library, round_id)
    gone = rounds.held_back(log, of)
    ids = [place.response_id for place in of.places if place.response_id not in gone]
    found = again(log, home, library, ids)
    every = {
        place.response_id: _read(log, of, rubric, place.response_id)
        for place in of.places
        if place.response_id in found
    }
    return Opened(of, rubric, found, every)


def _read(log: Log, of: Round, rubric: Rubric, response_id: str) -> Work:
    locked = rounds.history_in(log, of, response_id)
    draft = rounds.draft_of(log, of, rubric, response_id)
    if locked and not draft.scores:
        last = locked[-1]
        draft = replace(
            draft, scores=dict(last.scores), second_opinion=last.second_opinion,
            beyond_s=last.beyond_s or 0.0,
        )  # fmt: skip
    return Work(draft, locked, (), rounds.comments_in(log, of, response_id))
