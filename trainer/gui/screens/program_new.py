"""A new assignment on one calm page: everything is checked as it is typed, and nothing is lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from trainer.app import composing
from trainer.app.composing import FIELDS, Draft, consent_words
from trainer.app.desk import Desk
from trainer.app.enrolled import names
from trainer.app.program import overview
from trainer.domain.assignment import Assignment
from trainer.gui.jobs import alive
from trainer.gui.screens.program_clients import ClientPicker
from trainer.gui.screens.program_terms import Terms
from trainer.gui.screens.program_trainees import TraineeLines
from trainer.gui.widgets.busy import Wait
from trainer.gui.widgets.cards import Card, heading, in_a_row, quiet
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.dialogs import ask_folder
from trainer.gui.widgets.elided import LongButton
from trainer.gui.widgets.field import Field
from trainer.gui.widgets.packs import PacksTick
from trainer.gui.widgets.question import Question
from trainer.gui.widgets.words import Block

KEEP_AFTER_MS = 150
WIDEST_CHARACTERS = 120


class NewAssignment(QScrollArea):
    """``written(Written)`` when the file is there; ``back`` to leave it as it is, kept.

    ``to_place(Draft)``: it is to be left in the shared place; ``done`` or ``undone`` is the answer.
    """

    back = Signal()
    written = Signal(object)
    to_place = Signal(object)
    failed = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(widgetResizable=True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._desk = desk
        self._known: Mapping[str, str] = {}
        self._earlier: Sequence[Assignment] = ()
        self._touched: set[str] = set()
        self._fields: dict[str, Field] = {}
        self._entries: dict[str, QWidget] = {}  # where one begins, in what has several parts
        self._showing = False
        self._typed = 0  # how often something was changed here
        self._words = ""  # of consent, where they are the program's own
        self._begun = self._ready = False
        self._to_make: list[Callable[[], Card]] = []
        # Many keys make one row in the log; the last one is kept within the time it takes to blink.
        self._keep = QTimer(self, singleShot=True, interval=KEEP_AFTER_MS)
        self._keep.timeout.connect(self.keep)

    def begin(self) -> None:
        """Show what was begun, or nothing; the page is made when it is first wanted."""
        if not self._begun:
            self._begun = True
            self._lay_out()
            return
        if self._to_make:
            return
        if not self._ready:  # what is typed before that would be written over
            self._wait.begin()
            self._every.setEnabled(False)
        self.leave()
        typed = self._typed
        self._desk.runner.database(
            lambda log: (composing.kept(log), names(log), overview(log)),
            lambda found: self._open(
                found[0] or Draft(), found[1], [one.assignment for one in found[2]], typed
            ),
            self._cannot, alive=alive(self),
        )  # fmt: skip
        self.title.setFocus()

    @property
    def ready(self) -> bool:
        """Whether all of the page is there and shows what is kept."""
        return self._ready

    def draft(self) -> Draft:
        """Everything as it is typed and chosen."""
        typed = Draft(
            title=self.title.text(), program=self.program.text(), occasion=self.occasion.text(),
            after=str(self.after.currentData() or ""), forms=self.clients.forms,
            consent=self._words, with_packs=self.packs.isChecked(), **self.terms.chosen(),
            **self.trainees.typed(),
        )  # fmt: skip
        same = replace(typed, rubric="")
        return Draft() if same == Draft() else typed

    def write_to(self, folder: Path) -> None:
        """Write the file into ``folder``."""
        draft, home, library = self.draft(), self._desk.home, self._desk.library
        self._keep.stop()
        self.setEnabled(False)  # twice pressed it would be given out twice
        self._writing.begin()
        self._desk.runner.change(
            lambda log: composing.write_file(home, log, library, draft, folder),
            self.done, self._not_written, alive=alive(self),
        )  # fmt: skip

    def done(self, written: composing.Written) -> None:
        """It is written, and the page is empty again."""
        self._writing.end()
        self.setEnabled(True)
        self._show(Draft(), self._known, [])
        self.written.emit(written)

    def undone(self) -> None:
        """It could not be left in the place."""
        self.setEnabled(True)
        self.post.setFocus()

    def leave(self) -> None:
        """Keep the last key too."""
        if self._keep.isActive():
            self._keep.stop()
            self.keep()

    def keep(self) -> None:
        """Keep what is typed."""
        draft = self.draft()
        self._desk.runner.change(
            lambda log: composing.keep(log, draft), failed=self.failed.emit, alive=alive(self)
        )

    # Inside

    def _open(
        self, draft: Draft, known: Mapping[str, str], earlier: list[Assignment], typed: int
    ) -> None:
        first = self.isVisible() and not self._ready
        self._wait.end()
        self._every.setEnabled(True)
        if typed == self._typed:
            self._show(draft, known, earlier)
        else:  # what was typed since it was asked for is newer
            self._offer(known, earlier, str(self.after.currentData() or ""))
            self._check()
        if first:
            self.title.setFocus()

    def _not_written(self, error: Exception) -> None:
        self._writing.end()
        self.setEnabled(True)
        self.write.setFocus()
        self.failed.emit(error)

    def _cannot(self, error: Exception) -> None:
        self._wait.end()
        self.failed.emit(error)

    def _show(self, draft: Draft, known: Mapping[str, str], earlier: list[Assignment]) -> None:
        self._offer(known, earlier, draft.after)
        if not draft.program and earlier:
            draft = replace(draft, program=earlier[0].program)
        self._fill(draft)
        self._touched.clear()
        self._ready = True
        self._check()

    def _offer(self, known: Mapping[str, str], earlier: list[Assignment], after: str) -> None:
        self._showing = True
        self._known, self._earlier = known, earlier
        self.after.clear()
        self.after.addItem(self.tr("Trainees who are named below"), "")
        for one in earlier:
            told = self.tr("Those of {0} ({1}), with their other form")
            self.after.addItem(told.format(one.title, one.occasion or one.program), one.id)
        self.after.setCurrentIndex(max(0, self.after.findData(after)))
        self._showing = False

    def _fill(self, draft: Draft) -> None:
        self._showing = True
        self.title.setText(draft.title)
        self.program.setText(draft.program)
        self.occasion.setText(draft.occasion)
        self.clients.set_forms(draft.forms)
        self.terms.show_draft(draft)
        self.trainees.show_draft(draft)
        self._words = draft.consent
        self.packs.setChecked(draft.with_packs)
        self._showing = False

    def _after_chosen(self) -> None:
        if self._showing:
            return
        earlier = next((o for o in self._earlier if o.id == self.after.currentData()), None)
        if earlier is not None:
            self._fill(composing.following(self.draft(), earlier))
        self._change()

    def _change(self, field: str = "") -> None:
        if self._showing:
            return
        if field:
            self._touched.add(field)
        self._typed += 1
        self._check()
        self._keep.start()

    def _consent_typed(self, text: str) -> None:
        usual = consent_words(replace(self.draft(), consent=""))
        self._words = "" if text.strip() == usual.strip() else text
        self._change("consent")

    def _check(self) -> dict[str, str]:
        """Show what is wrong with what was touched, and what is still needed of the rest."""
        draft = self.draft()
        found = composing.faults(draft, self._desk.library, self._known)
        for name, field in self._fields.items():
            field.say(found.get(name, "") if name in self._touched else "")
        self._trainees_card.setVisible(not draft.after)
        self.trainees.tell(composing.trainees(draft, self._known))
        usual = consent_words(replace(draft, consent=""))
        if not (self.consent.words.hasFocus() and self._words):
            self.consent.show_text(self._words or usual, usual)
        self.packs.offer(composing.other_packs(draft, self._desk.library))
        self.post.setVisible(bool(self._desk.settings.text("place")))
        self._needed.setText(self._to_do(found))
        self.lead.setVisible(bool(found))
        return found

    def _to_do(self, found: Mapping[str, str]) -> str:
        said = []
        if missing := composing.needed(found):
            said.append(self.tr("Still needed: {0}.").format(", ".join(missing)))
        if wrong := composing.faulty(found):
            said.append(self.tr("To be put right: {0}.").format(", ".join(wrong)))
        return " ".join(said) or self.tr("Everything is there.")

    def _write(self) -> None:
        """Ask where."""
        if self._is_whole():
            ask_folder(self, self.write_to)

    def _post(self) -> None:
        """Into the shared place; what is typed stays as it is till it is there."""
        if self._is_whole():
            self.leave()
            self.setEnabled(False)
            self.to_place.emit(self.draft())

    def _is_whole(self) -> bool:
        """Whether nothing is missing; else show it and go there."""
        self._touched = set(FIELDS)
        found = self._check()
        first = next((name for name in FIELDS if name in found), None)
        if first is None:
            return True
        field = self._fields[first]
        self._entries.get(first, field.control).setFocus()
        self.ensureWidgetVisible(field)
        return False

    def _ask_to_drop(self) -> None:
        self.question.ask(
            self.tr("Drop everything that is typed here?"), self.tr("Drop it"), self._drop,
            back=self.title.setFocus, no=self.tr("Go on with it"),
        )  # fmt: skip
        self.ensureWidgetVisible(self.question)

    def _drop(self) -> None:
        self._keep.stop()
        self._desk.runner.change(
            lambda log: composing.keep(log, Draft()), lambda _: self.begin(), self.failed.emit,
            alive=alive(self),
        )  # fmt: skip

    # Making

    def _field(self, name: str, title: str, control: QWidget, note: str = "") -> Field:
        self._fields[name] = Field(title, control, note)
        return self._fields[name]

    def _lay_out(self) -> None:
        page = QWidget()
        page.setMaximumWidth(self.fontMetrics().averageCharWidth() * WIDEST_CHARACTERS)
        back = LongButton(self.tr("← All assignments  (Esc)"))
        back.setProperty("flat", True)
        back.clicked.connect(self.back)
        column = QVBoxLayout(page)
        column.setContentsMargins(28, 14, 28, 24)
        column.setSpacing(12)
        column.addWidget(back, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(heading(self.tr("New assignment"), 1.5))
        column.addWidget(quiet(self.tr("What you type is kept; you can leave and come back.")))
        self._wait = Wait(self.tr("Reading what was begun …"))
        self._every = QWidget()
        self._cards = QVBoxLayout(self._every)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(12)
        column.addWidget(self._wait)
        column.addWidget(self._every)
        column.addStretch()
        self.setWidget(page)
        self._to_make = [
            self._make_what, self._make_clients, self._make_terms, self._make_consent,
            self._make_trainees, self._make_foot,
        ]  # fmt: skip
        self._make_next()

    def _make_next(self) -> None:
        """A card more: all at once they would hold the window up."""
        if self._to_make:
            self._cards.addWidget(self._to_make.pop(0)())
            QTimer.singleShot(0, self, self._make_next)
        else:
            self.begin()

    def _make_what(self) -> Card:
        card = Card(self.tr("What it is"))
        self.title, self.program, self.occasion = QLineEdit(), QLineEdit(), QLineEdit()
        self.occasion.setPlaceholderText(self.tr("such as before or after"))
        for name, title, line in (
            ("title", self.tr("Title"), self.title),
            ("program", self.tr("Who gives it out"), self.program),
            ("occasion", self.tr("Occasion (may stay empty)"), self.occasion),
        ):
            line.textChanged.connect(lambda _text, name=name: self._change(name))
            card.add(self._field(name, title, line))
        self.after = Choice()
        self.after.setSizeAdjustPolicy(
            Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.after.setMinimumContentsLength(20)
        self.after.currentIndexChanged.connect(lambda _index: self._after_chosen())
        card.add(Field(self.tr("Whom it is for"), self.after))
        return card

    def _make_clients(self) -> Card:
        card = Card(self.tr("Which clients"))
        self.clients = ClientPicker(self._desk)
        self.clients.chosen.connect(lambda: self._change("clients"))
        self.clients.failed.connect(self.failed)
        self._entries["clients"] = self.clients.table
        field = self._field("clients", "", self.clients)
        card.add(field)
        return card

    def _make_terms(self) -> Card:
        card = Card(self.tr("How it is answered"))
        self.terms = Terms(self._desk)
        self.terms.changed.connect(self._change)
        self._fields |= self.terms.fields
        card.add(self.terms)
        return card

    def _make_consent(self) -> Card:
        card = Card("")
        self.consent = Block(self.tr("What trainees agree to before they begin"), "", "")
        self.consent.typed.connect(self._consent_typed)
        self._entries["consent"] = self.consent.words
        field = self._field("consent", "", self.consent)
        card.add(field)
        return card

    def _make_trainees(self) -> Card:
        self._trainees_card = card = Card(self.tr("Trainees"))
        self.trainees = TraineeLines()
        self.trainees.changed.connect(lambda: self._change("trainees"))
        self._fields["trainees"] = self.trainees.field
        card.add(self.trainees)
        return card

    def _make_foot(self) -> Card:
        card = Card("")
        card.setAccessibleName(self.tr("Write the file"))
        self._needed = quiet("")
        self.lead = LongButton(self.tr("Go there"))
        self.lead.setProperty("flat", True)
        self.lead.clicked.connect(self._is_whole)
        self.write = LongButton(self.tr("Write the file …"))
        self.write.setProperty("primary", True)
        self.write.clicked.connect(self._write)
        self.packs = PacksTick()
        self.packs.toggled.connect(lambda _on: self._change())
        self.post = LongButton(self.tr("Put it into the shared place"))
        self.post.clicked.connect(self._post)
        drop = LongButton(self.tr("Begin anew …"))
        drop.setProperty("flat", True)
        drop.clicked.connect(self._ask_to_drop)
        self.question = Question()
        self._writing = Wait(self.tr("Writing the file …"))
        card.add(self.packs, in_a_row(self._needed, self.lead), self.question, self._writing)
        card.add(in_a_row(self.write, self.post, drop))
        return card
