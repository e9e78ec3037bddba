"""The log: every response, newest first; to be listened to, opened, found again."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from trainer.app import forget
from trainer.app import log as logs
from trainer.app.desk import Desk
from trainer.app.log import LogLine, LogPage, Met
from trainer.domain.changes import Changes
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.screens.log_table import LogDelegate, LogModel, row_height, share_width
from trainer.gui.widgets.cards import heading, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.playback import Deck
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.times import moment
from trainer.media.ports import Moment, Source

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

SEARCH_AFTER_MS = 250


class LogScreen(Screen):
    """A table of responses. Enter opens one, Space plays it."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._round = 0  # answers to questions asked before a new filter are not wanted any more
        self._met, self._total = tuple[Met, ...](), 0
        self._chosen, self._paused = "", False
        self._deck: Deck | None = None
        self._sounding: LogLine | None = None
        self.model = LogModel(self._ask, self)
        self._search = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._search.timeout.connect(self.read)
        self._lay_out()
        find = QShortcut(QKeySequence.StandardKey.Find, self, self.text.setFocus)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def entered(self) -> None:
        """Read it: something may have been added."""
        self.read()
        self.table.setFocus()

    def left(self) -> None:
        """Be silent."""
        self._silence()

    def news(self, changes: Changes) -> None:
        """Something in the log changed."""
        wanted = Changes.RESPONSES | Changes.RATINGS | Changes.MEASURES | Changes.NOTES
        if changes & wanted:
            self.read()

    def read(self) -> None:
        """Read from the newest response on, with the filter as it is."""
        self._round += 1
        line = self.model.line(self.table.currentIndex().row())
        self._chosen = line.id if line else self._chosen
        desk, person = self._desk, self._desk.settings.text("person")
        self.model.start()  # first, since counting takes longer than the page that is looked at
        desk.runner.database(
            lambda log: logs.met(log, desk.library, person), self._have_met, alive=alive(self)
        )

    def open_line(self) -> None:
        """Open the chosen response."""
        line = self.model.line(self.table.currentIndex().row())
        if line is not None:
            self._window.review(line.id)

    def play_line(self) -> None:
        """Play the chosen response, hold it, or go on."""
        line = self.model.line(self.table.currentIndex().row())
        if line is None:
            return
        if self._sounding is not None and self._sounding.id == line.id:
            self._hold_or_go_on()
            return
        self._silence()
        if line.closed:
            self.status.setText(self.tr(
                "This answer is of a test: it is played when others have rated it (where nobody "
                "may, when the test is over)."
            ))  # fmt: skip
            return
        self._sounding = line
        logs.sound_later(
            self._desk, line.id, partial(self._sound, line), self._cannot_play, alive(self)
        )

    def delete_line(self) -> None:
        """Ask whether the chosen response is to be deleted for good."""
        line = self.model.line(self.table.currentIndex().row())
        if line is not None:
            self._desk.runner.database(
                forget.one_response(line.id), partial(self._ask_to_delete, line), alive=alive(self)
            )

    def _ask_to_delete(self, line: LogLine, toll: forget.Toll) -> None:
        text = self.tr(
            "Delete for good your answer to {0}, attempt {1}, {2}, with its rating, notes and "
            "reports, also from the backups in the data folder?"
        ).format(line.client or line.title, line.attempt, moment(line.at))
        if line.closed:
            text += self.tr(" It is of a test, whose client is not heard again.")
        self.question.ask(
            text, self.tr("Delete for good"), partial(self._delete, toll), back=self.table.setFocus
        )

    def _delete(self, toll: forget.Toll) -> None:
        self._silence()
        self.status.setText(self.tr("Deleting …"))
        forget.forget_later(self._desk, toll.scope, self.read, self._deleted, self._window.failed)

    def _make_room(self, asked: bool) -> None:
        self._foot.setVisible(not asked)
        self._filter.setVisible(not asked)

    def _deleted(self) -> None:
        self.status.setText(self.tr("Deleted, also from the automatic backups."))

    # Reading

    def _ask(self, before: str | None) -> None:
        desk, person, now = self._desk, self._desk.settings.text("person"), self._round
        text, vignette = self.text.text(), self.vignette.currentData()
        desk.runner.database(
            lambda log: logs.log_page(
                log, desk.library, person, before=before, vignette=vignette, text=text
            ),
            lambda page: self._have_page(now, before, page),
            alive=alive(self),
        )

    def _have_page(self, asked: int, before: str | None, page: LogPage) -> None:
        if asked != self._round:
            return
        if before is None:
            self.model.begin_with(page)
            self._choose_again()
        else:
            self.model.go_on_with(page)
        if not page.lines and page.next_before is not None:
            self.model.fetchMore(self.table.rootIndex())  # a rare word: look further back
            return
        self._show_page()

    def _choose_again(self) -> None:
        row = max(0, self.model.row_of(self._chosen))
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(row, 0))

    def _have_met(self, met: tuple[Met, ...]) -> None:
        self._total = sum(one.attempts for one in met)
        self._say_count()
        if met == self._met:
            return
        self._met = met
        chosen = self.vignette.currentData()
        self.vignette.blockSignals(True)
        self.vignette.clear()
        self.vignette.addItem(self.tr("All clients"), None)
        for one in met:
            name = f"{one.client} · {one.title}" if one.client else one.title
            self.vignette.addItem(f"{name} ({one.attempts})", (one.pack, one.vignette))
            if (one.pack, one.vignette) == chosen:
                self.vignette.setCurrentIndex(self.vignette.count() - 1)
        self.vignette.blockSignals(False)

    def _say_count(self) -> None:
        if self.model.waiting():  # it will be known when the page comes
            return
        total, found = self._total, self.model.rowCount()
        said = self.tr("One response") if total == 1 else self.tr("{0} responses").format(total)
        if self._filtered() and total > 1:
            more = self.model.canFetchMore(self.table.rootIndex())
            some = self.tr("{0} or more of {1}") if more else self.tr("{0} of {1}")
            said = some.format(found or self.tr("None"), said)
        self._count.setText(said)
        self._count.setVisible(bool(total))

    def _filtered(self) -> bool:
        return bool(self.text.text().strip()) or self.vignette.currentData() is not None

    def _show_page(self) -> None:
        self._say_count()
        filtered = self._filtered()
        if self.model.rowCount():
            self._pages.setCurrentWidget(self._filled)
        else:
            self._pages.setCurrentWidget(self._nothing_found if filtered else self._empty)
        self._filter.setVisible(filtered or self.model.rowCount() > 0)
        self._fit()

    def _clear_filter(self) -> None:
        self.text.clear()
        self.vignette.setCurrentIndex(0)
        self.read()
        self.table.setFocus()

    # Sound

    def _sound(self, line: LogLine, source: Source, from_s: float) -> None:
        if self._sounding is not line:
            return
        if self._deck is None:
            from trainer.gui.player import QtPlayer

            deck = QtPlayer(self._desk.settings.text("speaker") or None, parent=self)
            deck.on_ended, deck.on_failed = self._ended, self._cannot_play
            self._deck = deck
        self._paused = False
        self._deck.play(source, from_s)
        self._say()

    def _hold_or_go_on(self) -> None:
        if self._deck is None:
            return
        self._paused = not self._paused
        if self._paused:
            self._deck.pause()
        else:
            self._deck.resume()
        self._say()

    def _ended(self, _moment: Moment) -> None:
        self._sounding = None
        self._say()

    def _cannot_play(self, error: Exception) -> None:
        self._ended(Moment(0.0, 0.0))
        self._window.failed(error)

    def _silence(self) -> None:
        if self._deck is not None:
            self._deck.close()
        self._sounding = None
        self._say()

    def _say(self) -> None:
        line = self._sounding
        if line is None:
            self.status.setText(self.tr("Enter opens a response, Space plays it."))
            return
        text = (
            self.tr("Held: {0}. Space goes on.")
            if self._paused
            else self.tr("You answer {0}. Space holds it.")
        )
        who = self.tr("{0}, attempt {1}").format(line.client or line.title, line.attempt)
        self.status.setText(text.format(who))

    # Looks

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.table.viewport() and event.type() is QEvent.Type.Resize:
            self._fit()
        elif event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.open_line()
                return True
            if event.key() == Qt.Key.Key_Space:
                self.play_line()
                return True
            if event.key() == Qt.Key.Key_Delete:
                self.delete_line()
                return True
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """Share out the width; what is least needed goes first when it is small."""
        share_width(self.table, self.fontMetrics(), self.model.has_others())

    def _lay_out(self) -> None:
        self._count, self.status = quiet(""), quiet("")
        head = QHBoxLayout()
        head.addWidget(heading(self.tr("Log"), 1.5))
        head.addStretch()
        head.addWidget(self._count, 0, Qt.AlignmentFlag.AlignBottom)
        self._count.setWordWrap(False)
        self._pages = QStackedWidget()
        self._filled = self._make_table()
        self._empty = self._make_message(
            self.tr("Nothing here yet."),
            self.tr("After your first client, every response is listed here with your rating."),
            self.tr("Go to Today"),
            lambda: self._window.go("today"),
        )
        self._nothing_found = self._make_message(
            self.tr("No response is like that."), "", self.tr("Show all"), self._clear_filter
        )
        for page in (self._filled, self._empty, self._nothing_found):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._make_filter())
        column.addWidget(self._pages, 1)
        self._say()

    def _make_filter(self) -> QWidget:
        self.vignette = Choice()
        self.vignette.setAccessibleName(self.tr("Show one client only"))
        self.vignette.addItem(self.tr("All clients"), None)
        self.vignette.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.vignette.setMinimumContentsLength(14)
        self.vignette.activated.connect(lambda _index: self.read())
        self.text = QLineEdit(clearButtonEnabled=True)
        self.text.setPlaceholderText(self.tr("Find by client, title or what you tried"))
        self.text.setAccessibleName(self.tr("Find"))
        self.text.textChanged.connect(lambda _text: self._search.start())
        self._filter = QWidget()
        row = QHBoxLayout(self._filter)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.vignette, 1)
        row.addWidget(self.text, 1)
        return self._filter

    def _make_table(self) -> QWidget:
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setItemDelegate(LogDelegate(self.table))
        self.table.setAccessibleName(self.tr("Your responses"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(row_height(self.fontMetrics()))
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionsClickable(False)
        self.table.doubleClicked.connect(lambda _index: self.open_line())
        self.table.installEventFilter(self)
        self.table.viewport().installEventFilter(self)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        self.question = Question()
        self.question.asked.connect(self._make_room)
        column.addWidget(self.question)
        self.delete = QPushButton(self.tr("Delete …  (Del)"))
        self.delete.setProperty("flat", True)
        self.delete.setAccessibleName(self.tr("Delete the chosen response"))
        self.delete.clicked.connect(self.delete_line)
        self._foot = QWidget()
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.status, 1)
        foot.addWidget(self.delete)
        column.addWidget(self._foot)
        return page

    def _make_message(self, title: str, text: str, action: str, act: Callable[[], None]) -> QWidget:
        button = QPushButton(action)
        button.clicked.connect(act)
        page = QWidget()
        column = QVBoxLayout(page)
        column.addStretch(2)
        for label in (heading(title), plain(text)):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            if not label.text():  # to show the others here would open windows: they have no parent
                label.hide()
            column.addWidget(label)
        column.addSpacing(6)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page
