"""The research export, each file opened again with a library that did not write it."""

import csv
import json
import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import parselmouth
import pyarrow.parquet
import pyreadstat
import pytest
import soundfile
import webvtt
from parselmouth.praat import call
from praatio import textgrid
from pympi.Elan import Eaf

from tests.app.locked import copied, lock
from tests.app.researched import (
    ALONE,
    LONG,
    NAMES,
    OLA,
    PARTS,
    RENEE,
    TRAINEES,
    Cohort,
    cohort,
)
from tests.app.travelled import library
from tests.helpers.disk import small_disk
from tests.store import made
from trainer.app import research_tables
from trainer.app.paths import Home
from trainer.app.research import Exported, as_lines, export
from trainer.app.research_codes import Codes
from trainer.app.settings import Settings
from trainer.domain.errors import KnownError
from trainer.domain.rounds import SEEN_OTHERS
from trainer.exchange.tables import SUFFIXES
from trainer.store import comments
from trainer.store.db import open_log
from trainer.store.files import sha256_of
from trainer.store.responses import response

Row = dict[str, Any]
NA = "N/A"


def exported(here: Cohort, out: Path, **asked: Any) -> Exported:
    with closing(open_log(here.home.folder, here.home.key)) as log:
        return export(here.home, log, out, library=library(), **asked)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return cohort(tmp_path_factory.mktemp("research"))


@pytest.fixture(scope="module")
def coded(here: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return exported(here, tmp_path_factory.mktemp("coded") / "out")


@pytest.fixture(scope="module")
def named(here: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return exported(here, tmp_path_factory.mktemp("named") / "out ü", names=True, dates=True)


def of_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def of_parquet(path: Path) -> list[Row]:
    return pyarrow.parquet.read_table(path).to_pylist()


def of_sav(path: Path) -> tuple[list[Row], Any]:
    frame, about = pyreadstat.read_sav(path, user_missing=True, output_format="polars")
    return frame.to_dicts(), about


def codebook(done: Exported) -> dict[str, Any]:
    return json.loads((done.path / "codebook.json").read_text(encoding="utf-8"))


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
    here: Cohort, coded: Exported, named: Exported
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


def test_each_response_is_described(here: Cohort, coded: Exported, named: Exported) -> None:
    rows = of_csv(coded.path / "responses.csv")
    assert len({row["response"] for row in rows}) == 8
    sent = [row for row in rows if row["trainee"] in ("T1", "T-2")]
    (code,) = {r["assignment"] for r in sent}
    assert {(r["occasion"], r["late"]) for r in sent} == {("before", "1")}
    assert codebook(coded)["assignments"][0]["id"] == code
    assert {r["assignment"] for r in of_csv(named.path / "responses.csv")} == {
        here.assignment.id, "",
    }  # fmt: skip
    forms = {one.code: one.form for one in here.assignment.enrolled}
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


def tiers(done: Exported) -> tuple[Path, str, str]:
    """The files of the first response without their suffix, and its raters' codes."""
    rows = of_csv(done.path / "comments.csv")
    stem = done.path / "annotations" / rows[0]["response"]
    return stem, rows[0]["rater"], rows[-1]["rater"]


def test_annotations_are_the_same_for_elan_praat_and_players(named: Exported) -> None:
    stem, ola, renee = tiers(named)
    words = f"{LONG} / and this"
    spans = {
        "client": [(0, 2000, "client")],
        # From the onset on, 7.25 s of it, without the pauses and the silence for what was lost.
        "speech": [(2600, 4000, "speech"), (4750, 6000, "speech"), (9500, 12_500, "speech")],
        "pauses": [(4000, 4750, "pause"), (8000, 9500, "pause")],
        "missing": [(6000, 8500, "missing")],
    }
    points = {
        f"markers {ola}": [(4500, 5500, "validates / owns-part")],
        f"comments {ola}": [(4500, 5251, words), (5251, 6251, "later")],
        f"markers {renee}": [(12_500, 13_500, "explains")],
        f"comments {renee}": [(12_500, 13_500, f"at the end, {ALONE}")],
    }
    elan = Eaf(f"{stem}.eaf")
    assert {name: elan.get_annotation_data_for_tier(name) for name in elan.get_tier_names()} == {
        name: list(found) for name, found in (spans | points).items()
    }  # fmt: skip
    assert elan.adocument["AUTHOR"] == ""
    (media,) = elan.media_descriptors
    assert media["MEDIA_URL"] == media["RELATIVE_MEDIA_URL"] == f"./{stem.name}.flac"

    grid = textgrid.openTextgrid(f"{stem}.TextGrid", includeEmptyIntervals=False)
    assert set(grid.tierNames) == {*spans, *points}
    assert grid.maxTimestamp == 12.5
    for name, found in spans.items():
        assert [(_ms(e.start), _ms(e.end), e.label)
                for e in grid.getTier(name).entries] == found  # fmt: skip
    for name, found in points.items():
        read = [(_ms(e.time), e.label) for e in grid.getTier(name).entries]
        assert read == [(at, text.replace('"', '""')) for at, _, text in found]
    praat = parselmouth.read(f"{stem}.TextGrid")
    place = grid.tierNames.index(f"comments {ola}") + 1
    assert call(praat, "Get label of point", place, 1) == words
    assert call(praat, "Get time of point", place, 2) == 5.251

    cues = [
        (_stamp(cue.start), _stamp(cue.end), cue.voice, _plain(cue.text))
        for cue in webvtt.read(f"{stem}.vtt")
    ]
    assert sorted(cues) == sorted(
        (start, end, name, text) for name, found in (spans | points).items()
        for start, end, text in found
    )  # fmt: skip
    assert [cue[0] for cue in cues] == sorted(cue[0] for cue in cues)


def _plain(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _stamp(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return _ms(int(hours) * 3600 + int(minutes) * 60 + float(seconds))


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def test_annotations_say_only_what_is_known(coded: Exported) -> None:
    rows = {row["response"]: row for row in of_csv(coded.path / "responses.csv")}
    files = sorted(path.name for path in (coded.path / "annotations").iterdir())
    assert files == sorted(
        f"{code}{suffix}" for code in rows for suffix in (".TextGrid", ".eaf", ".vtt")
    )
    for code, row in rows.items():
        elan = Eaf(str(coded.path / "annotations" / f"{code}.eaf"))
        names = set(elan.get_tier_names())
        assert not [name for name in names if name.startswith("comments")]
        assert ("speech" in names) == (row["pauses"] != "")
        if row["pauses"] and not row["onset_s"]:
            assert elan.get_annotation_data_for_tier("speech") == []


def everything_in(done: Exported) -> Iterator[tuple[str, bytes]]:
    """The bytes of every file, also as they are before they are packed, and every name."""
    for path in sorted(done.path.rglob("*")):
        yield "name", str(path.relative_to(done.path)).encode()
        if not path.is_file():
            continue
        yield path.name, path.read_bytes()
        if path.suffix == ".parquet":
            file = pyarrow.parquet.ParquetFile(path)
            yield path.name, repr((file.read().to_pydict(), file.metadata.metadata)).encode()
        if path.suffix == ".sav":
            rows, about = of_sav(path)
            yield path.name, repr((rows, vars(about))).encode()


def found_in(done: Exported, words: tuple[str, ...]) -> set[tuple[str, str]]:
    return {
        (name, word)
        for name, data in everything_in(done)
        for word in words
        for coding in ("utf-8", "utf-16-le", "latin-1")
        if (sought := word.encode(coding, "ignore")) and len(sought) > 2 and sought in data
    }


def test_no_name_id_or_place_is_in_any_byte(here: Cohort, coded: Exported, named: Exported) -> None:
    ids = (*here.people.values(), *here.responses.values(), *here.given["T1"])
    private = (
        *PARTS,
        *ids,
        here.assignment.id,
        *(one.id for one in here.ratings.values()),
        "2026-03-31",
        "Institute",
    )
    places = (str(here.home.folder), "/home", "/root", str(Path.home()), "pympi")
    assert found_in(coded, (*private, *places)) == set()
    assert found_in(named, (*ids, *places)) == set()
    inside = found_in(named, NAMES)
    for file in ("responses.sav", "responses.parquet", "responses.csv"):
        assert {(file, name) for name in (*TRAINEES, ALONE)} <= inside
    assert not [name for name, word in inside if name == "name"]


def test_codes_are_the_same_again_and_lead_nowhere(
    here: Cohort, coded: Exported, named: Exported, tmp_path: Path
) -> None:
    def codes(done: Exported) -> set[tuple[str, str, str]]:
        rows = of_csv(done.path / "ratings_long.csv")
        return {(row["response"], row["trainee"], row["rater"]) for row in rows}

    only = exported(here, tmp_path / "only", assignments=[here.assignment.id], annotations=False)
    assert codes(only) < codes(coded) == codes(named)
    assert {trainee for _, trainee, _ in codes(only)} == {"T1", "T-2"}
    assert only.responses == 4
    assert not (only.path / "annotations").exists()
    with closing(open_log(here.home.folder)) as log:
        log.db.conn.execute("BEGIN")
        log.db.conn.execute("DROP TRIGGER keys_no_delete")
        log.db.conn.execute("DELETE FROM keys")
        elsewhere = {one for one in _codes_of(log, here) if one not in ("T1", "T-2")}
        log.db.conn.execute("ROLLBACK")
        assert elsewhere.isdisjoint(_codes_of(log, here))


def _codes_of(log: Any, here: Cohort) -> set[str]:
    codes = Codes(log)
    return {codes.person(one) for one in here.people.values()}


def test_only_what_was_agreed_to_leaves_and_the_rest_is_counted(
    here: Cohort, coded: Exported, tmp_path: Path
) -> None:
    assert (coded.without_consent, coded.expired, coded.withheld) == (3, 1, 0)
    assert "3 responses left out: not agreed to be used so" in as_lines(coded)
    assert codebook(coded)["counts"]["responses left out, not agreed to be used so"] == 3
    own = exported(here, tmp_path / "own", use="rating", annotations=False)
    assert (own.responses, own.without_consent) == (9, 2)
    # What somebody keeps to themselves, they alone take out.
    strangers = exported(here, tmp_path / "strangers", use="practice", annotations=False)
    assert strangers.responses == 9
    settings = Settings(here.home.settings_file)
    settings.set("person", here.people[ALONE])
    try:
        mine = exported(here, tmp_path / "mine", use="practice", annotations=False)
        assert (mine.responses, mine.without_consent) == (11, 0)
        # Others' ratings of what one has not rated oneself are not to be seen.
        assert mine.withheld == 6
        raters = {r["role"] for r in of_csv(mine.path / "ratings_long.csv")
                  if r["trainee"] not in ("T1", "T-2")}  # fmt: skip
        assert raters == {"self", "supervisor", "consensus"}
        twin = [r for r in of_csv(mine.path / "ratings_long.csv") if r["pack"] == "own"]
        assert twin == []
        # What a rater saw of others is kept: what they rate of it later is not blind.
        settings.set("person", here.people[RENEE])
        seen = exported(here, tmp_path / "seen", annotations=False)
        with closing(open_log(here.home.folder)) as log:
            codes, me = Codes(log), here.people[RENEE]
            marked = comments.marked_by(log, me, SEEN_OTHERS)
            assert {codes.response(one) for one in marked} == {
                row["response"]
                for table in ("ratings_long", "ratings_superseded")
                for row in of_csv(seen.path / f"{table}.csv")
                if row["role"] in ("supervisor", "consensus") and row["rater"] != codes.person(me)
            } != set()  # fmt: skip
    finally:
        settings.set("person", "")


def test_a_wide_table_that_no_program_takes_is_left_out_and_said(
    here: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(research_tables, "MOST_COLUMNS", 3)
    done = exported(here, tmp_path / "out", annotations=False)
    assert "no wide table" in as_lines(done)[-1]
    assert {path.stem for path in done.path.glob("*.sav")} == {
        "responses", "ratings_long", "ratings_superseded", "comments",
    }  # fmt: skip


def test_it_is_there_whole_or_not_at_all(here: Cohort, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, whole: int) -> None:
        if done > whole // 2:
            raise Stopped

    with pytest.raises(Stopped):
        exported(here, tmp_path / "out", progress=stop)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    with pytest.raises(KnownError, match="something of this name already"):
        exported(here, tmp_path / "out")
    with pytest.raises(KnownError, match="no folder"):
        exported(here, tmp_path / "no" / "out")
    with pytest.raises(KnownError, match="no assignment X"):
        exported(here, tmp_path / "x", assignments=["X"])
    with small_disk(tmp_path / "small", "100k") as disk:
        with pytest.raises(KnownError, match="not written|is full"):
            exported(here, disk / "out")
        assert list(disk.iterdir()) == []
    told: list[tuple[int, int]] = []
    exported(here, tmp_path / "y", progress=lambda done, whole: told.append((done, whole)))
    assert told == sorted(told)
    assert (told[0][0], told[-1]) == (0, (16, 16))


def marked(home: Home, response_id: str) -> list[int]:
    """Write the speaker's name into a recording, as other programs do; its samples."""
    with closing(open_log(home.folder)) as log:
        path = home.recordings / response(log, response_id).recording.file
        samples, rate = soundfile.read(path, dtype="int16")
        with soundfile.SoundFile(path, "w", rate, 1, "PCM_16") as file:
            file.artist = "Anna Berg"
            file.write(samples)
        row = (*sha256_of(path), str(path.relative_to(home.recordings)))
        log.db.conn.execute("UPDATE recordings SET sha256 = ?, size_bytes = ? WHERE file = ?", row)
        log.db.conn.commit()
    found: list[int] = samples.tolist()
    return found


def test_a_locked_folder_is_exported_to_a_place_outside(
    here: Cohort, coded: Exported, tmp_path: Path
) -> None:
    home = copied(here.home, tmp_path / "home")
    spoken = marked(home, here.responses["twin"])
    shut = replace(here, home=lock(home))
    with pytest.raises(KnownError, match="locked data folder"):
        exported(shut, shut.home.folder / "out")
    done = exported(shut, tmp_path / "out", sounds=True)
    assert done.responses == coded.responses
    assert done.notes == ("Recordings that are missing: 1; see 'attune doctor'.",)
    twin = next(row for row in of_csv(done.path / "responses.csv") if row["pack"] == "own")
    sound = done.path / "annotations" / f"{twin['response']}.flac"
    # What another program wrote into the file stays behind, the sound does not.
    assert soundfile.read(sound, dtype="int16")[0].tolist() == spoken
    assert b"Anna Berg" not in sound.read_bytes()
    (media,) = Eaf(str(sound.with_suffix(".eaf"))).media_descriptors
    assert media["RELATIVE_MEDIA_URL"] == f"./{sound.name}"
    assert len(list(sound.parent.iterdir())) == 8 * 3 + 7
    assert (done.path / "ratings_wide.csv").read_bytes() == (
        coded.path / "ratings_wide.csv"
    ).read_bytes()


def test_where_nothing_may_be_exported_it_is_said_why(here: Cohort, tmp_path: Path) -> None:
    here = replace(here, home=copied(here.home, tmp_path / "home"))
    with closing(open_log(here.home.folder)) as log:
        log.db.conn.execute("DROP TRIGGER consents_no_update")
        log.db.conn.execute("UPDATE consents SET use = 'rating'")
        log.db.conn.commit()
    with pytest.raises(KnownError, match=r"of the 12 .*\(11 are not .* 1 are past") as told:
        exported(here, tmp_path / "out")
    assert "--use rating" in told.value.hint
    assert not (tmp_path / "out").exists()


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
