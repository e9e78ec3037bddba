"""The shipped reference set teaches and tests: its figures, as README and basis say them."""

import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from trainer.bank import usable
from trainer.bank.wording import likeness, trigrams, words
from trainer.domain.reference import GATE, HIDDEN, TRAINING, Reference

CORE = Path(__file__).parents[2] / "scenarios" / "core"
PACK = usable(CORE)[0]
assert PACK is not None
(SET,) = PACK.reference_sets
ITEMS = ("warmth", "repair", "metacommunication")
# Items of one response go together by .6 to .75 where raters hear one impression (eight items with
# an alpha of .92 to .96). Half of that is what good and poor therapists may differ by; more would
# let a rater who gives one mark for all pass. In all there are 54 pairs: an r of .27 is chance.
MOST_TOGETHER, MOST_TOGETHER_IN_ALL = 0.4, 0.3


def of(use: str) -> list[Reference]:
    return [one for one in SET.references if one.use == use]


# The first gate a rater takes, and the one after it: each has to tell raters apart by itself.
GATES = {"first gate": of(GATE)[:16], "second gate": of(GATE)[16:]}
GROUPS = {TRAINING: of(TRAINING), HIDDEN: of(HIDDEN), **GATES}
each_gate = pytest.mark.parametrize("name", GATES)


def scores(references: list[Reference], item: str) -> list[float]:
    found = (one.ratings[item].score for one in references)
    return [score for score in found if score is not None]


def together(references: list[Reference], one: str, other: str) -> float:
    pairs = [(r.ratings[one].score, r.ratings[other].score) for r in references]
    whole = [pair for pair in pairs if None not in pair]
    return float(np.corrcoef(np.array(whole, dtype=float).T)[0, 1])


def test_each_use_has_its_share_of_every_client():
    assert (SET.id, SET.rubric) == ("first-references", "alliance-skills")
    assert Counter(one.use for one in SET.references) == {TRAINING: 16, GATE: 32, HIDDEN: 14}
    for name in (TRAINING, *GATES):
        answered = Counter(one.vignette.vignette for one in GROUPS[name])
        assert answered == dict.fromkeys((v.id for v in PACK.vignettes), 2)
    assert {one.vignette.vignette for one in of(HIDDEN)} == {v.id for v in PACK.vignettes}


@pytest.mark.parametrize("name", GROUPS)
@pytest.mark.parametrize("item", ITEMS)
def test_every_score_is_met_in_every_use(name, item):
    found = Counter(scores(GROUPS[name], item))
    assert len(found) == (4 if (name, item) == (HIDDEN, "metacommunication") else 5)
    if name in GATES:
        assert max(found.values()) <= found.total() / 3


@pytest.mark.parametrize(("one", "other"), list(combinations(ITEMS, 2)))
def test_items_do_not_move_in_step(one, other):
    for name, group in GROUPS.items():
        most = MOST_TOGETHER_IN_ALL if name in GATES else MOST_TOGETHER
        assert abs(together(group, one, other)) <= most
    assert abs(together(list(SET.references), one, other)) <= MOST_TOGETHER_IN_ALL


def passes(name: str, rate) -> bool:
    """Whether a rater (references to scores by item) is within a point on 90 % of a gate."""
    near = [
        abs(rating.score - rate(one)[item]) <= 1
        for one in GATES[name]
        for item, rating in one.ratings.items()
        if rating.score is not None
    ]
    return sum(near) / len(near) >= 0.9


@each_gate
def test_one_mark_for_all_three_items_does_not_pass_the_gate(name):
    def overall(one):
        there = [r.score for r in one.ratings.values() if r.score is not None]
        return dict.fromkeys(ITEMS, round(sum(there) / len(there)))

    assert not passes(name, overall)


@each_gate
@pytest.mark.parametrize("mark", [1, 2, 3, 4, 5])
def test_the_same_mark_for_everybody_does_not_pass_the_gate(name, mark):
    assert not passes(name, lambda _: dict.fromkeys(ITEMS, mark))


@each_gate
def test_a_rater_a_point_off_passes_and_two_points_off_does_not(name):
    def moved(by):
        return lambda one: {k: (r.score or 0) + by for k, r in one.ratings.items()}

    assert passes(name, moved(1))
    assert not passes(name, moved(2))


def test_where_there_is_no_strain_two_items_do_not_apply():
    for one in SET.references:
        left_out = {item for item, rating in one.ratings.items() if rating.score is None}
        calm = one.vignette.vignette == "tom-eleven-across"
        assert left_out == ({"repair", "metacommunication"} if calm else set())


def test_what_raters_are_tested_with_they_have_not_read():
    exemplars = [e.text for v in PACK.vignettes for t in v.turns for e in t.exemplars]
    for one in (*of(GATE), *of(HIDDEN)):
        for text in exemplars:
            assert likeness(trigrams(text), trigrams(one.text)) < 0.1


def test_exemplars_that_are_learned_from_keep_their_scores():
    exemplars = {e.text: e for v in PACK.vignettes for t in v.turns for e in t.exemplars}
    taken = [one for one in of(TRAINING) if one.text in exemplars]
    assert len(taken) >= 6
    for one in taken:
        known = {k: r.score for k, r in one.ratings.items() if r.score is not None}
        assert known == exemplars[one.text].items


def test_the_wording_that_scores_rest_on_has_not_changed_since():
    """Who raises one of these reads every reference against it again, then this list."""
    rubric = next(rubric for rubric in PACK.rubrics if rubric.id == SET.rubric)
    assert rubric.ref.version == 2
    second = {v.id: v.ref.vignette_version for v in PACK.vignettes}
    assert second.pop("tom-eleven-across") == 1
    assert set(second.values()) == {2}


def test_the_set_says_what_it_is_not():
    assert "no outside panel" in SET.basis
    assert "not how far independent people would agree" in SET.basis
    assert "synthetic" in SET.basis


def quotes(reason: str) -> list[str]:
    """What stands in single quotes; an apostrophe inside a word is none."""
    return re.findall(r"(?<!\w)'((?:[^']|(?<=\w)'(?=\w))+)'(?!\w)", reason)


def run(text: str) -> str:
    return f" {' '.join(words(text))} "


def test_what_a_reason_quotes_was_said():
    """By the therapist, or by the client who is answered."""
    says = {v.id: " ".join(s.text for t in v.turns for s in t.says) for v in PACK.vignettes}
    quoted = 0
    for one in SET.references:
        heard = run(one.text) + run(says[one.vignette.vignette])
        for rating in one.ratings.values():
            for quote in quotes(rating.reason):
                quoted += 1
                assert run(quote) in heard, (one.id, quote)
    assert quoted > 80
