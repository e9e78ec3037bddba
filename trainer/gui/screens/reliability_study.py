"""Where differences come from, and how many vignettes and raters a decision takes."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from trainer.app.reliability_view import Figure, Plan, StudyView
from trainer.gui.screens.reliability_cards import bands
from trainer.gui.widgets.cards import plain, quiet
from trainer.gui.widgets.figures import FigureRow, Section, between, number
from trainer.gui.widgets.parts import Parts
from trainer.gui.widgets.plans import Plans


def _tr(text: str) -> str:
    return QCoreApplication.translate("Reliability", text)


def meaning(effect: str) -> str:
    """What it is when an effect makes scores differ."""
    return {
        "trainee": _tr("some trainees are better than others, which is what is to be measured"),
        "vignette": _tr("some clients are harder than others, for everybody"),
        "rater": _tr("some raters are more severe than others"),
        "trainee:vignette": _tr("a client is harder for one trainee than for another"),
        "trainee:rater": _tr("a rater sees one trainee otherwise than other raters do"),
        "vignette:rater": _tr("a rater is more severe on one client than on another"),
        "response": _tr("answers of one trainee differ from each other"),
        "residual": _tr("what is left: chance, and what nobody asked about"),
    }.get(effect, "")


def called(effect: str) -> str:
    """An effect in words, as short as fits a bar."""
    return {
        "trainee": _tr("trainee"),
        "vignette": _tr("vignette"),
        "rater": _tr("rater"),
        "trainee:vignette": _tr("trainee × vignette"),
        "trainee:rater": _tr("trainee × rater"),
        "vignette:rater": _tr("vignette × rater"),
        "response": _tr("response"),
        "residual": _tr("rest"),
    }.get(effect, effect)


def components(study: StudyView) -> Section:
    """Variance components as a bar with words, and G and Phi as the ratings are."""
    card = Section(_tr("Where differences come from"))
    whole = sum(one.value or 0.0 for one in study.components)
    if whole > 0:
        text = _tr("All differences between scores, as variances in squared points: the part of "
                   "the trainees is what you want to see; the others blur it.")  # fmt: skip
        card.add(quiet(text))
        shares = [(called(one.name), (one.value or 0.0) / whole) for one in study.components]
        said = ", ".join(f"{name} {100 * part:.0f} %" for name, part in shares)
        card.add(Parts(shares, _tr("Shares of the differences: {0}").format(said)))
        for place, (one, (_, part)) in enumerate(zip(study.components, shares, strict=True), 1):
            card.add(_component(place, one, part))
    for one, text in (
        (study.g, _tr("Generalizability: how far trainees can be compared with each other by "
                      "their means over as many vignettes and raters as here.")),
        (study.phi, _tr("Dependability: how far the points that a trainee reaches can be trusted "
                        "as they stand, with as many as here.")),
    ):  # fmt: skip
        if one.value is not None:
            card.add(FigureRow(one.name, text, [(one.name, one, bands())], _here(study)))
    card.add(*(quiet(reason) for reason in study.reasons))
    card.done()
    return card


def _here(study: StudyView) -> str:
    if study.vignettes is None or study.raters is None:
        return ""
    text, each = _tr("Here: {0} each, {1} an answer."), f"{study.raters:.3g}"
    several = raters(1) if each == "1" else _tr("{0} raters").format(each)
    return text.format(vignettes(f"{study.vignettes:.3g}"), several)


def _component(place: int, one: Figure, part: float) -> QWidget:
    text = _tr("{0}  {1}, {2} %: {3}").format(place, called(one.name), f"{100 * part:.0f}",
                                               meaning(one.name))  # fmt: skip
    limits = between(one)
    more = _tr(" (variance {0}, 95 % interval {1})").format(number(one.value or 0.0), limits)
    return plain(text + more if limits else text)


def decision(study: StudyView, target: float) -> Section:
    """The decision study: a table with a line, and a sentence."""
    card = Section(_tr("How many vignettes and raters it takes"))
    if all(one.g <= 0 for one in study.plans):
        card.none(
            _tr("Not known: trainees differ here no more than chance has them, so no number of "
                "vignettes or raters would tell them apart.")
            if study.plans else _tr("Not known, as G is not.")
        )  # fmt: skip
        card.done()
        return card
    said = needs(study.needed, target)
    card.add(plain(said))
    g = {(one.vignettes, one.raters): one.g for one in study.plans}
    grid = Plans(g, target, _tr("vignettes each"), raters, said)
    text = _tr("G for each plan; what reaches {0} is bold and beyond the thick line.")
    card.add(grid, quiet(text.format(number(target))))
    card.done()
    card.setAccessibleDescription(said)
    return card


def raters(count: int) -> str:
    """So many raters."""
    return _tr("1 rater") if count == 1 else _tr("{0} raters").format(count)


def vignettes(count: int | str) -> str:
    """So many vignettes."""
    return _tr("1 vignette") if str(count) == "1" else _tr("{0} vignettes").format(count)


def needs(needed: Sequence[Plan], target: float) -> str:
    """In words what reaches the aim; more raters are told of where they spare vignettes."""
    if not needed:
        text = _tr("G = {0} is not reached with any number of vignettes that can be planned.")
        return text.format(number(target))
    first, *rest = needed
    said = [_tr("With {0} you need {1} each").format(raters(first.raters),
                                                     vignettes(first.vignettes))]  # fmt: skip
    fewest = first.vignettes
    for one in rest:
        if one.vignettes < fewest:
            said.append(_tr("with {0} {1}").format(raters(one.raters), one.vignettes))
            fewest = one.vignettes
    return _tr("{0} for G = {1}.").format(", ".join(said), number(target))
