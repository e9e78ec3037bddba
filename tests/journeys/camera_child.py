"""A program that films until it is killed: ``python -m tests.journeys.camera_child FILM``."""

import sys
import time
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from tests.journeys.pictures import ClockPictures
from trainer.gui.camera import QtCamera


def main() -> None:
    app = QGuiApplication([])
    camera = QtCamera(source=ClockPictures())
    camera.on_begun = lambda _moment: print(time.monotonic(), flush=True)  # noqa: T201 - its answer
    camera.open()
    camera.begin(Path(sys.argv[1]))
    app.exec()


if __name__ == "__main__":
    main()
