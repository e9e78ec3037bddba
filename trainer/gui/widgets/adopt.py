"""Making a reference of a consensus: what it is for, and a line of reason for each item."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from trainer.app.calibration_state import Adoptable
from trainer.app.desk import Desk
from trainer.app.references import adopt_as_reference, anchor
from trainer.domain.rating import Rating
from trainer.domain.reference import GATE, HIDDEN, TRAINING
from trainer.domain.rubric import Rubric
from trainer.gui.jobs import alive
from trainer.gui.widgets.cards import Card, Inset, in_a_row, plain, quiet, strong
from trainer.gui.widgets.choice import Choice
from trainer.gui.widgets.reveal import score_text
from trainer.gui.widgets.times import day


class AdoptForm(Inset):
    """One consensus; folded until it is to be adopted."""

    def __init__(
        self, shown: Adoptable, rubric: Rubric, keep: Callable[[Rating, str, dict[str, str]], None]
    ) -> None:
        super().__init__()
        self._shown, self._rubric, self._keep = shown, rubric, keep
        self.id = shown.rating.id
        scores = ", ".join(
            f"{item.title} {score_text(shown.rating.scores.get(item.id))}" for item in rubric.items
        )
        client = shown.client or self.tr("An answer to a client who is not known")
        title = self.tr("{0}, agreed on {1}").format(client, day(shown.agreed_at))
        self.setAccessibleName(title)
        self.open_button = QPushButton(self.tr("Make it a reference …"))
        self.open_button.setAccessibleName(f"{self.open_button.text()} {title}")
        self.open_button.clicked.connect(self._open)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(14, 10, 14, 12)
        self._column.setSpacing(6)
        for widget in (strong(title), plain(scores), in_a_row(self.open_button)):
            self._column.addWidget(widget)
        self.use: Choice  # and the rest of the form: once it is opened
        self.reasons: dict[str, QLineEdit] = {}
        self._form: QWidget | None = None

    def typed(self) -> dict[str, str]:
        """What is typed and not kept yet; nothing while it is folded."""
        if self._form is None or self._form.isHidden():
            return {}
        return {"": str(self.use.currentData()), **{i: w.text() for i, w in self.reasons.items()}}

    def resume(self, typed: dict[str, str]) -> None:
        """Open it with what was typed before."""
        self._open()
        self.use.setCurrentIndex(max(0, self.use.findData(typed[""])))
        for item, line in self.reasons.items():
            line.setText(typed.get(item, ""))

    def _open(self) -> None:
        if self._form is None:
            self._form = self._make_form()
            self._column.addWidget(self._form)
        self._form.show()
        self.open_button.hide()
        self.use.setFocus(Qt.FocusReason.TabFocusReason)

    def _close(self) -> None:
        assert self._form is not None
        self._form.hide()
        self.open_button.show()
        self.open_button.setFocus(Qt.FocusReason.TabFocusReason)

    def _make_form(self) -> QWidget:
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(6)
        self.use = Choice()
        for use, text in (
            (TRAINING, self.tr("To train with: its reasons are told")),
            (GATE, self.tr("For the gate")),
            (HIDDEN, self.tr("To be hidden among live responses")),
        ):
            self.use.addItem(text, use)
        self.use.setAccessibleName(self.tr("What it is for"))
        self.use.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        column.addWidget(self.use)
        for item in self._rubric.items:
            score = self._shown.rating.scores.get(item.id)
            label = plain(self.tr("Why {0} is {1}").format(item.title, score_text(score)))
            line = self.reasons[item.id] = QLineEdit()
            line.setAccessibleName(label.text())
            line.setPlaceholderText(self.tr("A line: what in the answer decides"))
            label.setBuddy(line)
            for widget in (label, quiet(anchor(item, score)), line):
                column.addWidget(widget)
        self.keep_button = QPushButton(self.tr("Keep as a reference"))
        self.keep_button.setProperty("primary", True)
        self.keep_button.clicked.connect(self._wanted)
        close = QPushButton(self.tr("Not now"))
        close.clicked.connect(self._close)
        column.addWidget(in_a_row(self.keep_button, close))
        return form

    def _wanted(self) -> None:
        said = {item: line.text() for item, line in self.reasons.items()}
        self._keep(self._shown.rating, str(self.use.currentData()), said)


class AdoptCard(Card):
    """Every consensus that is no reference yet."""

    def __init__(
        self, desk: Desk, rubric: Rubric, every: tuple[Adoptable, ...],
        failed: Callable[[Exception], None],
    ) -> None:  # fmt: skip
        super().__init__(self.tr("Adopt from consensus"))
        self._desk, self._rubric, self._failed = desk, rubric, failed
        self.add(
            quiet(
                self.tr(
                    "What two raters agreed on can serve others as a reference; never those who "
                    "spoke, rated or adopted it. Whose answer it is has to have agreed to it."
                )
            )
        )
        self.forms = tuple(AdoptForm(one, rubric, self._keep) for one in every)
        self.add(*self.forms)

    def typed(self) -> dict[str, dict[str, str]]:
        """What is typed and not kept, by consensus (id)."""
        return {one.id: typed for one in self.forms if (typed := one.typed())}

    def resume(self, typed: dict[str, dict[str, str]]) -> None:
        """Open again what was being typed, as far as it is here still."""
        for one in self.forms:
            if one.id in typed:
                one.resume(typed[one.id])

    def _keep(self, rating: Rating, use: str, reasons: dict[str, str]) -> None:
        by = self._desk.settings.text("person")
        self._desk.runner.change(
            lambda log: adopt_as_reference(log, self._rubric, rating, by, use, reasons),
            failed=self._failed,
            alive=alive(self),
        )
