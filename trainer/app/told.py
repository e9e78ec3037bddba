"""What training told, to be seen and heard again: of references that this rater has rated there."""

from dataclasses import dataclass, replace

from trainer.app.calibration import Revealed, Told, revealed
from trainer.app.calibration_state import client_of
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.queue import Candidate
from trainer.app.references import candidate, known
from trainer.domain.rating import Rating
from trainer.domain.reference import TRAINING
from trainer.domain.rounds import CALIBRATION
from trainer.domain.rubric import Rubric
from trainer.store import ratings, rounds
from trainer.store.db import Log

_NOT_APPLICABLE = 2.0  # points: so far apart are a score and N/A, to put what to see first first


@dataclass(frozen=True, slots=True)
class Again:
    """One training reference; ``client`` is whom it answers ("": not known)."""

    candidate: Candidate
    client: str
    told: Revealed


def told_again(
    log: Log, home: Home, library: Library, rubric: Rubric, rater_id: str
) -> tuple[Again, ...]:
    """Every training reference this rater has rated in training, the furthest apart first.

    As it was rated in the newest training, before its reference was told. None for the gate or
    hidden among live responses is ever among them, nor one that was withdrawn.
    """
    given, found = _newest(log, rubric, rater_id), []
    for one in known(log, library, rubric):
        if one.use == TRAINING and rater_id not in one.parties and one.response_id in given:
            heard = candidate(log, home, library, one)
            told = revealed(rubric, given[one.response_id].scores, one, 1, 1)
            if heard is not None:
                found.append(Again(heard, client_of(library, one.vignette), told))
    found.sort(key=lambda one: -sum(_points(item) for item in one.told.items))
    return tuple(
        replace(one, told=replace(one.told, number=number, of=len(found)))
        for number, one in enumerate(found, start=1)
    )


def _newest(log: Log, rubric: Rubric, rater_id: str) -> dict[str, Rating]:
    """The first rating of each response in the newest training that had it."""
    found: dict[str, Rating] = {}
    for of in rounds.rounds_of(log, rater_id):
        if of.kind == CALIBRATION and of.rubric == rubric.ref:
            for place in of.places:
                every = ratings.ratings_of(log, place.response_id)
                mine = [one for one in every if one.round_id == of.id]
                if mine:
                    found.setdefault(place.response_id, mine[0])
    return found


def _points(one: Told) -> float:
    if one.difference is not None:
        return abs(one.difference)
    return 0.0 if one.own == one.known else _NOT_APPLICABLE
