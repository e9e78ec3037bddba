"""What the window asks of a screen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from trainer.app.arrivals import Arrived
    from trainer.domain.changes import Changes


class Teller(QWidget):
    """A page that tells of files that come, while they do and in the end."""

    def expect(self) -> None:
        """Some come; more may, before the first ones are told."""
        raise NotImplementedError

    def go_on(self, text: str, done: int, whole: int) -> None:
        """Which one is on its way, with how far all are (bytes)."""
        raise NotImplementedError

    def tell(self, every: "Sequence[Arrived]", left: int) -> None:
        """What became of each; ``left`` were not looked at, since somebody stopped it."""
        raise NotImplementedError


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

    def teller(self) -> Teller | None:
        """Where it tells what comes, brought to the front; None: the window's banner does."""
        return None
