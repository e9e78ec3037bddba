"""``attune`` as a person runs it, for the tests of its commands."""

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Done(NamedTuple):
    """How a command ended: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The one document on standard output of a command that went well."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def attune(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command in this process."""

    from trainer import cli  # not before somebody asks: its modules are to be measured

    def run(*words: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["attune", *map(str, words)])
        code = 0
        try:
            cli.main()
        except SystemExit as left:
            code = int(left.code or 0)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one stands in, of this test's own."""
    folder = tmp_path / "here, ü"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def answered(home: Path) -> str:
    """A log with one rated response and one that is not; the first one's id."""
    from tests.gui.practised import begin
    from tests.journeys.short_pack import make_pack
    from trainer.app.library import load_library
    from trainer.app.paths import Home, bundled

    library = load_library((bundled("scenarios") / "core", make_pack(Home(home).packs)))
    anna = next(v for v in library.vignettes if v.id == "anna-late")
    made = begin(home, library)
    first = made.respond(anna, seconds=4)
    made.rate(first, library.rubric("alliance-skills"), 4, None, 2)
    made.respond(anna, seconds=3, change_tried="less")
    made.log.close()
    return first.id
