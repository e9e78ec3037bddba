"""The letters to a cohort's trainees, by code and by name."""

from contextlib import closing
from pathlib import Path

from tests.app import classed
from tests.app.classed import Answer
from trainer.app.cohort_letters import trainee_reports
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.trainee_material import read_material
from trainer.app.trainee_report import Draft, keep_draft
from trainer.domain.errors import KnownError
from trainer.domain.rounds import Comment
from trainer.store import comments, people
from trainer.store.db import open_log
from trainer.store.enrolled import keep_names


def paper(html: str, path: Path) -> None:
    path.write_text(html)


def test_letters_call_trainees_by_name_only_where_names_are_asked_for(tmp_path: Path) -> None:
    """T1 is known by enrolling, T2 by having been renamed; T3's name was typed in part."""
    home = Home(tmp_path / "data")
    with closing(open_log(home.folder)) as log:
        codes = dict.fromkeys(("T2", "T1", "T3", "T4"), "A")
        one = classed.assignment(1, codes, occasion="before")
        classed.give_out(log, one)
        classed.give_back(log, one, [
            Answer(code, client, {"r1": (3.0, 3.0, 2.0)}, (3.0, 3.0, 2.0))
            for code in ("T1", "T2", "T3", "T4") for client in classed.FORMS["A"]
        ])  # fmt: skip
        keep_names(log, {"T1": "Anna Übel", "T3": "Cleo Ng"})
        people.rename(log, "p-T2", "Ben Roth")
        library = load_library(pack_folders(home))
        for code, opening in (
            ("T1", "Dear T1,\n\na T1 is a code."), ("T2", "Dear Ben Roth, well done."),
            ("T3", "Well listened, Cleo."),
        ):  # fmt: skip
            material = read_material(log, home, library, f"p-{code}")
            keep_draft(log, material, Draft(opening=opening))

    def read(out: Path, *, names: bool) -> tuple[dict[str, str], dict[str, str]]:
        done = trainee_reports(home, one.id, out, paper, names=names)
        texts = {
            code: str(files) if isinstance(files, KnownError)
            else "".join(path.read_text("utf-8") for path in files.values())
            for code, files in done.items()
        }  # fmt: skip
        return texts, {code: files["pdf"].name for code, files in done.items()
                       if not isinstance(files, KnownError)}  # fmt: skip

    plain, files = read(tmp_path / "codes", names=False)
    assert list(plain) == ["T2", "T1", "T3", "T4"]  # as the assignment has them
    assert sorted(files) == ["T1", "T2", "T4"]
    assert files["T1"].startswith("attune-feedback-t1--course-1-before-20")
    for name in ("Anna", "Übel", "Ben Roth", "Cleo", "Ng"):
        written = "".join(plain[code] for code in files) + "".join(files.values())
        assert name not in written, name
    assert "Dear T2, well done." in plain["T2"]
    said = "The letter to T3 says 'Cleo' in the opening, which is a part of their name"
    assert said in plain["T3"]
    named, files = read(tmp_path / "names", names=True)
    assert files["T1"].startswith("attune-feedback-t1--anna-übel-course-1-before-20")
    assert "Feedback for Anna Übel" in named["T1"]
    assert "Dear Anna Übel," in named["T1"]
    assert "a T1 is a code." in named["T1"]
    assert "Dear Ben Roth, well done." in named["T2"]
    assert "Feedback for Ben Roth" in named["T2"]
    assert "Feedback for Cleo Ng" in named["T3"]
    assert "Well listened, Cleo." in named["T3"]
    assert "Feedback for T4" in named["T4"]


def test_a_word_of_a_name_that_says_nothing_of_them_keeps_no_letter_back(tmp_path: Path) -> None:
    """T1 is called like a client and a word of every letter, T2 has a small word, T3 an accent; the
    names of T5 and T6 were typed in small letters.
    """
    home, codes = Home(tmp_path / "data"), [f"T{number}" for number in range(1, 7)]
    with closing(open_log(home.folder)) as log:
        one = classed.assignment(1, dict.fromkeys(codes, "A"))
        classed.give_out(log, one)
        ids = classed.give_back(log, one, [
            Answer(code, client, {"r1": (3.0, 3.0, 2.0)}, (3.0, 3.0, 2.0))
            for code in codes for client in classed.FORMS["A"]
        ])  # fmt: skip
        keep_names(log, {
            "T1": "Marcus Read", "T2": "Tom de Vries", "T3": "Zoë Lang", "T4": "Ben Roth",
            "T5": "anna de wit", "T6": "kim lee",
        })  # fmt: skip
        library = load_library(pack_folders(home))
        usual = "You stayed with Marcus. Read it once more tomorrow, as if de novo."
        for code, opening in (
            ("T1", usual), ("T2", usual),
            ("T3", "Well done, Zoe\N{COMBINING DIAERESIS}."),
            ("T4", "Well done."), ("T5", "Well done, anna."), ("T6", "Well done, Kim."),
        ):  # fmt: skip
            material = read_material(log, home, library, f"p-{code}")
            keep_draft(log, material, Draft(opening=opening))
        comments.add_comment(log, Comment("c1", ids[7], "r1", 2.0, "Ben waits", "", classed.START))
    done = trainee_reports(home, one.id, tmp_path / "out", paper)
    assert {code for code, files in done.items() if isinstance(files, dict)} == {"T1", "T2"}
    assert "says 'Zoë' in the opening" in str(done["T3"])
    assert "says 'Ben' in what a rater said of the answer to Eli (Ben waits)" in str(done["T4"])
    assert "says 'anna' in the opening" in str(done["T5"])
    assert "says 'Kim' in the opening" in str(done["T6"])
