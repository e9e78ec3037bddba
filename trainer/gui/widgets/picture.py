"""The place where the client is seen: a drawn portrait, or film when the vignette has one."""

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtMultimedia import QVideoFrame, QVideoSink
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from trainer.gui import theme
from trainer.gui.portrait import LivePortrait
from trainer.gui.portrait.widget import RADIUS

CAPTION_SIZES = (1.15, 1.0, 0.85, 0.7)
CAPTION_SHARE = 0.45
LEAST_HEIGHT = 120


class Film(QWidget):
    """Shows video frames, fitted whole into its place; the last one stays when the film ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = QImage()
        self._sink = QVideoSink(self)
        self._sink.videoFrameChanged.connect(self._show)
        self.setAccessibleName(self.tr("The client, filmed"))

    def sink(self) -> QVideoSink:
        """Where a player sends its frames."""
        return self._sink

    def show_image(self, image: QImage) -> None:
        """Show a picture that comes from elsewhere."""
        self._frame = image
        self.update()

    def clear(self) -> None:
        """Forget the client before."""
        self._frame = QImage()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        corners = QPainterPath()
        corners.addRoundedRect(QRectF(self.rect()), RADIUS, RADIUS)  # as the drawn client has
        painter.setClipPath(corners)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        if not self._frame.isNull():
            fit = Qt.AspectRatioMode.KeepAspectRatio
            area = QRectF(QPointF(), QSizeF(self._frame.size()).scaled(QSizeF(self.size()), fit))
            area.moveCenter(QRectF(self.rect()).center())
            painter.drawImage(area, self._frame)
        painter.end()

    def _show(self, frame: QVideoFrame) -> None:
        if frame.isValid():  # an empty one comes at the end
            self.show_image(frame.toImage())


class Picture(QWidget):
    """Portrait or film, with the caption below what is said."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.portrait = LivePortrait()
        self.film = Film()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.portrait)
        self._pages.addWidget(self.film)
        self._caption = QLabel(self, wordWrap=True)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._caption.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._caption.setStyleSheet(
            "color: white; background: rgba(0, 0, 0, 165); border-radius: 8px; padding: 8px 14px;"
        )
        self._caption.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.set_crowded(False)

    def set_crowded(self, crowded: bool) -> None:
        """Give up height for words that must be read."""
        least = 0 if crowded else LEAST_HEIGHT
        for part in (self, self.portrait, self.film):
            part.setMinimumHeight(least)

    def show_film(self, film: bool) -> None:
        """Show the film's place instead of the portrait, or the other way round."""
        self.film.clear()
        self._pages.setCurrentWidget(self.film if film else self.portrait)

    def caption(self, text: str) -> None:
        """Show ``text`` at the foot of the picture; nothing takes it away."""
        if text == self._caption.text() and self._caption.isVisible() == bool(text):
            return
        self._caption.setText(text)
        self._caption.setVisible(bool(text))
        self._place_caption()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_caption()

    def _place_caption(self) -> None:
        if self._caption.isHidden():
            return
        width = height = 0
        for size in CAPTION_SIZES:  # smaller where it would cover the client's face
            theme.big(self._caption, size)
            width = min(int(self.width() * 0.86), self.fontMetrics().averageCharWidth() * 90)
            needed = self._caption.fontMetrics().horizontalAdvance(self._caption.text()) + 40
            width = min(width, needed)
            height = self._caption.heightForWidth(width)
            if height <= self.height() * CAPTION_SHARE:
                break
        self._caption.setGeometry(
            (self.width() - width) // 2, self.height() - height - 14, width, height
        )
        self._caption.raise_()
