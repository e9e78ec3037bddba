"""A rubric with half points, which a program may bring along: by keys, on the page, in tables."""

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.bank.conftest import PACK, RUBRIC
from tests.gui.classroom import classroom
from tests.gui.rounds_walked import LET_GO, Open, at_round, locked, room, words
from trainer.app import reliability_log
from trainer.app.paths import Home
from trainer.domain.rubric import RubricRef
from trainer.store.db import open_log

pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)


def bring(home: Home) -> None:
    """A pack that holds the rubric alone."""
    folder = home.packs / "mini"
    (folder / "rubrics").mkdir(parents=True)
    (folder / "pack.yaml").write_text(PACK, "utf-8")
    halves = RUBRIC.replace("half_points: false", "half_points: true")
    (folder / "rubrics" / "plain.yaml").write_text(halves, "utf-8")


def test_half_points_are_given_by_keys_shown_and_kept_to_the_last_table(
    open_at: Open, tmp_path: Path
) -> None:
    home = Home(tmp_path / "h")
    bring(home)
    classroom(home.folder, 2.0, trainees=("Zoe",))
    it = open_at(home)
    shown = room(it)
    it.shows(lambda: "3 responses of others wait" in words(shown))  # one hidden
    it.tab_to("Rubric")
    it.press("End")
    it.shows(lambda: QApplication.focusWidget() is not None and it.banner() == "")
    it.tab_to("Rate responses in this log")
    it.press("Return")
    screen = at_round(it, shown)
    assert "+ and - half a point" in words(screen)
    rating = screen.rating
    assert rating is not None
    it.press("Plus")  # of nothing
    assert rating.work.draft.scores == {}
    it.press("3", "Plus", "4", "Minus")
    assert rating.work.draft.scores == {"warmth": 3.5, "repair": 3.5}
    assert words(screen).splitlines().count("3.5") == 2
    it.press("Minus")
    it.control("Z")
    assert rating.work.draft.scores == {"warmth": 3.5, "repair": 3.5}
    it.press("Return", "5", "Plus", "1", "Minus", "Plus", "Return")  # the ends are ends
    it.shows(lambda: locked(home) == [[3.5, 3.5], [5, 1.5]])
    it.press("PageUp", "PageUp")
    log = open_log(home.folder, read_only=True)
    try:
        source = reliability_log.of_log(log, RubricRef("mini", "plain", 3))
    finally:
        log.close()
    table = tmp_path / "ratings.csv"
    reliability_log.save(source, table, with_names=False)
    with table.open(encoding="utf-8", newline="") as stream:
        scores = sorted(row["score"] for row in csv.DictReader(stream))
    assert scores == ["1.5", "3.5", "3.5", "5"]
    again = reliability_log.of_table(table)
    assert sorted(one.score or 0 for one in again.marks) == [1.5, 3.5, 3.5, 5]
