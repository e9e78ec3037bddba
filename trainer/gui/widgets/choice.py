"""A list of choices in a page that scrolls."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

LEAST_CHARACTERS = 12


class Choice(QComboBox):
    """A combo box that the wheel does not change: whoever scrolls past it gave no consent.

    It gives way to a narrow page: what is chosen ends in an ellipsis then, and stands whole in the
    list, which is as wide as it needs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # without the wheel's

    def setAccessibleName(self, name: str) -> None:
        """What it is for.

        On Linux Qt tells a screen reader the chosen text in place of a combo box's name, which is
        left to a label beside it; the description is read, so it begins with the name.
        """
        super().setAccessibleName(name)
        self.setAccessibleDescription(self.accessibleDescription())

    def setAccessibleDescription(self, text: str) -> None:
        """What more there is to say of it; the name is put before."""
        name = self.accessibleName()
        more = text.removeprefix(name).removeprefix(". ")
        super().setAccessibleDescription(". ".join(one for one in (name, more) if one))

    def minimumSizeHint(self) -> QSize:
        least = self.fontMetrics().averageCharWidth() * LEAST_CHARACTERS
        whole = super().minimumSizeHint()
        return QSize(min(least, whole.width()), whole.height())

    def showPopup(self) -> None:
        """Open the list, wide enough to read each line."""
        view = self.view()
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, view)
        needed = view.sizeHintForColumn(0) + bar + 2 * view.frameWidth()
        view.setMinimumWidth(min(needed, self.screen().availableGeometry().width()))
        super().showPopup()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        part = QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, self)
        option.currentText = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page, which scrolls."""
        event.ignore()
