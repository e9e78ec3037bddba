"""The tables and the codebook of a research export, read with libraries that did not write them."""

import math
from typing import Any

import pyreadstat

from tests.app.research_read import Row, codebook, of_csv, of_parquet, of_sav
from tests.app.researched import ALONE, LONG, OLA, RENEE, Cohort
from tests.app.travelled import library
from tests.store import made
from trainer.app.research import Exported
from trainer.exchange.tables import SUFFIXES

NA = "N/A"


def variables(done: Exported, table: str) -> dict[str, Row]:
    (found,) = (one for one in codebook(done)["tables"] if one["name"] == table)
    return {one["name"]: one for one in found["variables"]}


def alike(of_csv: str, parquet: Any, sav: Any, kind: str) -> bool:
    """Whether one cell says the same in all three formats."""
    if kind == "text":
        # SPSS has no missing text, and no text longer than this.
        return (of_csv, sav) == (parquet or "", parquet or "")
    if parquet is None:
        return of_csv == "" and sav is None
    if isinstance(parquet, float) and math.isnan(parquet):
        return kind == "score" and of_csv == NA and sav == -99
    return float(of_csv) == parquet == sav


def test_every_table_says_the_same_in_each_format(coded: Exported, named: Exported) -> None:
    kinds_seen = set()
    for done in (coded, named):
        tables = sorted(path.stem for path in done.path.glob("*.csv"))
        assert tables == sorted(one["name"] for one in codebook(done)["tables"])
        assert len(tables) == 5
        for name in tables:
            about = variables(done, name)
            lines = of_csv(done.path / f"{name}.csv")
            rows = of_parquet(done.path / f"{name}.parquet")
            found, meta = of_sav(done.path / f"{name}.sav")
            assert list(lines[0]) == list(rows[0]) == list(found[0]) == list(about)
            unlike = [
                (number, variable, line[variable], row[variable], one[variable])
                for number, (line, row, one) in enumerate(zip(lines, rows, found, strict=True))
                for variable in about
                if not alike(line[variable], row[variable], one[variable], about[variable]["kind"])
            ]
            assert unlike == []
            kinds_seen |= {one["kind"] for one in about.values()}
            for variable, told in about.items():
                assert meta.column_names_to_labels[variable] == told["label"]
                assert meta.variable_measure[variable] == told["measure"]
    assert kinds_seen == {"text", "whole", "number", "yes", "score"}


def long_of(done: Exported, response: str) -> dict[tuple[str, str, str], str]:
    """Scores of a response by (rater, role and version of the rubric, item)."""
    return {
        (row["rater_name"], f"{row['role']} {row['rubric']} {row['rubric_version']}", row["item"]):
            row["score"]
        for row in of_csv(done.path / "ratings_long.csv")
        if row["response"] == response
    }  # fmt: skip


def response_called(done: Exported, **fitting: str) -> Row:
    """The one response with these values."""
    rows = of_csv(done.path / "responses.csv")
    (found,) = (r for r in rows if all(r[name] == value for name, value in fitting.items()))
    return found


def test_the_long_table_has_the_ratings_that_count_and_no_other(named: Exported) -> None:
    first = response_called(named, trainee_name=ALONE, sitting="1", pack="core")["response"]
    twin = response_called(named, trainee_name=ALONE, pack="own")["response"]
    skills = "alliance-skills 2"
    assert long_of(named, first) == {
        **_scores(ALONE, f"self {skills}", "4.0", NA, "2.5"),
        **_scores(OLA, f"supervisor {skills}", "3.5", NA, "2.0"),
        **_scores(RENEE, f"supervisor {skills}", "3.0", NA, "1.5"),
        **_scores("", f"consensus {skills}", "3.0", NA, "2.0"),
        (OLA, "supervisor alliance-skills 1", "warmth"): "5.0",
    }
    assert long_of(named, twin) == {
        **_scores(OLA, f"supervisor {skills}", "2.0", "2.0", "3.0"),
        **_scores(RENEE, f"calibration {skills}", "5.0", "5.0", "5.0"),
        ("", "supervisor other-scale 3", "warmth"): "2.0",
    }
    past = of_csv(named.path / "ratings_superseded.csv")
    assert [(r["response"], r["role"], r["item"], r["score"], r["why"]) for r in past][::3] == [
        (first, "supervisor", "warmth", "1.0", "corrected"),
        (twin, "supervisor", "warmth", "1.0", "rated anew"),
        (twin, "consensus", "warmth", "1.0", "outdated"),
    ]
    rows = [r for r in of_csv(named.path / "ratings_long.csv") if r["response"] == first]
    own, ola = rows[0], rows[3]
    assert (own["blind"], own["round_kind"], own["not_applicable"]) == ("", "", "0")
    assert (ola["blind"], ola["round_kind"], ola["beyond_s"]) == ("1", "live", "7.25")
    assert ola["rated_day"] == str(round(101 / 1440, 6))


def _scores(rater: str, what: str, *scores: str) -> dict[tuple[str, str, str], str]:
    items = ("warmth", "repair", "metacommunication")
    return {(rater, what, item): score for item, score in zip(items, scores, strict=True)}


def test_the_wide_table_has_a_column_for_each_item_and_rater(
    researched: Cohort, coded: Exported, named: Exported
) -> None:
    rows = {row["response"]: row for row in of_csv(coded.path / "ratings_wide.csv")}
    assert len(rows) == coded.responses == 8
    about = variables(named, "ratings_wide")
    by = {label["label"]: name for name, label in about.items() if label["kind"] == "score"}
    ola = by[f"Warmth, by {OLA} (alliance-skills, 2)"]
    renee = by[f"Repair, by {RENEE} (alliance-skills, 2)"]
    older = by[f"warmth, by {OLA} (alliance-skills, 1)"]
    assert older.startswith("alliance_skills_v1_warmth__P")
    first = rows[response_called(named, trainee_name=ALONE, sitting="1", pack="core")["response"]]
    twin = rows[response_called(named, trainee_name=ALONE, pack="own")["response"]]
    silent = rows[response_called(named, trainee_name=ALONE, pack="core", onset_s="", pauses="2")[
        "response"]]  # fmt: skip
    assert (first[ola], first[renee], first[older]) == ("3.5", NA, "5.0")
    assert (first["repair__self"], first["metacommunication__consensus"]) == (NA, "2.0")
    # An item that other scales have as well is told from theirs.
    assert first["alliance_skills_v2_warmth__self"] == "4.0"
    assert (twin[ola], twin[renee], twin["repair__consensus"]) == ("2.0", "", "")
    scores = [name for name, told in about.items() if told["kind"] == "score"]
    assert {silent[name] for name in scores} == {""}
    found, meta = of_sav(coded.path / "ratings_wide.sav")
    assert meta.missing_ranges["repair__self"] == [{"lo": -99.0, "hi": -99.0}]
    labels = meta.variable_value_labels["repair__self"]
    anchors = library().rubric("alliance-skills").item("repair").anchors
    assert labels.pop(-99.0) == "N/A: not applicable"
    assert set(labels) == set(anchors)
    assert all(
        anchors[int(score)].startswith(words.rstrip("…")) and len(words) > 60
        for score, words in labels.items()
    )
    _, meta = of_sav(coded.path / "ratings_long.sav")
    assert meta.variable_value_labels["item"]["metacommunication"] == "Metacommunication"
    assert "gate" not in meta.variable_value_labels["round_kind"]
    assert meta.variable_value_labels["round_kind"]["live"] == "a rater who had passed the gate"
    as_usual, _ = pyreadstat.read_sav(coded.path / "ratings_wide.sav", output_format="polars")
    given = [row["repair__self"] for row in as_usual.to_dicts()]
    assert sorted(filter(None, given)) == [2.0] * 4
    assert len(found) == 8


def test_each_response_is_described(researched: Cohort, coded: Exported, named: Exported) -> None:
    rows = of_csv(coded.path / "responses.csv")
    assert len({row["response"] for row in rows}) == 8
    sent = [row for row in rows if row["trainee"] in ("T1", "T-2")]
    (code,) = {r["assignment"] for r in sent}
    assert {(r["occasion"], r["late"]) for r in sent} == {("before", "1")}
    assert codebook(coded)["assignments"][0]["id"] == code
    assert {r["assignment"] for r in of_csv(named.path / "responses.csv")} == {
        researched.assignment.id, "",
    }  # fmt: skip
    forms = {one.code: one.form for one in researched.assignment.enrolled}
    assert {r["trainee"]: r["form"] for r in sent} == forms
    assert [(r["position"], r["day"]) for r in sent[:2]] == [
        ("1", "0.0"), ("2", str(round(1 / 1440, 6)))
    ]  # fmt: skip
    assert {r["synthetic"] for r in sent} == {"1"}
    measured = response_called(named, trainee_name=ALONE, pack="own")
    assert measured["level"] == ""  # nobody has the pack any more
    assert (measured["attempt"], measured["sitting"], measured["stopped_at_s"]) == (
        "2", "1", "8.25",
    )  # fmt: skip
    assert (measured["latency_s"], measured["pauses"], measured["missing_s"]) == (
        "0.6", "2", "2.75",
    )  # fmt: skip
    assert (measured["f0_median_hz"], measured["snr_db"], measured["clipped"]) == ("180.0", "", "2")
    assert measured["started_at"] == made.later(60).isoformat(timespec="milliseconds")
    silent = response_called(named, trainee_name=ALONE, onset_s="", pauses="2")
    assert (silent["latency_s"], silent["duration_s"]) == ("", "12.5")
    unmeasured = response_called(named, trainee_name=ALONE, pauses="")
    assert (unmeasured["speech_s"], unmeasured["measures_version"]) == ("", "")
    assert (unmeasured["duration_s"], unmeasured["consent"]) == ("12.5", "research")


def test_the_comments_have_their_words_only_when_asked_for(
    coded: Exported, named: Exported
) -> None:
    told = of_csv(named.path / "comments.csv")
    assert [(r["rater_name"], r["at_s"], r["marker"], r["text"]) for r in told] == [
        (OLA, "4.5", "", LONG),
        (OLA, "4.5", "validates", "and this"),
        (OLA, "4.5004", "owns-part", ""),
        (OLA, "5.2507", "", "later"),
        (RENEE, "12.5", "explains", f"at the end, {ALONE}"),
    ]
    assert told[0]["after_client_s"] == "2.5"
    marks = of_csv(coded.path / "comments.csv")
    assert [r["marker"] for r in marks] == ["validates", "owns-part", "explains"]
    assert "text" not in marks[0]


def test_the_codebook_has_every_variable_scale_and_limit(coded: Exported, named: Exported) -> None:
    book = codebook(coded)
    text = (coded.path / "codebook.md").read_text(encoding="utf-8")
    for table in book["tables"]:
        assert f"{table['rows']} rows: `{table['name']}.csv`" in text
        for variable in table["variables"]:
            assert variable["label"]
            assert f"| `{variable['name']}` |" in text
    scales = {(one["rubric"], one["version"]): one for one in book["rubrics"]}
    assert set(scales) == {("alliance-skills", 2), ("alliance-skills", 1), ("other-scale", 3)}
    anchors = scales["alliance-skills", 2]["items"][0]["anchors"]
    assert anchors["1"] in text
    assert "not in the library" in scales["other-scale", 3]["about"]
    clients = {(one["pack"], one["vignette"]): one for one in book["vignettes"]}
    assert clients["core", "marcus-nodding"]["synthetic"] is True
    assert clients["own", "marcus-nodding"]["title"].startswith("not in the library")
    assert "synthetic voices" in text
    assert book["assignments"][0]["trainees_by_form"] == {"A": 1, "B": 1}
    assert "title" not in book["assignments"][0]
    assert codebook(named)["assignments"][0]["title"] == "Autumn course"
    assert SUFFIXES == (".csv", ".parquet", ".sav")
