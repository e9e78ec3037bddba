"""The card of what others heard in a response: their scores beside one's own, and moments."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from trainer.app.others import OthersHeard, OthersRating
from trainer.app.review import Review
from trainer.app.waveform import TimeLine
from trainer.domain.rating import Rating
from trainer.domain.rubric import Item, Rubric, RubricRef
from trainer.gui.screens.feedback_cards import anchor
from trainer.gui.widgets.cards import Card, Pair, badge, heading, plain, quiet, strong
from trainer.gui.widgets.moments import Moments

Score = float | None


class OthersCard(Card):
    """What others heard; hidden while nobody rated the response or spoke of a moment in it.

    ``moment_wanted`` is the second of the response's file from which to play.
    """

    moment_wanted = Signal(float)

    def __init__(self) -> None:
        super().__init__("")
        title = self.tr("What others heard")
        self.setAccessibleName(title)
        self.add(heading(title))
        self._content = QWidget()
        self.add(self._content)
        self._shown = OthersHeard()
        self._line: TimeLine | None = None
        self.moments: Moments | None = None
        self.hide()

    def show_review(self, review: Review) -> None:
        """Show it; what has not changed since is left as it is."""
        heard = review.others
        if heard == self._shown:
            return
        self._shown = heard
        old, self._content = self._content, QWidget()
        self.body.replaceWidget(old, self._content)
        old.hide()
        old.deleteLater()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for sentence in self._about(heard):
            column.addWidget(quiet(sentence))
        self.moments = Moments(heard.comments) if heard.comments else None
        parts = [self._scores(review)] if heard.ratings else []
        if self.moments is not None:
            self.moments.wanted.connect(self.moment_wanted)
            self.moments.show_line(self._line)
            parts.append(self._titled(self.tr("Moments"), self.moments))
        column.addWidget(Pair(*parts) if len(parts) > 1 else parts[0] if parts else QWidget())
        self.setVisible(bool(parts))

    def show_line(self, line: TimeLine | None) -> None:
        """Tell where the moments are on the time line."""
        self._line = line
        if self.moments is not None:
            self.moments.show_line(line)

    # Who rated, and how

    def _about(self, heard: OthersHeard) -> Iterable[str]:
        if not heard.ratings:
            yield self.tr("Nobody else has rated it yet.")
            return
        own = [one for one in heard.ratings if not one.consensus]
        count = heard.raters
        said = [self.tr("One rater.") if count == 1 else self.tr("{0} raters.").format(count)]
        for blind, text in (
            (True, self.tr("Blind, without your name, the date or another's rating: {0}.")),
            (False, self.tr("Not blind: {0}.")),
            (None, self.tr("Whether blind is not known: {0}.")),
        ):
            names = dict.fromkeys(one.name for one in own if one.rating.blind is blind)
            if names:
                said.append(text.format(self._listed(names)))
        yield " ".join(said)
        for one in heard.ratings:
            if one.consensus:
                text = self.tr("Consensus: what {0} agreed on after each had rated alone.")
                yield text.format(self._listed(one.agreed or (self.tr("raters"),)))

    def _listed(self, names: Iterable[str]) -> str:
        *most, last = names
        return self.tr("{0} and {1}").format(", ".join(most), last) if most else last

    def _judge(self, one: OthersRating) -> str:
        return self.tr("Consensus") if one.consensus else one.name

    # Scores

    def _scores(self, review: Review) -> QWidget:
        """Item by item, of each scale that somebody used, one's own scale first."""
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        own = review.feedback.self_rating
        scales: dict[tuple[str, str], list[OthersRating]] = {}
        for one in review.others.ratings:
            scales.setdefault(_scale(one.rating.rubric), []).append(one)
        first = _scale(own.rubric) if own else None
        for scale in sorted(scales, key=lambda known: known != first):
            mine = own if own is not None and scale == first else None
            rubric = review.feedback.rubric if mine else None
            self._add_scale(column, scales[scale], mine, rubric)
        column.addStretch()
        return page

    def _add_scale(
        self, column: QVBoxLayout, ratings: list[OthersRating], own: Rating | None,
        own_rubric: Rubric | None,
    ) -> None:  # fmt: skip
        wording = next((one.rubric for one in reversed(ratings) if one.rubric), None) or own_rubric
        if own is None:
            name = wording.title if wording else ratings[0].rating.rubric.rubric
            column.addWidget(quiet(self.tr("On another scale than yours: {0}").format(name)))
        if wording is None:
            gone = self.tr("The wording of this scale is no longer in the library.")
            column.addWidget(quiet(gone))
        items = dict.fromkeys(item for one in ratings for item in one.rating.scores)
        for item_id in items:
            given: list[tuple[str, Score, Rubric | None]] = []
            if own is not None and item_id in own.scores:
                given.append((self.tr("You"), own.scores[item_id], own_rubric))
            given += [
                (self._judge(one), one.rating.scores[item_id], one.rubric)
                for one in ratings
                if item_id in one.rating.scores
            ]
            item = _item(wording, item_id)
            if column.count():
                column.addSpacing(6)
            column.addWidget(strong(item.title if item else item_id))
            for names, score, rubric in _together(given):
                column.addLayout(self._line_of(names, score, _item(rubric, item_id)))

    def _line_of(self, names: list[str], score: Score, item: Item | None) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        mark = badge(self.tr("N/A") if score is None else f"{score:g}")
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark.setFixedWidth(mark.fontMetrics().horizontalAdvance(self.tr("N/A")) + 22)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        who = ", ".join(names)
        meant = self.tr("does not apply") if score is None else anchor(item, score) if item else ""
        mark.setAccessibleName(f"{who}: {mark.text()}")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(plain(who))
        if meant:
            words.addWidget(quiet(meant))
        row.addLayout(words, 1)
        return row

    def _titled(self, title: str, widget: QWidget) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(strong(title))
        column.addWidget(widget)
        column.addStretch()
        return page


def _scale(rubric: RubricRef) -> tuple[str, str]:
    return rubric.pack, rubric.rubric


def _item(rubric: Rubric | None, item_id: str) -> Item | None:
    return next((item for item in rubric.items if item.id == item_id), None) if rubric else None


def _together(
    given: Iterable[tuple[str, Score, Rubric | None]],
) -> list[tuple[list[str], Score, Rubric | None]]:
    """Names of those who gave the same score in the same wording: its anchor stands once."""
    rows: list[tuple[list[str], Score, Rubric | None]] = []
    for name, score, rubric in given:
        same = next((row for row in rows if row[1] == score and row[2] == rubric), None)
        if same is None:
            rows.append(([name], score, rubric))
        else:
            same[0].append(name)
    return rows
