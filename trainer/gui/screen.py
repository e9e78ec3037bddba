"""What the window asks of a screen."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from trainer.domain.changes import Changes


class Screen(QWidget):
    """One room of the window, made when first entered.

    ``makes_room``: what is to be solved pushes it down, and covers nothing of it.
    """

    makes_room = False

    def entered(self) -> None:
        """It is shown now: read what it shows."""

    def left(self) -> None:
        """It is shown no longer: stop sound, keep what was typed."""

    def news(self, changes: "Changes") -> None:
        """Rows of these kinds changed while it is shown."""
