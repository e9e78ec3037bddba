"""What is on its way, in a strip at the foot of the window: how far it is, and a way to stop it."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from trainer.gui.widgets.banner import MARGIN

AFTER_MS = 500  # what is done sooner is not worth a look
_PARTS = 1000


class Coming(QFrame):
    """Hidden until something takes longer than a moment."""

    stopped = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setProperty("banner", "notice")
        self.setAccessibleName(self.tr("On its way"))
        self._text = QLabel(textFormat=Qt.TextFormat.PlainText)
        self._bar = QProgressBar(textVisible=False, maximum=_PARTS)
        self._bar.setFixedWidth(140)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.setProperty("flat", True)
        self.stop.clicked.connect(self._stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(self._text, 1)
        row.addWidget(self._bar)
        row.addWidget(self.stop)
        self._soon = QTimer(self, singleShot=True, interval=AFTER_MS)
        self._soon.timeout.connect(self._appear)
        self._said = ""
        window.installEventFilter(self)
        self.hide()

    def show_that(self, text: str, done: int, whole: int) -> None:
        """Something is on its way, so far (``whole`` 0: nobody knows how much it is)."""
        self._said = text
        self.setAccessibleDescription(text)
        self._bar.setMaximum(_PARTS if whole else 0)
        self._bar.setValue(_PARTS * done // whole if whole else 0)
        if self.isHidden() and not self._soon.isActive():
            self._soon.start()
        elif not self.isHidden():
            self._place()

    def end(self) -> None:
        """It has arrived, or nobody wants it any more."""
        self._soon.stop()
        self.stop.setEnabled(True)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It keeps to the foot of the window."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _appear(self) -> None:
        self._place()
        self.show()
        self.raise_()

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.stopped.emit()

    def _place(self) -> None:
        window = self._window
        beside = self.sizeHint().width() - self._text.sizeHint().width()
        room = max(40, window.width() - 2 * MARGIN - beside)
        middle = Qt.TextElideMode.ElideMiddle
        self._text.setText(self.fontMetrics().elidedText(self._said, middle, room))
        size = self.sizeHint()
        width = min(size.width(), window.width() - 2 * MARGIN)
        left, top = (window.width() - width) // 2, window.height() - size.height() - MARGIN
        self.setGeometry(left, top, width, size.height())
