"""The portrait in motion: frames are drawn beside the window's thread, which only shows them."""

from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from trainer.gui.portrait.painter import PortraitPainter
from trainer.gui.portrait.pose import Pose
from trainer.gui.portrait.widget import RADIUS, PortraitWidget

# A pose is seen one tick of its giver after it was set: the giver may ask for one so far ahead.
LATE_S = 0.04


class LivePortrait(PortraitWidget):
    """A portrait whose pose is set 25 times a second. A slow frame is left out, never waited for.

    One thread draws, one frame at a time; what it made is taken up with the next pose that is set.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._frame: QImage | None = None
        self._drawing: Future[QImage] | None = None
        super().__init__(parent)
        self._artist = ThreadPoolExecutor(1, "portrait")
        artist = self._artist
        self.destroyed.connect(lambda: artist.shutdown(wait=False, cancel_futures=True))

    def set_look(self, look_id: str) -> None:
        """Show another client; the frame of the one before is not shown again."""
        if look_id != self._look_id:
            self._frame = self._drawing = None
        super().set_look(look_id)

    def set_pose(self, pose: Pose) -> None:
        """Take up the frame that is ready, and have this pose drawn next."""
        self._pose = pose
        if self._drawing is not None:
            if not self._drawing.done():
                return
            self._frame, self._drawing = self._drawing.result(), None
            self.update()
        pixels = self.size() * self.devicePixelRatioF()
        if not pixels.isEmpty():
            self._drawing = self._artist.submit(_draw, self._painter, pixels, pose)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the newest frame, filling the place; the first one is drawn here."""
        if self._frame is None:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        area = QRectF(self.rect())
        corners = QPainterPath()
        corners.addRoundedRect(area, RADIUS, RADIUS)
        painter.setClipPath(corners)
        shown = QRectF(0, 0, *_size(self._frame))
        shown.setSize(
            shown.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        )
        shown.moveCenter(area.center())
        painter.drawImage(shown, self._frame)
        painter.end()


def _size(image: QImage) -> tuple[int, int]:
    return image.width(), image.height()


def _draw(painter: PortraitPainter, pixels: QSize, pose: Pose) -> QImage:
    image = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
    brush = QPainter(image)
    try:
        painter.paint(brush, QRectF(0, 0, pixels.width(), pixels.height()), pose)
    finally:
        brush.end()
    return image
