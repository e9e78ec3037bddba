"""The portrait as a widget, and in motion: drawn beside the window, which only shows it."""

import threading

import pytest
from PySide6.QtCore import QSize

from tests.gui.test_portrait import difference, painted
from trainer.gui.portrait import FALLBACK, LOOKS, POSES, PortraitPainter, PortraitWidget
from trainer.gui.portrait.live import LivePortrait, frame_size


def test_the_widget_shows_and_names_the_client(qtbot):
    widget = PortraitWidget()
    qtbot.addWidget(widget)
    widget.set_look("ruth")
    assert widget.look_id == "ruth"
    assert widget.accessibleName()
    assert "Ruth" in widget.accessibleDescription()
    widget.resize(480, 270)
    calm = widget.grab().toImage()
    widget.set_pose(POSES["angry"])
    assert widget.pose == POSES["angry"]
    assert difference(calm, widget.grab().toImage()) > 0.01


def test_the_widget_has_rounded_corners(qtbot):
    widget = PortraitWidget()
    qtbot.addWidget(widget)
    widget.setStyleSheet("background: #ff00ff")
    widget.resize(320, 180)
    picture = widget.grab().toImage()
    assert picture.pixelColor(160, 0) != picture.pixelColor(0, 0)
    assert widget.minimumWidth() >= 100


def test_the_widget_takes_an_unknown_look(qtbot):
    widget = PortraitWidget()
    qtbot.addWidget(widget)
    widget.set_look("marcus")
    widget.set_look("someone else")
    assert widget.accessibleDescription() == FALLBACK.words


# -- drawn live


def test_the_first_frame_is_not_drawn_by_the_window(qtbot, monkeypatch):
    threads = []
    paint = PortraitPainter.paint

    def noted(self, *args):
        threads.append(threading.current_thread())
        paint(self, *args)

    monkeypatch.setattr(PortraitPainter, "paint", noted)
    widget = LivePortrait()
    qtbot.addWidget(widget)
    widget.set_look("dana")
    widget.resize(320, 180)
    widget.show()
    bare = widget.grab().toImage()
    assert bare.pixelColor(160, 90).name() == LOOKS["dana"].wall
    qtbot.waitUntil(lambda: difference(bare, widget.grab().toImage()) > 0.05)
    assert threading.main_thread() not in threads


def test_a_portrait_nobody_sees_can_be_pictured(qtbot):
    widget = LivePortrait()
    qtbot.addWidget(widget)
    widget.set_look("dana")
    widget.resize(320, 180)
    assert difference(widget.grab().toImage(), painted("dana", POSES["neutral"])) < 0.01


@pytest.mark.parametrize(
    ("width", "height"), [(1224, 560), (1920, 1080), (3840, 2160), (700, 2400)]
)
def test_a_frame_keeps_its_shape_and_has_an_end_to_its_pixels(width, height):
    drawn = frame_size(QSize(width, height))
    assert drawn.width() / drawn.height() == pytest.approx(width / height, rel=0.01)
    assert drawn.width() * drawn.height() <= min(width * height, 1280 * 720 * 1.01)


def test_a_place_without_room_has_no_frame():
    assert frame_size(QSize(0, 50)).isEmpty()
