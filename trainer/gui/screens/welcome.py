"""The first run, in under a minute: who, which microphone, where recordings live."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app import today
from trainer.app.consent import chosen
from trainer.app.desk import Desk
from trainer.domain.response import Person
from trainer.gui import theme
from trainer.gui.jobs import alive
from trainer.gui.screen import Screen
from trainer.gui.widgets.cards import quiet
from trainer.gui.widgets.consent import ConsentChoice
from trainer.gui.widgets.microphone import MicrophoneCheck

if TYPE_CHECKING:
    from trainer.gui.main_window import MainWindow


class WelcomeScreen(Screen):
    """Three cards and one button. Only the name is asked for."""

    def __init__(self, desk: Desk, window: "MainWindow") -> None:
        super().__init__()
        self._desk, self._window = desk, window
        self.name = QLineEdit(maxLength=80)
        self.name.setPlaceholderText(self.tr("Name or initials"))
        self.name.setAccessibleName(self.tr("Name or initials"))
        self.name.textChanged.connect(self._name_changed)
        self.microphone = MicrophoneCheck(desk.home.folder, desk.settings.text("microphone"))
        self.microphone.chosen.connect(lambda device: desk.settings.set("microphone", device))
        self.start = QPushButton(self.tr("Go on  (Enter)"))
        self.start.setProperty("primary", True)
        self.start.setEnabled(False)
        self.start.clicked.connect(self._start)
        self._lay_out()

    def entered(self) -> None:
        """Listen at once, so that the bar moves before anything is explained."""
        self.microphone.begin()
        self.name.setFocus()

    def left(self) -> None:
        """Let go of the microphone."""
        self.microphone.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on from wherever the focus is; a list that is open keeps it."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.start.isEnabled():
            if not event.isAutoRepeat():
                self._start()
        else:
            super().keyPressEvent(event)

    def _name_changed(self, text: str) -> None:
        self.start.setEnabled(bool(text.strip()))

    def _start(self) -> None:
        if not self.start.isEnabled():  # no name yet, or Enter pressed twice
            return
        self.start.setEnabled(False)
        name = self.name.text()
        self._desk.runner.change(
            lambda log: today.add_person(log, name), self._entered, self._failed, alive(self)
        )

    def _failed(self, error: Exception) -> None:
        self.start.setEnabled(True)
        self._window.failed(error)

    def _entered(self, person: Person) -> None:
        self.microphone.end()
        self._desk.settings.set("person", person.id)
        self._window.go("today")

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Welcome to Attune"))
        theme.big(title, 2.0, bold=True)
        about = QLabel(
            self.tr(
                "A client says something difficult. You answer aloud, rate yourself, and see what "
                "you might change. Twenty minutes in the evening are enough."
            ),
            wordWrap=True,
        )
        theme.big(about, 1.12)
        inside = QWidget()
        inside.setMaximumWidth(self.fontMetrics().averageCharWidth() * 100)
        column = QVBoxLayout(inside)
        column.setContentsMargins(28, 24, 28, 24)
        column.setSpacing(14)
        column.addWidget(title)
        column.addWidget(about)
        column.addWidget(self._card("1", self.tr("Who are you?"), self.name))
        column.addWidget(self._card("2", self.tr("Can you be heard?"), self.microphone))
        column.addWidget(
            self._card("3", self.tr("Good to know"), self._good_to_know(), self._consent())
        )
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(self.start)
        column.addLayout(foot)
        column.addStretch()
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inside, 8)
        row.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(centre)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _card(self, number: str, title: str, *body: QWidget) -> QFrame:
        card = QFrame()
        card.setProperty("card", True)
        heading = QLabel(f"{number}   {title}")
        theme.big(heading, 1.15, bold=True)
        column = QVBoxLayout(card)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addWidget(heading)
        for widget in body:
            column.addWidget(widget)
        return card

    def _consent(self) -> QWidget:
        """One quiet line with what holds if nothing is chosen."""
        settings = self._desk.settings
        self.consent = ConsentChoice()
        self.consent.set(chosen(settings))

        def keep(use: str, months: int) -> None:
            settings.set("consent", use)
            settings.set("keep_months", months)

        self.consent.chosen.connect(keep)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(quiet(self.tr("Who may use your recordings, and how long they are kept:")))
        column.addWidget(self.consent)
        return holder

    def _good_to_know(self) -> QLabel:
        text = self.tr(
            "Your recordings and ratings stay in {0}. Nothing is uploaded, there is no account; "
            "whoever can open this computer's files can listen.\n\n"
            "The clients speak with synthetic voices: for practice, not equivalent to filmed "
            "clients. You can leave any client at any moment with Esc; nothing is lost."
        ).format(self._desk.home.folder)
        label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label
