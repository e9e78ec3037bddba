"""Reliability as a use case: the document of the contract, the lines for people, fair scores."""

import csv
import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from tests.scoring.made import study
from tests.scoring.test_agreement import JUDGES, marks_in, marks_of
from trainer.app import reliability
from trainer.app.reliability_lines import agreement_lines, study_lines
from trainer.domain.errors import ContentError, KnownError
from trainer.exchange.marks import read_marks, write_marks

ICCS = {"ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)"}


@pytest.fixture
def ours(tmp_path):
    """A program like ours: 40 trainees, 8 vignettes, 3 raters, some ratings missing, 2 items."""
    draw = np.random.default_rng(1)
    path = tmp_path / "ratings, ü.csv"
    both = [mark for item in ("warmth", "repair")
            for mark in marks_in(study(draw, missing=0.2), item)]  # fmt: skip
    write_marks(path, both)
    return path


def named(raters, rows):
    """One row a response, one column a rater of these names."""
    return [replace(mark, rater=raters[int(mark.rater[1:])]) for mark in marks_of(rows)]


def numbers(document):
    """Every number in a document, however deep."""
    if isinstance(document, dict):
        return [n for value in document.values() for n in numbers(value)]
    if isinstance(document, list | tuple):
        return [n for value in document for n in numbers(value)]
    return [document] if isinstance(document, float) else []


def test_the_document_is_the_contracts(ours):
    document = json.loads(json.dumps(reliability.as_json(reliability.agree(ours))))
    assert {"items", "warnings"} <= set(document)
    for one in document["items"].values():
        assert one["design"] == "incomplete"
        assert (one["n_raters"], one["n_responses"] <= 320) == (3, True)
        assert set(one["icc"]) == ICCS
        for value in one["icc"].values():
            assert value["low"] < value["value"] < value["high"]
        assert set(one["alpha"]) == {"nominal", "ordinal", "interval"}
        assert set(one["kappa_quadratic"]) == {"r1~r2", "r1~r3", "r2~r3"}
        assert 0.5 < one["within_one"] < 1
        assert list(one["severity"]) == ["r1", "r2", "r3"]
        for value in one["severity"].values():
            assert value["low"] < value["points"] < value["high"]
            assert value["logits_low"] < value["logits"] < value["logits_high"]
        assert one["severity"]["r1"]["points"] < 0 < one["severity"]["r3"]["points"]
        assert one["severity"]["r1"]["logits"] < 0 < one["severity"]["r3"]["logits"]
        assert len(one["fair_scores"]) == one["n_responses"]
        for level, value in one["alpha"].items():
            limits = one["alpha_intervals"][level]
            assert limits["low"] < value < limits["high"]
    assert document["halo"]["warmth~repair"]["low"] < document["halo"]["warmth~repair"]["high"]
    assert set(document["all_items"]["severity"]) == {"r1", "r2", "r3"}
    assert all(np.isfinite(numbers(document)))


def test_a_table_without_agreement_has_nulls_and_sentences(tmp_path):
    path = tmp_path / "one.csv"
    write_marks(path, marks_of([[1], [2]]))
    document = reliability.as_json(reliability.agree(path))
    (one,) = document["items"].values()
    assert one["icc"] == {name: dict.fromkeys(("value", "low", "high")) for name in ICCS}
    assert set(one["alpha"].values()) == {None}
    assert (one["within_one"], one["kappa_quadratic"]) == (None, {})
    assert one["fair_scores"]["u1"] == {"raw": 2.0, "fair": None, "raters": 1}
    assert one["severity"] == {"r0": dict.fromkeys(
        ("points", "low", "high", "logits", "logits_low", "logits_high", "infit", "outfit",
         "fair_average"))}  # fmt: skip
    assert document["warnings"]
    assert agreement_lines(reliability.agree(path))


def test_the_lines_are_aligned_and_each_figure_has_its_interval(ours):
    lines = agreement_lines(reliability.agree(ours))
    assert lines[0].startswith("warmth: ")
    table = [line for line in lines[1:] if line.startswith(("  ICC(", "  kappa"))]
    assert len({line.rindex(" to ") for line in table[:6] if "ICC" in line}) <= 3
    assert all(" to " in line for line in table)
    text = "\n".join(lines)
    assert "r1 scores" in text
    assert "points higher than the average rater (95 % interval" in text
    assert "points lower than the average rater (95 % interval" in text
    assert "are within one point in" in text


def test_pairs_that_would_be_called_the_same_are_not_lost_without_a_word(tmp_path):
    path = tmp_path / "a.csv"
    write_marks(path, named(("A", "B~C"), [[1, 2], [3, 4]]))
    (one,) = reliability.as_json(reliability.agree(path))["items"].values()
    assert list(one["kappa_quadratic"]) == ["A~B~C"]
    write_marks(path, named(("A", "B~C", "A~B", "C"), [[1, 2, 3, 4], [3, 4, 1, 2]]))
    with pytest.raises(KnownError, match="Two pairs of raters would both be called A~B~C") as told:
        reliability.agree(path)
    assert "without ~" in told.value.hint


def test_what_is_alike_is_called_alike_and_less_than_chance_is_called_so(tmp_path):
    turned = reliability.agree_on(named("ABC", itertools.permutations((1, 3, 5))))
    text = "\n".join(agreement_lines(turned))
    assert "agree least" not in text
    assert "  Raters agree less than chance would: alpha is -0.42." in text
    assert "severity of A, points  +0.00" in text
    rows = [[1, 5, 1], [5, 1, 5], [2, 4, 2], [5, 2, 4], [1, 4, 1]]
    text = "\n".join(agreement_lines(reliability.agree_on(named("ABC", rows))))
    assert re.search(r"less than chance would: alpha is -0\.\d\d \(95 % interval -\S+ to ", text)
    assert "A and B agree least (95 % interval " in text


def test_drift_is_told_where_the_table_has_occasions(ours, tmp_path):
    read = read_marks(ours).marks
    dated = [replace(m, occasion="before" if int(m.vignette[1:]) < 4 else "then") for m in read]
    moved = [replace(m, score=m.score - 0.5 * (m.rater == "r2" and m.occasion == "then"))
             for m in dated]  # fmt: skip
    right = [replace(m, rater="panel", role="reference") for m in dated if m.rater == "r1"]
    path = tmp_path / "dated.csv"
    write_marks(path, [*moved, *right])
    told = reliability.agree(path)
    one = json.loads(json.dumps(reliability.as_json(told)))["items"]["warmth"]
    assert (list(one["drift"]), one["drift_reason"]) == (["r1", "r2", "r3"], None)
    course = one["drift"]["r2"]
    assert list(course["points"]) == ["before", "then"]
    assert course["change"] == pytest.approx(course["slope"])
    assert 0 < course["slope"]["low"] < course["slope"]["value"] < course["slope"]["high"]
    assert one["drift"]["r1"]["from_reference"]["slope"]["value"] == pytest.approx(0)
    text = "\n".join(agreement_lines(told))
    assert "drift of r2, points per occasion" in text
    assert "r2 becomes more severe against the others, by 0." in text
    without = reliability.as_json(reliability.agree(ours))["items"]["warmth"]
    assert without["drift"]["r2"]["slope"] == dict.fromkeys(("value", "low", "high"))
    assert without["drift_reason"] is not None
    assert "drift" not in "\n".join(agreement_lines(reliability.agree(ours)))


def test_fair_scores_stand_beside_raw_ones(ours, tmp_path):
    told = reliability.agree(ours)
    out = tmp_path / "fair, ü.csv"
    count = reliability.write_fair_scores(told, out)
    with out.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == count == sum(len(one.scores.response) for one in told.found.items.values())
    by_lenient = {
        row["response"]: row for row in rows if row["item"] == "warmth" and row["raters"] == "1"
    }
    scores = told.found.items["warmth"].scores
    alone = [scores.response.names[u] for u, r in zip(scores.response.codes, scores.rater.codes,
             strict=True) if scores.rater.names[r] == "r1"]  # fmt: skip
    checked = [by_lenient[name] for name in alone if name in by_lenient]
    assert checked
    for row in checked:  # the lenient rater alone: the fair score is lower
        assert float(row["fair"]) < float(row["raw"])
        assert row["trainee"].startswith("t")
        assert row["vignette"].startswith("v")


def test_fair_scores_that_cannot_be_written_are_one_sentence(ours, tmp_path):
    with pytest.raises(KnownError, match="The table was not written"):
        reliability.write_fair_scores(reliability.agree(ours), tmp_path / "none" / "a.csv")


def test_columns_that_were_not_read_are_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("response,rater,item,score,trainne\nu,A,x,1,t\nu,B,x,2,t\n", encoding="utf-8")
    assert reliability.agree(path).warnings[0] == "Not read: the column trainne."
    assert reliability.study(path, 0.8).warnings[0] == "Not read: the column trainne."


def test_a_table_at_fault_tells_each_problem(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("response,rater,item,score\nu,A,x,1\nu,A,x,2\nu,B,x,?\n", encoding="utf-8")
    for use_case in (reliability.agree, lambda table: reliability.study(table, 0.8)):
        with pytest.raises(ContentError) as caught:
            use_case(path)
        assert [problem.line for problem in caught.value.problems] == [3, 4]


# ---------------------------------------------------------------- G study


def test_the_g_studys_document_is_the_contracts(ours):
    found = reliability.study(ours, 0.8)
    document = json.loads(json.dumps(reliability.study_as_json(found)))
    for one in document["items"].values():
        assert set(reliability.EFFECTS) <= set(one["components"])
        assert 0 < one["phi"] < one["g"] < 1
        assert {"vignettes", "raters", "g", "phi"} == set(one["dstudy"][0])
        for row in one["needed"]:
            assert row["g"] >= 0.8
    text = "\n".join(study_lines(found))
    assert "comparing trainees has G = " in text
    assert "G = 0.80 takes " in text


def test_one_vignette_has_no_plural():
    draw = np.random.default_rng(4)
    found = reliability.study_of(marks_in(study(draw, vignettes=1)), 0.8)
    assert "With 1 vignette and 3 raters as here" in "\n".join(study_lines(found))


def test_a_higher_g_takes_more(ours):
    few, many = (reliability.study(ours, g).needed["warmth"] for g in (0.6, 0.85))
    assert many[-1].vignettes > few[-1].vignettes


def test_a_table_without_trainees_has_no_g_and_says_what_to_add(tmp_path):
    path = tmp_path / "a.csv"
    write_marks(path, marks_of(JUDGES))
    found = reliability.study(path, 0.8)
    document = reliability.study_as_json(found)
    assert document["items"]["warmth"]["g"] is None
    assert set(document["items"]["warmth"]["components"].values()) == {None}
    assert "add a column trainee" in document["warnings"][0]
    assert "add a column trainee" in "\n".join(study_lines(found))
