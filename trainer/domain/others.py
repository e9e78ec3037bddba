"""What others gave to responses that a person has rated already: the last word of each rater."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import fsum
from typing import Protocol, TypeVar

from trainer.domain.rating import CONSENSUS, SUPERVISOR

# Whose ratings are others' judgements of a person's own responses; neither a rating made to train
# a rater nor the known one of a reference is.
JUDGING = (SUPERVISOR, CONSENSUS)


class Word(Protocol):
    """What somebody else said of a response; ``agreed`` as in ``Given``."""

    @property
    def rater_id(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def agreed(self) -> tuple[str, ...]: ...


W = TypeVar("W", bound=Word)


@dataclass(frozen=True, slots=True)
class Given:
    """One standing score (None: N/A) of one item by somebody else; ``at`` is the response's time.

    ``agreed`` names the raters that a consensus rests on; it is empty for a rater's own score.
    """

    response_id: str
    at: datetime
    vignette: str
    attempt: int
    rater_id: str
    role: str
    score: float | None
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OthersPoint:
    """What others gave to one response on one item: the mean of their last words.

    ``raters`` are those who gave a score, each once; ``consensus``: some of them agreed on it.
    """

    response_id: str
    at: datetime
    score: float
    raters: tuple[str, ...]
    consensus: bool
    vignette: str
    attempt: int


def others_points(given: Iterable[Given]) -> tuple[OthersPoint, ...]:
    """One point a response, in the order in which they come; without those that are N/A to all.

    ``given``: scores of one item, each response's in the order in which they were locked.
    """
    by_response: dict[str, list[Given]] = {}
    for one in given:
        by_response.setdefault(one.response_id, []).append(one)
    points = (_point(every) for every in by_response.values())
    return tuple(point for point in points if point is not None)


def raters_of(points: Iterable[OthersPoint]) -> frozenset[str]:
    """Everybody whose score is in these."""
    return frozenset(rater for point in points for rater in point.raters)


def last_words(given: Iterable[W]) -> dict[str, W]:
    """By rater, what they said last of one response: a consensus speaks for all who agreed on it.

    So it is never one more rater's score beside those it was made from.
    """
    every = list(given)
    if any(one.role == CONSENSUS for one in every):
        every.sort(key=lambda one: one.role == CONSENSUS)
    words: dict[str, W] = {}
    for one in every:
        for rater in one.agreed or (one.rater_id,):
            words[rater] = one
    return words


def _point(given: list[Given]) -> OthersPoint | None:
    words = {rater: one for rater, one in last_words(given).items() if one.score is not None}
    if not words:
        return None
    any_one = given[0]
    return OthersPoint(
        any_one.response_id,
        any_one.at,
        fsum(one.score for one in words.values() if one.score is not None) / len(words),
        tuple(words),
        any(one.role == CONSENSUS for one in words.values()),
        any_one.vignette,
        any_one.attempt,
    )
