"""``attune assign``, ``import`` and ``submit``, as a program and a trainee run them."""

import json
import os
import shlex
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.app.travelled import Trainee
from tests.store import made
from trainer.app.assign import came, find_came, given_out
from trainer.app.paths import Home
from trainer.store import assignments as rows
from trainer.store import people
from trainer.store.db import open_log


def test_from_a_program_to_a_trainee_and_back(attune: Any, tmp_path: Path) -> None:
    post, program = tmp_path / "post ü", ("--home", tmp_path / "program")
    post.mkdir()
    codes = tmp_path / "codes.txt"
    codes.write_text("T1\n\nT2, Tom Field\n")
    code, out, err = attune(
        *program, "assign", "--title", "Autumn course", "--program", "Institute",
        "--form", "A=marcus-nodding,eli-bike-racks", "--trainees", codes, "--consent", "May we?",
        "--due", "2096-12-24", "--window", "45", "--attempts", "2", "--recorded", "sound",
        "--out", post, "--json",
    )  # fmt: skip
    assert (code, err) == (0, "")
    given = json.loads(out)
    assert given["forms"] == {"T1": "A", "T2": "A"}
    assert given["names"] == {"T2": "Tom Field"}
    assert b"Tom" not in Path(given["file"]).read_bytes()

    trainee = Trainee(Home(tmp_path / "trainee"), made.person("Anna").id)
    hers = ("--home", trainee.home.folder)
    code, _, err = attune(*hers, "submit", "--out", post)
    assert (code, "No assignment came here yet. 'attune import FILE' takes" in err) == (1, True)
    code, _, err = attune(*hers, "import", given["file"], "--code", "T1")
    assert (code, "In this log: nobody" in err) == (1, True)
    with trainee.log() as log:
        one = made.person("Anna")
        people.add_person(log, one)
    trainee.person_id, trainee.code = one.id, "T1"
    code, out, err = attune(*hers, "import", given["file"], "--code", "T1", "--json")
    assert (code, err) == (0, "")
    assert [row["kind"] for row in json.loads(out)] == ["assignment"]
    told = attune(*hers, "import", given["file"], "--code", "T1")[1]
    assert "Taken on as T1 by Anna, who agrees to: May we?" in told
    code, _, err = attune(*hers, "submit", "--out", post)
    assert (code, "no response to this assignment yet" in err) == (1, True)
    with trainee.log() as log:
        asked = find_came(log, given["id"])
    assert (asked.mode, asked.window_s, asked.attempts) == ("practice", 45, 2)
    assert asked.recorded == "sound"
    trainee.answer(asked)
    code, _, err = attune(*hers, "submit", "--assignment", "spring", "--out", post)
    assert (code, f"There are: {given['id']} Autumn course, 2" in err) == (1, True)
    told = ("--assignment", "autumn course", "--out", post, "--json")
    code, out, err = attune(*hers, "submit", *told)
    assert (code, err) == (0, "")
    assert len(json.loads(out)["responses"]) == 2

    (post / "letter.attune").write_bytes(b"no bundle")
    code, out, err = attune(*program, "import", post)
    *lines, count = out.splitlines()
    told = dict(line.split(": ", 1) for line in lines)
    assert (code, err, count) == (1, "", "1 file is not for this computer")
    assert told["Autumn course T1.attune"].startswith("T1, Autumn course: 2 responses, 2 of them")
    code, out, _ = attune(*program, "import", given["file"])  # who names it is told why
    assert (code, "was given out from here" in out) == (1, True)
    assert "not an Attune file" in told["letter.attune"]

    code, _, err = attune(*program, "log", "research", "--out", post / "x")
    assert (code, "--use rating" in err, (post / "x").exists()) == (1, True, False)
    asked = ("--assignment", given["id"], "--use", "rating", "--out", post / "for R ü", "--json")
    code, out, err = attune(*program, "log", "research", *asked)
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["path"] == str(post / "for R ü")
    assert (document["responses"], document["trainees"], document["ratings"]) == (2, 1, 2)
    lines = (post / "for R ü" / "ratings_long.csv").read_text(encoding="utf-8").splitlines()
    assert {line.split(",")[1] for line in lines[1:]} == {"T1"}


def test_what_cannot_be_assigned_is_told(attune: Any, tmp_path: Path) -> None:
    asked = ("--home", tmp_path / "p", "assign", "--title", "T", "--program", "P", "--consent", "?",
             "--out", tmp_path / "out.attune")  # fmt: skip
    for words, code, said in (
        (("--form", "A=nobody", "--trainee", "T1"), 1, "no vignette called 'nobody'"),
        (("--form", "A=marcus-nodding"), 1, "needs trainees"),
        (
            ("--form", "A=marcus-nodding", "--trainee", "T1", "--mode", "test", "--attempts", "3"),
            1,
            "a test has one attempt",
        ),
        (("--trainee", "T1"), 1, "needs clients"),
        (("--trainee", "T1", "--due", "2020-01-01"), 1, "over already: 2020-01-01"),
        (("--form", "A=marcus-nodding", "--trainee", "a b"), 1, "'a b' is no code"),
        (("--form", "marcus-nodding", "--trainee", "T1"), 2, "not such as A="),
        (("--form", "A=a,b", "--form", "A=c", "--trainee", "T1"), 2, "the form A is there twice"),
        (("--form", "A=a", "--balanced", "2x4", "--trainee", "T1"), 2, "give one of them"),
        (("--balanced", "4", "--trainee", "T1"), 2, "not such as 2x4"),
        (("--balanced", "2x900", "--trainee", "T1"), 1, "need 1800 different clients"),
        (("--form", "A=marcus-nodding", "--after", "x"), 1, "No assignment x"),
        (("--form", "A=marcus-nodding", "--trainees", tmp_path / "no"), 1, "codes cannot be read"),
    ):
        got = attune(*asked, *words)
        assert (got[0], said in got[2]) == (code, True), got
    assert not (tmp_path / "out.attune").exists()
    code, out, err = attune(
        *asked, "--balanced", "2x3", "--trainee", "T1", "--json", "--mode", "test",
        "--window", "45", "--recorded", "sound", "--rubric", "facilitative-eight", "--keep", "36",
    )  # fmt: skip
    assert (code, "Each form has 3 clients." in err) == (0, True)
    first = json.loads(out)
    assert first["forms"]["T1"] in ("A", "B")
    assert first["taken_over"] == []
    after = (*asked[:3], "--title", "U", *asked[5:7], "--after", "t", "--out")
    code, out, err = attune(*after, tmp_path / "u.attune")
    assert (code, err) == (0, "")
    assert out.splitlines()[2] == (
        "as in T: its trainees; forms A, B; test; 45 s for an answer; 1 take of a client; sound "
        "alone; fixed order; rated on facilitative-eight; late ones marked; for rating; "
        "kept 36 months; the words of consent"
    )
    said = ("--mode", "practice", "--window", "0", "--form", "A=marcus-nodding", "--json")
    second = json.loads(attune(*after, tmp_path / "v.attune", *said)[1])
    assert {"mode", "window_s", "attempts", "forms"}.isdisjoint(second["taken_over"])
    assert {"rubric", "recorded", "consent"} <= set(second["taken_over"])
    with closing(open_log(tmp_path / "p")) as log:
        made = given_out(log, second["id"])
    assert made.consent_text == "?"
    assert (made.mode, made.window_s, made.attempts) == ("practice", None, 0)
    assert made.recorded == "sound"
    code, _, err = attune(*after, tmp_path / "w.attune", "--use", "research", "--keep", "12")
    assert (code, "the use and the months are not as there. Write with --consent" in err) == (
        1,
        True,
    ), err
    other = (*after, tmp_path / "w.attune", "--use", "research", "--consent", "And research?")
    assert "the words of consent" not in attune(*other)[1]
    (tmp_path / "w.attune").unlink()
    code, _, err = attune(*asked[:7], "--trainee", "T1", *asked[9:])
    assert (code, "Missing option '--consent'" in err) == (2, True), err
    assert attune(*after, tmp_path / "w.attune", "--window", "3")[0] == 2
    code, _, err = attune(*after, tmp_path / "w.attune", "--trainee", "T3=Carl", "--trainee", "T1")
    assert (code, "T3: not in T, whose trainees --after takes" in err) == (2, True)


def test_a_code_takes_on_one_assignment_of_a_folder_and_never_several(
    attune: Any, tmp_path: Path
) -> None:
    post, program = tmp_path / "post", ("--home", tmp_path / "program", "assign", "--program", "P")
    post.mkdir()
    like = ("--form", "A=marcus-nodding", "--out", post)
    for title, codes, words in (
        ("Autumn", ("T1", "T2"), "May we listen?"), ("Spring", ("T1", "S1"), "May all the world?")
    ):  # fmt: skip
        who = [part for code in codes for part in ("--trainee", code)]
        assert attune(*program, "--title", title, *who, "--consent", words, *like)[0] == 0
    home = Home(tmp_path / "trainee")
    anna = made.person("Anna")
    with closing(open_log(home.folder)) as log:
        people.add_person(log, anna)
    hers = ("--home", home.folder, "import", post, "--code")
    code, out, err = attune(*hers, "T1")
    assert (code, "agrees to" in out, out.count("taken in")) == (1, False, 2)
    assert "2 assignments came, and none was taken on as T1: Autumn (P), Spring (P)" in err
    code, out, err = attune(*hers, "T9")
    assert (code, "none was taken on as T9" in err) == (1, True)
    code, out, err = attune(*hers, "S1")  # which one alone has
    assert (code, err, "as S1 by Anna, who agrees to: May all the world?" in out) == (0, "", True)
    code, again, err = attune(*hers, "S1")  # and not on the other when it is said once more
    assert (code, err, "as S1 by Anna, who agrees to: May all the world?" in again) == (0, "", True)
    assert "May we listen?" in attune(*hers, "T1")[1]  # what she has taken on is let be
    with closing(open_log(home.folder)) as log:
        taken = {one.title: rows.taken_on(log, one.id, anna.id).code for one in came(log)}
    assert taken == {"Autumn": "T1", "Spring": "S1"}
    assert "as T1 by Anna, who agrees to: May we listen?" in attune(*hers, "T1")[1]


def test_an_assignment_for_others_is_put_away_and_so_in_a_folder_that_is_restored(
    attune: Any, tmp_path: Path
) -> None:
    asked = ("--program", "P", "--form", "A=marcus-nodding", "--trainee", "T1", "--consent", "?",
             "--mode", "test", "--out", tmp_path)  # fmt: skip
    for title in ("Autumn", "Spring"):
        assert attune("--home", tmp_path / "p", "assign", "--title", title, *asked)[0] == 0
    rater, other = (("--home", tmp_path / name) for name in ("rater", "other"))
    assert attune(*rater, "away") == (0, "No assignment came here.\n", "")
    out = attune(*rater, "import", tmp_path)[1]  # told before anybody says yes to it
    assert "Whoever takes Spring on (import it with --code) agrees to: ?" in out
    rae = made.person("Rae")
    with closing(open_log(tmp_path / "rater")) as log:
        people.add_person(log, rae)
    code, out, err = attune(*rater, "away", "autumn")
    assert (code, err, out.endswith("  Autumn, P, put away\n")) == (0, "", True)
    out = attune(*rater, "import", tmp_path / "Autumn.attune")[1]
    assert "was here before; it is put away, since it is for others: take it up again" in out
    assert attune(*rater, "away", "Winter")[0] == 1
    (tmp_path / "empty").mkdir()
    assert attune(*rater, "import", tmp_path / "empty")[:2] == (0, "Nothing new came.\n")
    assert attune(*rater, "away", "--back")[0] == 2
    told = {one["title"]: one["away"] for one in json.loads(attune(*rater, "away", "--json")[1])}
    assert told == {"Autumn": True, "Spring": False}
    assert attune(*rater, "import", tmp_path / "Spring.attune", "--code", "T1")[0] == 0
    code, _, err = attune(*rater, "away", "Spring")
    assert (code, "Spring was taken on here" in err) == (1, True)

    kept = tmp_path / "kept.attune"
    assert attune(*rater, "backup", "--out", kept)[0] == 0
    with closing(open_log(tmp_path / "other")) as log:
        people.add_person(log, made.person("Ola"))  # somebody has gone on with it
    assert attune("restore", kept, "--into", tmp_path / "other")[0] == 0
    told = {one["title"]: one["away"] for one in json.loads(attune(*other, "away", "--json")[1])}
    assert told == {"Autumn": True, "Spring": False}
    assert attune(*rater, "away", "Autumn", "--back", "--json")[0] == 0
    assert attune(*rater, "backup", "--out", tmp_path / "later.attune")[0] == 0
    assert attune("restore", tmp_path / "later.attune", "--into", tmp_path / "other")[0] == 0
    assert "put away" not in attune(*other, "away")[1]

    # Who takes it on all the same has it, and it is told so.
    assert attune(*rater, "away", "Autumn")[0] == 0
    assert attune(*rater, "import", tmp_path / "Autumn.attune", "--code", "T1")[0] == 0
    told = attune(*rater, "away")[1].splitlines()
    assert [line.partition(", P, ")[2] for line in sorted(told)] == ["taken on", "taken on"]
    (autumn,) = (one for one in json.loads(attune(*rater, "away", "--json")[1])
                 if one["title"] == "Autumn")  # fmt: skip
    assert (autumn["away"], autumn["taken_on"]) == (False, True)
    with closing(open_log(tmp_path / "rater")) as log:
        people.add_person(log, made.person("Bo"))  # who shares the computer
    assert "Autumn, P, taken on, put away for whoever else is here\n" in attune(*rater, "away")[1]


@pytest.mark.skipif(sys.platform != "linux", reason="the menus of Linux desktops")
def test_a_double_click_is_asked_for_and_can_be_taken_back(attune: Any) -> None:
    data = Path(os.environ["XDG_DATA_HOME"])
    assert attune("desktop")[:2] == (1, "It is not in the desktop's menu.\n")
    assert not data.exists()
    code, out, err = attune("desktop", "--install", "--json")
    entry, kind = (Path(one) for one in json.loads(out)["files"])
    assert (code, err, entry.parent) == (0, "", data / "applications")
    said = dict(line.split("=", 1) for line in entry.read_text().splitlines() if "=" in line)
    words = shlex.split(said["Exec"])
    assert (words[0], words[-1], said["MimeType"]) == (
        sys.executable,
        "%F",
        "application/x-attune;",
    )
    done = subprocess.run([*words[:-2], "--version"], cwd=data, capture_output=True, check=True)
    assert done.stdout.startswith(b"Attune")
    assert "*.attune" in kind.read_text()
    assert attune("desktop") == (0, "It opens .attune files.\n", "")
    assert attune("desktop", "--remove")[0] == 0
    assert not [path for path in (entry, kind) if path.exists()]
