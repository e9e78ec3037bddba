"""What two or more have rated, as lines: how far they are apart, and what is agreed on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from trainer.app.consensus import Agenda, Line
from trainer.domain.rubric import RubricRef
from trainer.gui.widgets.times import length


class AgendaList(QListWidget):
    """Two groups, each under its name; ``wanted(Line)`` when one is to be opened."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Responses that two or more have rated"))
        self.setWordWrap(True)
        self.setSpacing(2)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.itemClicked.connect(self._choose)
        self.itemActivated.connect(self._choose)

    def show_agenda(self, agenda: Agenda) -> None:
        """Show these, the furthest apart first."""
        self.clear()
        for title, lines in (
            (self.tr("To agree on: {0}"), agenda.to_agree),
            (self.tr("Agreed: {0}"), agenda.done),
        ):
            if lines:
                head = QListWidgetItem(title.format(len(lines)))
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                font = self.font()
                font.setBold(True)
                head.setFont(font)
                self.addItem(head)
            for line in lines:
                item = QListWidgetItem(self._in_words(line))
                item.setData(Qt.ItemDataRole.UserRole, line)
                self.addItem(item)
        if self.count() > 1:
            self.setCurrentRow(1)

    def mark(self, response_id: str, rubric: RubricRef) -> None:
        """Show which one is open."""
        for row in range(self.count()):
            line = self.item(row).data(Qt.ItemDataRole.UserRole)
            if line is not None and (line.response_id, line.rubric) == (response_id, rubric):
                self.setCurrentRow(row)

    def keyboardSearch(self, _search: str) -> None:
        """Letters and figures are keys of the page beside."""

    def _in_words(self, line: Line) -> str:
        name = "  ·  ".join(part for part in (line.client, line.title) if part)
        said = [name or self.tr("A client nobody knows"), self._how_far(line)]
        more = [length(line.duration_s)] if line.duration_s is not None else []
        if line.second_opinion:
            more.append(self.tr("second opinion asked"))
        if line.outdated:
            more.append(self.tr("rests on an old rating"))
        elif line.added:
            more.append(self.tr("a rating came after"))
        return "\n".join([*said, ", ".join(more)] if more else said)

    def _how_far(self, line: Line) -> str:
        if line.apart.unlike:
            return self.tr("One says N/A: {0}").format(", ".join(line.items))
        if not line.apart.points:
            return self.tr("The same scores")
        text = self.tr("1 point apart: {1}") if line.apart.points == 1 else self.tr(
            "{0:g} points apart: {1}"
        )  # fmt: skip
        return text.format(line.apart.points, ", ".join(line.items))

    def _choose(self, item: QListWidgetItem | None) -> None:
        line = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if line is not None:
            self.wanted.emit(line)
