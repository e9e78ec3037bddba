"""How reports write values: figures, times, and what a score stands for."""

from datetime import datetime

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
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M}{place}"


def anchor(item: Item, score: float) -> str:
    """The behaviour that a score stands for; of a half point, both neighbours."""
    if float(score).is_integer():
        return item.anchors.get(int(score), "")
    return " – ".join(item.anchors[s] for s in (int(score), int(score) + 1) if s in item.anchors)
