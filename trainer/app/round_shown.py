"""What is shown of a round in a sitting: a response, how far it is rated and heard, the pace."""

from collections.abc import Callable
from statistics import median

from trainer.app import rounds
from trainer.app.listened import Listened
from trainer.app.queue import Candidate
from trainer.app.round_work import Opened, Work
from trainer.app.rounds import Blind
from trainer.domain.rating import missing_items
from trainer.domain.rounds import LIVES

FEW = 3  # ratings: no pace is told of fewer


class Shown:
    """A round as far as it is rated, and the response of it that is shown; it changes nothing."""

    def __init__(self, opened: Opened) -> None:
        self.round, self.rubric = opened.round, opened.rubric
        self._candidates, self._work = opened.candidates, opened.work
        self._order = [p.response_id for p in opened.round.places if p.response_id in opened.work]
        self._at = rounds.next_of(self._order, self._rated()) or self._order[0]
        self.unheard: set[str] = set()  # their sound is missing or damaged
        self.mute = False  # nothing can be heard on this computer now
        self._listened: dict[str, Listened] = {}  # in this sitting, by response
        self.done = False  # the last one is behind the rater

    @property
    def candidate(self) -> Candidate:
        """The response that is shown; for the program."""
        return self._candidates[self._at]

    @property
    def blind(self) -> Blind:
        """All that may be shown of it."""
        return rounds.blind(self.round, self.candidate)

    @property
    def work(self) -> Work:
        """How far it is rated."""
        return self._work[self._at]

    @property
    def all_work(self) -> dict[str, Work]:
        """How far each is rated, in the round's order."""
        return self._work

    @property
    def rated(self) -> int:
        """How many have a rating, or one on its way."""
        return len(self._rated())

    @property
    def of(self) -> int:
        """How many there are."""
        return len(self._order)

    @property
    def finished(self) -> bool:
        """Whether every one that can be heard has its rating."""
        return len(self._rated() | self.unheard) == self.of

    @property
    def missing(self) -> tuple[str, ...]:
        """Titles of the items that have no score yet."""
        return missing_items(self.rubric, self.work.draft.scores)

    @property
    def sounds(self) -> bool:
        """Whether what is shown has a sound that is whole, as far as is known."""
        return self._at not in self.unheard

    @property
    def heard(self) -> bool:
        """Whether what is shown can be heard, or was, as far as is known."""
        if not self.sounds:
            return False
        listened = self._listened.get(self._at)
        return not self.mute or self.work.rated or bool(listened and listened.begun)

    @property
    def to_hear(self) -> tuple[float, float] | None:
        """What of it is still to be heard before it can be locked, in seconds from its beginning.

        None: nothing is. In live rounds that is up to the rater; who is calibrated on what was
        heard in part learns, and shows, something else. Before its sound is read all of it is.
        """
        if self.round.kind in LIVES or self.work.rated:
            return None
        listened = self._listened.get(self._at)
        if listened is None:
            return 0.0, 0.0
        left, begins_s = listened.missing(), listened.begins_s
        return None if left is None else (left[0] - begins_s, left[1] - begins_s)

    @property
    def flagged_numbers(self) -> tuple[int, ...]:
        """The places of those that are for a second opinion."""
        return self._numbers(lambda one: one.draft.second_opinion)

    @property
    def unlocked_numbers(self) -> tuple[int, ...]:
        """The places of those that were rated and changed since, without being locked again."""
        return self._numbers(lambda one: one.rated and one.changed)

    def _numbers(self, chosen: Callable[[Work], bool]) -> tuple[int, ...]:
        places = [place.response_id for place in self.round.places]
        return tuple(places.index(i) + 1 for i in self._order if chosen(self._work[i]))

    @property
    def each_s(self) -> float | None:
        """The middle time beyond listening; None of too few."""
        taken = [one.beyond_s for one in self._work.values() if one.rated]
        known = [seconds for seconds in taken if seconds is not None]
        return median(known) if len(known) >= FEW else None

    @property
    def left_s(self) -> float | None:
        """How long the rest will take, listening and rating; None when it cannot be told."""
        each, left = self.each_s, [self._candidates[i] for i in self._order if not self._rated_(i)]
        if each is None or not left:
            return None
        lengths = [one.duration_s for one in left]
        known = [seconds for seconds in lengths if seconds is not None]
        return len(left) * (each + median(known)) if known else None

    def upcoming(self) -> Candidate | None:
        """What will be shown next, to be read ahead."""
        past = self._rated() | self.unheard | {self._at}
        after = rounds.next_of(self._order, past, self._at)
        return self._candidates[after] if after and after != self._at else None

    def _rated(self) -> frozenset[str]:
        return frozenset(i for i in self._order if self._rated_(i))

    def _rated_(self, response_id: str) -> bool:
        return self._work[response_id].rated
