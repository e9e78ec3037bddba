"""A program of its own that records or plays as the app does, to be killed or deprived of sound.

``python -m tests.journeys.sound_child record TAKE SECONDS``, ``play CLIP 0`` or ``insist CLIP 0``;
one JSON object a line on standard output.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from trainer.domain.errors import KnownError
from trainer.gui.player import QtPlayer
from trainer.gui.recorder import QtRecorder
from trainer.media.ports import Moment


def say(**facts: object) -> None:
    """Tell the test; the moment is on the clock that all programs share."""
    sys.stdout.write(json.dumps({"at_s": time.monotonic()} | facts) + "\n")
    sys.stdout.flush()


def play(path: Path) -> None:
    """Play until the end or a failure."""
    app, player = QCoreApplication([]), QtPlayer()

    def begun(at_s: float) -> None:
        if at_s > 0.6:  # and not only guessed from the clock
            player.on_position = lambda at_s: None
            say(began=at_s)

    def failed(error: KnownError) -> None:
        say(failed=error.text, hint=error.hint)
        app.quit()

    player.on_position, player.on_failed = begun, failed
    player.on_ended = lambda moment: app.quit()
    player.play(path)
    app.exec()
    player.close()


def insist(path: Path) -> None:
    """Play; when that fails, play again and open the microphone, as an impatient person does."""
    app, player = QCoreApplication([]), QtPlayer()

    def again(error: KnownError) -> None:
        say(failed=error.text)
        player.on_failed = last
        QTimer.singleShot(300, lambda: player.play(path))

    def last(error: KnownError) -> None:
        say(again=error.text)
        try:
            QtRecorder().open()
        except KnownError as refused:
            say(refused=refused.text)
        app.quit()

    player.on_position = lambda at_s: say(began=at_s) if at_s > 0.6 else None
    player.on_failed = again
    player.play(path)
    app.exec()
    player.close()


def record(path: Path, seconds: float) -> None:
    """Record for ``seconds``, telling of troubles; the take is closed at the end."""
    app = QCoreApplication([])
    recorder = QtRecorder()
    recorder.on_trouble = lambda error: say(trouble=error.text)
    recorder.on_holes = lambda holes: say(holes=[asdict(hole) for hole in holes])
    recorder.on_level = lambda level: begin()

    def begin() -> None:
        recorder.on_level = lambda level: None
        recorder.begin(path)
        say(begun=True)
        # Once the clock has seen enough arrivals, tell where in the take "now" is.
        QTimer.singleShot(1000, lambda: say(position_s=place().at_s, began=True))
        QTimer.singleShot(round(seconds * 1000), app.quit)

    def place() -> Moment:
        return recorder.position_of(Moment(time.monotonic(), 0.0))

    try:
        recorder.open()
    except KnownError as error:
        say(refused=error.text, hint=error.hint)
        return
    app.exec()
    take = recorder.finish()
    recorder.close()
    kinds = [hole.kind for hole in take.holes or ()]
    say(duration_s=take.duration_s, gaps=take.gaps, kinds=kinds)


if __name__ == "__main__":
    match sys.argv[1]:
        case "play":
            play(Path(sys.argv[2]))
        case "insist":
            insist(Path(sys.argv[2]))
        case _:
            record(Path(sys.argv[2]), float(sys.argv[3]))
