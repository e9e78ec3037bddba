"""Measure, draw, play and report a locked answer while no byte may be written to any file.

The system refuses every byte, of this program, of its libraries and of what it starts; Python tells
of every file that it would write to. The last line is what was found.
"""

import json
import os
import resource
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtMultimedia import QVideoSink
from PySide6.QtWidgets import QApplication

from trainer.app import takes
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.report import add_sound, read_report, with_sounds
from trainer.exchange.report import render_html
from trainer.gui.player import QtPlayer
from trainer.media.ports import Source
from trainer.store import videos
from trainer.store.db import open_log
from trainer.store.key import Key

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
written: list[str] = []


def watch(event: str, given: tuple[object, ...]) -> None:
    if event == "open":
        path, _, flags = given
        # A number is a pipe to a program.
        if (
            isinstance(flags, int)
            and flags & WRITES
            and path != os.devnull
            and not isinstance(path, int)
        ):
            written.append(str(path))
    elif event in ("os.mkdir", "os.rename", "os.link"):
        written.append(f"{event} {given[0]}")


def play(app: QApplication, source: Source) -> float:
    """How far it came within its first second."""
    player, sink = QtPlayer(), QVideoSink()
    player.set_video_sink(sink)
    reached: list[float] = []

    def go_on(at_s: float) -> None:
        reached.append(at_s)
        if at_s > 1.0:
            app.quit()

    player.on_position = go_on
    player.on_failed = lambda error: app.exit(1)
    QTimer.singleShot(15_000, app, app.quit)
    player.play(source)
    app.exec()
    player.close()
    return reached[-1]


def main(folder: str, secret: str, response_id: str, out: str) -> None:
    app = QApplication([])
    home = Home(Path(folder), Key(secret))
    library = load_library(pack_folders(home))
    log = open_log(home.folder, home.key, read_only=True)
    report = read_report(log, library, response_id)
    video = videos.video_of(log, report.response.recording.id)
    log.close()
    assert video is not None
    clip = takes.clip_answered(library.vignettes, report.response)
    sys.addaudithook(watch)
    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))
    found = takes._measure(home, report.response, clip)
    report = with_sounds(report, home)
    said = {
        "measured_s": found.duration_s,
        "drawn": report.waves.response is not None,
        "problems": report.waves.problems,
        "page": len(render_html(report, for_print=False)),
        "sound_s": play(app, takes.sound_file(home, report.response.recording)),
        "film_s": play(app, takes.film_file(home, video)),
    }
    resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))
    files = add_sound({"html": Path(out) / "page.html"}, report, home)
    sys.stdout.write(json.dumps({**said, "sound": str(files["sound"]), "written": written}))


if __name__ == "__main__":
    main(*sys.argv[1:])
