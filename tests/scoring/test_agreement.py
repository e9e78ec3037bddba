"""All figures of one table together: published ones, what is left out, and what is told."""

from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from tests.scoring.made import study
from trainer.domain.errors import KnownError
from trainer.domain.mark import Mark
from trainer.scoring.agreement import APART, agreement, raters_only
from trainer.scoring.doubts import doubts
from trainer.scoring.estimate import Estimate
from trainer.scoring.facets import Facets

# Shrout & Fleiss 1979, table 2: 6 targets, 4 judges.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def marks_of(rows, item="warmth", **more):
    """One row a response, one column a rater; None: not applicable."""
    return [Mark(f"u{u}", f"r{r}", item, None if score is None else float(score), **more)
            for u, row in enumerate(rows) for r, score in enumerate(row)]  # fmt: skip


def marks_in(scores, item="warmth"):
    return [
        Mark(scores.response.names[u], scores.rater.names[r], item, float(score),
             scores.trainee.names[t], scores.vignette.names[v])
        for u, r, t, v, score in zip(scores.response.codes, scores.rater.codes,
                                     scores.trainee.codes, scores.vignette.codes, scores.score,
                                     strict=True)
    ]  # fmt: skip


def test_shrout_and_fleiss_with_everything_beside_it():
    found = agreement(marks_of(JUDGES))
    (one,) = found.items.values()
    published = {"ICC(1,1)": ".17", "ICC(A,1)": ".29", "ICC(C,1)": ".71",
                 "ICC(1,k)": ".44", "ICC(A,k)": ".62", "ICC(C,k)": ".91"}  # fmt: skip
    for name, value in published.items():
        assert f"{one.icc.values[name].value:.2f}" == f"0{value}"
    # The rows' means differ from the grand mean by what the table shows.
    means = np.mean(JUDGES, axis=0)
    for rater, mean in enumerate(means):
        assert one.severity.points[f"r{rater}"].value == pytest.approx(means.mean() - mean)
    assert [pair.raters for pair in one.kappas][:3] == [("r0", "r1"), ("r0", "r2"), ("r0", "r3")]
    assert found.halos == ()
    assert found.together is None


def test_the_names_of_a_program_do_not_matter():
    draw = np.random.default_rng(1)
    scores = study(draw, missing=0.3)
    marks = marks_in(scores)
    once = agreement(marks).items["warmth"]
    other = agreement([marks[i] for i in draw.permutation(len(marks))]).items["warmth"]
    for name, value in once.icc.values.items():
        assert other.icc.values[name].value == pytest.approx(value.value, abs=1e-6)
    assert other.alpha.ordinal.value == pytest.approx(once.alpha.ordinal.value)
    assert other.within_one == once.within_one
    assert list(other.severity.points) == list(once.severity.points)


def test_self_ratings_and_reference_scores_are_no_raters():
    marks = marks_in(study(np.random.default_rng(2)))
    plain = agreement(marks)
    own = [replace(mark, rater=str(mark.trainee), role="self", score=5.0)
           for mark in marks if mark.rater == "r1"]  # fmt: skip
    right = [replace(mark, rater="panel", role="reference", score=1.0)
             for mark in marks[:6] if mark.rater == "r1"]  # fmt: skip
    found = agreement([*own, *marks, *right])
    assert found.left_out == {"self": len(own), "reference": len(right)}
    assert found.items["warmth"].alpha == plain.items["warmth"].alpha
    assert len(found.items["warmth"].scores.rater) == 3
    assert raters_only([*own, *marks])["warmth"].rater.names == ("r1", "r2", "r3")
    said = doubts(found)
    assert said[0].startswith(f"Left out: {len(own)} scores given by trainees")
    assert said[1].startswith(f"Left out: {len(right)} scores that are a reference")


def test_only_self_ratings_leave_nothing_and_say_so():
    found = agreement(marks_of([[1, 2], [3, 4]], role="self"))
    one = found.items["warmth"]
    assert set(one.icc.values.values()) == {None}
    assert (one.alpha.nominal, one.within_one.share) == (None, None)
    assert any("Left out" in sentence for sentence in doubts(found))


def test_raters_who_were_not_blind_are_told_of():
    marks = marks_of(JUDGES, blind=True)
    marks[0] = replace(marks[0], blind=False)
    assert doubts(agreement(marks))[0].startswith("1 of 24 scores is by raters who were not")
    assert not any("blind" in one for one in doubts(agreement(marks_of(JUDGES, blind=True))))


def test_a_doubled_rating_is_no_agreement():
    with pytest.raises(KnownError, match="r0 rated u0 on warmth twice"):
        agreement([*marks_of(JUDGES), Mark("u0", "r0", "warmth", 9.0)])


def test_several_items_are_also_taken_together():
    draw = np.random.default_rng(3)
    marks = [*marks_in(study(draw), "warmth"), *marks_in(study(draw), "repair")]
    found = agreement(marks)
    assert isinstance(found.together, Facets)
    assert list(found.together.difficulty) == ["warmth", "repair"]
    severity = [one.severity.value for one in found.together.raters.values()]
    assert severity == sorted(severity)
    assert [one.name for one in found.halos] == ["warmth~repair"]


# ---------------------------------------------------------------- what has no figure

N = None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([[1], [2], [3]], "only one rater"),
        ([[1, 2]], "one response"),
        ([[N, N], [N, N]], "no scores"),
        ([[3, 3], [3, 3], [3, 3]], "the same"),
        ([[1, N], [2, N], [N, 3], [N, 4]], "in common"),
        ([[1, 2, N, N], [2, 3, N, N], [N, N, 3, 2], [N, N, 4, 4]], "in common"),
    ],
)
def test_degenerate_tables_have_reasons_and_no_made_up_figures(rows, said):
    found = agreement(marks_of(rows))
    one = found.items["warmth"]
    assert any(said in sentence for sentence in doubts(found)), doubts(found)
    for sentence in doubts(found):
        assert sentence.startswith("warmth: ")
        assert sentence.endswith(".")
    assert isinstance(one.logits, str)
    assert not any(value and np.isnan(value.value) for value in one.icc.values.values())


def test_severity_needs_raters_who_are_connected():
    one = agreement(marks_of([[1, 2, N, N], [2, 3, N, N], [N, N, 3, 2], [N, N, 4, 4]]))
    found = one.items["warmth"]
    assert set(found.severity.points.values()) == {None}
    (sentence,) = [s for s in doubts(one) if "severity in points" in s]
    assert sentence == (
        "warmth: No severity in points or severity in logits: r0 and r1 have no response in "
        "common with r2 and r3."
    )
    assert found.alpha.interval is not None  # agreement within pairs is still there


def test_an_item_that_is_never_applicable_is_still_named():
    found = agreement([*marks_of(JUDGES), *marks_of([[N, N, N, N]], "repair")])
    assert list(found.items) == ["warmth", "repair"]
    assert any(one.startswith("repair: There are no scores") for one in doubts(found))
    assert found.halos == ()


def test_little_overlap_is_told_with_what_to_do():
    rows = [[3, 4, N, N]] * 2 + [[1, N, N, N], [N, 2, N, N]] * 10
    said = doubts(agreement(marks_of(rows)))
    assert any("Only 9 % of the responses have two raters. Let at least 20 %" in s for s in said)
    assert any("Only 2 responses have two raters, so every interval" in s for s in said)


def test_few_trainees_or_vignettes_are_told_of():
    draw = np.random.default_rng(4)
    said = doubts(agreement(marks_in(study(draw, trainees=20, vignettes=3))))
    assert any("fewer than 5 vignettes" in one for one in said)
    assert not any("fewer than 5 trainees" in one for one in said)
    said = doubts(agreement(marks_in(study(draw, trainees=4, vignettes=8))))
    assert any("fewer than 5 trainees" in one for one in said)


def test_what_is_said_of_every_item_is_said_once():
    rows = [[1], [2], [3]]
    said = doubts(agreement([*marks_of(rows, "warmth"), *marks_of(rows, "repair")]))
    assert any(one.startswith("All items: There is one rater only") for one in said)
    assert not any(one.startswith("warmth: ") for one in said)


def tiny(draw):
    """A small table in which anything may be missing, the same, alone or not a rater's."""
    responses, raters, top = draw.integers(1, 9), draw.integers(1, 5), draw.integers(1, 6)
    missing, alike = draw.choice([0, 0.2, 0.5, 0.8]), draw.random() < 0.5
    level = draw.integers(1, top + 1, responses)
    return [
        Mark(f"u{u}", f"r{r}", f"item {i}",
             None if draw.random() < 0.1 else float(level[u] if alike and draw.random() < 0.8
                                                    else draw.integers(1, top + 1)),
             f"t{u % 3}", f"v{u // 3}", role="self" if draw.random() < 0.1 else None)
        for i in range(draw.integers(1, 4)) for u in range(responses) for r in range(raters)
        if draw.random() >= missing
    ]  # fmt: skip


def estimates(value):
    """Every estimate in a tree of dataclasses, dicts and tuples."""
    if isinstance(value, Estimate):
        yield value
    elif is_dataclass(value):
        yield from (e for one in fields(value) for e in estimates(getattr(value, one.name)))
    elif isinstance(value, dict | list | tuple):
        inner = value.values() if isinstance(value, dict) else value
        yield from (e for one in inner for e in estimates(one))


def test_whatever_the_table_figures_are_numbers_within_their_limits():
    for seed in range(15):
        found = agreement(tiny(np.random.default_rng(seed)))
        for one in estimates(found):
            assert np.isfinite(one.value)
            if one.low is not None:
                assert one.low - 1e-9 <= one.value <= one.high + 1e-9
        assert all(sentence.endswith(".") for sentence in doubts(found))


def test_scores_of_every_role_that_is_no_raters_are_left_out_and_told():
    rows = marks_of([[1, 2, 3], [2, 2, 4], [4, 3, 5]])
    apart = [
        replace(mark, rater=role, role=role)
        for role in APART
        for mark in rows
        if mark.rater == "r0"
    ]
    found = agreement([*rows, *apart])
    said = doubts(found)
    assert found.left_out == dict.fromkeys(APART, 3)
    assert len([one for one in said if one.startswith("Left out: 3 scores")]) == len(APART)
    assert found.items["warmth"].icc == agreement(rows).items["warmth"].icc
