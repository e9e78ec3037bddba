"""What is said of the raters of an assignment: what there is to give them, and how they rate."""

from PySide6.QtWidgets import QWidget

from trainer.app.share import RaterProgress, Stock
from trainer.gui.widgets.times import day


def stock_told(owner: QWidget, stock: Stock) -> str:
    """What there is to rate, and what is held back."""
    if not stock.responses and (stock.held_back or stock.silent):
        said = [owner.tr("Nothing of what came can be given to raters.")]
    elif not stock.responses:
        said = [owner.tr("There is nothing to rate yet: take in what trainees send first.")]
    else:
        told = owner.tr("Responses that can be rated: {0}; given to nobody yet: {1}.")
        said = [told.format(stock.responses, stock.unshared)]
    if stock.held_back:
        told = owner.tr("{0} may not be rated: not agreed to, taken back, or past their last day.")
        said.append(told.format(stock.held_back))
    if stock.silent:
        said.append(owner.tr("{0} have no sound here.").format(stock.silent))
    return " ".join(said)


def gate_told(owner: QWidget, one: RaterProgress) -> str:
    """How the newest file says that a rater's gate went."""
    if one.gate is None:
        unknown = owner.tr(
            "What they sent tells of no gate: nothing shows yet that they rate as the references "
            "do. Ask them to take it (in their Attune under Rate, Calibration) and to send again."
        )
        return unknown if one.returned else ""
    passed = owner.tr("Passed the gate") if one.gate.passed else owner.tr("Not past the gate")
    return owner.tr("{0} on {1}, {2} references.").format(
        passed, day(one.gate.at.astimezone()), one.gate.references
    )
