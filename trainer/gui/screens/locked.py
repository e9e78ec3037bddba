"""A locked data folder: the passphrase at the start, and the pages that put the lock on."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from trainer.app import locking
from trainer.gui.screen import Screen
from trainer.gui.widgets.cards import Card, Tick, heading, in_a_row, plain, quiet


class LockedScreen(Screen):
    """Asks for the passphrase; ``opens`` is called with it, and ``failed`` tells what was wrong."""

    def __init__(self, opens: Callable[[str], None]) -> None:
        super().__init__()
        self._opens = opens
        self.passphrase = Secret(self.tr("Passphrase"))
        self.passphrase.line.returnPressed.connect(self._open)
        self.open = QPushButton(self.tr("Open  (Enter)"))
        self.open.setProperty("primary", True)
        self.open.clicked.connect(self._open)
        self.told = plain("")
        self.told.hide()
        self._hint = quiet(self.tr("Forgotten? The recovery key, typed here, opens it too."))
        card = Card("")
        card.add(
            heading(self.tr("Attune is locked"), 1.7),
            plain(self.tr("Your recordings and your log are encrypted.")),
            self.passphrase,
            self.told,
            _foot(self.open),
            self._hint,
        )
        _centred(self, card)

    def entered(self) -> None:
        """Ready to type."""
        self.passphrase.line.setFocus()

    def failed(self, error: Exception) -> None:
        """Tell why it does not open, and let it be tried again."""
        self.told.setText(str(error))
        self.told.show()
        self._hint.hide()  # the sentence says it
        self.setEnabled(True)
        self.passphrase.line.selectAll()
        self.passphrase.line.setFocus()

    def _open(self) -> None:
        given = self.passphrase.line.text()
        if given and self.isEnabled():
            self.told.setText(self.tr("Opening …"))
            self.told.show()
            self.setEnabled(False)
            self._opens(given)


class NewPassphraseScreen(Screen):
    """A new passphrase, typed twice; what it does and does not protect is said before.

    ``accepted`` is called with it, ``back`` when it is not wanted.
    """

    def __init__(
        self, accepted: Callable[[str], None], back: Callable[[], None], *, change: bool
    ) -> None:
        super().__init__()
        self._accepted, self._back = accepted, back
        self.first = Secret(self.tr("New passphrase"))
        self.second = Secret(self.tr("The same once more"))
        self.first.line.returnPressed.connect(self.second.line.setFocus)
        self.second.line.returnPressed.connect(self._accept)
        for secret in (self.first, self.second):
            secret.line.textChanged.connect(self._typed)
        self.told = quiet("")
        self.accept = QPushButton(self.tr("Change it") if change else self.tr("Lock the folder"))
        self.accept.setProperty("primary", True)
        self.accept.clicked.connect(self._accept)
        leave = QPushButton(self.tr("Not now  (Esc)"))
        leave.clicked.connect(back)
        QShortcut(QKeySequence("Esc"), self, back)
        card = Card("")
        title = self.tr("Another passphrase") if change else self.tr("Lock the data folder")
        card.add(heading(title, 1.7), *(plain(text) for text in (_CHANGE if change else _ABOUT)))
        card.add(self.first, self.second, self.told, _foot(leave, self.accept))
        _centred(self, card)
        self.setTabOrder(self.first.line, self.second.line)  # typed one after the other, unseen
        self._typed()

    def entered(self) -> None:
        """Ready to type."""
        self.first.line.setFocus()

    def left(self) -> None:
        """Nothing that was typed stays behind."""
        self.first.line.clear()
        self.second.line.clear()

    def _typed(self) -> None:
        first, second = self.first.line.text(), self.second.line.text()
        weak = locking.weakness(first)
        same = first == second
        self.accept.setEnabled(weak is None and same)
        if not first:
            self.told.setText(self.tr("Four words that do not belong together are good."))
        elif weak is not None:
            self.told.setText(f"{weak}.")
        elif second and not same:
            self.told.setText(self.tr("The two are not the same."))
        else:
            self.told.setText(self.tr("Good.") if same else self.tr("Now the same once more."))

    def _accept(self) -> None:
        if self.accept.isEnabled():
            self._accepted(self.first.line.text())


class RecoveryScreen(Screen):
    """The recovery key; ``kept`` is called when it has been written down."""

    def __init__(self, secret: str, kept: Callable[[], None]) -> None:
        super().__init__()
        self.key = QLabel(_in_groups(secret), wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.key.setProperty("badge", True)
        self.key.setContentsMargins(4, 8, 4, 8)
        self.key.setAccessibleName(self.tr("Recovery key"))
        self.key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.copied = quiet(self.tr("Copied. Empty the clipboard when you have pasted it."))
        self.copied.hide()
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.setAccessibleDescription(self.key.text())
        self.copy.clicked.connect(lambda: self._copy(secret))
        self.ticked = Tick(self.tr("I have written it down, and not on this computer"))
        self.ticked.toggled.connect(self._tick)
        self.go_on = QPushButton(self.tr("Go on"))
        self.go_on.setProperty("primary", True)
        self.go_on.setEnabled(False)
        self.go_on.clicked.connect(kept)
        card = Card("")
        card.add(
            heading(self.tr("Write down the recovery key"), 1.7),
            plain(
                self.tr(
                    "The data folder is locked. If you forget the passphrase, only this key opens "
                    "your recordings: nobody can send you another."
                )
            ),
            self.key,
            in_a_row(self.copy),
            self.copied,
            self.ticked,
            _foot(self.go_on),
            quiet(self.tr(locking.ELSEWHERE)),
        )
        _centred(self, card)

    def entered(self) -> None:
        """The key comes first, also for whoever hears the page."""
        self.copy.setFocus()

    def _copy(self, secret: str) -> None:
        QGuiApplication.clipboard().setText(secret)
        self.copied.show()

    def _tick(self, on: bool) -> None:
        self.go_on.setEnabled(on)


class WorkingScreen(Screen):
    """What goes on while there is no log to show."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, 0)
        self.bar.setAccessibleName(text)
        card = Card("")
        card.add(
            heading(text, 1.3),
            self.bar,
            quiet(self.tr("If it is interrupted, the next start goes on with it.")),
        )
        _centred(self, card)

    def show_progress(self, done: int, whole: int) -> None:
        """How far it is, in files."""
        self.bar.setRange(0, max(whole, 1))
        self.bar.setValue(done if whole else 1)


class Secret(QWidget):
    """A line for a passphrase, with its name above it; it can be shown."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.line = QLineEdit(echoMode=QLineEdit.EchoMode.Password, maxLength=1000)
        self.line.setAccessibleName(name)
        label = QLabel(name)
        label.setBuddy(self.line)
        show = QCheckBox(self.tr("Show"))
        show.setAccessibleName(self.tr("Show what is typed: {0}").format(name))
        show.toggled.connect(self._show)
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.setSpacing(4)
        column.addWidget(label)
        column.addLayout(row)

    def _show(self, on: bool) -> None:
        mode = QLineEdit.EchoMode
        self.line.setEchoMode(mode.Normal if on else mode.Password)


def _in_groups(secret: str) -> str:
    """The key so that a hand can copy it; spaces in it do not matter when it is typed."""
    begins, digits = secret[:16], secret[16:]
    groups = [digits[at : at + 4] for at in range(0, len(digits), 4)]
    return " ".join((begins, *groups))


def _foot(*buttons: QPushButton) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 6, 0, 0)
    row.addStretch()
    for button in buttons:
        row.addWidget(button)
    return holder


def _centred(screen: Screen, card: Card) -> None:
    """One card in the middle, that can be scrolled to in the smallest window."""
    card.setMaximumWidth(screen.fontMetrics().averageCharWidth() * 80)
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(28, 24, 28, 24)
    column.addStretch(1)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(card, 20)
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(2)
    area = QScrollArea(widgetResizable=True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    outer = QVBoxLayout(screen)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area)


def _tr(text: str) -> str:
    return QCoreApplication.translate("NewPassphraseScreen", text)


_ABOUT = (
    _tr(
        "Recordings, films, ratings, notes and the backups in the data folder are encrypted. "
        "Attune then asks for the passphrase when it opens."
    ),
    _tr(
        "Reports in the data folder are deleted; you can write them again, to a place you choose. "
        "An answer lies open on the disk while you give it, and for some seconds after."
    ),
    _tr(
        "It protects a computer that is off or in other hands, not one on which somebody watches "
        "while Attune is open."
    ),
)
_CHANGE = (
    _tr("Backups made until today open with the passphrase they were made under."),
    _tr(
        "If somebody may know the old one, take the lock off and put it on again instead: that "
        "makes a new key, and new backups."
    ),
)
