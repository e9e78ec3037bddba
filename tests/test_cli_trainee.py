"""A trainee's report from the command line, as a person asks for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.app import locked
from tests.gui.raters import settled
from trainer.app.paths import Home
from trainer.domain.rounds import SEEN_OTHERS
from trainer.store.comments import marked_by
from trainer.store.db import open_log

ROOT = Path(__file__).resolve().parent.parent


def run(*words: object, **given: str) -> tuple[int, str, str]:
    """In a process of its own: paper makes a Qt application that no window can use."""
    done = subprocess.run(
        [sys.executable, "-m", "trainer", *map(str, words)], cwd=ROOT, capture_output=True,
        text=True, encoding="utf-8", check=False, env={**os.environ, **given},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_both_files_are_told(tmp_path: Path) -> None:
    made = settled(Home(tmp_path / "data ü"), names=("Tim <T>",), clients=3, seconds=1.0)
    for response in made.given[made.trainees[0].id]:
        made.both(response, (4, 2, None), (4, 3, 3))
    made.log.close()
    asked = ("--home", made.home.folder, "report", "--trainee", "Tim <T>", "--out", tmp_path / "o")
    code, out, err = run(*asked, "--json")
    assert (code, err) == (0, "")
    files = json.loads(out)["files"]
    log = open_log(made.home.folder, read_only=True)
    seen = marked_by(log, made.me.id, SEEN_OTHERS)  # what is rated of it later is not blind
    log.close()
    assert seen == {one.id for one in made.given[made.trainees[0].id]}
    assert list(files) == ["html", "pdf"]
    assert Path(files["pdf"]).read_bytes().startswith(b"%PDF")
    assert "Feedback for Tim &lt;T&gt;" in Path(files["html"]).read_text("utf-8")
    code, out, err = run(*asked)
    assert (code, err) == (0, "")
    assert out.split("\n")[:2] == [files["html"].replace(".html", "-2.html"),
                                   files["pdf"].replace(".pdf", "-2.pdf")]  # fmt: skip
    code, out, err = run(*asked[:4], "Tom", *asked[5:])
    assert (code, out) == (1, "")
    assert err == (
        "attune: No response of 'Tom' has been rated by a supervisor. Rated so far: Tim <T>.\n"
    )


def test_out_of_a_locked_folder_it_says_that_the_files_are_not(tmp_path: Path) -> None:
    made = settled(Home(tmp_path / "data"), names=("Tim",), clients=1, seconds=1.0)
    made.both(made.given[made.trainees[0].id][0], (4, 2, None), (4, 3, 3))
    made.log.close()
    home = locked.lock(made.home)
    assert home.key is not None
    asked = ("--home", home.folder, "report", "--trainee", "Tim", "--out")
    code, out, err = run(*asked, home.reports, ATTUNE_PASSPHRASE=home.key.secret)
    assert (code, out) == (1, "")
    assert "lies in the locked data folder. Choose a folder outside it." in err
    assert not home.reports.exists()
    code, out, err = run(*asked, tmp_path / "o", ATTUNE_PASSPHRASE=home.key.secret)
    assert (code, err) == (0, "They are not locked there: whoever has them can read them.\n")
    assert len(out.splitlines()) == len(list((tmp_path / "o").iterdir())) == 2
