"""Settings, you: the name in the log, and whose practice is shown where it holds several."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QLineEdit

from trainer.app.desk import Desk
from trainer.app.persons import Someone, everybody, rename
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import Card, quiet
from trainer.gui.widgets.choice import Choice


class PersonCard(Card):
    """``other`` tells that somebody else's practice is to be shown from now on."""

    other = Signal()

    def __init__(self, desk: Desk, failed: Callable[[Exception], None]) -> None:
        super().__init__(QCoreApplication.translate("PersonCard", "You"))
        self._desk, self._failed = desk, failed
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name or initials"))
        self.name.setPlaceholderText(self.tr("Name or initials"))
        self.name.editingFinished.connect(self._rename)
        self.choice = Choice()
        self.choice.setAccessibleName(self.tr("Whose practice is shown"))
        self.choice.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choice.activated.connect(self._choose)
        self.several = quiet(self.tr("The log holds more than one person. Whose is shown:"))
        self.add(self.name, self.several, self.choice)
        for widget in (self.several, self.choice):
            widget.hide()
        self._known = ""

    def read(self) -> None:
        """Read who is in the log."""
        self._desk.runner.database(everybody, self._show, alive=alive(self))

    def _show(self, found: tuple[Someone, ...]) -> None:
        mine = self._desk.settings.text("person")
        self._known = next((one.name for one in found if one.id == mine), "")
        self.name.setText(self._known)
        self.choice.clear()
        for one in found:
            text = self.tr("{0} (responses: {1})").format(one.name, one.responses)
            self.choice.addItem(text, one.id)
        self.choice.setCurrentIndex(max(self.choice.findData(mine), 0))
        for widget in (self.several, self.choice):
            widget.setVisible(len(found) > 1)

    def _rename(self) -> None:
        name, person = self.name.text().strip(), self._desk.settings.text("person")
        if name == self._known:
            return
        if not name:
            self.name.setText(self._known)
            return
        self._desk.runner.change(
            lambda log: rename(log, person, name), lambda _: self.read(), self._failed, alive(self)
        )

    def _choose(self, _index: int) -> None:
        chosen = str(self.choice.currentData())
        if chosen != self._desk.settings.text("person"):
            self._desk.settings.set("person", chosen)
            self.other.emit()
