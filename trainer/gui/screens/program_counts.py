"""How many files became what, in a sentence."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from trainer.app import arrivals
from trainer.app.arrivals import Arrived
from trainer.app.whose import InDoubt


def counts_told(owner: QWidget, every: Sequence[Arrived], left: int) -> str:
    """What became of these files, and that ``left`` were not looked at."""
    found = arrivals.counts(every)
    said = owner.tr("Taken in: {0}. Here before: {1}. Refused: {2}.").format(
        found[arrivals.TAKEN] + found[arrivals.LATE], found[arrivals.BEFORE],
        found[arrivals.REFUSED],
    )  # fmt: skip
    if files := found[arrivals.LATE]:
        said += " " + _late_told(owner, every, files)
    if found[arrivals.PASSED]:
        said += " " + owner.tr("Not for this computer: {0}.").format(found[arrivals.PASSED])
    if waiting := sum(isinstance(one.refused, InDoubt) for one in every):
        said += " " + owner.tr(
            "Waiting for you to say whose it is: {0}; nothing of it is kept here until you do."
        ).format(waiting)
    if left > 0:
        said += " " + owner.tr("Not looked at, since it was stopped: {0}.").format(left)
    return said


def _late_told(owner: QWidget, every: Sequence[Arrived], files: int) -> str:
    """How many are late, and of how many trainees: an assignment's page counts these."""
    if files == 1:
        return owner.tr("Late: {0}.").format(files)
    late = (one for one in every if arrivals.state(one) == arrivals.LATE)
    trainees = len({arrivals.whose(one) for one in late})
    if trainees == 1:
        return owner.tr("Late: {0}, of one trainee.").format(files)
    return owner.tr("Late: {0}, of {1} trainees.").format(files, trainees)
