"""Commands that keep, bring back, forget and repair what is in the data folder."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("here")


def test_a_backup_is_restored_elsewhere(attune: Any, answered: str, tmp_path: Path) -> None:
    done = attune("backup", "--json")
    kept = Path(done.json()["path"])
    assert (kept.parent, done.json()["recordings"]) == (Path.cwd(), 2)
    assert done.err == ""  # no terminal: no progress
    there = tmp_path / "there"
    restored = attune("restore", kept, "--into", there, "--json")
    assert restored.json()["added"]["responses"] == 2
    assert restored.json()["into"] == str(there)
    assert attune("--home", there, "log", "show", answered, "--json").json()["ratings"]
    again = attune("restore", kept, "--into", there)
    assert (again.code, again.err) == (0, "")
    assert "responses      0 added, 2 already there" in again.out
    assert again.out.startswith(f"Restored into {there}:\n")


def test_a_backup_that_lacks_a_recording_ends_with_one_and_names_it(
    attune: Any, answered: str, home: Path
) -> None:
    lost = next((home / "recordings").rglob(f"{answered}.*"))
    lost.unlink()
    done = attune("backup", "--out", "kept.attune")
    assert done.code == 1
    assert f"missing, so not in it: {lost.relative_to(home / 'recordings').as_posix()}" in done.out
    assert attune("restore", "kept.attune", "--into", "there").code == 1


def ids(attune: Any) -> list[str]:
    return [row["id"] for row in attune("log", "list", "--json").json()]


def test_forget_shows_what_would_go_and_a_plain_no_keeps_it(
    attune: Any, answered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for said in ("n\n", ""):  # Ctrl+C ends as an empty input does
        monkeypatch.setattr("sys.stdin", io.StringIO(said))
        done = attune("forget", answered)
        assert (done.code, done.out) == (1, "Nothing was forgotten.\n")
        assert "1 response, 0.1 minutes" in done.err
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert "2" in attune("forget", "--person", "M. K.").err  # the number is to be typed
    assert len(ids(attune)) == 2


def test_forget_with_json_only_shows_until_it_is_told_to(attune: Any, answered: str) -> None:
    shown = attune("forget", answered, "--json").json()
    assert (shown["done"], shown["responses"]) == (False, [answered])
    assert answered in ids(attune)
    done = attune("forget", answered, "--yes", "--json").json()
    assert (done["done"], done["left"]) == (True, [])
    assert answered not in ids(attune)


def test_forgetting_many_asks_for_their_number(
    attune: Any, answered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("2\n"))
    done = attune("forget", "--before", "2099-01-01")
    assert "Forgotten: 2 responses" in done.out
    assert ids(attune) == []


def test_doctor_repairs_only_when_it_is_asked_to(attune: Any, answered: str, home: Path) -> None:
    strange = home / "recordings" / "strange.wav"
    strange.write_bytes(b"RIFF")
    told = attune("doctor", "--json")
    assert "in no row" in told.out
    assert strange.exists()
    said = json.loads(attune("doctor", "--repair", "--json").out)
    assert said[0]["name"] == "repaired"
    assert "strange.wav" in said[0]["text"]
    assert (home / "recordings" / "lost" / "strange.wav").exists()
