"""On an assignment's card: the code that was mistyped, put right."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from trainer.app.assigned import Assigned
from trainer.app.desk import Desk
from trainer.app.own_code import Change, put_right, what_changes
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import in_a_row, plain
from trainer.gui.widgets.keys import key_of
from trainer.gui.widgets.spoken import speak


class OwnCode(QWidget):
    """A button that opens a line for the right code; ``done(Change)`` when it is put right."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, one: Assigned, title: str) -> None:
        super().__init__()
        assert one.taken is not None  # it has a code
        self._desk, self._one, self._taken = desk, one, one.taken
        self._found: Change | None = None  # what the code that stands there would do
        self._wanted = False  # Enter was pressed before that was known
        self.open = QPushButton(self.tr("{0} is not your code?").format(one.taken.code))
        self.open.setProperty("flat", True)
        self.open.setAccessibleName(self.tr("{0}: {1}").format(title, self.open.text()))
        self.open.clicked.connect(self._begin)
        self.code = QLineEdit(placeholderText=self.tr("Your code"))
        self.code.setAccessibleName(self.tr("Your right code for {0}").format(title))
        self.code.textChanged.connect(self._typed)
        self.code.returnPressed.connect(self._keep)
        self.keep = QPushButton(self.tr("Put it right"))
        self.keep.clicked.connect(self._keep)
        close = QPushButton(self.tr("Not now  (Esc)"))
        close.clicked.connect(self._close)
        self.does = plain("")
        self._form = QWidget()
        inside = QVBoxLayout(self._form)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(in_a_row(self.code, self.keep, close))
        inside.addWidget(self.does)
        self._form.hide()
        key_of(self._form, "Esc", self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(in_a_row(self.open))
        column.addWidget(self._form)

    def _begin(self) -> None:
        self.open.hide()
        self._form.show()
        self._typed("")
        self.code.setFocus()

    def _close(self) -> None:
        self.code.clear()
        self._form.hide()
        self.open.show()
        self.open.setFocus()

    def _typed(self, text: str) -> None:
        """Say what another code does, as soon as it is one of the assignment's."""
        code = text.strip()
        self._found, self._wanted = None, False
        self.keep.setEnabled(bool(code))
        self.does.hide()
        known = code in {one.code for one in self._one.assignment.enrolled}
        if known and code != self._taken.code:
            self._look_up(code)

    def _look_up(self, code: str) -> None:
        wanted, person = self._taken.assignment_id, self._desk.settings.text("person")
        self._desk.runner.database(
            lambda log: what_changes(log, wanted, person, code), self._show,
            partial(self._cannot, code), alive=alive(self),
        )  # fmt: skip

    def _show(self, found: Change) -> None:
        if found.code == self._typed_code():
            self._found = found
            self._say(" ".join(found.lines))
            if self._wanted:
                self._keep()

    def _cannot(self, code: str, error: Exception) -> None:
        if not isinstance(error, KnownError):
            self.failed.emit(error)
        elif code == self._typed_code():
            self._wanted = False
            self._say(str(error))
            speak(self.code, str(error), urgent=True)

    def _typed_code(self) -> str:
        return self.code.text().strip()

    def _say(self, text: str) -> None:
        self.does.setText(text)
        self.does.setVisible(bool(text))

    def _keep(self) -> None:
        """Put it right; what is no code of the assignment's is told, and not sooner than now."""
        code, person = self._typed_code(), self._desk.settings.text("person")
        if code == self._taken.code:
            self._say(self.tr("{0} is the code you have.").format(code))
            return
        if self._found is None:
            self._wanted = bool(code)
            if code:
                self._look_up(code)
            return
        self._wanted = False
        wanted = self._taken.assignment_id
        self._desk.runner.change(
            lambda log: put_right(log, wanted, person, code), self.done.emit, self.failed.emit,
            alive=alive(self),
        )  # fmt: skip
