"""What a person is shown after rating themselves, and the one thing they might change."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from trainer.domain.rubric import Item, Rubric
from trainer.domain.speech import Baseline

HIGH_SHARE = 0.75


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing to try in the next attempt, and the item whose rating it comes from."""

    item: str
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure, its error and where one's own earlier values lie; all in ``unit``.

    ``meaning`` says in plain words what was measured.
    """

    name: str
    label: str
    value: float
    unit: str
    decimals: int
    error: float | None
    baseline: Baseline | None
    meaning: str = ""

    @property
    def error_said(self) -> float | None:
        """The error as it is written: at least the last digit that is shown, or it would be 0."""
        if self.error is None:
            return None
        digit = 10.0**-self.decimals
        return max(1, floor(self.error / digit + 0.5)) * digit

    @property
    def place(self) -> str | None:
        """``below``, ``within`` or ``above`` one's own middle half, as one reads it: rounded.

        ``within its error``: outside by no more than the error, so that it may as well be within.
        """
        if self.baseline is None:
            return None
        low, value, high = (
            round(x, self.decimals) for x in (self.baseline.low, self.value, self.baseline.high)
        )
        if low <= value <= high:
            return "within"
        outside = round(max(low - value, value - high), self.decimals)
        if outside <= round(self.error_said or 0.0, self.decimals):
            return "within its error"
        return "below" if value < low else "above"


def suggestion(
    rubric: Rubric, scores: Mapping[str, float | None], skills: tuple[str, ...]
) -> Suggestion | None:
    """The advice of the lowest rated item; of equals, the one the vignette asks for first.

    Only one: a person can change one thing in the next minute. None when nothing was rated.
    """
    rated = [(item, scores[item.id]) for item in rubric.items if scores.get(item.id) is not None]
    if not rated:
        return None

    def order(pair: tuple[Item, float | None]) -> tuple[float, int]:
        item, score = pair
        wanted = skills.index(item.id) if item.id in skills else len(skills)
        return (score or 0.0, wanted)

    item, score = min(rated, key=order)
    scale = rubric.scale
    high = (score or 0.0) >= scale.min + HIGH_SHARE * (scale.max - scale.min)
    return Suggestion(item.id, item.practise_high if high else item.practise)
