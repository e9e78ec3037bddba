"""How far each rater of an assignment is, and what came back from them."""

from PySide6.QtCore import QCoreApplication

from trainer.app.share import RaterProgress
from trainer.gui.screens.raters_told import gate_told
from trainer.gui.widgets.cards import Card
from trainer.gui.widgets.table import Table
from trainer.gui.widgets.times import day


class RatersProgress(Card):
    """Hidden until somebody was given something."""

    def __init__(self) -> None:
        super().__init__(QCoreApplication.translate("RatersProgress", "What came back"))
        self._table = Table(("", "", ""))
        self.add(self._table)
        self.hide()

    def show_progress(self, progress: tuple[RaterProgress, ...]) -> None:
        """Show a line for each."""
        self._table.hide()
        self._table.deleteLater()
        self._table = Table((self.tr("Rater"), self.tr("Rated"), self.tr("When")))
        for one in progress:
            when = [self.tr("given {0}").format(day(one.given_at.astimezone()))]
            if one.returned_at:
                when.append(self.tr("newest file {0}").format(day(one.returned_at.astimezone())))
            if one.due_at and one.outstanding:
                when.append(self.tr("due {0}").format(day(one.due_at.astimezone())))
            self._table.add(
                one.name or self.tr("a rater who was forgotten"),
                self.tr("{0} of {1}").format(one.returned, one.given),
                " · ".join(when), gate_told(self, one),
            )  # fmt: skip
        self.add(self._table)
        self.setVisible(bool(progress))
