"""The log on the command line: what is in it comes out again, whole."""

import csv
import json
import math
from pathlib import Path

import pyarrow.parquet
import pyreadstat
import pytest

from tests.app.fakes import FakeCamera
from tests.app.rated import by_other
from tests.app.stage import Stage
from trainer.app import logbook, today
from trainer.app.doctor import doctor
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.domain.response import GAP, LOST, MOVED, Hole


def practise(stage: Stage) -> None:
    """Two attempts with notes, and one that was left unrated."""
    stage.answer()
    stage.score_all(4, None, 2)
    stage.practice.lock()
    stage.practice.note('Say "rain", then\nwait; ü', True, (0,))
    stage.practice.again("wait, then ask")
    stage.rated()
    stage.practice.next()
    stage.answer()
    stage.practice.leave()


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_list_is_newest_first_of_everybody_and_as_long_as_asked(stage: Stage) -> None:
    practise(stage)
    stage.person = today.add_person(stage.log, "Z.").value
    stage.begin()
    stage.rated()
    rows = logbook.rows(stage.home, 10, None)
    times = [row["started_at"] for row in rows]
    assert len(rows) == 4
    assert times == sorted(times, reverse=True)
    assert len({row["person_id"] for row in rows}) == 2
    assert [r["id"] for r in logbook.rows(stage.home, 2, None)] == [r["id"] for r in rows[:2]]
    assert [r["vignette"] for r in logbook.rows(stage.home, 9, "ben-rain")] == ["ben-rain"]
    json.dumps(rows)


def test_the_list_reads_well(stage: Stage) -> None:
    assert logbook.as_lines([]) == ["No response yet: open Attune and meet the first client."]
    (said,) = logbook.as_lines([], "nosuch")
    assert said.startswith("No response to a vignette called 'nosuch'")
    practise(stage)
    lines = logbook.as_lines(logbook.rows(stage.home, 10, None))
    assert lines[0].endswith("not rated")
    assert "warmth 4  repair N/A  metacommunication 2" in lines[2]
    assert "attempt 2" in lines[1]


def test_one_response_is_shown_with_all_that_belongs_to_it(stage: Stage) -> None:
    stage.runner.beside = True
    practise(stage)
    first = stage.responses()[0]
    document = json.loads(json.dumps(logbook.show(stage.home, first.id)))
    assert document["response"]["recording"]["sha256"] == first.recording.sha256
    assert document["ratings"][0]["scores"]["repair"] is None
    assert document["note"]["change_next"].startswith('Say "rain"')
    assert document["measures"]["onset_s"] == pytest.approx(3.5, abs=0.2)
    assert document["reflection"] is None
    text = "\n".join(logbook.show_lines(document))
    assert "warmth 4, repair N/A" in text
    assert "to change" in text
    assert "give or take" in text
    assert "talk time" in text


def test_a_response_that_is_not_there_is_told(stage: Stage) -> None:
    with pytest.raises(KnownError, match="There is no response nonsense"):
        logbook.show(stage.home, "nonsense")


def test_a_log_that_is_not_there_is_told(at_home: Home) -> None:
    for ask in (lambda: logbook.rows(at_home, 1, None), lambda: logbook.show(at_home, "x")):
        with pytest.raises(KnownError, match="There is no log yet"):
            ask()
    assert not at_home.folder.exists()


def test_the_long_table_has_a_row_for_every_score(stage: Stage, tmp_path: Path) -> None:
    practise(stage)
    out = tmp_path / "my scores, ü.csv"
    assert logbook.export(stage.home, out, long=True) == 6
    rows = read(out)
    first = [r for r in rows if r["id"] == stage.responses()[0].id]
    assert {r["item"]: (r["score"], r["not_applicable"]) for r in first} == {
        "warmth": ("4.0", "False"),
        "repair": ("", "True"),
        "metacommunication": ("2.0", "False"),
    }
    assert {r["vignette_version"] for r in rows} == {"4"}


def test_what_is_missing_in_a_recording_is_exported(stage: Stage, tmp_path: Path) -> None:
    stage.recorder.holes = (Hole(LOST, 3.0, 1.5, 1.5), Hole(GAP, 5.0, 0.25))
    stage.rated()
    (kept,) = stage.responses()
    shown = logbook.show(stage.home, kept.id)["response"]["recording"]["holes"]
    assert shown[0] == {"kind": "lost", "at_s": 3.0, "missing_s": 1.5, "silence_s": 1.5}
    lines = logbook.show_lines(logbook.show(stage.home, kept.id))
    assert "missing    1.5 s, 3.0 s into it (lost)" in lines
    for long in (False, True):
        logbook.export(stage.home, tmp_path / "t.csv", long=long)
        row = read(tmp_path / "t.csv")[0]
        assert (row["gaps"], row["missing_s"]) == ("2", "1.75")
        assert json.loads(row["holes"]) == shown


def test_another_microphone_and_a_film_are_told_of(stage: Stage) -> None:
    stage.recorder.holes = (Hole(MOVED, 4.0, 0.0),)
    stage.camera = FakeCamera(stage.clock, stage.journal)
    stage.begin()
    stage.rated()
    (kept,) = stage.responses()
    document = logbook.show(stage.home, kept.id)
    lines = logbook.show_lines(document)
    assert "another microphone from about 4.0 s on" in lines
    assert not [line for line in lines if line.startswith("missing")]
    (film,) = [line for line in lines if line.startswith("film")]
    assert document["film"]["file"] in film


def test_the_wide_table_has_a_row_for_every_response(stage: Stage, tmp_path: Path) -> None:
    stage.runner.beside = True
    practise(stage)
    out = tmp_path / "wide.csv"
    assert logbook.export(stage.home, out, long=False) == 3
    rows = {r["id"]: r for r in read(out)}
    first, second, third = stage.responses()
    assert (rows[first.id]["warmth"], rows[first.id]["repair"]) == ("4.0", "N/A")
    assert rows[second.id]["change_tried"] == "wait, then ask"
    assert rows[third.id]["warmth"] == ""
    assert float(rows[first.id]["duration_s"]) == first.recording.duration_s
    assert float(rows[first.id]["latency_s"]) == pytest.approx(1.5, abs=0.15)


def test_the_same_tables_are_written_for_statistics_programs(stage: Stage, tmp_path: Path) -> None:
    practise(stage)
    first, second, third = stage.responses()
    by_other(stage.log, first, stage.rubric, "a", 2, None, 1)
    for long in (True, False):
        for name in ("t.csv", "t.parquet", "T.SAV"):
            count = logbook.export(stage.home, tmp_path / name, long=long)
            assert count == (6 if long else 3)
        lines = read(tmp_path / "t.csv")
        rows = pyarrow.parquet.read_table(tmp_path / "t.parquet").to_pylist()
        sav, meta = pyreadstat.read_sav(
            tmp_path / "T.SAV", user_missing=True, output_format="polars"
        )
        assert list(rows[0]) == sav.columns == list(lines[0])
        for line, row, one in zip(lines, rows, sav.to_dicts(), strict=True):
            assert (row["id"], row["started_at"]) == (line["id"], line["started_at"])
            assert one["change_tried"] == row["change_tried"] == line["change_tried"]
            assert one["duration_s"] == row["duration_s"] == float(line["duration_s"])
    rated = {row["id"]: row for row in rows}
    assert (rated[first.id]["warmth"], rated[first.id]["others_warmth"]) == (4.0, 2.0)
    assert math.isnan(rated[first.id]["repair"])
    assert (rated[third.id]["warmth"], rated[second.id]["repair"]) == (None, 3.0)
    spss = {row["id"]: row["repair"] for row in sav.to_dicts()}
    assert spss == {first.id: -99.0, second.id: 3.0, third.id: None}
    assert meta.missing_ranges["repair"] == [{"lo": -99.0, "hi": -99.0}]


def test_a_long_log_is_exported_whole(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logbook, "_PAGE", 2)
    practise(stage)
    assert logbook.export(stage.home, tmp_path / "all.csv", long=False) == 3
    assert {r["id"] for r in read(tmp_path / "all.csv")} == {r.id for r in stage.responses()}


def test_a_table_that_cannot_be_written_is_told(stage: Stage, tmp_path: Path) -> None:
    for name in ("where.csv", "where.parquet", "where.sav"):
        with pytest.raises(KnownError, match="The table was not written"):
            logbook.export(stage.home, tmp_path / "no" / name, long=True)


def test_what_others_gave_is_listed_and_exported_once_it_is_self_rated(
    stage: Stage, tmp_path: Path
) -> None:
    practise(stage)
    first, _, unrated = stage.responses()
    logbook.export(stage.home, tmp_path / "before.csv", long=False)
    assert not [name for name in read(tmp_path / "before.csv")[0] if name.startswith("others")]
    for rater, warmth in (("a", 2), ("b", 2.5)):
        for response in (first, unrated):
            by_other(stage.log, response, stage.rubric, rater, warmth, None, 1)
    rows = {row["id"]: row for row in logbook.rows(stage.home, 10, None)}
    assert rows[first.id]["others"] == {"warmth": 2.25, "metacommunication": 1.0}
    assert (rows[first.id]["others_raters"], rows[unrated.id]["others"]) == (2, {})
    line = next(line for line in logbook.as_lines(list(rows.values())) if first.id in line)
    assert line.endswith("others (mean of 2 raters): warmth 2.25  metacommunication 1")
    logbook.export(stage.home, tmp_path / "wide.csv", long=False)
    wide = {row["id"]: row for row in read(tmp_path / "wide.csv")}
    assert (wide[first.id]["others_warmth"], wide[first.id]["others_raters"]) == ("2.25", "2")
    assert (wide[unrated.id]["others_warmth"], wide[unrated.id]["others_raters"]) == ("", "0")
    assert list(wide[first.id])[-3:] == [
        "others_warmth", "others_metacommunication", "others_raters",
    ]  # fmt: skip
    logbook.export(stage.home, tmp_path / "long.csv", long=True)
    long = {r["item"]: r for r in read(tmp_path / "long.csv") if r["id"] == first.id}
    assert (long["warmth"]["others_mean"], long["warmth"]["others_raters"]) == ("2.25", "2")
    assert (long["repair"]["others_mean"], long["repair"]["others_raters"]) == ("", "0")
    by_other(stage.log, first, stage.rubric, "c", 3, 4, None)
    (row,) = [row for row in logbook.rows(stage.home, 10, None) if row["id"] == first.id]
    assert row["others_raters_by_item"] == {"warmth": 3, "repair": 1, "metacommunication": 2}
    (line,) = logbook.as_lines([row])
    assert line.endswith(
        "others: warmth 2.5 (mean of 3 raters)  repair 4 (one rater)  "
        "metacommunication 1 (mean of 2 raters)"
    )
    logbook.export(stage.home, tmp_path / "long.csv", long=True)
    long = {r["item"]: r for r in read(tmp_path / "long.csv") if r["id"] == first.id}
    assert [long[item]["others_raters"] for item in long] == ["3", "1", "2"]


def test_a_shown_response_withholds_what_others_gave_until_it_is_self_rated(stage: Stage) -> None:
    practise(stage)
    first, _, unrated = stage.responses()
    for response in (first, unrated):
        by_other(stage.log, response, stage.rubric, "a", 1, 1, 1)
    document = logbook.show(stage.home, unrated.id)
    assert (document["ratings"], document["ratings_withheld"]) == ([], 1)
    assert "rated by others; shown once its own rating is locked" in logbook.show_lines(document)
    document = logbook.show(stage.home, first.id)
    assert {one["role"] for one in document["ratings"]} == {"self", "supervisor"}
    assert document["ratings_withheld"] == 0


# ---------------------------------------------------------------- doctor


def wrong(home: Home, *, hashes: bool = False) -> dict[str, str]:
    return {c.name: c.text for c in doctor(home, hashes=hashes) if not c.ok and c.name != "content"}


def test_a_new_home_is_well(at_home: Home) -> None:
    assert wrong(at_home) == {}
    assert not at_home.folder.exists()


def test_a_log_after_practice_is_well(stage: Stage) -> None:
    practise(stage)
    assert wrong(stage.home, hashes=True) == {}


def test_a_missing_and_an_altered_recording_and_a_stray_one_are_found(stage: Stage) -> None:
    practise(stage)
    first, second, _third = stage.responses()
    (stage.home.recordings / first.recording.file).unlink()
    altered = stage.home.recordings / second.recording.file
    data = bytearray(altered.read_bytes())
    data[-5] ^= 1
    altered.write_bytes(data)
    (altered.parent / "stray.flac").write_bytes(b"x")
    assert "1 missing" in wrong(stage.home)["recordings"]
    assert "1 altered" not in wrong(stage.home)["recordings"]
    with_hashes = wrong(stage.home, hashes=True)["recordings"]
    assert "1 altered" in with_hashes
    assert "stray.flac" in with_hashes


def test_a_damaged_log_is_told_and_not_repaired_by_looking(at_home: Home) -> None:
    at_home.folder.mkdir(parents=True)
    damaged = at_home.folder / "log.db"
    damaged.write_text("a letter that is longer than a header of a database would have to be" * 20)
    before = damaged.read_bytes()
    assert "not a practice log" in wrong(at_home)["log"]
    assert damaged.read_bytes() == before


def test_a_faulty_pack_and_an_interrupted_take_are_mentioned(stage: Stage) -> None:
    stage.listen()
    (stage.home.packs / "broken").mkdir(parents=True)
    checks = {c.name: c for c in doctor(stage.home)}
    assert not checks["content"].ok
    assert checks["interrupted takes"].ok
    assert "1 interrupted" in checks["interrupted takes"].text
