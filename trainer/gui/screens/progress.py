"""Progress: your ratings over time, item by item, with how much they can be trusted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from trainer.app import log as logs
from trainer.app.desk import Desk
from trainer.app.library import titled
from trainer.app.progress import ItemProgress, Progress, progress
from trainer.domain.changes import Changes
from trainer.domain.rubric import Rubric, Scale
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.widgets.cards import Card, heading, plain, quiet
from trainer.gui.widgets.chart import Chart
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.times import moment

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow

CARD_CHARACTERS = 30


class ItemCard(Card):
    """One item: its name, what the chart shows in sentences, the chart, the chosen response."""

    def __init__(self, shown: ItemProgress, scale: Scale, titles: dict[str, str]) -> None:
        super().__init__(shown.item.title)
        self._titles = titles
        others = shown.others
        said = [shown.sentence, others.sentence, others.gap] if others else [shown.sentence]
        self._said, self._both, self._arrived = "\n".join(said), others is not None, False
        self.chart = Chart(scale)
        self.chart.setAccessibleName(shown.item.title)
        self.chart.chosen.connect(self._tell)
        if others:
            self.chart.show_series(shown.points, shown.trend, others.points, others.trend)
        else:
            self.chart.show_series(shown.points, shown.trend)
        self.chosen = quiet("")
        self.add(quiet(shown.sentence))
        if others:
            self.add(quiet(others.sentence))
        self.add(self.chart)
        if others:
            self.add(plain(others.gap))
        self.add(self.chosen)
        self.body.addStretch()
        self._tell(-1)

    def _tell(self, _place: int) -> None:
        stop = self.chart.stop()
        if stop is None:
            self.chosen.setText(self._legend())
            self.chart.setAccessibleDescription(self._said)
            self._arrived = False
            return
        mark = stop.marks[0]
        title = self._titles.get(mark.vignette, mark.vignette)
        text = self.tr("{0}: {1} for {2}, attempt {3}. Enter opens it.").format(
            moment(mark.at), self.chart.scores_text(stop), title, mark.attempt
        )
        self.chosen.setText(text)
        # Who comes to the chart hears what it shows; from point to point, only the points.
        self.chart.setAccessibleDescription(text if self._arrived else f"{self._said}\n{text}")
        self._arrived = True

    def _legend(self) -> str:
        if self._both:
            return self.tr(
                "You: dots, running mean as a line, its 95 % interval as a band. Others: diamonds "
                "(filled: a consensus), running mean dashed, its interval between dotted lines."
            )
        return self.tr("Dots: your ratings. Line: running mean. Band: its 95 % interval.")


class ProgressScreen(Screen):
    """All items of one rubric as small charts."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._rubrics: tuple[Rubric, ...] = ()
        self._shown: Progress | None = None
        self.cards: tuple[ItemCard, ...] = ()
        self._across = 0
        self._lay_out()

    def entered(self) -> None:
        """Read it: something may have been rated."""
        self.read()

    def news(self, changes: Changes) -> None:
        """A rating was added."""
        if Changes.RATINGS in changes:
            self.read()

    def read(self) -> None:
        """Read which scales were used, then the chosen one's series."""
        desk, person = self._desk, self._desk.settings.text("person")
        desk.runner.database(
            lambda log: logs.rubrics_used(log, desk.library, person),
            self._have_rubrics,
            alive=alive(self),
        )

    def _have_rubrics(self, rubrics: tuple[Rubric, ...]) -> None:
        if rubrics != self._rubrics:
            self._rubrics = rubrics
            chosen = self.rubric.currentData()
            self.rubric.blockSignals(True)
            self.rubric.clear()
            for title, name in titled(rubrics):
                self.rubric.addItem(title, name)
            self.rubric.setCurrentIndex(max(0, self.rubric.findData(chosen)))
            self.rubric.blockSignals(False)
        self.rubric.setVisible(len(rubrics) > 1)
        if rubrics:
            self._read_series()
        else:
            self._about.hide()
            self._pages.setCurrentWidget(self._empty)

    def _read_series(self) -> None:
        desk, person = self._desk, self._desk.settings.text("person")
        wanted = str(self.rubric.currentData())
        desk.runner.database(
            lambda log: progress(log, desk.library, person, wanted), self._show, alive=alive(self)
        )

    def _show(self, found: Progress) -> None:
        if found.rubric.ref.name != self.rubric.currentData():
            return
        if found == self._shown:
            return
        self._shown = found
        self._about.setText(self._who_rated(found).format(found.rubric.title, found.raters))
        self._about.show()
        titles = {v.id: f"{v.client.name} · {v.title}" for v in self._desk.library.vignettes}
        self._inside = QWidget()
        self._grid = QGridLayout(self._inside)
        self._grid.setContentsMargins(2, 2, 10, 12)
        self._grid.setSpacing(14)
        self.cards = tuple(ItemCard(item, found.rubric.scale, titles) for item in found.items)
        for card in self.cards:
            card.chart.opened.connect(self._window.review)
        self._across = 0
        self._area.setWidget(self._inside)
        self._place()
        self._pages.setCurrentWidget(self._area)

    def _who_rated(self, found: Progress) -> str:
        if not found.raters:
            return self.tr("{0}. One rater: you. Choose a point to open its response.")
        if found.raters == 1:
            return self.tr("{0}. You and one other rater. Choose a point to open its response.")
        return self.tr("{0}. You and {1} other raters. Choose a point to open its response.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """As many charts beside each other as can be read and as fill every row."""
        if not self.cards:
            return
        character = self.fontMetrics().averageCharWidth()
        room = self.width() - 2 * 28
        most = min(max(1, room // (CARD_CHARACTERS * character)), len(self.cards), 3)
        across = next(n for n in range(most, 0, -1) if len(self.cards) % n == 0)
        if across == self._across:
            return
        self._across = across
        for place, card in enumerate(self.cards):
            self._grid.removeWidget(card)
            self._grid.addWidget(card, place // across, place % across)
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < across else 0)
        rows = -(-len(self.cards) // across)
        for row in range(len(self.cards) + 1):
            self._grid.setRowStretch(row, 1 if row == rows else 0)

    def _lay_out(self) -> None:
        self.rubric = Choice()
        self.rubric.setAccessibleName(self.tr("Scale"))
        self.rubric.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToContents)
        self.rubric.activated.connect(lambda _index: self._read_series())
        self.rubric.hide()
        head = QHBoxLayout()
        head.addWidget(heading(self.tr("Progress"), 1.5), 1)
        head.addWidget(self.rubric)
        self._about = quiet("")
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty = self._make_empty()
        self._pages = QStackedWidget()
        self._pages.addWidget(self._area)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 18, 28, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._about)
        column.addWidget(self._pages, 1)

    def _make_empty(self) -> QWidget:
        page = QWidget()
        button = QPushButton(self.tr("Go to Today"))
        button.clicked.connect(lambda: self._window.go("today"))
        column = QVBoxLayout(page)
        column.addStretch(2)
        for label in (
            heading(self.tr("No rating yet.")),
            plain(self.tr("After your first rating its points appear here; from the third on, "
                          "with how sure the mean is.")),
        ):  # fmt: skip
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(6)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        return page
