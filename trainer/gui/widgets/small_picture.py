"""Who is coming: a small picture with a name."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from trainer.domain.vignette import Vignette
from trainer.gui import theme
from trainer.gui.portrait import PortraitWidget

WIDEST = 240  # so that three stand side by side in the usual window


def small_picture(vignette: Vignette) -> QWidget:
    """A small picture of who is coming, with their name."""
    place = QWidget()
    width = min(place.fontMetrics().averageCharWidth() * 30, WIDEST)
    picture = PortraitWidget()
    picture.set_look(vignette.client.look)
    picture.setFixedSize(width, width * 2 // 3)
    name = QLabel(f"{vignette.client.name}, {vignette.client.age}", wordWrap=True)
    name.setFixedWidth(width)
    theme.big(name, 1.05, bold=True)
    title = QLabel(vignette.title, wordWrap=True)
    title.setFixedWidth(width)
    column = QVBoxLayout(place)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    for widget in (picture, name, title):
        column.addWidget(widget)
    return place
