"""How many of a cohort's trainees come to be counted, and where the others are left behind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trainer.domain.assignment import Assignment
from trainer.store import cohort
from trainer.store.cohort import OVER, PRACTICE_ONLY, TAKEN_BACK, Rated
from trainer.store.db import Log
from trainer.store.starts import cut_off

WHY = {
    TAKEN_BACK: "consent taken back",
    PRACTICE_ONLY: "agreed to for practice only",
    OVER: "past their last day",
}
"""Why answers that came may not be rated, in words."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Where each trainee (code) of an assignment is; everybody is in one of the first four.

    ``complete``: an answer to each client of their form came, and may be rated; ``partly``: to a
    part of them; ``held``: more came than may be rated, and what may is not all. ``agreed``:
    something of theirs may be rated; ``rated``: something of theirs was, ``rated_all``: an answer
    to each client. Of ``over``, who are in ``partly``, ``held`` or ``nothing``, no more comes, as
    the rest was interrupted in a test; ``cut`` counts such clients by code. ``why_held`` counts
    answers that may not be rated by reason (see WHY).
    """

    complete: frozenset[str]
    partly: frozenset[str]
    held: frozenset[str]
    nothing: frozenset[str]
    agreed: frozenset[str]
    rated: frozenset[str]
    rated_all: frozenset[str]
    over: frozenset[str]
    cut: Mapping[str, int]
    why_held: Mapping[str, int]


def flow(log: Log, of: Assignment, came: Mapping[str, set[str]], rated: Iterable[Rated]) -> Flow:
    """Of ``of`` came, by code, answers to these clients that may be rated; those were ``rated``."""
    forms = {form.name: {f"{one.pack}/{one.vignette}" for one in form.vignettes}
             for form in of.forms}  # fmt: skip
    asked = {one.code: forms[one.form] for one in of.enrolled}
    given: dict[str, set[str]] = {}
    for one in rated:
        given.setdefault(one.code, set()).add(one.client)
    held = cohort.held(log, of.id)
    kept_back = {one.code for one in held} & asked.keys()
    here = {code: set(clients) for code, clients in came.items()}
    for each in held:  # it came all the same: what is missing is something else
        here.setdefault(each.code, set()).add(each.client)

    def all_of(found: Mapping[str, set[str]]) -> frozenset[str]:
        return frozenset(code for code, form in asked.items() if form <= found.get(code, set()))

    complete = all_of(came)
    behind = kept_back - complete
    agreed = frozenset(asked.keys() & came.keys())
    why = [one.why for one in held]
    cut = _cut(log, of, asked, here) if of.is_test else {}
    over = {
        code for code, clients in cut.items()
        if clients and asked[code] <= here.get(code, set()) | clients
    }  # fmt: skip
    return Flow(
        complete, agreed - complete - behind, frozenset(behind),
        frozenset(asked.keys() - agreed - behind), agreed, frozenset(asked.keys() & given.keys()),
        all_of(given), frozenset(over),
        {code: len(clients) for code, clients in cut.items() if clients},
        {reason: why.count(reason) for reason in WHY if reason in why},
    )  # fmt: skip


def _cut(
    log: Log, of: Assignment, asked: Mapping[str, set[str]], here: Mapping[str, set[str]]
) -> dict[str, set[str]]:
    """The clients of their form who do not come again to a trainee (code) and have no answer."""
    found = cut_off(log, of.id)
    return {
        code: {f"{pack}/{name}" for pack, name in found.get(code, ())}
        & form - here.get(code, set())
        for code, form in asked.items()
    }
