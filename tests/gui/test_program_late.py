"""The table of files and the assignment's page say the same of what is late."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.app.travelled import Program, Trainee, library
from tests.gui.test_program import cells, words
from trainer.app import assign, submit
from trainer.app.arrivals import take_in
from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import InlineRunner
from trainer.domain.ids import local_now
from trainer.gui.screens.program_arrived import ArrivedPage
from trainer.store.db import open_log


def test_what_was_late_is_not_once_a_file_that_was_in_time_came_after_it(
    qtbot: QtBot, home_of_mk: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the first file of somebody waited until it was decided whose it is."""
    now = local_now()
    with monkeypatch.context() as then:
        then.setattr(assign, "local_now", lambda: now - timedelta(days=9))
        asked, out = Program(home_of_mk).give_out(tmp_path, due_at=now - timedelta(days=1))
    files = []
    for code in ("T1", "T2"):
        trainee = Trainee(Home(tmp_path / code))
        trainee.begin(out, code)
        trainee.answer(asked)
        with monkeypatch.context() as then:
            then.setattr(submit, "local_now", lambda: now - timedelta(days=3))
            files.append(trainee.submit(asked, tmp_path / f"in time {code}.attune").path)
        files.append(trainee.submit(asked, tmp_path / f"late {code}.attune", again=True).path)

    with closing(open_log(home_of_mk.folder)) as log:
        runner = InlineRunner(log, Bus())
        page = ArrivedPage(
            Desk(home_of_mk, Settings(home_of_mk.settings_file), Bus(), runner, library())
        )
        qtbot.addWidget(page)
        page.show()
        first, late, second, other = files
        page.tell(take_in(home_of_mk, log, [late, other], lambda *_: None), 0)
        assert cells(page.table, 1) == ["taken in, late", "taken in, late"]
        assert "Taken in: 2. Here before: 0. Refused: 0. Late: 2, of 2 trainees." in words(page)
        page.tell(take_in(home_of_mk, log, [first], lambda *_: None), 0)
        assert sorted(cells(page.table, 1)) == ["taken in", "taken in", "taken in, late"]
        assert words(page).splitlines()[1].endswith("Late: 1.")
        page.tell(take_in(home_of_mk, log, [second], lambda *_: None), 0)
        assert "Late" not in words(page)
