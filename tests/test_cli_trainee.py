"""A trainee's report from the command line, as a person asks for it."""

import json
import sys
from pathlib import Path

import pytest

from tests.gui.raters import settled
from trainer import cli
from trainer.app.paths import Home


def run(
    words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["attune", *map(str, words)])
    code = 0
    try:
        cli.main()
    except SystemExit as left:
        code = int(left.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.usefixtures("qapp")  # a window of a later test needs more than paper does
def test_both_files_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = settled(Home(tmp_path / "data ü"), names=("Tim <T>",), clients=3, seconds=1.0)
    for response in made.given[made.trainees[0].id]:
        made.both(response, (4, 2, None), (4, 3, 3))
    made.log.close()
    asked = ("--home", made.home.folder, "report", "--trainee", "Tim <T>", "--out", tmp_path / "o")
    code, out, err = run((*asked, "--json"), monkeypatch, capsys)
    assert (code, err) == (0, "")
    files = json.loads(out)["files"]
    assert list(files) == ["html", "pdf"]
    assert Path(files["pdf"]).read_bytes().startswith(b"%PDF")
    assert "Feedback for Tim &lt;T&gt;" in Path(files["html"]).read_text("utf-8")
    code, out, err = run(asked, monkeypatch, capsys)
    assert (code, err) == (0, "")
    assert out.split("\n")[:2] == [files["html"].replace(".html", "-2.html"),
                                   files["pdf"].replace(".pdf", "-2.pdf")]  # fmt: skip
    code, out, err = run((*asked[:4], "Tom", *asked[5:]), monkeypatch, capsys)
    assert (code, out) == (1, "")
    assert err == (
        "attune: No response of 'Tom' has been rated by a supervisor. Rated so far: Tim <T>.\n"
    )
