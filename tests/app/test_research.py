"""What leaves with a research export, what never does, and when there is none."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
import soundfile
from pympi.Elan import Eaf

from tests.app.locked import copied, lock
from tests.app.research_read import codebook, of_csv, of_sav
from tests.app.researched import ALONE, NAMES, PARTS, RENEE, TRAINEES, Cohort, exported
from tests.helpers.disk import small_disk
from trainer.app import research_tables
from trainer.app.paths import Home
from trainer.app.research import Exported, as_lines
from trainer.app.research_codes import Codes
from trainer.app.settings import Settings
from trainer.domain.errors import KnownError
from trainer.domain.rounds import SEEN_OTHERS
from trainer.store import comments
from trainer.store.db import open_log
from trainer.store.files import sha256_of
from trainer.store.responses import response


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


def test_no_name_id_or_place_is_in_any_byte(
    researched: Cohort, coded: Exported, named: Exported
) -> None:
    ids = (*researched.people.values(), *researched.responses.values(), *researched.given["T1"])
    private = (
        *PARTS,
        *ids,
        researched.assignment.id,
        *(one.id for one in researched.ratings.values()),
        "2026-03-31",
        "Institute",
    )
    places = (str(researched.home.folder), "/home", "/root", str(Path.home()), "pympi")
    assert found_in(coded, (*private, *places)) == set()
    assert found_in(named, (*ids, *places)) == set()
    inside = found_in(named, NAMES)
    for file in ("responses.sav", "responses.parquet", "responses.csv"):
        assert {(file, name) for name in (*TRAINEES, ALONE)} <= inside
    assert not [name for name, word in inside if name == "name"]


def test_codes_are_the_same_again_and_lead_nowhere(
    researched: Cohort, coded: Exported, named: Exported, tmp_path: Path
) -> None:
    def codes(done: Exported) -> set[tuple[str, str, str]]:
        rows = of_csv(done.path / "ratings_long.csv")
        return {(row["response"], row["trainee"], row["rater"]) for row in rows}

    only = exported(
        researched, tmp_path / "only", assignments=[researched.assignment.id], annotations=False
    )
    assert codes(only) < codes(coded) == codes(named)
    assert {trainee for _, trainee, _ in codes(only)} == {"T1", "T-2"}
    assert only.responses == 4
    assert not (only.path / "annotations").exists()
    with closing(open_log(researched.home.folder)) as log:
        log.db.conn.execute("BEGIN")
        log.db.conn.execute("DROP TRIGGER keys_no_delete")
        log.db.conn.execute("DELETE FROM keys")
        elsewhere = {one for one in _codes_of(log, researched) if one not in ("T1", "T-2")}
        log.db.conn.execute("ROLLBACK")
        assert elsewhere.isdisjoint(_codes_of(log, researched))


def _codes_of(log: Any, researched: Cohort) -> set[str]:
    codes = Codes(log)
    return {codes.person(one) for one in researched.people.values()}


def test_only_what_was_agreed_to_leaves_and_the_rest_is_counted(
    researched: Cohort, coded: Exported, tmp_path: Path
) -> None:
    assert (coded.without_consent, coded.expired, coded.withheld) == (3, 1, 0)
    assert "3 responses left out: not agreed to be used so" in as_lines(coded)
    assert codebook(coded)["counts"]["responses left out, not agreed to be used so"] == 3
    own = exported(researched, tmp_path / "own", use="rating", annotations=False)
    assert (own.responses, own.without_consent) == (9, 2)
    # What somebody keeps to themselves, they alone take out.
    strangers = exported(researched, tmp_path / "strangers", use="practice", annotations=False)
    assert strangers.responses == 9
    settings = Settings(researched.home.settings_file)
    settings.set("person", researched.people[ALONE])
    try:
        mine = exported(researched, tmp_path / "mine", use="practice", annotations=False)
        assert (mine.responses, mine.without_consent) == (11, 0)
        # Others' ratings of what one has not rated oneself are not to be seen.
        assert mine.withheld == 6
        raters = {r["role"] for r in of_csv(mine.path / "ratings_long.csv")
                  if r["trainee"] not in ("T1", "T-2")}  # fmt: skip
        assert raters == {"self", "supervisor", "consensus"}
        twin = [r for r in of_csv(mine.path / "ratings_long.csv") if r["pack"] == "own"]
        assert twin == []
        # What a rater saw of others is kept: what they rate of it later is not blind.
        settings.set("person", researched.people[RENEE])
        seen = exported(researched, tmp_path / "seen", annotations=False)
        with closing(open_log(researched.home.folder)) as log:
            codes, me = Codes(log), researched.people[RENEE]
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
    researched: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(research_tables, "MOST_COLUMNS", 3)
    done = exported(researched, tmp_path / "out", annotations=False)
    assert "no wide table" in as_lines(done)[-1]
    assert {path.stem for path in done.path.glob("*.sav")} == {
        "responses", "ratings_long", "ratings_superseded", "comments",
    }  # fmt: skip


def test_it_is_there_whole_or_not_at_all(researched: Cohort, tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, whole: int) -> None:
        if done > whole // 2:
            raise Stopped

    with pytest.raises(Stopped):
        exported(researched, tmp_path / "out", progress=stop)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "out").mkdir()
    with pytest.raises(KnownError, match="something of this name already"):
        exported(researched, tmp_path / "out")
    with pytest.raises(KnownError, match="no folder"):
        exported(researched, tmp_path / "no" / "out")
    with pytest.raises(KnownError, match="no assignment X"):
        exported(researched, tmp_path / "x", assignments=["X"])
    with small_disk(tmp_path / "small", "100k") as disk:
        with pytest.raises(KnownError, match="not written|is full"):
            exported(researched, disk / "out")
        assert list(disk.iterdir()) == []
    told: list[tuple[int, int]] = []
    exported(researched, tmp_path / "y", progress=lambda done, whole: told.append((done, whole)))
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
    researched: Cohort, coded: Exported, tmp_path: Path
) -> None:
    home = copied(researched.home, tmp_path / "home")
    spoken = marked(home, researched.responses["twin"])
    shut = replace(researched, home=lock(home))
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


def test_where_nothing_may_be_exported_it_is_said_why(researched: Cohort, tmp_path: Path) -> None:
    refusing = replace(researched, home=copied(researched.home, tmp_path / "home"))
    with closing(open_log(refusing.home.folder)) as log:
        log.db.conn.execute("DROP TRIGGER consents_no_update")
        log.db.conn.execute("UPDATE consents SET use = 'rating'")
        log.db.conn.commit()
    with pytest.raises(KnownError, match=r"of the 12 .*\(11 are not .* 1 is past") as told:
        exported(refusing, tmp_path / "out")
    assert "--use rating" in told.value.hint
    assert not (tmp_path / "out").exists()
