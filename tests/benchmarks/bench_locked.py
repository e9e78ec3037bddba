"""What opening an answer of a locked folder costs: time, memory, how long the window waits.

``python -m tests.benchmarks.bench_locked FILM.mkv [SECONDS]`` prints one JSON document. The film is
one of this app's camera; the answer's sound is SECONDS (60) of speech as FLAC. Each figure is of a
process of its own with real threads, after another answer had been shown in it: until the time line
is drawn, until the film's first picture is seen, and the longest that the event loop did not come
round meanwhile and in two seconds of playing. `open` is the same in a folder that is not locked.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import soundfile
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.bench_analyze import most_memory_mb
from tests.gui.practised import RATE, Practised, begin, speech
from trainer.app import takes
from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import Work
from trainer.gui.jobs import Deliverer
from trainer.gui.screens.feedback import FeedbackView
from trainer.media.held import Held
from trainer.media.resample import resample
from trainer.store.db import open_log
from trainer.store.key import Key, new_key

RUNS = 7


class Gaps:
    """How long the event loop did not come round, at most (ms)."""

    def __init__(self) -> None:
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(1)
        self.reset()

    def reset(self) -> None:
        self.most_ms, self._last = 0.0, time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.most_ms, self._last = max(self.most_ms, (now - self._last) * 1000), now


def until(done: Callable[[], object], seconds: float = 30.0) -> float:
    """Turn the event loop until something is so; how long that took (ms)."""
    began, loop, look = time.perf_counter(), QEventLoop(), QTimer()
    look.timeout.connect(lambda: done() and loop.quit())
    look.start(2)
    QTimer.singleShot(round(seconds * 1000), loop, loop.quit)
    loop.exec()
    return (time.perf_counter() - began) * 1000


def prepare(folder: Path, film: Path, seconds: float, key: Key | None) -> tuple[str, str]:
    """A log of two answers: a short one, and the one that is measured."""
    made = begin(folder, load_library(pack_folders(Home(folder))), key=key)
    found = [_answer(made, folder, film, length) for length in (4.0, seconds)]
    if key is not None:
        made.seal()
    made.log.close()
    return found[0], found[1]


def _answer(made: Practised, folder: Path, film: Path, seconds: float) -> str:
    sound = resample(speech(seconds).astype("float32"), RATE, 48_000)
    response = made.respond(made.library.find_vignette("dana-parking"), seconds=seconds)
    made.rate(response, made.library.rubric("alliance-skills"), 2, 4, None)
    soundfile.write(made.home.recordings / response.recording.file, sound, 48_000)
    takes.compress_later(made.desk().runner, Home(folder), response.recording, print)
    copyfile(film, folder / "film.mkv")
    made.film(response, folder / "film.mkv")
    return response.id


def child(folder: str, secret: str, first: str, second: str) -> None:
    app = QApplication([])
    home = Home(Path(folder), Key(secret) if secret else None)
    bus, deliverer = Bus(), Deliverer()
    work = Work(lambda: open_log(home.folder, home.key), bus, deliverer.deliver, print)
    library = load_library(pack_folders(home))
    desk = Desk(home, Settings(home.settings_file), bus, work, library)
    view = FeedbackView(desk)
    view.resize(1100, 800)
    view.show()

    def drawn() -> bool:
        return view._page is not None and view._page.listening._line is not None

    def seen() -> bool:
        page = view._page
        pictures = page.listening.pictures if page else None
        return pictures is not None and pictures.you.sink().videoFrame().isValid()

    view.show_response(first)
    until(seen)
    until(lambda: False, 1.0)
    gaps, before = Gaps(), most_memory_mb()
    view.show_response(second)
    drawn_ms = until(drawn)
    seen_ms = drawn_ms + until(seen)
    until(lambda: False, 0.5)
    loading_ms = gaps.most_ms
    gaps.reset()
    assert view._page is not None
    view._page.listening.duet.play_response()
    until(lambda: False, 2.0)
    print(json.dumps({
        "drawn_ms": drawn_ms, "seen_ms": seen_ms, "longest_wait_ms": loading_ms,
        "longest_wait_playing_ms": gaps.most_ms, "more_memory_mb": most_memory_mb() - before,
    }))  # fmt: skip
    view.stop()
    work.close()
    del app


def decrypt_ms(home: Home, response_id: str) -> dict[str, float]:
    with_log = open_log(home.folder, home.key, read_only=True)
    from trainer.store import responses, videos

    response = responses.response(with_log, response_id)
    video = videos.video_of(with_log, response.recording.id)
    with_log.close()
    assert video is not None
    found: dict[str, float] = {}
    for name, get in (("sound", lambda: takes.sound_file(home, response.recording)),
                      ("film", lambda: takes.film_file(home, video))):  # fmt: skip
        taken = []
        for _ in range(RUNS):
            began = time.perf_counter()
            held = get()
            taken.append((time.perf_counter() - began) * 1000)
        assert isinstance(held, Held)
        found[f"{name}_mb"] = round(len(held.data) / 1e6, 2)
        found[f"{name}_decrypted_ms"] = round(sorted(taken)[RUNS // 2], 1)
    return found


def run(folder: Path, key: Key | None, answers: tuple[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_locked", "--child", folder,
         key.secret if key else "", *answers],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(film: str, seconds: str = "60") -> None:
    told: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as place:
        keys = {"open": None, "locked": new_key()}
        folders = {name: Path(place) / name for name in keys}
        answers = {
            name: prepare(folders[name], Path(film), float(seconds), keys[name]) for name in keys
        }
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in keys}
        for _ in range(RUNS):  # in turn, since the machine is not equally busy all the time
            for name in keys:
                runs[name].append(run(folders[name], keys[name], answers[name]))
        for name, one in runs.items():
            told[name] = {
                what: {"median": round(sorted(r[what] for r in one)[RUNS // 2], 1),
                       "most": round(max(r[what] for r in one), 1)}
                for what in one[0]
            }  # fmt: skip
        home = Home(folders["locked"], keys["locked"])
        told["decrypting"] = decrypt_ms(home, answers["locked"][1])
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    if sys.argv[1] == "--child":
        child(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
