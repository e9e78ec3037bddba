"""A part of a page that is never made smaller than its text needs."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QLabel


class Whole(QFrame):
    """Takes the height that its words need at this width from what can scroll beside it.

    Qt's layouts know how high a wrapped text wants to be, and yet give it less when room is short.
    """

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest, QEvent.Type.Show):
            for words in self.findChildren(QLabel):
                words.setMinimumHeight(max(0, words.heightForWidth(words.width())))
            needed = self.heightForWidth(self.width()) if self.hasHeightForWidth() else 0
            if needed > 0 and needed != self.minimumHeight():
                self.setMinimumHeight(needed)
        return done
