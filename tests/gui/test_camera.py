"""The camera on the screens: off unless asked for, said while it runs, never in the way."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QScrollArea
from pytestqt.qtbot import QtBot

from tests.gui.fakes import Opened, kept, opened, settled_home
from tests.gui.test_settings import choose
from tests.journeys.pictures import ClockPictures
from trainer.app.practice import State
from trainer.app.settings import Settings
from trainer.domain.errors import KnownError
from trainer.gui.camera import QtCamera
from trainer.gui.screens.settings import SettingsScreen
from trainer.gui.widgets.camera import CameraCheck
from trainer.store import videos
from trainer.store.db import open_log


class Cameras:
    """The cameras that a window makes: each is handed pictures made in code."""

    def __init__(self) -> None:
        self.source = ClockPictures()
        self.made: list[QtCamera] = []
        self.wanted: list[str | None] = []

    def make(self, device_id: str | None) -> QtCamera:
        self.wanted.append(device_id)
        self.made.append(QtCamera(source=self.source))
        return self.made[-1]


@pytest.fixture
def cameras(qtbot: QtBot) -> Iterator[Cameras]:
    it = Cameras()
    yield it
    qtbot.waitUntil(lambda: not any(camera.closing for camera in it.made))


@pytest.fixture
def window(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, cameras: Cameras
) -> Iterator[Opened]:
    home = settled_home(tmp_path / "home")
    with opened(qtbot, home, monkeypatch, cameras.make) as it:
        it.shows(lambda: it.screen() == "TodayScreen")
        yield it


def settings(window: Opened) -> SettingsScreen:
    window.control("7")
    shown = window.window.shown()
    assert isinstance(shown, SettingsScreen)
    return shown


def tick(window: Opened) -> None:
    box = window.tab_to("Film my answers")
    assert isinstance(box, QCheckBox)
    QTest.keyClick(box, Qt.Key.Key_Space)


def stored(window: Opened) -> str:
    return Settings(window.home.settings_file).text("camera")


def test_nothing_of_cameras_is_loaded_while_it_is_off(tmp_path: Path) -> None:
    """In a program of its own: this one has tests that film."""
    home = settled_home(tmp_path / "home")
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from trainer.app.paths import Home\n"
        "from trainer.app.settings import Settings\n"
        "from trainer.gui.application import open_window\n"
        "app = QApplication([]); home = Home(Path(sys.argv[1]))\n"
        "window, close = open_window(home, Settings(home.settings_file))\n"
        "import trainer.gui.screens.stage, trainer.gui.screens.settings\n"
        "assert window.camera() is None\n"
        "close()\n"
        "assert not [m for m in sys.modules if m in ('trainer.gui.camera', 'trainer.gui.webcam')]\n"
    )
    subprocess.run([sys.executable, "-c", script, str(home.folder)], check=True)


def test_a_preview_comes_first_and_says_when_the_camera_runs(
    window: Opened, cameras: Cameras
) -> None:
    card = settings(window).camera
    assert not cameras.made
    tick(window)
    window.shows(card.picture.isVisible)
    assert stored(window) == "default"
    assert cameras.wanted == [None]
    assert "preview is on" in card.message.text()
    QTest.keyClick(window.tab_to("Stop the preview"), Qt.Key.Key_Space)
    window.shows(lambda: not cameras.source.open)
    assert card.picture.isHidden()
    assert "camera is off" in card.message.text()
    assert stored(window) == "default"


def test_leaving_settings_ends_the_preview(window: Opened, cameras: Cameras) -> None:
    settings(window)
    tick(window)
    window.shows(lambda: cameras.source.open)
    window.control("1")
    window.shows(lambda: not cameras.source.open)


def test_unticked_it_is_off_at_once(window: Opened, cameras: Cameras) -> None:
    settings(window)
    tick(window)
    window.shows(lambda: cameras.source.open)
    tick(window)
    window.shows(lambda: not cameras.source.open)
    assert stored(window) == "off"
    assert window.window.camera() is None


def test_a_preview_without_a_camera_says_why(window: Opened, cameras: Cameras) -> None:
    cameras.source.refuses = KnownError("No camera was found", "Connect one.")
    card = settings(window).camera
    tick(window)
    window.shows(lambda: "No camera was found" in card.message.text())
    assert card.picture.isHidden()


def test_the_answer_is_filmed_and_the_stage_says_so(window: Opened, cameras: Cameras) -> None:
    window.window.settings.set("camera", "default")
    window.meet()
    stage = window.stage
    assert stage.listen.camera.isHidden()
    window.client_speaks()
    window.shows(stage.listen.camera.isVisible)
    window.client_ends()
    begun = window.home.recordings / "open"
    window.shows(lambda: any(begun.glob("*.film.json")))
    frames = cameras.source.count
    window.shows(lambda: cameras.source.count > frames + 10)
    window.press("Space")
    assert window.practice.state is State.REVIEWING
    window.shows(lambda: not cameras.source.open)
    window.shows(lambda: not any(begun.iterdir()))
    ((response, _),) = kept(window.home)
    log = open_log(window.home.folder, read_only=True)
    video = videos.video_of(log, response.recording.id)
    log.close()
    assert video is not None
    assert video.duration_s > 0.3
    assert video.starts_s is not None
    assert window.banner() == ""


def test_closing_the_window_in_mid_answer_keeps_the_film(window: Opened, cameras: Cameras) -> None:
    window.window.settings.set("camera", "default")
    window.meet()
    window.client_speaks()
    window.shows(window.stage.listen.camera.isVisible)
    window.client_ends()
    begun = window.home.recordings / "open"
    window.shows(lambda: any(begun.glob("*.film.json")))
    frames = cameras.source.count
    window.shows(lambda: cameras.source.count > frames + 10)
    window.shut()
    window.shows(lambda: not any(begun.iterdir()))
    ((response, _),) = kept(window.home)
    assert (window.home.recordings / response.recording.file).with_suffix(".mkv").exists()


def test_a_camera_that_refuses_is_told_and_the_answer_goes_on(
    window: Opened, cameras: Cameras
) -> None:
    cameras.source.refuses = KnownError("No camera was found", "Connect one.")
    window.window.settings.set("camera", "default")
    window.meet()
    window.client_speaks()
    window.shows(lambda: "No camera was found" in window.banner())
    assert window.stage.listen.camera.isHidden()
    window.client_ends()
    window.press("Space")
    window.shows(lambda: window.practice.response is not None)
    assert len(kept(window.home)) == 1


def test_the_preview_gives_way_to_a_narrower_window(window: Opened) -> None:
    window.window.resize(1500, 900)
    shown = settings(window)
    choose(window, "Text size", "200")
    tick(window)
    check = shown.findChild(CameraCheck)
    area = shown.findChild(QScrollArea)
    assert check is not None
    assert area is not None
    window.shows(check.picture.isVisible)
    window.window.resize(720, 520)
    window.shows(lambda: area.viewport().width() < 560)
    window.shows(lambda: area.horizontalScrollBar().maximum() == 0)
