"""Writing a trainee's feedback report: suggested by the ratings, edited, and then written."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer.app.desk import Desk
from trainer.app.trainee_material import Trainee, trainees
from trainer.app.trainee_report import Draft, Sheet, keep_draft, keep_last, last_of, read_later
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive
from trainer.gui.report_out import write_feedback
from trainer.gui.screen import Screen
from trainer.gui.screens.trainee_report_page import SheetPage
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.cards import heading, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.flow import Flow
from trainer.gui.widgets.keys import key_of

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class TraineeReportScreen(Screen):
    """Choose whose report it is, edit it, write it. What is typed is kept at every key."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._wanted = ""
        self.page: SheetPage | None = None
        self._lay_out()
        key_of(self, "Esc", self._back)
        key_of(self, "Ctrl+Return", self._write)

    def entered(self) -> None:
        """Read of whom a report can be written."""
        viewer = self._desk.settings.text("person")
        self._desk.runner.database(
            lambda log: (trainees(log, viewer), last_of(log, viewer)),
            self._have_trainees,
            alive=alive(self),
        )

    def _have_trainees(self, read: tuple[tuple[Trainee, ...], str]) -> None:
        found, last = read
        self.trainee.clear()
        for one in found:
            count = self.tr("1 answer") if one.responses == 1 else self.tr("{0} answers")
            self.trainee.addItem(f"{one.name}  ({count.format(one.responses)})", one.id)
        self._head.setVisible(bool(found))
        if not found:
            self._tell(
                self.tr("Nobody's answers have been rated yet."),
                self.tr("Rate some in a round; then a report of each trainee can be written."),
            )
            return
        known = [one.id for one in found]
        self._wanted = next((one for one in (self._wanted, last) if one in known), known[0])
        self.trainee.setCurrentIndex(known.index(self._wanted))
        self.trainee.setFocus()
        self._read()

    def _choose(self, _index: int) -> None:
        self._wanted = wanted = str(self.trainee.currentData())
        viewer = self._desk.settings.text("person")
        self._desk.runner.database(lambda log: keep_last(log, viewer, wanted))
        self._read()

    def _read(self) -> None:
        wanted = self._wanted
        self.write.setEnabled(False)
        self._wait.begin()
        read_later(
            self._desk, wanted, partial(self._show, wanted), partial(self._cannot, wanted),
            alive(self),
        )  # fmt: skip

    def _show(self, wanted: str, sheet: Sheet) -> None:
        if wanted != self._wanted:
            return
        self._wait.end()
        self.page = SheetPage(sheet)
        self.page.changed.connect(self._keep)
        self._area.setWidget(self.page)
        self._pages.setCurrentWidget(self._area)
        self.write.setEnabled(True)

    def _cannot(self, wanted: str, error: Exception) -> None:
        if wanted != self._wanted:
            return
        self._wait.end()
        self.page = None
        if isinstance(error, KnownError):
            self._tell(f"{error.text}.", error.hint)
        else:
            self._window.failed(error)

    def _keep(self, draft: Draft) -> None:
        assert self.page is not None
        material = self.page.sheet.material
        self._desk.runner.database(lambda log: keep_draft(log, material, draft))

    def _write(self) -> None:
        if self.page is not None and self.write.isEnabled():
            write_feedback(self._window, self.page.sheet)

    def _back(self) -> None:
        self._window.go("rate")

    # Looks

    def _tell(self, what: str, more: str) -> None:
        self._what.setText(what)
        self._more.setText(more)
        self._pages.setCurrentWidget(self._message)

    def _lay_out(self) -> None:
        self.trainee = Choice()
        self.trainee.setAccessibleName(self.tr("Whose report"))
        self.trainee.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.trainee.setMinimumContentsLength(18)
        self.trainee.activated.connect(self._choose)
        self.write = QPushButton(self.tr("Write the report  (Ctrl+Enter)"))
        self.write.setProperty("primary", True)
        self.write.setToolTip(self.tr("As a page (HTML) and on paper (PDF)"))
        self.write.setEnabled(False)
        self.write.clicked.connect(self._write)
        back = QPushButton(self.tr("Back to Rate  (Esc)"))
        back.clicked.connect(self._back)
        title = QHBoxLayout()
        title.addWidget(heading(self.tr("Feedback report"), 1.5), 1)
        title.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
        self._head = QWidget()
        row = Flow(self._head)
        row.addWidget(self.trainee)
        row.addWidget(self.write)
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._pages = QStackedWidget()
        self._message = self._make_message()
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._message)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 12)
        column.setSpacing(10)
        column.addLayout(title)
        column.addWidget(self._head)
        self._wait = Wait(self.tr("Putting the report together …"))
        column.addWidget(self._wait)
        column.addWidget(self._pages, 1)

    def _make_message(self) -> QWidget:
        page = QWidget()
        self._what, self._more = plain(""), quiet("")
        go = QPushButton(self.tr("Go to Rate"))
        go.clicked.connect(self._back)
        column = QVBoxLayout(page)
        column.addStretch(2)
        for label in (self._what, self._more):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(8)
        column.addWidget(go, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page
