"""How much of a sound was heard: whether anything of it was skipped."""

# Held and gone on with, or sought, a player comes back a little off: so little is no gap.
GAP_S = 0.5


class Listened:
    """The stretches of one sound that were heard, in seconds of its file.

    It lies between ``begins_s`` and ``ends_s``: what comes before is not to be heard.
    """

    def __init__(self, begins_s: float, ends_s: float) -> None:
        self.begins_s, self.ends_s = begins_s, ends_s
        self._heard: list[tuple[float, float]] = []  # apart from each other, in their order

    @property
    def begun(self) -> bool:
        """Whether any of it was heard."""
        return bool(self._heard)

    def add(self, from_s: float, to_s: float) -> None:
        """It played from there to there."""
        apart = []
        for one in self._heard:
            if one[1] < from_s - GAP_S or one[0] > to_s + GAP_S:
                apart.append(one)
            else:
                from_s, to_s = min(from_s, one[0]), max(to_s, one[1])
        self._heard = sorted([*apart, (from_s, to_s)])

    def missing(self) -> tuple[float, float] | None:
        """The first stretch that was not heard; None: it was heard to its end."""
        at_s = self.begins_s
        for from_s, to_s in self._heard:
            if from_s > at_s + GAP_S:
                return at_s, from_s
            at_s = max(at_s, to_s)
        return (at_s, self.ends_s) if at_s < self.ends_s - GAP_S else None
