"""Commands about content: packs, what is wrong with them and what they cover."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.short_pack import make_pack, zip_pack
from trainer.app.paths import bundled
from trainer.store.db import FILE
from trainer.store.key import LOCK

DUMPS = Path(__file__).parent / "store" / "dumps"
pytestmark = pytest.mark.usefixtures("here")


def test_a_zipped_pack_in_the_data_folder_is_in_the_list(
    attune: Any, home: Path, tmp_path: Path
) -> None:
    (home / "packs").mkdir(parents=True)
    path = zip_pack(make_pack(tmp_path / "made"), home / "packs" / "short.attunepack")
    assert "anna-late" in [row["id"] for row in attune("bank", "list", "--json").json()]
    shown = attune("bank", "show", "anna-late", "--json").json()
    assert Path(shown["turns"][0]["media"]["audio"]).is_file()
    assert str(path) in attune("check", "--json").out


def test_a_vignette_is_shown_after_an_update_and_not_while_no_log_tells_of_tests(
    attune: Any, home: Path
) -> None:
    make_pack(home / "packs")
    log = home / FILE
    with closing(sqlite3.connect(log)) as older:
        older.executescript((DUMPS / "v8.sql").read_text("utf-8"))
    assert attune("bank", "show", "anna-late", "--json").json()["client"]["name"] == "Anna"

    def refused() -> str:
        done = attune("bank", "show", "anna-late")
        assert (done.code, done.out) == (1, "")
        assert "tells whether Anna is kept for a test, so it is asked first." in done.err
        return str(done.err)

    with closing(sqlite3.connect(log)) as newer:
        newer.execute("PRAGMA user_version = 99")
    assert "made by a newer Attune" in refused()
    (home / LOCK).write_bytes(b"stands for one")
    assert "Put it into the environment as ATTUNE_PASSPHRASE" in refused()
    (home / LOCK).unlink()
    for path in home.glob(f"{FILE}*"):
        path.unlink()
    log.write_bytes(b"no log " * 999)
    assert "not a practice log" in refused()


def test_a_damaged_zip_in_the_data_folder_is_told_by_the_check_and_stops_nothing(
    attune: Any, home: Path
) -> None:
    (home / "packs").mkdir(parents=True)
    bad = home / "packs" / "bad, ü.attunepack"
    bad.write_bytes(b"hello")
    assert attune("bank", "list").code == 0
    done = attune("check")
    assert done.code == 1
    assert f"{bad}:1: file: is damaged or not a pack; ask for it again" in done.out.splitlines()


def test_a_broken_pack_is_told_by_file_line_and_field(attune: Any, tmp_path: Path) -> None:
    folder = make_pack(tmp_path / "my packs, ü")
    faulty = folder / "vignettes" / "anna-late.yaml"
    faulty.write_text(faulty.read_text().replace("level: beginner", "level: heroic"))
    done = attune("check", folder)
    assert done.code == 1
    line = next(x for x in done.out.splitlines() if "heroic" in x or "tags.level" in x)
    number = 1 + faulty.read_text().splitlines().index("  level: heroic")
    assert line.startswith(f"{faulty}:{number}: tags.level: ")
    as_json = attune("check", folder, "--json")
    assert as_json.code == 1
    problems = json.loads(as_json.out)["problems"]
    assert {"file", "line", "field", "what"} == set(problems[0])
    assert len(problems) == len(done.out.splitlines())


def test_a_sound_rubric_is_one_line_and_no_error(attune: Any) -> None:
    good = bundled("scenarios") / "core" / "rubrics" / "alliance-skills.yaml"
    done = attune("check", good)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"No problem in {good}.\n"


def test_a_path_that_is_not_there_is_a_problem(attune: Any) -> None:
    done = attune("check", "no such pack, ü")
    assert done.code == 1
    assert "no such pack, ü" in done.out + done.err


def test_coverage_comes_with_the_check(attune: Any) -> None:
    done = attune("check", bundled("scenarios") / "core", "--coverage", "--json")
    assert json.loads(done.out)["coverage"]
