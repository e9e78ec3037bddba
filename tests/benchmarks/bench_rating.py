"""How long rating takes beyond listening, in the real window, by a rater made of key strokes.

``python -m tests.benchmarks.bench_rating [--responses 8]`` prints one JSON document. The window
plays each response of 20 s in real time; when it has been heard the rater presses what rates it, as
slowly as people do: the keystroke-level model (Card, Moran & Newell 1980) has 0.28 s for a key of
somebody who types a little and 1.35 s for making up one's mind, once for each item. Every fourth
response gets a comment of 30 letters. ``window_ms`` is what the window itself adds: from Enter to
the first sound of the next response, without anybody's thinking. ``kept_ms`` is from a key to its
draft in the log.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.classroom import classroom
from trainer.app import queue, rounds
from trainer.app.settings import Settings
from trainer.gui.application import make_application, open_window
from trainer.gui.main_window import MainWindow
from trainer.gui.screens.round import RoundScreen
from trainer.gui.screens.today import TodayScreen
from trainer.store.db import Log

KEY_S, THINK_S = 0.28, 1.35
HEARD_S = 20.0
COMMENT = "waits, then says it plainly ok"


def until(condition: Callable[[], object], at_most_s: float = 60.0) -> None:
    """Let the window work until something is so."""
    loop, end_s = QEventLoop(), time.monotonic() + at_most_s
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end_s else None)
    timer.start()
    loop.exec()
    assert condition(), "it did not come"


def wait(seconds: float) -> None:
    end_s = time.monotonic() + seconds
    until(lambda: time.monotonic() >= end_s)


def press(window: MainWindow, key: Qt.Key | str, pause_s: float = KEY_S) -> None:
    wait(pause_s)
    target: QWidget = QApplication.focusWidget() or window
    QTest.keyClick(target, key)


def begin(window: MainWindow) -> RoundScreen:
    until(lambda: isinstance(window.shown(), TodayScreen))
    desk = window.desk
    assert desk is not None
    me, rubric = desk.settings.text("person"), desk.library.rubric("alliance-skills")
    desk.runner.change(
        lambda log: rounds.begin(
            log, me, "Pace", rubric, queue.own(log, desk.home, desk.library, me)
        ),
        lambda made: window.rate_round(made.id),
    )
    until(lambda: isinstance(window.shown(), RoundScreen))
    screen = window.shown()
    assert isinstance(screen, RoundScreen)
    until(lambda: screen.rating is not None and screen.page.hear.duet.playing)
    return screen


def walk(window: MainWindow, screen: RoundScreen, count: int) -> list[dict[str, float]]:
    """Rate ``count`` responses; for each the time beyond its 20 s, and what the window added."""
    rows = []
    assert screen.rating is not None
    for number in range(count):
        began_s = time.monotonic()
        until(lambda: screen.page.hear.duet.playing)
        window_s = time.monotonic() - began_s
        heard_from = time.monotonic()
        if number % 4 == 3:
            wait(8.0)
            press(window, "t")
            for letter in COMMENT:
                press(window, letter)
            press(window, Qt.Key.Key_Return)
        until(lambda: not screen.page.hear.duet.playing)
        for key in ("4", "3", "2"):
            wait(THINK_S)
            press(window, key)
        press(window, Qt.Key.Key_Return)
        took_s = time.monotonic() - began_s
        rows.append({
            "beyond_s": took_s - HEARD_S, "window_ms": 1000 * window_s,
            "heard_s": time.monotonic() - heard_from,
        })  # fmt: skip
    return rows


def note_time(to: list[float], _log: Log) -> None:
    """To be run on the log's thread: what was asked of it before is done."""
    to.append(time.perf_counter())


def kept_ms(window: MainWindow, screen: RoundScreen, times: int = 60) -> list[float]:
    """From a key to its draft in the log, which is what a kill could take."""
    desk = window.desk
    assert desk is not None
    assert screen.rating is not None
    found = []
    screen.rating.look_again()
    target: QWidget = screen
    for number in range(times):
        landed: list[float] = []
        began_s = time.perf_counter()
        QTest.keyClick(target, str(1 + number % 5))
        desk.runner.database(partial(note_time, landed))
        until(partial(bool, landed))
        found.append(1000 * (landed[0] - began_s))
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--responses", type=int, default=8)
    count = parser.parse_args().responses
    with tempfile.TemporaryDirectory() as folder:
        names = tuple(f"Trainee {n}" for n in range((count + 1) // 2))
        home, _ = classroom(Path(folder) / "h", HEARD_S + 0.3, names)
        make_application([], Settings(home.settings_file))
        window, close = open_window(home, Settings(home.settings_file))
        window.to_nobody = True
        screen = begin(window)
        rows = walk(window, screen, count)
        kept = kept_ms(window, screen)
        assert screen.rating is not None
        own = screen.rating.each_s
        window.close()
        close()
    plain = [row["beyond_s"] for n, row in enumerate(rows) if n % 4 != 3]
    commented = [row["beyond_s"] for n, row in enumerate(rows) if n % 4 == 3]
    print(json.dumps({
        "responses": count, "of_s": HEARD_S,
        "model": {"key_s": KEY_S, "think_s": THINK_S, "keys": 4, "thoughts": 3},
        "model_alone_s": round(4 * KEY_S + 3 * THINK_S, 2),
        "beyond_s": {"median": round(median(plain), 2), "most": round(max(plain), 2)},
        "with_a_comment_s": {"median": round(median(commented), 2)} if commented else None,
        "all_mean_s": round(sum(row["beyond_s"] for row in rows) / count, 2),
        "told_by_the_window_s": own and round(own, 2),
        "window_ms": {"median": round(median(r["window_ms"] for r in rows), 1),
                      "most": round(max(r["window_ms"] for r in rows), 1)},
        "kept_ms": {"median": round(median(kept), 2), "p95": round(kept[int(0.95 * len(kept))], 2),
                    "most": round(kept[-1], 2)},
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
