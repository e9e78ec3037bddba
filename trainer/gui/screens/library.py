"""Every client of the bank, to be met one at a time."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app.consent import chosen
from trainer.app.desk import Desk
from trainer.app.kept_back import Client, Kept, kept_back, why_kept
from trainer.app.today import single
from trainer.domain.changes import Changes
from trainer.domain.vignette import LEVELS, Vignette
from trainer.gui import theme
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.choice import Choice

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class _Card(QFrame):
    """One client: ``practise`` begins with them, or ``why`` tells why that must wait."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        self.practise = QPushButton(self)
        self.why = quiet("")
        self.why.setParent(self)
        self.why.hide()


class LibraryScreen(Screen):
    """A list of clients with what happened just before; nothing that would give the moment away."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self._cards: list[tuple[Vignette, _Card]] = []
        self._level = Choice()
        self._level.setAccessibleName(self.tr("Level"))
        self._level.addItem(self.tr("All levels"), "")
        for level in LEVELS:
            self._level.addItem(self.tr(level.capitalize()), level)
        self._level.currentIndexChanged.connect(self._filter)
        self._lay_out()

    def entered(self) -> None:
        """The list was made with the screen."""
        self._level.setFocus()
        self._read()

    def news(self, changes: Changes) -> None:
        """A test came, was sat or came back rated."""
        if changes & (Changes.ASSIGNMENTS | Changes.RATINGS | Changes.RESPONSES):
            self._read()

    def _read(self) -> None:
        person = self._desk.settings.text("person")
        self._desk.runner.database(
            lambda log: kept_back(log, person), self._show_kept, self._window.failed,
            alive=alive(self),
        )  # fmt: skip

    def _show_kept(self, found: Mapping[Client, Kept]) -> None:
        """Who is kept for a test is not to be practised with, and why stands there."""
        for vignette, card in self._cards:
            kept = found.get((vignette.ref.pack, vignette.id))
            card.why.setText("" if kept is None else self._why(kept))
            card.why.setVisible(kept is not None)
            card.practise.setVisible(kept is None)

    def _why(self, kept: Kept) -> str:
        return self.tr("Kept for a test. {0}").format(why_kept(kept))

    def left(self) -> None:
        """Nothing to stop."""

    def _filter(self) -> None:
        wanted = self._level.currentData()
        for vignette, card in self._cards:
            card.setVisible(not wanted or vignette.tags.level == wanted)

    def _practise(self, vignette: Vignette) -> None:
        desk, person = self._desk, self._desk.settings.text("person")
        rubric = desk.library.rubric(desk.settings.text("rubric"))
        consent = chosen(desk.settings)
        desk.runner.database(
            lambda log: single(log, person, vignette, rubric, consent),
            self._window.practise,
            self._window.failed,
            alive=alive(self),
        )

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Library"))
        theme.big(title, 1.7, bold=True)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._level)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(12)
        column.addLayout(head)
        for vignette in self._desk.library.vignettes:
            card = self._card(vignette)
            self._cards.append((vignette, card))
            column.addWidget(card)
        if not self._cards:
            empty = QLabel(self.tr("No vignette can be used. 'attune check' says why."))
            empty.setProperty("quiet", True)
            column.addWidget(empty)
        column.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _card(self, vignette: Vignette) -> "_Card":
        card = _Card()
        name = QLabel(f"{vignette.client.name}, {vignette.client.age}  ·  {vignette.title}")
        theme.big(name, 1.12, bold=True)
        name.setWordWrap(True)
        level = QLabel(self.tr(vignette.tags.level.capitalize()))
        level.setProperty("badge", True)
        context = QLabel(vignette.context, wordWrap=True)
        words = QVBoxLayout()
        words.addWidget(name)
        words.addWidget(level, 0, Qt.AlignmentFlag.AlignLeft)
        words.addWidget(context)
        if vignette.content_notes:
            notes = QLabel(self.tr("Touches on: {0}").format(", ".join(vignette.content_notes)))
            notes.setProperty("quiet", True)
            notes.setWordWrap(True)
            words.addWidget(notes)
        words.addWidget(card.why)
        practise = card.practise
        practise.setText(self.tr("Practise"))
        practise.setAccessibleName(self.tr("Practise with {0}").format(vignette.client.name))
        practise.clicked.connect(partial(self._practise, vignette))
        row = QHBoxLayout(card)
        row.setContentsMargins(20, 14, 20, 14)
        row.setSpacing(18)
        row.addLayout(words, 1)
        row.addWidget(practise, 0, Qt.AlignmentFlag.AlignTop)
        return card
