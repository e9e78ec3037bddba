"""What two raters make of their ratings together: how far they are apart, and what they agree on.

A consensus is a rating of its own (role ``CONSENSUS``) that names the ratings it rests on. It is no
further rater's judgement, so it is never averaged with theirs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainer.domain.rating import CONSENSUS, SUPERVISOR, Rating
from trainer.domain.rubric import RubricRef


@dataclass(frozen=True, slots=True)
class Apart:
    """How far ratings of one response differ.

    ``points`` is the largest difference on one item, and ``items`` are those with that difference
    (none where it is 0). ``unlike`` are items that one rated and another called not applicable:
    there they do not even agree what the moment asked for.
    """

    points: float
    total: float
    items: tuple[str, ...]
    unlike: tuple[str, ...]

    @property
    def order(self) -> tuple[int, float, float]:
        """To sort by, the furthest apart first."""
        return -len(self.unlike), -self.points, -self.total


def apart(ratings: Sequence[Rating]) -> Apart:
    """How far two or more ratings on one rubric differ."""
    differences: dict[str, float] = {}
    unlike = []
    for item in dict.fromkeys(item for one in ratings for item in one.scores):
        scores = [one.scores.get(item) for one in ratings]
        given = [score for score in scores if score is not None]
        if given and len(given) < len(scores):
            unlike.append(item)
        differences[item] = max(given) - min(given) if given else 0.0
    most = max(differences.values(), default=0.0)
    furthest = tuple(item for item, points in differences.items() if points == most > 0)
    return Apart(most, sum(differences.values()), furthest, tuple(unlike))


def consensus_rater(rubric: RubricRef) -> str:
    """Who a consensus is by: nobody in particular, so that whoever sits down can correct it."""
    return f"consensus:{rubric.pack}:{rubric.rubric}:{rubric.version}"


def grounds(standing: Iterable[Rating], rubric: RubricRef) -> tuple[Rating, ...]:
    """The ratings a consensus on ``rubric`` rests on: each rater's newest, of those that stand."""
    newest: dict[str, Rating] = {}
    for one in standing:
        if one.role == SUPERVISOR and one.rubric == rubric:
            newest[one.rater_id] = one
    return tuple(newest.values())


def agreed(standing: Iterable[Rating], rubric: RubricRef) -> Rating | None:
    """The consensus on ``rubric`` that stands, the newest; None: there is none."""
    found = [one for one in standing if one.role == CONSENSUS and one.rubric == rubric]
    return found[-1] if found else None


def outdated(consensus: Rating, now: Iterable[Rating]) -> bool:
    """Whether one of the ratings it rests on has been corrected since (``now``: its grounds)."""
    return not set(consensus.of) <= {one.id for one in now}


def in_force(standing: Iterable[Rating]) -> tuple[Rating, ...]:
    """The ratings that stand, without each consensus that is outdated."""
    every = tuple(standing)
    return tuple(
        one
        for one in every
        if one.role != CONSENSUS or not outdated(one, grounds(every, one.rubric))
    )


def added_since(consensus: Rating, now: Iterable[Rating]) -> tuple[str, ...]:
    """The raters whose rating came after the discussion, so that it does not rest on theirs."""
    if outdated(consensus, now := tuple(now)):
        return ()
    return tuple(one.rater_id for one in now if one.id not in consensus.of)
