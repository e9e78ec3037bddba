"""What is said of several files that came together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from trainer.app.received import Received


def several_told(by: QObject, taken: "Sequence[Received]") -> str:
    """That they were taken in, and with how many responses where trainees sent them.

    Assignments alone are told as one of them is: to a trainee no response is missing.
    """
    from trainer.app.assign import KIND as ASSIGNMENT  # the window is to open at once
    from trainer.app.submit import KIND as SUBMISSION

    kinds = {one.kind for one in taken}
    if kinds == {ASSIGNMENT}:
        return _on_the_desk(by, taken)
    if SUBMISSION not in kinds:
        return by.tr("{0} files were taken in").format(len(taken))
    added = sum(one.added for one in taken)
    if added == 1:
        return by.tr("{0} files were taken in, with 1 new response").format(len(taken))
    return by.tr("{0} files were taken in, with {1} new responses").format(len(taken), added)


def _on_the_desk(by: QObject, taken: "Sequence[Received]") -> str:
    new = sum(one.new for one in taken)
    before = len(taken) - new
    said = []
    if new:
        said.append(
            by.tr("1 assignment is on your desk")
            if new == 1
            else by.tr("{0} assignments are on your desk").format(new)
        )
    if before:
        said.append(
            by.tr("1 assignment was here before")
            if before == 1
            else by.tr("{0} assignments were here before").format(before)
        )
    return "; ".join(said)
