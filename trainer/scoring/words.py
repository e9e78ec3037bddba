"""A reliability in words, which go by its limits and not by the figure (Koo & Li 2016)."""

from trainer.scoring.estimate import Estimate

_BOUNDS = ((0.5, "poor"), (0.75, "moderate"), (0.9, "good"))
_BEST = "excellent"


def words(found: Estimate | None) -> str | None:
    """Such as "moderate to good", or one word where both limits have the same.

    Below .5 poor, to .75 moderate, to .9 good, above excellent; a limit on a bound has the better
    word, but .9 is still good ("greater than .90": excellent). None without limits.
    """
    if found is None or found.low is None or found.high is None:
        return None
    low, high = _word(found.low), _word(found.high)
    return low if low == high else f"{low} to {high}"


def _word(value: float) -> str:
    for bound, word in _BOUNDS:
        if value < bound or (value == bound and word == "good"):
            return word
    return _BEST
