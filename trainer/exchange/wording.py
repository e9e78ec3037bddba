"""How reports write values: figures, times, and what a score stands for."""

from datetime import datetime

from trainer.domain.response import ASLEEP, GAP, LOST, MOVED, MUTED, Recording
from trainer.domain.rubric import Item

_MONTHS = (
    "January February March April May June July August September October November December"
).split()


def number(value: float, decimals: int) -> str:
    """A figure with a true minus sign, and none before a zero."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def moment(at: datetime) -> str:
    """Day and minute in the offset they were written in, which is named."""
    offset = at.strftime("%z")
    place = f" (UTC{offset[:3]}:{offset[3:]})" if offset else ""
    return f"{day(at)}, {at:%H:%M}{place}"


def day(at: datetime) -> str:
    """The day in the offset it was written in."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def counted_answers(count: int) -> str:
    """How many answers."""
    return "one answer" if count == 1 else f"{count} answers"


def anchor(item: Item, score: float) -> str:
    """The behaviour that a score stands for; of a half point, both neighbours."""
    if float(score).is_integer():
        return item.anchors.get(int(score), "")
    return " – ".join(item.anchors[s] for s in (int(score), int(score) + 1) if s in item.anchors)


def missing_sound(recording: Recording) -> list[str]:
    """Where sound is missing, by why it is."""
    holes, gaps = recording.holes, recording.gaps or 0
    said = []
    for kind, what in (
        (LOST, "The microphone was gone"),
        (MUTED, "The microphone was muted"),
        (ASLEEP, "The computer was asleep"),
    ):
        found = [hole for hole in holes or () if hole.kind == kind]
        if found:
            where = " and ".join(f"{number(hole.at_s, 0)} s" for hole in found)
            long = number(sum(hole.missing_s for hole in found), 1)
            said.append(
                f"{what} at {where} into this recording, for {long} s: words may be missing. "
                "That time counts as no pause."
            )
    moved = [f"{number(hole.at_s, 0)} s" for hole in holes or () if hole.kind == MOVED]
    if moved:
        said.append(f"From {' and '.join(moved)} into this recording another microphone is heard.")
    if holes is not None:
        gaps = sum(hole.kind == GAP for hole in holes)
    if gaps:
        where = "one place" if gaps == 1 else f"{gaps} places"
        said.append(
            f"Sound did not arrive in {where} of this recording: words may be missing, and the "
            "measures of time are too short by what is missing."
        )
    return said
