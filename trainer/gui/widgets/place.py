"""A line for the address of a shared place, which may hold a password that is never shown."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit

from trainer.app.place import check_there, read_address, shown
from trainer.app.work import Runner
from trainer.domain.errors import KnownError
from trainer.gui.jobs import alive


class PlaceLine(QLineEdit):
    """What is typed is kept when one leaves the line, if it can be an address."""

    def __init__(
        self,
        place: str,
        keep: Callable[[str], None],
        failed: Callable[[Exception], None],
        runner: Runner,
    ) -> None:
        super().__init__(shown(place) if place else "")
        self._keep, self._failed, self._runner = keep, failed, runner
        self._place = place
        self.setPlaceholderText(self.tr("Such as davs://cloud.example.org/course"))
        self.setCursorPosition(0)  # where it is, rather than in which folder
        self.editingFinished.connect(self._typed)

    def _typed(self) -> None:
        text = self.text().strip()
        if text == (shown(self._place) if self._place else ""):
            return
        try:
            told = read_address(text).shown if text else ""
            self._keep(text)
        except KnownError as error:
            self._failed(error)
            return
        self._place = text
        self.setText(told)
        self.setCursorPosition(0)
        if text:  # kept all the same: a disk may be put in later
            self._runner.background(
                lambda _: check_there(text), failed=self._failed, alive=alive(self)
            )
