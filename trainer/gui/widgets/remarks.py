"""Comments on moments of a response: a line to type in, marks by letters, and what was said."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QWidget,
)

from trainer.domain.moments import clock, into_answer
from trainer.domain.rounds import HINDERING, MARKER_WORDS, MARKERS, REPAIRING, Comment
from trainer.gui.widgets.cards import Card, quiet
from trainer.gui.widgets.flow import Flow

LETTERS = "abcdefghijklmn"
ROWS = 4  # of the list, before it scrolls
_Key = Qt.Key
_LIST_KEYS = (_Key.Key_Up, _Key.Key_Down, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Delete,
              _Key.Key_F2)  # fmt: skip


class Remarks(Card):
    """Tells what is typed and marked; its owner knows the moment, and keeps it."""

    edited = Signal()  # a key in the line, whatever is said there
    typed = Signal(str)
    said = Signal(str)  # a comment is whole
    left = Signal()  # the line is left without one
    marked = Signal(str)
    reworded = Signal(object, str)
    taken_back = Signal(object)
    wanted = Signal(float)  # a moment, to be heard again

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(self.tr("Comments"))
        self._comments: tuple[Comment, ...] = ()
        self._client_end_s = 0.0
        self._old: Comment | None = None  # the one that is being reworded
        self._marking = False
        self.line = QLineEdit()
        self.line.setAccessibleName(self.tr("Comment on this moment"))
        self.line.setPlaceholderText(
            self.tr("Comment  (T): typing holds the sound, Enter goes on with it")
        )
        self.line.setMaxLength(2000)
        self.line.textEdited.connect(self._typed)
        self._hint = quiet("")
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Your comments on this response"))
        self.list.setWordWrap(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.itemDoubleClicked.connect(lambda _item: self._hear())
        self.list.installEventFilter(self)
        self.list.hide()
        self.add(self.line, self._hint)
        self.marks = self._make_marks()
        self.add(self.marks)
        self.add(self.list)
        self.set_marking(False)

    @property
    def marking(self) -> bool:
        """Whether the next letter is a mark."""
        return self._marking

    def show_comments(self, comments: tuple[Comment, ...], client_end_s: float) -> None:
        """Show what was said so far of an answer in whose file the client ends there (s)."""
        if (comments, client_end_s) == (self._comments, self._client_end_s):
            return
        self._comments, self._client_end_s = comments, client_end_s
        row = self.list.currentRow()
        self.list.clear()
        keys = self.tr("Enter: hear it again; F2: say it otherwise; Delete: take it back")
        for number, one in enumerate(comments, start=1):
            item = QListWidgetItem(f"{number}  {self._words(one)}")
            item.setToolTip(keys)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(comments) - 1))
        self.list.setVisible(bool(comments))
        self.list.updateGeometry()
        rows = min(len(comments), ROWS)
        self.list.setFixedHeight(rows * (self.list.sizeHintForRow(0) + 1) + 6 if rows else 0)

    def show_typing(self, text: str) -> None:
        """Show what was being typed when the response was left."""
        self._old = None
        if self.line.text() != text:
            self.line.setText(text)

    def set_marking(self, on: bool) -> None:
        """Let the next letter be a mark, or not."""
        self._marking = on
        self._hint.setText(
            self.tr("Press the letter of what you hear; Esc for none.")
            if on
            else self.tr("Mark what you hear: M, then its letter.")
        )
        for mark in self._marks.values():
            mark.setProperty("marking", on)
            mark.style().polish(mark)

    def press(self, letter: str) -> bool:
        """A key while marking: whether it was a mark's letter."""
        self.set_marking(False)
        if not letter or letter not in LETTERS:
            return False
        self.marked.emit(MARKERS[LETTERS.index(letter)])
        return True

    def begin_typing(self) -> None:
        """Take the keys into the line."""
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.end(False)  # what stands there is gone on with, not replaced

    def finish_typing(self) -> None:
        """Enter in the line: the comment is whole, or there is none."""
        text, old = self.line.text().strip(), self._old
        self.line.clear()
        self._old = None
        if old is not None:
            self.reworded.emit(old, text)
            self.left.emit()
        elif text:
            self.said.emit(text)
        else:
            self.typed.emit("")
            self.left.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The list knows Enter, F2 and Delete."""
        if not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.ShortcutOverride:  # else the keys would rate
            mine = watched is self.list and event.key() in _LIST_KEYS
            event.setAccepted(mine or event.isAccepted())
            return mine
        if event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if watched is self.list and self._on_list(Qt.Key(event.key())):
            return True
        return super().eventFilter(watched, event)

    def leave_line(self) -> None:
        """Esc in the line: what is typed stays there, to be gone on with."""
        if self._old is not None:  # it stands as it was
            self._old = None
            self.line.clear()
        self.left.emit()

    def _on_list(self, key: Qt.Key) -> bool:
        row = self.list.currentRow()
        if not 0 <= row < len(self._comments):
            return False
        chosen = self._comments[row]
        if key == Qt.Key.Key_Delete:
            self.taken_back.emit(chosen)
        elif key == Qt.Key.Key_F2:
            self._old = chosen
            self.line.setText(chosen.text)
            self.begin_typing()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._hear()
        else:
            return False
        return True

    def _hear(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._comments):
            self.wanted.emit(self._comments[row].at_s)

    def _typed(self, text: str) -> None:
        self.edited.emit()
        if self._old is None:
            self.typed.emit(text)

    def _words(self, one: Comment) -> str:
        marker = self.tr(MARKER_WORDS[one.marker]) if one.marker in MARKER_WORDS else ""
        words = ": ".join(part for part in (marker, one.text) if part)
        when = clock(into_answer(one.at_s, self._client_end_s))
        return self.tr("{0}  {1}").format(when, words)

    def _make_marks(self) -> QWidget:
        holder = QWidget()
        flow = Flow(holder)
        self._marks: dict[str, QPushButton] = {}
        for group, name in ((REPAIRING, self.tr("Repairs")), (HINDERING, self.tr("Hinders"))):
            title = QLabel(name)
            title.setProperty("quiet", True)
            flow.addWidget(title)
            for marker in group:
                flow.addWidget(self._make_mark(marker))
        return holder

    def _make_mark(self, marker: str) -> QPushButton:
        letter = LETTERS[MARKERS.index(marker)]
        words = self.tr(MARKER_WORDS[marker])
        short = self.tr(marker.replace("-", " "))
        button = QPushButton(self.tr("{0}  {1}").format(letter.upper(), short))
        button.setToolTip(self.tr("M, then {0}: {1}").format(letter.upper(), words))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # reached by its letter, not by 14 Tabs
        button.setProperty("chip", True)
        button.clicked.connect(lambda: self.marked.emit(marker))
        self._marks[marker] = button
        return button
