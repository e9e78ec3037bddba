"""On an assignment's card: the code that was mistyped, put right."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from trainer.app.assigned import Assigned
from trainer.app.desk import Desk
from trainer.app.own_code import Change, put_right, what_changes
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import in_a_row, plain
from trainer.gui.widgets.keys import key_of


class OwnCode(QWidget):
    """A button that opens a line for the right code; ``done(Change)`` when it is put right."""

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk, one: Assigned, title: str) -> None:
        super().__init__()
        assert one.taken is not None  # it has a code
        self._desk, self._one, self._taken = desk, one, one.taken
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
        code, person = text.strip(), self._desk.settings.text("person")
        self.keep.setEnabled(False)
        self.does.hide()
        known = code in {one.code for one in self._one.assignment.enrolled}
        if known and code != self._taken.code:
            wanted = self._taken.assignment_id
            self._desk.runner.database(
                lambda log: what_changes(log, wanted, person, code), self._show, self._cannot,
                alive=alive(self),
            )  # fmt: skip

    def _show(self, found: Change) -> None:
        if found.code == self.code.text().strip():
            self.keep.setEnabled(True)
            self._say(" ".join(found.lines))

    def _cannot(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            self._say(str(error))
        else:
            self.failed.emit(error)

    def _say(self, text: str) -> None:
        self.does.setText(text)
        self.does.setVisible(bool(text))

    def _keep(self) -> None:
        if not self.keep.isEnabled():
            return
        code, person = self.code.text().strip(), self._desk.settings.text("person")
        wanted = self._taken.assignment_id
        self._desk.runner.change(
            lambda log: put_right(log, wanted, person, code), self.done.emit, self.failed.emit,
            alive=alive(self),
        )  # fmt: skip
