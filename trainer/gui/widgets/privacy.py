"""Settings, data and privacy: where everything lies, and how to be rid of it."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtCore import QCoreApplication, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from trainer.app.desk import Desk
from trainer.app.forget import BEYOND, Toll, everything_before, everything_of, forget_later
from trainer.domain.consent import months_after
from trainer.domain.counted import by_count
from trainer.domain.ids import local_now
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import Card, in_a_row, plain, quiet
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.times import length, of_day

A_YEAR = -12  # months


class PrivacyCard(Card):
    """Where the data lies; the lock; forgetting much at once.

    ``all_gone`` tells that the person whose log is open is forgotten; ``new_passphrase`` asks for
    the lock or for another passphrase, ``lock_off`` for none, ``recovery_key`` for the key.
    """

    all_gone = Signal()
    new_passphrase = Signal()
    recovery_key = Signal()
    lock_off = Signal()

    def __init__(self, desk: Desk, failed: Callable[[Exception], None]) -> None:
        super().__init__(_tr("Data and privacy"))
        self._desk, self._failed = desk, failed
        self.question, self.status = Question(), quiet("")
        self.status.hide()
        folder = desk.home.folder
        said = self.tr("Recordings, ratings and notes lie in {0}. Nothing is uploaded.")
        where = plain(said.format(folder))
        show = QPushButton(self.tr("Open the folder"))
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))))
        self.add(where, in_a_row(show), *self._make_lock(desk.home.key is not None))
        self.add(plain(self.tr("To forget is to delete for good. You are asked once more.")))
        self.add(self._make_before(), self._make_all(), self.question, self.status)
        self.add(quiet(self.tr(BEYOND)))

    def _make_lock(self, locked: bool) -> tuple[QWidget, ...]:
        self.lock = QPushButton(
            self.tr("Change the passphrase …") if locked else self.tr("Lock with a passphrase …")
        )
        self.lock.clicked.connect(self.new_passphrase)
        self.unlock = QPushButton(self.tr("Take the lock off …"))
        self.unlock.clicked.connect(self._ask_unlock)
        self.recovery = QPushButton(self.tr("Recovery key …"))
        self.recovery.clicked.connect(self.recovery_key)
        row = in_a_row(self.lock, self.recovery, self.unlock)
        self.unlock.setVisible(locked)  # in the row: without a parent it would be a window
        self.recovery.setVisible(locked)
        if locked:
            said = self.tr(
                "They are encrypted: only your passphrase or the recovery key opens them."
            )
        else:
            said = self.tr("Whoever can open this computer's files can listen.")
        return plain(said), row

    def _ask_unlock(self) -> None:
        self.question.ask(
            self.tr("Decrypt everything? Whoever can open this computer's files can then listen."),
            self.tr("Take the lock off"), self.lock_off.emit, back=self.unlock.setFocus,
        )  # fmt: skip

    def _make_before(self) -> QWidget:
        self.day = QLineEdit(months_after(local_now().date(), A_YEAR).isoformat())
        self.day.setAccessibleName(self.tr("Forget everything before this day"))
        self.day.setFixedWidth(self.fontMetrics().averageCharWidth() * 16)
        self.day.returnPressed.connect(self._ask_before)
        self.before = QPushButton(self.tr("Forget everything before …"))
        self.before.clicked.connect(self._ask_before)
        return in_a_row(self.before, self.day)

    def _make_all(self) -> QWidget:
        self.everything = QPushButton(self.tr("Forget all of me …"))
        self.everything.clicked.connect(self._ask_all)
        return in_a_row(self.everything)

    def _person(self) -> str:
        return self._desk.settings.text("person")

    def _ask_before(self) -> None:
        try:
            on = date.fromisoformat(self.day.text().strip())
        except ValueError:
            self._say(self.tr("That is no day. Write it like 2026-01-31."))
            return
        what = self.tr("Delete everything before {0} for good?").format(of_day(on))
        self._desk.runner.database(
            everything_before(on, self._person()), partial(self._ask, what, self.before),
            self._failed, alive(self),
        )  # fmt: skip

    def _ask_all(self) -> None:
        what = self.tr("Delete all of you for good, also your name?")
        self._desk.runner.database(
            everything_of(self._person()), partial(self._ask, what, self.everything),
            self._failed, alive(self),
        )  # fmt: skip

    def _ask(self, what: str, button: QPushButton, toll: Toll) -> None:
        if not toll:
            self._say(self.tr("There is nothing from before that day."))
            return
        self.status.hide()
        what = by_count(
            toll.responses + toll.interrupted, self.tr("{0} 1 recording"),
            self.tr("{0} {1} recordings"),
        ).format(what, toll.responses + toll.interrupted)  # fmt: skip
        text = self.tr(
            "{0}, {1} of sound, with their ratings, notes, measures and reports, "
            "also from the backups in the data folder."
        ).format(what, length(60 * toll.minutes))
        self.question.ask(
            text, self.tr("Delete for good"), partial(self._delete, toll),
            back=button.setFocus, type_first=str(toll.responses + toll.interrupted),
        )  # fmt: skip

    def _delete(self, toll: Toll) -> None:
        self._say(self.tr("Deleting …"))
        still_there = alive(self)

        def gone() -> None:
            if toll.scope.people and still_there():
                self.all_gone.emit()

        def erased() -> None:
            if still_there():
                self._say(self.tr("Deleted, also from the automatic backups."))

        forget_later(self._desk, toll.scope, gone, erased, self._failed)

    def _say(self, text: str) -> None:
        self.status.setText(text)
        self.status.show()


def _tr(text: str) -> str:
    return QCoreApplication.translate("PrivacyCard", text)
