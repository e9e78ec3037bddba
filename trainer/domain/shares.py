"""Who rates what: a connected design, so that the severity of raters can be told from trainees.

Each response is given to the asked number of raters, some to one more. The design is connected when
one can go from each rater to each other one by responses that both rate; only then do differences
between raters and between trainees not stand for each other (Eckes 2015, Weeks & Williams 1964).
"""

import random
from collections import Counter, defaultdict
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
    own: Mapping[str, Collection[str]] | None = None,
    given: Mapping[str, Collection[str]] | None = None,
) -> dict[str, tuple[str, ...]]:
    """The responses (ids) that each rater is given now.

    ``overlap`` (0 to 1) is the share of responses that one rater more is given; there are as many
    of them as a connected design needs, also when fewer are asked for. Raters have as many as each
    other, give or take one, and of each trainee and client as equally many as can be. ``own`` are
    the codes of the trainee that a rater is: nobody rates themselves. ``given`` is what raters have
    already, also those who are given no more: it counts, and is not given again. KnownError: too
    few raters.
    """
    own, given = own or {}, given or {}
    design = _Design(raters, own, random.Random(seed))
    known = {one.response_id: one for one in responses}
    for rater, ids in given.items():
        for response_id in sorted(set(ids) & set(known)):
            design.hand(known[response_id], rater)
    _check(responses, raters, per_response, overlap, own, design)
    before = {rater: len(has) for rater, has in design.shares.items()}
    order = list(responses)
    design.drawn.shuffle(order)
    more = ceil(overlap * len(order) - 1e-9)
    if per_response == 1:
        more = min(len(order), max(more, len(raters) - 1))
    more -= sum(len(design.having[one.response_id]) > per_response for one in order)
    for one in order:
        new = not design.having[one.response_id]
        another = new and more > 0 and per_response < len(raters)
        more -= another
        design.give(one, per_response + another)
    design.connect(order)
    return {rater: tuple(design.shares[rater][before[rater] :]) for rater in raters}


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
    """Shares in the making, and what they have of each trainee, client and other rater.

    ``having`` are the raters of each response.
    """

    def __init__(self, raters: Sequence[str], own: Mapping[str, Collection[str]],
                 drawn: random.Random) -> None:  # fmt: skip
        self.shares: dict[str, list[str]] = {rater: [] for rater in raters}
        self.having: dict[str, list[str]] = defaultdict(list)
        self.drawn = drawn
        self._raters, self._own = raters, own
        self._rank = {rater: drawn.random() for rater in raters}
        self._trainees: dict[str, Counter[str]] = defaultdict(Counter)
        self._clients: dict[str, Counter[str]] = defaultdict(Counter)
        self._others: dict[str, Counter[str]] = defaultdict(Counter)

    def give(self, one: ToRate, raters: int) -> None:
        """Give a response to so many raters in all (fewer when no more may have it)."""
        chosen = self.having[one.response_id]
        while len(chosen) < raters and (rater := self._next(one, chosen)) is not None:
            self.hand(one, rater)

    def hand(self, one: ToRate, rater: str) -> None:
        """Give a response to this rater."""
        self.shares.setdefault(rater, []).append(one.response_id)
        self._trainees[rater][one.trainee] += 1
        self._clients[rater][one.vignette] += 1
        for other in self.having[one.response_id]:
            self._others[rater][other] += 1
            self._others[other][rater] += 1
        self.having[one.response_id].append(rater)

    def may(self, one: ToRate, rater: str) -> bool:
        """Whether a response is not the rater's own."""
        return one.trainee not in self._own.get(rater, ())

    def connect(self, responses: Sequence[ToRate]) -> None:
        """Give single responses to one rater more until each can be compared with each.

        Who has nothing at all is compared with nobody.
        """
        while len(apart := groups({r: has for r, has in self.shares.items() if has})) > 1:
            here = min(apart, key=len)
            for one in responses:
                having = self.having[one.response_id]
                elsewhere = [
                    r for r in self._raters if r not in here and self.shares[r] and self.may(one, r)
                ]
                if here.intersection(having) and elsewhere:
                    self.hand(one, min(elsewhere, key=lambda r: len(self.shares[r])))
                    break
            else:
                raise KnownError(
                    "These raters cannot be compared with each other: too much of what there is "
                    "to rate is their own",
                    "Add a rater who is not one of the trainees.",
                )

    def _next(self, one: ToRate, chosen: Sequence[str]) -> str | None:
        def burden(rater: str) -> tuple[float, ...]:
            others = self._others[rater]
            return (
                len(self.shares[rater]),
                self._trainees[rater][one.trainee] + self._clients[rater][one.vignette],
                sum(others[other] for other in chosen),
                self._rank[rater],
            )

        free = [r for r in self._raters if r not in chosen and self.may(one, r)]
        return min(free, key=burden, default=None)


def _check(
    responses: Sequence[ToRate],
    raters: Sequence[str],
    per_response: int,
    overlap: float,
    own: Mapping[str, Collection[str]],
    design: _Design,
) -> None:
    if not responses:
        raise KnownError("There is nothing to give to raters yet", "Import submissions first.")
    if len(set(raters)) != len(raters):
        raise KnownError("A rater is named twice", "Name each once.")
    if not 0 <= overlap <= 1:
        raise KnownError(f"The overlap is a share from 0 to 1, not {overlap}", "")
    for one in responses:
        able = set(design.having[one.response_id])
        able.update(rater for rater in raters if design.may(one, rater))
        if not 1 <= per_response <= len(able):
            raise KnownError(
                f"{per_response} raters for each response cannot be had from {len(able)}"
                + (" (nobody rates themselves)" if own else ""),
                "Name more raters, or ask for fewer for each response.",
            )
