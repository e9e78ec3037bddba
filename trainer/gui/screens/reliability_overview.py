"""What the reliability screen shows first: how far raters agree on each item, and what to mind."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from trainer.app.reliability_view import Figure, ItemView, View
from trainer.gui.screens.reliability_cards import MEAN, ONE, bands, counts
from trainer.gui.widgets.cards import plain, quiet
from trainer.gui.widgets.figures import FigureRow, Fold, Section, worded

BOTH_DRAWN, SHOWN = 4, 3
"""With more items than the first, only one rater's figure is drawn; more doubts are folded away."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reliability", text)


def whole(view: View) -> str:
    """How much all figures rest on."""
    scores = (_tr("1 score"), _tr("{0} scores"))
    found = counts(view.responses, view.raters, view.ratings, scores)
    items = _tr("on 1 item") if len(view.items) == 1 else _tr("on {0} items")
    return f"{found} {items.format(len(view.items))}"


def overview(view: View) -> Section:
    """Every item with how far one rater's scores, and the mean of several, can be trusted."""
    card = Section(_tr("How far raters agree"))
    known = [one for one in view.items if _figure(one, ONE).value is not None]
    if not view.items:
        card.add(plain(_tr("Nothing can be shown yet: what others gave to your own responses is "
                           "kept back until you have rated them yourself.")))  # fmt: skip
    elif known:
        card.add(quiet(_tr("How far scores can be trusted as they stand: of all differences "
                           "between them, the share that lies in the responses and not in who "
                           "rated (ICC, intraclass correlation; 0 none, 1 all). A strict rater "
                           "counts as error. Mean: of as many raters as a response has here. The "
                           "words are Koo & Li's, for both ends of the interval.")))  # fmt: skip
        card.add(*_rows(view.items))
    else:
        card.add(*_unknown(view.items))
    card.done()
    return card


def _figure(item: ItemView, name: str) -> Figure:
    return next((one for one in item.icc if one.name == name), Figure(name))


def _rows(items: Sequence[ItemView]) -> list[FigureRow]:
    rows = []
    named = True  # the first figure that is drawn names the regions for all
    for item in items:
        one, mean = _figure(item, ONE), _figure(item, MEAN)
        if one.value is None:
            rows.append(FigureRow(item.title, " ".join(item.icc_reasons), []))
            continue
        several = _tr("Mean of {0}").format(f"{item.k or 0:.3g}")
        alone = bands(_tr("One rater"), named=named)
        together = bands(several, named=False)
        drawn = [(_tr("{0} of {1}").format(ONE, item.title), one, alone)]
        more = _tr("{0} of {1}").format(MEAN, item.title)
        note = ""
        if len(items) <= BOTH_DRAWN:
            drawn.append((more, mean, together))
        else:
            note = worded(mean, together)
        rows.append(FigureRow(item.title, "", drawn, note))
        named = False
    return rows


def _unknown(items: Sequence[ItemView]) -> list[QWidget]:
    """Why nothing is known of any item, each reason once, and what would help."""
    said: dict[str, list[str]] = {}
    for item in items:
        said.setdefault(" ".join(item.icc_reasons), []).append(item.title)
    alike = len(said) == 1
    rows: list[QWidget] = [
        plain(text if alike else _tr("{0}: {1}").format(", ".join(titles), text))
        for text, titles in said.items()
    ]
    if max(item.raters for item in items) < 2:
        rows.append(quiet(_tr("Let a second rater rate some of these responses (Rate, New round), "
                              "30 or more if you can; then this page says how far the two can be "
                              "trusted.")))  # fmt: skip
    return rows


def doubts(said: Sequence[str]) -> Section:
    """What is to be known before the figures are trusted; many are folded away."""
    title = _tr("Before you trust these figures")
    card = Section(title)
    card.setProperty("banner", "warning")
    if len(said) > SHOWN:
        more = _tr("Show {0} things to know").format(len(said))
        card.add(Fold(more, _tr("Hide them"), lambda: [plain(one) for one in said]))
    else:
        card.add(*(plain(one) for one in said))
    card.setAccessibleDescription(" ".join(said))
    return card
