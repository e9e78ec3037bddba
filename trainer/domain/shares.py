"""Who rates what: a connected design, so that the severity of raters can be told from trainees.

Each response is given to the asked number of raters, some to one more. The design is connected when
one can go from each rater to each other one by responses that both rate; only then do differences
between raters and between trainees not stand for each other (Eckes 2015, Weeks & Williams 1964).
"""

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from trainer.domain.errors import KnownError


@dataclass(frozen=True, slots=True)
class ToRate:
    """A response that is to be given to raters, whose it is and which client it answers."""

    response_id: str
    trainee: str
    vignette: str


def allocate(
    responses: Sequence[ToRate],
    raters: Sequence[str],
    per_response: int,
    overlap: float,
    seed: str,
    own: Mapping[str, str] | None = None,
) -> dict[str, tuple[str, ...]]:
    """The responses (ids) of each rater.

    ``overlap`` (0 to 1) is the share of responses that one rater more is given; there are as many
    of them as a connected design needs, also when fewer are asked for. Raters have as many as each
    other, give or take one, and of each trainee and client as equally many as can be. ``own`` is
    the trainee that a rater is: nobody rates themselves. KnownError: too few raters for it.
    """
    own = own or {}
    _check(responses, raters, per_response, overlap, own)
    drawn = random.Random(seed)
    order = list(responses)
    drawn.shuffle(order)
    more = ceil(overlap * len(order) - 1e-9)
    if per_response == 1:
        more = min(len(order), max(more, len(raters) - 1))
    design = _Design(raters, own, drawn)
    for at, one in enumerate(order):
        design.give(one, per_response + (at < more and per_response < len(raters)))
    design.connect(order)
    return {rater: tuple(design.shares[rater]) for rater in raters}


def groups(shares: Mapping[str, Collection[str]]) -> list[set[str]]:
    """The raters who can be compared with each other, by what they rate in common."""
    by_response: dict[str, list[str]] = defaultdict(list)
    for rater, given in shares.items():
        for response in given:
            by_response[response].append(rater)
    group_of = {rater: rater for rater in shares}

    def root(rater: str) -> str:
        while group_of[rater] != rater:
            group_of[rater] = rater = group_of[group_of[rater]]
        return rater

    for together in by_response.values():
        for other in together[1:]:
            group_of[root(other)] = root(together[0])
    found: dict[str, set[str]] = defaultdict(set)
    for rater in shares:
        found[root(rater)].add(rater)
    return list(found.values())


class _Design:
    """Shares in the making, and what they have of each trainee, client and other rater."""

    def __init__(self, raters: Sequence[str], own: Mapping[str, str], drawn: random.Random) -> None:
        self.shares: dict[str, list[str]] = {rater: [] for rater in raters}
        self._own = own
        self._rank = {rater: drawn.random() for rater in raters}
        self._met: dict[tuple[str, str], int] = defaultdict(int)

    def give(self, one: ToRate, raters: int) -> None:
        """Give a response to so many raters (fewer when no more may have it)."""
        chosen: list[str] = []
        while len(chosen) < raters and (rater := self._next(one, chosen)) is not None:
            self._hand(one, rater, chosen)
            chosen.append(rater)

    def connect(self, responses: Sequence[ToRate]) -> None:
        """Give single responses to one rater more until each can be compared with each."""
        while len(apart := groups(self.shares)) > 1:
            here = min(apart, key=len)
            for one in responses:
                having = [rater for rater, given in self.shares.items() if one.response_id in given]
                elsewhere = [r for r in self.shares if r not in here and self._may(one, r)]
                if here.intersection(having) and elsewhere:
                    self._hand(one, min(elsewhere, key=lambda r: len(self.shares[r])), having)
                    break
            else:
                raise KnownError(
                    "These raters cannot be compared with each other: too much of what there is "
                    "to rate is their own",
                    "Add a rater who is not one of the trainees.",
                )

    def _may(self, one: ToRate, rater: str) -> bool:
        return self._own.get(rater) != one.trainee

    def _next(self, one: ToRate, chosen: list[str]) -> str | None:
        def burden(rater: str) -> tuple[float, ...]:
            return (
                len(self.shares[rater]),
                self._met[rater, "trainee " + one.trainee]
                + self._met[rater, "vignette " + one.vignette],
                sum(self._met[rater, other] for other in chosen),
                self._rank[rater],
            )

        free = [r for r in self.shares if r not in chosen and self._may(one, r)]
        return min(free, key=burden, default=None)

    def _hand(self, one: ToRate, rater: str, others: Sequence[str]) -> None:
        self.shares[rater].append(one.response_id)
        self._met[rater, "trainee " + one.trainee] += 1
        self._met[rater, "vignette " + one.vignette] += 1
        for other in others:
            self._met[rater, other] += 1
            self._met[other, rater] += 1


def _check(
    responses: Sequence[ToRate],
    raters: Sequence[str],
    per_response: int,
    overlap: float,
    own: Mapping[str, str],
) -> None:
    if not responses:
        raise KnownError("There is nothing to give to raters yet", "Import submissions first.")
    if len(set(raters)) != len(raters):
        raise KnownError("A rater is named twice", "Name each once.")
    if not 0 <= overlap <= 1:
        raise KnownError(f"The overlap is a share from 0 to 1, not {overlap}", "")
    for one in responses:
        able = sum(own.get(rater) != one.trainee for rater in raters)
        if not 1 <= per_response <= able:
            raise KnownError(
                f"{per_response} raters for each response cannot be had from {able}"
                + (" (nobody rates themselves)" if own else ""),
                "Name more raters, or ask for fewer for each response.",
            )
