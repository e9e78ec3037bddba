"""Whose what somebody sends is: what a decision does stands there before it is taken."""

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QWidget

from trainer.app import whose
from trainer.app.desk import Desk
from trainer.app.enrolled import names
from trainer.app.whose import OTHER_CODE, OTHER_KEY, Consequence, Decision, InDoubt, Sender
from trainer.domain.errors import KnownError
from trainer.gui.client_names import ClientNames
from trainer.gui.jobs import alive
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.cards import Card, Tick, in_a_row, plain, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.field import Field
from trainer.gui.widgets.sight import come_in_sight


class WhoseForm(Card):
    """Hidden until it is wanted. ``decided(of)`` when it is, ``closed`` when not.

    ``of`` is the ``Sender`` or the ``InDoubt`` that was asked about.
    """

    decided = Signal(object)
    failed = Signal(object)
    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(QCoreApplication.translate("WhoseForm", "Whose are they?"))
        self._desk = desk
        self._of: Sender | InDoubt | None = None
        self._seen: Consequence | None = None  # of the code that is chosen
        self._asked = 0  # how often
        self._deciding = False
        self._names: Mapping[str, str] = {}  # who is behind a code, as far as it is known here
        self.code = Choice()
        self.code.setPlaceholderText(self.tr("Choose whose they are"))
        self.code.currentIndexChanged.connect(lambda _index: self._read())
        self.field = Field(self.tr("They are"), self.code)
        self._about, self._does, self._clash = plain(""), plain(""), plain("")
        self._wait = Wait(self.tr("Looking what came before …"))
        self._keeping = Wait(self.tr("Putting it on record …"))
        self._clash.setProperty("fault", True)
        self.same_key, self.both = Tick(""), Tick(self.tr("It is one person: count both"))
        for tick in (self.same_key, self.both):
            tick.toggled.connect(lambda _on: self._check())
        self.decide = LongButton(self.tr("Decide it"))
        self.decide.setProperty("primary", True)
        self.decide.clicked.connect(self._decide)
        close = LongButton(self.tr("Not now  (Esc)"))
        close.clicked.connect(self.closed)
        parts: tuple[QWidget, ...] = (
            self._about, self.field, self._wait, self._does, self._clash,
            self.same_key, self.both, self._keeping, in_a_row(self.decide, close),
            quiet(self.tr("It is put on record and holds for all that this sender has sent and "
                          "will send, in every table, share, figure, export and result.")),
        )  # fmt: skip
        self.add(*parts)
        self.hide()

    def ask(self, of: Sender | InDoubt, about: str) -> None:
        """Begin with nobody chosen; ``about`` tells what it is."""
        self._of = of
        self._asked += 1
        number = self._asked  # what was asked before comes too late
        self._about.setText(about)
        self.code.clear()
        self.code.setEnabled(False)  # until it is read whose they can be
        self._clear()
        self.show()
        self._wait.begin()
        self._desk.runner.database(
            lambda log: (whose.codes_for(log, whose.decision(of, "")), names(log)),
            lambda found: self._offer(*found) if number == self._asked else None, self._cannot,
            alive=alive(self),
        )  # fmt: skip

    # Inside

    def _called(self, code: str) -> str:
        """A code with who is behind it."""
        name = self._names.get(code, "")
        return f"{code} · {name}" if name else code

    def _offer(self, codes: tuple[str, ...], known: Mapping[str, str]) -> None:
        self._wait.end()
        of, self._names = self._of, known
        notes = {}
        if isinstance(of, InDoubt) and of.why in (OTHER_KEY, OTHER_CODE):
            said = self.tr("{0} – it stands in the file")
            notes = {of.code: said.format(self._called(of.code))}
        if isinstance(of, InDoubt) and of.known_as:
            said = self.tr("{0} – as they are known here")
            notes[of.known_as] = said.format(self._called(of.known_as))
        first = [code for code in notes if code in codes]
        self.code.blockSignals(True)
        for code in (*first, *(one for one in codes if one not in notes)):
            self.code.addItem(notes.get(code) or self._called(code), code)
        self.code.addItem(self.tr("Nobody's: set aside"), whose.NOBODY)
        self.code.setCurrentIndex(-1)
        self.code.blockSignals(False)
        self.code.setEnabled(True)
        self.code.setFocus()
        come_in_sight(self)

    def _clear(self) -> None:
        self._seen = None
        for part in (self._does, self._clash, self.same_key, self.both):
            part.hide()
        self.same_key.setChecked(False)
        self.both.setChecked(False)
        self.field.say("")
        self._check()

    def _decision(self) -> Decision:
        assert self._of is not None  # it was asked about
        asked = whose.decision(self._of, self.code.currentData())
        heard = self._of.fingerprint if self.same_key.isChecked() else ""
        return whose.with_said(asked, heard=heard, both=self.both.isChecked())

    def _read(self) -> None:
        self._clear()
        if self.code.currentIndex() >= 0:
            self._wait.begin()
            asked = self._decision()
            self._desk.runner.database(
                lambda log: whose.consequence(log, asked),
                lambda found: self._show(asked, found), self._cannot, alive=alive(self),
            )  # fmt: skip

    def _cannot(self, error: Exception) -> None:
        self._wait.end()
        if isinstance(error, KnownError):
            self.field.say(error.text)
        else:
            self.failed.emit(error)

    def _show(self, asked: Decision, found: Consequence) -> None:
        if self._of is None or asked.code != self.code.currentData():  # another was chosen since
            return
        self._wait.end()
        self._seen = found
        told = ClientNames(self._desk.library).told
        self._does.setText(told("\n".join(found.lines)))
        self._does.show()
        self._clash.setText(self.tr("Both have answered the same clients: {0}").format(
            told("; ".join(found.clashes))
        ))  # fmt: skip
        self.same_key.say(self.tr(
            "I asked {0} by another way, and their Attune shows {1} in Settings"
        ).format(self._called(asked.code), self._of.fingerprint))  # fmt: skip
        for part in (self._clash, self.both):
            part.setVisible(bool(found.clashes))
        self.same_key.setVisible(found.other_key)
        self._check()
        come_in_sight(self)

    def _check(self) -> None:
        seen = self._seen
        self.decide.setEnabled(
            seen is not None
            and not self._deciding
            and (self.both.isChecked() or not seen.clashes)
            and (self.same_key.isChecked() or not seen.other_key)
        )

    def _decide(self) -> None:
        of, asked = self._of, self._decision()
        self._decides(on=True)  # pressed twice it would stand on record twice
        self._desk.runner.change(
            lambda log: whose.decide(log, asked), lambda _: self._decided(of),
            self._not_decided, alive=alive(self),
        )  # fmt: skip

    def _decides(self, *, on: bool) -> None:
        self._deciding = on
        (self._keeping.begin if on else self._keeping.end)()
        self.code.setEnabled(not on)
        self._check()

    def _decided(self, of: Sender | InDoubt | None) -> None:
        self._decides(on=False)
        self.decided.emit(of)

    def _not_decided(self, error: Exception) -> None:
        self._decides(on=False)
        self.decide.setFocus()
        self.failed.emit(error)
