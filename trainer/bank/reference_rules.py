"""What the schema cannot say of a reference set: whether raters can be calibrated against it.

A set that breaks one of these is left out: a gate of four responses, or one with a score that its
rubric does not have, would let people pass on nothing. See ``reference_quality`` for the rest.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trainer.bank.rules import Found, repeated
from trainer.bank.source import Where, legible
from trainer.domain.reference import GATE, HIDDEN, TRAINING, Reference, ReferenceSet
from trainer.domain.rubric import Item, Rubric

# DOMAIN: a gate of ten or more; below eight, a mean of differences says nothing of a rater.
FEWEST = {TRAINING: 8, GATE: 10, HIDDEN: 8}

Turns = Mapping[str, frozenset[str] | None]
"""Turn ids by vignette id; None for a vignette that is there and cannot be read."""


def score_or_not(data: Mapping[str, Any]) -> Found:
    """Each rating has a score, or says that there is none."""
    for i, one in enumerate(data["references"]):
        for name, rating in one["ratings"].items():
            where: Where = ("references", i, "ratings", name)
            left_out = rating.get("not_applicable", False)
            if "score" in rating and left_out:
                yield where, "has a score and is not applicable; keep one of the two"
            elif "score" not in rating and not left_out:
                yield where, "has no score; where the item does not apply, not_applicable: true"


def reference_ids(built: ReferenceSet) -> Found:
    """No two references share an id."""
    ids = ((("references", i, "id"), one.id) for i, one in enumerate(built.references))
    yield from repeated(ids, "reference")


def enough_of_each_use(built: ReferenceSet) -> Found:
    """Each use has enough references to learn, to pass or to be watched by."""
    counts = Counter(one.use for one in built.references)
    for use, fewest in FEWEST.items():
        if counts[use] < fewest:
            what = f"has {counts[use]} for '{use}'; at least {fewest} needed"
            yield ("references",), what


SET_RULES: tuple[Callable[[ReferenceSet], Found], ...] = (reference_ids, enough_of_each_use)


def rubric_there(built: ReferenceSet, rubrics: set[str]) -> Found:
    """The set's rubric exists, as the id of a file that may itself be faulty."""
    if built.rubric not in rubrics:
        yield ("rubric",), f"there is no rubric '{built.rubric}'"


def answers_somebody(built: ReferenceSet, turns: Turns) -> Found:
    """The vignette and the turn that a reference answers exist."""
    for i, one in enumerate(built.references):
        name = one.vignette.vignette
        if name not in turns:
            yield ("references", i, "vignette"), f"there is no vignette '{legible(name)}'"
        elif (known := turns[name]) is not None and one.turn not in known:
            what = f"'{name}' has no turn '{legible(one.turn)}'; turns: {', '.join(sorted(known))}"
            yield ("references", i, "turn"), what


def ratings_fit(built: ReferenceSet, rubric: Rubric) -> Found:
    """Every item of the rubric is rated, no other, on its scale; N/A only where it allows that."""
    for i, one in enumerate(built.references):
        where: Where = ("references", i, "ratings")
        yield from _left_out(one, rubric, where)
        for name, rating in one.ratings.items():
            item = next((item for item in rubric.items if item.id == name), None)
            if item is None:
                items = ", ".join(item.id for item in rubric.items)
                what = f"rubric '{rubric.id}' has no item '{legible(name)}'; items: {items}"
                yield (*where, name), what
            else:
                found = _score(rating.score, item, rubric)
                yield from (((*where, name, field), what) for field, what in found)


def _left_out(one: Reference, rubric: Rubric, where: Where) -> Found:
    missing = [item.id for item in rubric.items if item.id not in one.ratings]
    if missing:
        yield where, f"has no rating of {', '.join(missing)}"


def _score(score: float | None, item: Item, rubric: Rubric) -> Iterator[tuple[str, str]]:
    scale = rubric.scale
    if score is None:
        if not item.not_applicable:
            yield "not_applicable", f"'{item.id}' always applies; give it a score"
    elif not scale.min <= score <= scale.max:
        yield "score", f"{score:g} is outside the scale from {scale.min} to {scale.max}"
    elif not scale.admits(score):
        yield "score", f"{score:g} lies between two scores; this rubric has whole ones only"
