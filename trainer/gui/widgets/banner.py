"""A message over the page: it moves nothing, a notice goes by itself, and a key closes it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMetaObject, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from trainer.domain.errors import KnownError
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.spoken import speak

MARGIN = 12  # pixels to the edges of what it lies over
MOST_CHARACTERS = 110  # wide
LEAST_CHARACTERS = 28  # of the text beside its buttons; with less room they stand below it
# A notice stays so long and a little longer for each letter; slow readers take 15 letters a second.
NOTICE_MS, LETTER_MS = 8_000, 70
# A finger that is on its way to what lies beneath still reaches that.
THROUGH_MS = 500


class Banner(QFrame):
    """One message at the top of what it is laid over, until it is closed, replaced or read.

    What a person has to solve (``tell``) stays until it is closed.
    """

    changed = Signal()  # it came, went, or has another height
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acting: QMetaObject.Connection | None = None
        self._under: QWidget | None = None
        self._back: QWidget | None = None  # where the focus was before it went in here
        self.leaving = QTimer(self, singleShot=True)
        self.leaving.timeout.connect(self._read)
        self.through = QTimer(self, singleShot=True, interval=THROUGH_MS)
        self.through.timeout.connect(lambda: self._let_through(False))
        self.setProperty("banner", "warning")
        self.setAccessibleName(self.tr("Message"))
        self._text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._act = QPushButton()
        self._act.setProperty("flat", True)
        self._close = QPushButton(self.tr("Close  (F6, Esc)"))
        self._close.setToolTip(self.tr("F6 leads to the message from wherever you are, Esc back"))
        self._close.setProperty("flat", True)
        self._close.clicked.connect(self.dismiss)
        self._buttons = QWidget()
        beside = QHBoxLayout(self._buttons)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self._act)
        beside.addWidget(self._close)
        beside.addStretch()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(16, 8, 8, 8)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def lay_over(self, under: QWidget, window: QWidget) -> None:
        """Lie at the top of ``under``, and be reached by F6 from anywhere in ``window``."""
        self.setParent(under)
        self._under = under
        under.installEventFilter(self)
        key_of(window, "F6", self._go_in)

    def tell(
        self, error: KnownError, act_label: str = "", act: Callable[[], object] | None = None
    ) -> None:
        """Show ``error`` in place of what was shown before, until it is closed.

        With one thing that can be done about it, if there is one.
        """
        self._show(str(error), "warning", act_label)
        if act is not None:
            self._acting = self._act.clicked.connect(lambda _checked: act())

    def note(self, text: str) -> None:
        """Show what is good to know; it goes by itself."""
        self._show(text, "notice")
        self.leaving.start(NOTICE_MS + LETTER_MS * len(text))

    def say(self, text: str, act_label: str, act: Callable[[], object]) -> None:
        """Show good news, with one thing that can be done about it; it goes by itself."""
        self._show(text, "notice", act_label)
        self._acting = self._act.clicked.connect(lambda _checked: act())
        self.leaving.start(NOTICE_MS + LETTER_MS * len(text))

    def text(self) -> str:
        """The sentence that is shown, or nothing."""
        return self._text.text() if not self.isHidden() else ""

    @property
    def urgent(self) -> bool:
        """Whether what is shown is to be solved."""
        return not self.isHidden() and self.property("banner") == "warning"

    def withdraw(self, error: KnownError) -> None:
        """Take ``error`` away because it is over; whatever else is shown stays."""
        if self.text() == str(error):
            self.dismiss()

    def dismiss(self) -> None:
        """Take the sentence away; the focus goes back where it was, if it was in here."""
        self.leaving.stop()
        inside, back = self._has_focus(), self._back
        self._back = None
        self.hide()
        if inside and back is not None and back.isVisible():
            back.setFocus()
        self.closed.emit()
        self.changed.emit()

    def event(self, event: QEvent) -> bool:
        """Esc is the message's while the focus is in it, not the screen's beneath."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It keeps to what it lies over."""
        if watched is self._under and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place()

    def _show(self, text: str, kind: str, act_label: str = "") -> None:
        self.leaving.stop()
        if self._acting is not None:
            self._act.clicked.disconnect(self._acting)
            self._acting = None
        self._act.setText(act_label)
        self._act.setVisible(bool(act_label))
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self.setProperty("banner", kind)
        for widget in (self, self._text):
            widget.style().polish(widget)
        if self.isHidden():
            self._let_through(True)
            self.through.start()
        self._place()
        self.show()
        self.raise_()
        speak(self, text, urgent=kind == "warning")
        self.changed.emit()

    def _read(self) -> None:
        """It was there long enough, unless somebody is at it."""
        if self.underMouse() or self._has_focus():
            self.leaving.start()
        else:
            self.dismiss()

    def _go_in(self) -> None:
        if self.isHidden():
            return
        if not self._has_focus():
            self._back = QApplication.focusWidget()
        (self._close if self._act.isHidden() else self._act).setFocus(
            Qt.FocusReason.ShortcutFocusReason
        )

    def _has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _let_through(self, through: bool) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, through)

    def _place(self) -> None:
        if self._under is None:
            return
        area, letters, before = self._under.rect(), self._text.fontMetrics(), self.height()
        around = self._row.contentsMargins().left() + self._row.contentsMargins().right()
        buttons = self._buttons.sizeHint().width() + self._row.spacing() + around
        most = min(area.width() - 2 * MARGIN, letters.averageCharWidth() * MOST_CHARACTERS)
        ways, room = QBoxLayout.Direction, letters.averageCharWidth() * LEAST_CHARACTERS
        beside = most - buttons >= room
        self._row.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        needed = letters.horizontalAdvance(self._text.text()) + room // 4
        width = max(1, min(most, needed + buttons if beside else most))
        self.setGeometry(
            QRect((area.width() - width) // 2, MARGIN, width, self.heightForWidth(width))
        )
        if self.height() != before:
            self.changed.emit()
