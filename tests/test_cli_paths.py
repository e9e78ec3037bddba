"""Names that no disk takes or that are no text, and folders that one may not look into."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.app.travelled import Program, library
from trainer.app import arrivals, assign
from trainer.app.paths import Home, find_home, named_path
from trainer.app.travelling import scratch, target
from trainer.domain.errors import KnownError
from trainer.exchange.place_address import read_address

pytestmark = pytest.mark.usefixtures("here")
LONG, NO_TEXT = "x" * 300, "a\udcff"
BASE = ("assign", "--title", "T", "--program", "P", "--consent", "c", "--trainee", "T1",
        "--form", "A=marcus-nodding")  # fmt: skip


@contextmanager
def nobody(folder: Path) -> Iterator[None]:
    """Who may not look into a folder, whoever runs the tests."""
    folder.chmod(0)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)


def test_a_name_that_no_disk_takes_is_a_sentence(attune: Any, home: Path) -> None:
    asked, _ = Program(Home(home)).give_out(home.parent)
    left = sorted(home.parent.iterdir())
    for words in (
        (*BASE, "--out", LONG), (*BASE, "--out", f"{LONG}/a.attune"), ("import", LONG),
        ("backup", "--out", LONG),
        ("restore", LONG), ("cohort", "report", asked.id, "--out", f"{LONG}.pdf"),
        ("log", "research", "--out", LONG), ("log", "export", "--out", f"{LONG}.csv"),
        ("report", "--trainee", "Anna", "--out", LONG), ("analyze", LONG), ("check", LONG),
        ("restore", "x", "--into", LONG), ("cohort", "whose", LONG, "T1"),
        ("ratings", "share", "--assignment", asked.id, "--out", LONG),
        ("ratings", "return", "--assignment", asked.id, "--out", LONG),
        ("cohort", "list", "--home", LONG),
    ):  # fmt: skip
        done = attune(*words)
        assert done.code == 1, words
        (line,) = (done.out + done.err).splitlines()
        assert LONG in line, words
    assert sorted(home.parent.iterdir()) == left


def test_what_is_no_text_is_a_sentence(attune: Any, home: Path) -> None:
    folder = home.parent / NO_TEXT
    folder.mkdir()
    for words, said in (
        ((*BASE, "--out", folder), "This name is no text"),
        ((*BASE, "--occasion", NO_TEXT, "--out", "."), "What is given as occasion is no text"),
        ((*BASE, "--trainee", f"T2={NO_TEXT}", "--out", "."), "What is given as codes is no text"),
    ):
        done = attune(*words)
        assert (done.code, done.out, said in done.err) == (1, "", True), done.err
    (folder / "a.attune").write_text("no such file")
    done = attune("import", folder, folder / "a.attune", "--json")
    assert [one["file"] for one in json.loads(done.out)] == [str(folder / "a.attune")] * 2
    (folder / "a.attune").unlink()
    with Program(Home(home)).log() as log, pytest.raises(KnownError, match="no text") as told:
        made = assign.Ask(NO_TEXT, "P", {"A": ["marcus-nodding"]}, ["T1"], "alliance-skills", "c")
        assign.compose(log, library(), made)
    assert "Change it" in told.value.hint
    assert not [*folder.iterdir(), *Path().iterdir()]


def test_where_one_may_not_look_is_a_sentence(tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    with nobody(hidden):
        for look in (
            lambda: named_path(hidden / "a"), lambda: target(hidden / "a", "Title"),
            lambda: target(hidden, "Title"), lambda: find_home(hidden / "home").is_locked,
            lambda: scratch(hidden).__enter__(),
        ):  # fmt: skip
            with pytest.raises(KnownError, match="No permission for .*hidden"):
                look()
        paths = [hidden, hidden / "a.attune"]
        assert [one.path for one in arrivals.files_of(paths)] == paths
    # A rater's name is in the name of their file whole, and may be of letters of four bytes.
    rater = "\N{OLD ITALIC LETTER A}" * 40
    assert target(tmp_path, "\N{OLD ITALIC LETTER BE}" * 90, rater).stem.endswith(f" {rater}")
    with pytest.raises(KnownError, match="Nobody of this name"):
        named_path(Path("~nobody of this name/x"))
    with pytest.raises(KnownError, match="Nobody of this name"):
        read_address("~nobody of this name/x")


def test_a_program_is_not_sent_to_the_program(attune: Any, home: Path) -> None:
    asked, _ = Program(Home(home)).give_out(home.parent)
    form = (*BASE[:-1], "=marcus-nodding", "--out", "x.attune")
    code = ("ratings", "return", "--assignment", asked.id, "--code", "T77", "--out", ".")
    for words, said in ((form, "Change it, and try again"), (code, "capital and small letters")):
        done = attune(*words)
        assert (done.code, said in done.err, "program" in done.err.lower()) == (1, True, False)
