"""The portrait in motion: frames are drawn beside the window's thread, which only shows them."""

import math
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from trainer.gui.portrait.geometry import ink
from trainer.gui.portrait.painter import PortraitPainter
from trainer.gui.portrait.pose import Pose
from trainer.gui.portrait.widget import RADIUS, PortraitWidget

# A pose is seen one tick of its giver after it was set: the giver may ask for one so far ahead.
LATE_S = 0.04
# A frame has no more pixels than this and is enlarged where it is shown: the price of a frame is
# that of its pixels, and a face in soft light shows no difference.
_MOST_PIXELS = 1280 * 720


class LivePortrait(PortraitWidget):
    """A portrait whose pose is set 25 times a second. A slow frame is left out, never waited for.

    One thread draws, one frame at a time; what it made is taken up with the next pose that is set.
    Until there is a first one, which is dear, the bare wall is shown.
    """

    _first = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        self._frame: QImage | None = None
        self._drawing: Future[QImage] | None = None
        self._artist: ThreadPoolExecutor | None = None  # only while the portrait is seen
        super().__init__(parent)
        self._first.connect(self._take_up, Qt.ConnectionType.QueuedConnection)

    def set_look(self, look_id: str) -> None:
        """Show another client; the frame of the one before is not shown again."""
        if look_id != self._look_id:
            self._frame = self._drawing = None
        super().set_look(look_id)

    def set_pose(self, pose: Pose) -> None:
        """Take up the frame that is ready, and have this pose drawn next."""
        self._pose = pose
        self._take_up()
        if self._drawing is None and self.isVisible():
            self._begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: the frame under way is finished, and the thread ends."""
        if self._artist is not None:
            self._artist.shutdown()
            self._artist = self._drawing = None
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the newest frame, filling the place."""
        if not self.isVisible():  # only a picture of it is taken: there is no next frame
            super().paintEvent(event)
            return
        if self._frame is None and self._drawing is None:
            self._begin()
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        area = QRectF(self.rect())
        corners = QPainterPath()
        corners.addRoundedRect(area, RADIUS, RADIUS)
        painter.setClipPath(corners)
        if self._frame is None:
            painter.fillPath(corners, ink(self._painter.look.wall))
        else:
            self._show(painter, area, self._frame)
        painter.end()

    def _show(self, painter: QPainter, area: QRectF, frame: QImage) -> None:
        fill = Qt.AspectRatioMode.KeepAspectRatioByExpanding
        shown = QRectF(QPointF(), QSizeF(frame.size()).scaled(area.size(), fill))
        shown.moveCenter(area.center())
        painter.drawImage(shown, frame)

    def _begin(self) -> None:
        pixels = frame_size(self.size() * self.devicePixelRatioF())
        if pixels.isEmpty():
            return
        self._artist = self._artist or ThreadPoolExecutor(1, "portrait")
        self._drawing = self._artist.submit(_draw, self._painter, pixels, self._pose)
        if self._frame is None:
            self._drawing.add_done_callback(lambda _: self._first.emit())

    def _take_up(self) -> None:
        if self._drawing is not None and self._drawing.done():
            self._frame, self._drawing = self._drawing.result(), None
            self.update()


def frame_size(pixels: QSize) -> QSize:
    """How large a frame is drawn for a place of so many device pixels, in the same shape."""
    share = math.sqrt(_MOST_PIXELS / max(1, pixels.width() * pixels.height()))
    return pixels * min(1.0, share)


def _draw(painter: PortraitPainter, pixels: QSize, pose: Pose) -> QImage:
    image = QImage(pixels, QImage.Format.Format_RGB32)
    brush = QPainter(image)
    try:
        painter.paint(brush, QRectF(0, 0, pixels.width(), pixels.height()), pose)
    finally:
        brush.end()
    return image
