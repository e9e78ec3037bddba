"""After a training rating: yours and the reference's score, the reason, and what decides."""

from PySide6.QtCore import QCoreApplication, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from trainer.app.calibration import Revealed, Told
from trainer.domain.rubric import Rubric, Scale
from trainer.gui import theme
from trainer.gui.widgets.cards import Card, Inset, heading, plain, quiet, strong
from trainer.gui.widgets.flow import Flow


def score_text(score: float | None) -> str:
    """A score as it is read: "4", "3.5", "N/A"."""
    return "N/A" if score is None else f"{score:g}"


def apart_text(told: Told) -> str:
    """How far a score is from the reference's, in words."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Reveal", text)

    if told.own is None and told.known is None:
        return tr("as the reference")
    if told.own is None:
        return tr("applicable there")
    if told.difference is None:
        return tr("not applicable there")
    if told.difference == 0:
        return tr("as the reference")
    size = abs(told.difference)
    words = {0.5: tr("half a point"), 1: tr("one point"), 2: tr("two points"),
             3: tr("three points"), 4: tr("four points")}  # fmt: skip
    many = words.get(size, tr("{0:g} points").format(size))
    return (tr("{0} above") if told.difference > 0 else tr("{0} below")).format(many)


def sum_up(told: Revealed) -> str:
    """Where the rater differs from the reference, in a sentence."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Reveal", text)

    same = sum(one.own == one.known for one in told.items)
    if same == len(told.items):
        return tr("As the reference on every item")
    others = "; ".join(
        f"{one.title} {apart_text(one)}" for one in told.items if one.own != one.known
    )
    if not same:
        return f"{others}."
    return tr("{0}. As the reference: {1} of {2}.").format(others, same, len(told.items))


class ScoreLine(QWidget):
    """The scale as a line: a filled disc is your score, an open diamond the reference's."""

    def __init__(self, scale: Scale, told: Told) -> None:
        super().__init__()
        self._scale, self._told = scale, told
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().height()
        return QSize(round(line * 1.7 * (self._scale.max - self._scale.min + 1)), line * 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours, line = theme.current(), self.fontMetrics().height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, size = line * 0.62, line * 0.3
        painter.setPen(QPen(QColor(colours.edge), 1))
        ends = (float(self._scale.min), float(self._scale.max))
        painter.drawLine(*(QPointF(self._x(end), middle) for end in ends))
        painter.setPen(QColor(colours.quiet))
        for score in range(self._scale.min, self._scale.max + 1):
            x = self._x(score)
            painter.drawLine(QPointF(x, middle - 3), QPointF(x, middle + 3))
            width = self.fontMetrics().horizontalAdvance(str(score))
            painter.drawText(QPointF(x - width / 2, self.height() - 2), str(score))
        if self._told.own is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.own))
            painter.drawEllipse(QPointF(self._x(self._told.own), middle), size, size)
        if self._told.known is not None:
            x, wide = self._x(self._told.known), size * 1.9
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.text), 2))
            corners = ((0, -wide), (wide, 0), (0, wide), (-wide, 0))
            painter.drawPolygon(QPolygonF([QPointF(x + a, middle + b) for a, b in corners]))

    def _x(self, score: float) -> float:
        each = self.width() / (self._scale.max - self._scale.min + 1)
        return (score - self._scale.min + 0.5) * each


class ItemTold(Inset):
    """One item."""

    def __init__(self, told: Told, scale: Scale, title: QLabel) -> None:
        super().__init__()
        apart = apart_text(told)
        scores = self.tr("Yours {0}, reference {1}: {2}").format(
            score_text(told.own), score_text(told.known), apart
        )
        self.setAccessibleName(f"{told.title}. {scores}")
        self.setAccessibleDescription(f"{told.reason} {told.anchor}")
        head = QWidget()
        row = Flow(head, gap=14)
        for widget in (title, ScoreLine(scale, told)):
            row.addWidget(widget)
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 10, 14, 12)
        box.setSpacing(6)
        box.addWidget(head)
        box.addWidget(plain(scores))
        if told.reason:
            box.addWidget(plain(told.reason))
        known = score_text(told.known)
        box.addWidget(
            quiet(
                told.anchor
                if told.known is None
                else self.tr("What decides for {0}: {1}").format(known, told.anchor)
            )
        )


class Reveal(Card):
    """What is told of a training reference once it is rated."""

    def __init__(self, rubric: Rubric) -> None:
        super().__init__("")
        self._rubric = rubric
        self.setAccessibleName(self.tr("How the reference was rated"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.summary = heading("")
        self._key = quiet(self.tr("Disc: yours. Diamond: the reference's."))
        self._words = plain("")
        self._inside = QWidget()
        self._source = quiet("")
        self.add(self.summary, self._key, self._words, self._inside, self._source)

    def show(self, told: Revealed | None = None) -> None:
        """Show one in place of what was shown; without one, be visible."""
        if told is not None:
            self._fill(told)
        super().show()

    def _fill(self, told: Revealed) -> None:
        titles = [strong(one.title) for one in told.items]
        widest = max(title.sizeHint().width() for title in titles)
        for title in titles:  # so that the scales stand below each other
            title.setWordWrap(False)
            title.setMinimumWidth(widest)
        items = [
            ItemTold(one, self._rubric.scale, title)
            for one, title in zip(told.items, titles, strict=True)
        ]
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for item in items:
            column.addWidget(item)
        self.body.replaceWidget(self._inside, inside)
        self._inside.deleteLater()
        self._inside = inside
        self.summary.setText(sum_up(told))
        self.setAccessibleDescription(self.summary.text())
        self._words.setText(self.tr("What is said: “{0}”").format(told.words))
        self._words.setVisible(bool(told.words))
        self._source.setText(self.tr("Reference {0} of {1}. {2}").format(
            told.number, told.of, told.source.split(". ")[0].rstrip(".") + "."))  # fmt: skip
