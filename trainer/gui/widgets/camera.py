"""Choosing a camera, off at first, and seeing what it would film before it films anything."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from trainer.gui import devices
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.picture import Film

if TYPE_CHECKING:  # loaded only when a preview is wanted
    from trainer.gui.camera import QtCamera

OFF, DEFAULT = "off", "default"
LINES = 15  # of text, high
MakeCamera = Callable[[str | None], "QtCamera"]


class CameraCheck(QWidget):
    """A tick, a choice of camera, and a preview that runs only when it is asked for.

    ``chosen(setting)``: 'off', 'default', or a camera's id. While nothing is ticked, no camera is
    looked for.
    """

    chosen = Signal(str)

    def __init__(
        self,
        setting: str,
        make_camera: MakeCamera,
        parent: QWidget | None = None,
        about: str = "",
    ) -> None:
        """``about`` says what a film is for, and where it goes; else it is one's own."""
        super().__init__(parent)
        self._about = about
        self._make_camera = make_camera
        self._camera: QtCamera | None = None
        self._lay_out()
        self.films.setChecked(setting != OFF)
        if setting != OFF:
            self._fill(setting)
        self._show_choice()
        self.films.toggled.connect(self._switch)
        self.list.activated.connect(self._choose)

    def setting(self) -> str:
        """What is chosen: 'off', 'default', or a camera's id."""
        return str(self.list.currentData()) if self.films.isChecked() else OFF

    def begin(self) -> None:
        """Show what the chosen camera sees; says so, and when nothing comes."""
        self.end()
        chosen = self.setting()
        if chosen == OFF:
            return
        self._camera = camera = self._make_camera(None if chosen == DEFAULT else chosen)
        camera.on_trouble = lambda error: self._say(str(error))
        camera.on_picture = self._see
        camera.open()
        self.preview.setText(self.tr("Stop the preview"))
        self._say(self.tr("The camera is opening …"))

    def end(self) -> None:
        """Let go of the camera."""
        if self._camera is not None:
            self._camera.on_trouble = _ignore
            self._camera.close()
            self._camera = None
        self.picture.clear()
        self.picture.hide()
        self.preview.setText(self.tr("Show the preview"))
        self._say(self.tr("The camera is off. It runs only while you practise."))

    def _switch(self, films: bool) -> None:
        if films and not self.list.count():
            self._fill(DEFAULT)
        self._show_choice()
        self._choose()

    def _choose(self) -> None:
        self.chosen.emit(self.setting())
        self.end()
        self.begin()  # a preview first: nobody is filmed unawares

    def _toggle(self) -> None:
        if self._camera is None:
            self.begin()
        else:
            self.end()

    def _fill(self, setting: str) -> None:
        self.list.addItem(self.tr("The system's own choice"), DEFAULT)
        for device in devices.cameras():
            self.list.addItem(device.description, device.id)
        if self.list.findData(setting) < 0:
            self.list.addItem(self.tr("The one you chose, which is not connected"), setting)
        self.list.setCurrentIndex(self.list.findData(setting))

    def _show_choice(self) -> None:
        for widget in (self.list, self.preview, self.message):
            widget.setVisible(self.films.isChecked())

    def _see(self, picture: QImage) -> None:
        if self._camera is None:
            return
        if self.picture.isHidden():
            self.picture.show()
            self._say(self.tr("The preview is on: only you see it, and nothing is kept."))
        most = QSize(self.width(), self.fontMetrics().height() * LINES)
        size = picture.size().scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
        self.picture.setFixedHeight(size.height())
        self.picture.setMaximumWidth(size.width())  # and less, when the window becomes narrower
        self.picture.show_image(picture)

    def _say(self, text: str) -> None:
        self.message.setText(text)

    def _lay_out(self) -> None:
        self.films = QCheckBox(self.tr("Film my answers"))
        about = quiet(
            self._about
            or self.tr(
                "Your voice is enough; a film also shows your face. It stays in your data folder "
                "beside the sound, is part of backups, and is deleted with its response."
            )
        )
        self.films.setAccessibleName(self.films.text())
        self.films.setAccessibleDescription(about.text())
        self.list = Choice()
        self.list.setAccessibleName(self.tr("Camera"))
        self.list.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.list.setMinimumContentsLength(18)
        self.preview = QPushButton(self.tr("Show the preview"))
        self.preview.clicked.connect(self._toggle)
        self.message = quiet("")
        self.picture = Film()
        self.picture.setAccessibleName(self.tr("What the camera sees"))
        self.picture.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.films, about, self.list):
            column.addWidget(widget)
        column.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.message)
        column.addWidget(self.picture)


def _ignore(_: object) -> None:
    """Of a camera that is let go of nobody wants to hear."""
