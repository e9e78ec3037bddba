"""Settings: the address that a program writes to when it wants the person here as a rater, and the
fingerprint by which it knows the key of a trainee again.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy

from trainer.app.desk import Desk
from trainer.app.keys import address, own_fingerprint
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import Card, in_a_row, plain, quiet


class AddressCard(Card):
    """The address, what it is for, and a button that copies it."""

    def __init__(self, desk: Desk, failed: Callable[[Exception], None]) -> None:
        super().__init__(QCoreApplication.translate("AddressCard", "Rating for others"))
        self._desk, self._failed, self._address = desk, failed, ""
        said = self.tr(
            "A program that wants you to rate needs your address: what it sends you is written for "
            "this Attune, and nobody else can open it. The address is no secret."
        )
        self.text = QLabel("", wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.text.setProperty("badge", True)
        self.text.setContentsMargins(4, 8, 4, 8)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.text.setAccessibleName(self.tr("Your address as a rater"))
        self.copy = QPushButton(self.tr("Copy your address"))
        self.copy.clicked.connect(self._copy)
        self.copied = quiet(self.tr("Copied. Paste it into a message to the program."))
        self.copied.hide()
        self.key = plain("")
        self.key.setAccessibleName(self.tr("The fingerprint of your key"))
        self.add(plain(said), self.text, in_a_row(self.copy), self.copied, self.key)

    def read(self) -> None:
        """Read it; it is made when it is wanted for the first time."""
        person = self._desk.settings.text("person")
        self._desk.runner.database(
            lambda log: (address(log), own_fingerprint(log, person)), self._show, self._failed,
            alive=alive(self),
        )  # fmt: skip

    def _show(self, read: tuple[str, str]) -> None:
        found, key = read
        self._address = found
        self.key.setText(self.tr(
            "The fingerprint of your key: {0}. A program that does not know your file again, "
            "because of a new computer, asks you for it: read it out to them."
        ).format(key))  # fmt: skip
        # With blanks, so that it wraps; it is read with them too.
        self.text.setText(" ".join(found[at : at + 11] for at in range(0, len(found), 11)))
        self.copy.setAccessibleDescription(found)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self.copied.show()
