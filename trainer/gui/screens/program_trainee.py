"""One trainee of an assignment: which clients, what is to be looked at, and who it is."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from trainer.app.desk import Desk
from trainer.app.enrolled import rename
from trainer.app.library import Library
from trainer.app.roster import RosterLine
from trainer.app.whose import Sender, told, what_of
from trainer.gui.client_names import ClientNames
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import Card, in_a_row, plain, quiet, strong
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.times import day

NAME_CHARACTERS = 46


class _Name(QLineEdit):
    """A line with room for a long name; read from its start, written on at its end."""

    def sizeHint(self) -> QSize:
        return QSize(
            self.fontMetrics().averageCharWidth() * NAME_CHARACTERS, super().sizeHint().height()
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.hasSelectedText():
            self.end(False)


class SenderLines(QWidget):
    """Who sent something: each with the key, and the way to say whose it is."""

    doubted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Sender, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    def show_senders(self, senders: Sequence[Sender]) -> None:
        """Show these; none: nothing at all."""
        if tuple(senders) == self._shown:
            return
        self._shown = tuple(senders)
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for one in senders:
            ask = LongButton(self.tr("Whose are they …"))
            ask.setAccessibleName(self.tr("{0}: whose are they").format(told(one)))
            ask.clicked.connect(partial(self.doubted.emit, one))
            self._column.addWidget(quiet(f"{what_of(one)}."))
            self._column.addWidget(in_a_row(ask))
        self.setVisible(bool(senders))


class TraineeCard(Card):
    """What is known of the trainee who is chosen in the table."""

    failed = Signal(object)
    doubted = Signal(object)  # app.whose.Sender: whose that is is to be said

    def __init__(self, desk: Desk) -> None:
        super().__init__("")
        self._desk = desk
        self._line: RosterLine | None = None
        self.setAccessibleName(self.tr("The chosen trainee"))
        self._who, self._given, self._problems = strong(""), plain(""), plain("")
        self._files = quiet("")
        self._problems.setProperty("fault", True)
        self.name = _Name()
        self.keep = LongButton(self.tr("Keep the name"))
        self.keep.clicked.connect(self._rename)
        self.name.returnPressed.connect(self._rename)
        self.name.textChanged.connect(lambda _text: self._mark())
        self._naming = in_a_row(self.name, self.keep)
        self._senders = SenderLines()
        self._senders.doubted.connect(self.doubted)
        self.add(
            self._who, self._given, self._problems, self._files, self._senders, self._naming,
        )  # fmt: skip

    def show_line(
        self, line: RosterLine, senders: Sequence[Sender], library: Library, *, named: bool
    ) -> None:
        """Show one trainee, and who sent it; ``named``: with the name, which can be corrected."""
        same = self._line is not None and self._line.code == line.code
        changed = self._line is None or self._line.name != line.name
        self._line = line
        who = f"{line.code} · {line.name}" if named and line.name else line.code
        self._who.setText(self.tr("{0}, form {1}").format(who, line.form))
        self._given.setText(self._told(line, library))
        self._problems.setText(ClientNames(library).told("\n".join(line.problems)))
        self._problems.setVisible(bool(line.problems))
        self._senders.show_senders(senders)
        files = self.tr("One file") if line.files == 1 else self.tr("{0} files").format(line.files)
        self._files.setText(
            self.tr("{0}; something came late.").format(files) if line.late else f"{files}."
        )
        self._files.setVisible(bool(line.files))
        self._naming.setVisible(named)
        self.name.setAccessibleName(self.tr("Who {0} is").format(line.code))
        self.name.setPlaceholderText(self.tr("A name, kept on this computer"))
        if not (same and self.name.hasFocus()) or changed:
            self.name.setText(line.name)
            if not self.name.hasFocus():
                self.name.setCursorPosition(0)
        self._mark()

    def _told(self, line: RosterLine, library: Library) -> str:
        said = []
        for ref, count in zip(line.asked, line.given, strict=True):
            vignette = library.vignette(ref.pack, ref.vignette)
            client = vignette.client.name if vignette else ref.vignette
            cut = line.interrupted.get(ref.vignette)
            told = (
                self.tr("interrupted on {0}, does not come again").format(day(cut.astimezone()))
                if cut
                else self.tr("missing") if not count
                else self.tr("given") if count == 1
                else self.tr("given {0} times").format(count)
            )  # fmt: skip
            said.append(f"{client}: {told}")
        return "  ·  ".join(said)

    def _mark(self) -> None:
        line = self._line
        self.keep.setEnabled(line is not None and self.name.text().strip() != line.name)

    def _rename(self) -> None:
        line, name = self._line, self.name.text()
        if line is not None and self.keep.isEnabled():
            self._desk.runner.change(
                lambda log: rename(log, line.code, name), failed=self.failed.emit,
                alive=alive(self),
            )  # fmt: skip
