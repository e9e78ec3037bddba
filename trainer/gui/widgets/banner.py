"""A message over the page: it moves nothing, a notice goes by itself, and a key closes it.

What comes before there was time to read the last one stands below it, and below what is to be
solved, which stays until it is.
"""

from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.spoken import speak

MARGIN = 12  # pixels to the edges of what it lies over
MOST_CHARACTERS = 110  # wide
LEAST_CHARACTERS = 28  # of the text beside its buttons; with less room they stand below it
# A notice stays so long and a little longer for each letter; slow readers take 15 letters a second.
NOTICE_MS, LETTER_MS = 8_000, 70
READ_MS = 2_000  # after this, and some for each letter, a message may give way to the next
MOST = 3  # at once; it is to leave something of the page
# A finger that is on its way to what lies beneath still reaches that.
THROUGH_MS = 500


class _Message(QWidget):
    """One sentence, with what can be done about it."""

    def __init__(self, text: str, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self.read = QDeadlineTimer(0)  # when there was time to read it
        self.label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.act = QPushButton()
        self.act.setProperty("flat", True)
        self.acts: Callable[[], object] = lambda: None
        self.act.clicked.connect(lambda _checked: self.acts())
        self._buttons = QWidget()
        self.buttons = QHBoxLayout(self._buttons)
        self.buttons.setContentsMargins(0, 0, 0, 0)
        self.buttons.addWidget(self.act)
        self.buttons.addStretch()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.label, 1)
        self._row.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignTop)

    def is_that(self, text: str, kind: str) -> bool:
        """Whether it says the same."""
        return (self.label.text(), self.kind) == (text, kind)

    def offer(self, act_label: str, acts: Callable[[], object]) -> None:
        """Have one thing that can be done about it, or none."""
        self.acts = acts
        self.act.setText(act_label)
        self.act.setVisible(bool(act_label))

    @property
    def stays(self) -> bool:
        """Whether it is to be solved, or there was no time to read it yet."""
        return self.kind == "warning" or not self.read.hasExpired()

    @property
    def solvable(self) -> bool:
        """Whether it is to be solved, and here."""
        return self.kind == "warning" and not self.act.isHidden()

    def width_in(self, most: int) -> int:
        """How wide it is where it may be as wide as ``most`` (pixels); its buttons go beside the
        text, or below it.
        """
        letters, ways = self.label.fontMetrics(), QBoxLayout.Direction
        buttons = self._buttons.sizeHint().width() + self._row.spacing()
        room = letters.averageCharWidth() * LEAST_CHARACTERS
        beside = most - buttons >= room
        self._row.setDirection(ways.LeftToRight if beside else ways.TopToBottom)
        needed = letters.horizontalAdvance(self.label.text()) + room // 4
        return min(most, needed + buttons) if beside else most


class Banner(QFrame):
    """Messages at the top of what it is laid over, until they are closed, read or replaced.

    What a person has to solve (``tell``) stays until it is closed or acted on.
    """

    changed = Signal()  # it came, went, or has another height
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messages: list[_Message] = []  # the oldest first
        self._put_by: list[tuple[str, str, Callable[[], object]]] = []  # to be solved later
        self._under: QWidget | None = None
        self._back: QWidget | None = None  # where the focus was before it went in here
        self.leaving = QTimer(self, singleShot=True)
        self.leaving.timeout.connect(self._read)
        self.through = QTimer(self, singleShot=True, interval=THROUGH_MS)
        self.through.timeout.connect(lambda: self._let_through(False))
        self.setProperty("banner", "warning")
        self.setAccessibleName(self.tr("Message"))
        self._close = QPushButton(self.tr("Close  (F6, Esc)"), self)
        self._close.setToolTip(self.tr("F6 leads to the message from wherever you are, Esc back"))
        self._close.setProperty("flat", True)
        self._close.clicked.connect(self.dismiss)
        # Tab comes to the parts of messages where this stands, not where each was made.
        self._place_of_tab = QWidget(self)
        self._place_of_tab.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._place_of_tab.hide()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 8, 8, 8)
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
        """Show ``error`` until it is closed, or acted on, with one thing that can be done about it,
        if there is one.
        """
        said = str(error)

        def acted() -> None:
            self.withdraw(said)
            if act is not None:
                act()

        self._show(said, "warning", act_label, acted)

    def note(self, text: str) -> None:
        """Show what is good to know; it goes by itself."""
        self._show(text, "notice")

    def say(self, text: str, act_label: str, act: Callable[[], object]) -> None:
        """Show good news, with one thing that can be done about it; it goes by itself."""
        self._show(text, "notice", act_label, act)

    def offer(self, beginning: str, act_label: str, act: Callable[[], object]) -> bool:
        """Have something that can be done about the message that begins so; False: none is shown.

        It is said aloud once, when it came.
        """
        found = [one for one in self._shown() if one.label.text().startswith(beginning)]
        for one in found[-1:]:
            one.offer(act_label, act)
            self._stay()
            self._place()
        return bool(found)

    def text(self) -> str:
        """The newest sentence that is shown, or nothing."""
        return self.texts()[-1] if self.texts() else ""

    def texts(self) -> tuple[str, ...]:
        """Every sentence that is shown, the oldest first."""
        return tuple(one.label.text() for one in self._shown())

    @property
    def urgent(self) -> bool:
        """Whether something that is shown is to be solved."""
        return any(one.kind == "warning" for one in self._shown())

    def withdraw(self, said: KnownError | str) -> None:
        """Take what was ``said`` away because it is over; whatever else is shown stays."""
        self._put_by = [one for one in self._put_by if one[0] != str(said)]
        self._keep([one for one in self._shown() if one.label.text() != str(said)])

    def go_on(self) -> None:
        """The page beneath is left: notices that there was time to read go."""
        self._keep([one for one in self._shown() if one.stays])

    def put_by(self) -> None:
        """Nothing may lie over what comes: what is to be solved is kept until ``bring_back``."""
        found = [one for one in self._shown() if one.kind == "warning"]
        self._put_by += [(one.label.text(), one.act.text(), one.acts) for one in found]
        self.dismiss()

    def bring_back(self) -> None:
        """Show what was put by."""
        kept, self._put_by = self._put_by, []
        for text, act_label, acts in kept:
            self._show(text, "warning", act_label, acts)

    def dismiss(self) -> None:
        """Take the sentence away; the focus goes back where it was, if it was in here."""
        self.leaving.stop()
        inside, back = self._has_focus(), self._back
        self._back = None
        self.hide()
        # It may be gone by now: a page makes its cards anew when something comes.
        if inside and back is not None and alive(back)() and back.isVisible():
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
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a part has another size, as with large text
            self._place()
        return done

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

    def _show(
        self, text: str, kind: str, act_label: str = "", act: Callable[[], object] | None = None
    ) -> None:
        same = next((one for one in self._shown() if one.is_that(text, kind)), None)
        new = same or _Message(text, kind)
        new.offer(act_label, act or (lambda: None))
        # Nobody may have been there when what is to be solved came: nothing newer takes it away.
        others = [one for one in self._shown() if one is not new and one.stays]
        while len(others) >= MOST:
            others.remove(min(others, key=lambda one: (one.kind == "warning", one.solvable)))
        new.read.setRemainingTime(READ_MS + LETTER_MS * len(text))
        if self.isHidden():
            self._let_through(True)
            self.through.start()
        self._lay_out([*others, new])
        self.show()
        self.raise_()
        self._stay()
        speak(self, text, urgent=kind == "warning")
        self.changed.emit()

    def _keep(self, rest: list[_Message]) -> None:
        """Of what is shown, these alone."""
        if not rest:
            self.dismiss()
        elif len(rest) < len(self._messages):
            self._lay_out(rest)
            self._stay()

    def _shown(self) -> list[_Message]:
        return [] if self.isHidden() else self._messages

    def _lay_out(self, messages: list[_Message]) -> None:
        """Show these alone, the way to close them with the first."""
        focused = QApplication.focusWidget()
        inside = self._has_focus()
        messages[0].buttons.insertWidget(1, self._close)
        for old in [one for one in self._messages if one not in messages]:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        for one in messages:
            self._column.addWidget(one)  # in their order
            one.show()
        self._close.show()
        self._messages = messages
        before = self._place_of_tab
        for stop in (*(one.act for one in messages), self._close):
            QWidget.setTabOrder(before, stop)
            before = stop
        if inside and focused is not None:  # it is not to fall to what lies beneath
            kept = focused.isVisible() and self.isAncestorOf(focused)
            (focused if kept else self._close).setFocus()
        self.setAccessibleDescription("\n".join(one.label.text() for one in messages))
        self.setProperty("banner", "warning" if self._is_to_solve() else "notice")
        for widget in (self, *(one.label for one in messages)):
            widget.style().polish(widget)
        self._place()

    def _is_to_solve(self) -> bool:
        return any(one.kind == "warning" for one in self._messages)

    def _stay(self) -> None:
        """As long as it takes to read; what is to be solved till it is closed."""
        letters = sum(len(one.label.text()) for one in self._messages)
        self.leaving.stop()
        if not self._is_to_solve():
            self.leaving.start(NOTICE_MS + LETTER_MS * letters)

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
        ways = [one.act for one in reversed(self._messages) if not one.act.isHidden()]
        (ways[0] if ways else self._close).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _let_through(self, through: bool) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, through)

    def _place(self) -> None:
        if self._under is None or not self._messages:
            return
        area, before, margins = self._under.rect(), self.height(), self._column.contentsMargins()
        around = margins.left() + margins.right()
        letter = self.fontMetrics().averageCharWidth()
        most = min(area.width() - 2 * MARGIN, letter * MOST_CHARACTERS) - around
        width = max(1, *(one.width_in(most) for one in self._messages)) + around
        self.setGeometry(
            QRect((area.width() - width) // 2, MARGIN, width, self.heightForWidth(width))
        )
        if self.height() != before:
            self.changed.emit()
