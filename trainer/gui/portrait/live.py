"""The portrait in motion: frames are drawn beside the window's thread, which only shows them."""

from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent
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
        self._artist: ThreadPoolExecutor | None = None  # only while the portrait is seen
        super().__init__(parent)

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
        if self.isVisible() and not pixels.isEmpty():
            self._artist = self._artist or ThreadPoolExecutor(1, "portrait")
            self._drawing = self._artist.submit(_draw, self._painter, pixels, pose)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the frame under way is finished, and the thread ends."""
        if self._artist is not None:
            self._artist.shutdown()
            self._artist = self._drawing = None
        super().hideEvent(event)

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
        fill = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        shown = QRectF(QPointF(), QSizeF(self._frame.size()).scaled(area.size(), fill))
        shown.moveCenter(area.center())
        painter.drawImage(shown, self._frame)
        painter.end()


def _draw(painter: PortraitPainter, pixels: QSize, pose: Pose) -> QImage:
    image = QImage(pixels, QImage.Format.Format_ARGB32_Premultiplied)
    brush = QPainter(image)
    try:
        painter.paint(brush, QRectF(0, 0, pixels.width(), pixels.height()), pose)
    finally:
        brush.end()
    return image
