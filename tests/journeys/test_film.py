"""A vignette that is filmed plays where the portrait would be."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.journeys.short_pack import make_pack
from tests.journeys.sound_tools import RATE, WAIT_MS, make_clip, speech
from trainer.app.paths import Home
from trainer.app.practice import State
from trainer.app.settings import Settings
from trainer.app.today import add_person, single
from trainer.gui import theme
from trainer.gui.application import open_window
from trainer.gui.main_window import MainWindow
from trainer.gui.recorder import QtRecorder
from trainer.gui.screens.stage import StageScreen
from trainer.gui.sources import FileSource
from trainer.store.db import open_log

CLIP_S = 2.0


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    theme.apply(qapp, "light", 100)
    home = Home(tmp_path / "home")
    folder = make_pack(home.packs, CLIP_S)
    make_clip(folder / "media" / "anna-late.t1.mp4", speech(CLIP_S, 7))
    text = folder / "vignettes" / "anna-late.yaml"
    was = text.read_text(encoding="utf-8")
    now = was.replace("audio: media/anna-late.t1.wav", "video: media/anna-late.t1.mp4")
    text.write_text(now, encoding="utf-8")
    soundfile.write(tmp_path / "answer.wav", speech(1.0, 3), RATE)
    log = open_log(home.folder)
    settings = Settings(home.settings_file)
    settings.set("person", add_person(log, "Ana").value.id)
    log.close()
    source = FileSource(tmp_path / "answer.wav", delay_s=0.2)
    opened, close = open_window(home, settings, lambda: QtRecorder(source=source))
    qtbot.waitUntil(lambda: opened.shown() is not None, timeout=WAIT_MS)
    yield opened
    opened.close()
    close()
    opened.deleteLater()


def test_the_film_is_seen_in_the_place_of_the_portrait_and_then_one_answers(
    qtbot: QtBot, window: MainWindow
) -> None:
    desk = window.desk
    assert desk is not None
    vignette = desk.library.find_vignette("anna-late")
    rubric = desk.library.rubric("alliance-skills")
    person = desk.settings.text("person")
    desk.runner.database(lambda log: single(log, person, vignette, rubric), window.practise)
    qtbot.waitUntil(lambda: isinstance(window.shown(), StageScreen), timeout=WAIT_MS)
    stage = window.shown()
    assert isinstance(stage, StageScreen)
    picture = stage.listen.picture
    stage.practice.play()
    frames = set()

    def see() -> bool:
        frame = picture.film.sink().videoFrame()
        if frame.isValid():
            frames.add(frame.startTime())
        return stage.practice.state is State.RESPONDING

    qtbot.waitUntil(see, timeout=WAIT_MS)
    assert picture.film.isVisible()
    assert not picture.portrait.isVisible()
    assert len(frames) > 5, "the film stood still"
    image = picture.film.grab().toImage()
    seen = {
        image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)
    }
    assert len(seen) > 3, "the film is not seen in the window"
