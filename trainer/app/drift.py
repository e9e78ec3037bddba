"""Drift: whether a rater still rates as when the gate was passed, seen on hidden references."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import sqrt

from trainer.app.gate import GateSheet, Rated, Verdict, judge, rated_of, read_gates, signed
from trainer.app.library import Library
from trainer.app.references import Known, known
from trainer.app.rounds import history_in
from trainer.domain.rounds import LIVES
from trainer.domain.rubric import Rubric
from trainer.scoring.control import LEAST_BASELINE, LEAST_VALUES, ControlChart, control_chart
from trainer.store import rounds
from trainer.store.db import Log

LEAN = 0.2
"""How far raters who passed the gate lean, as a standard deviation in points: their bias on an item
is seldom more than .4, or they would have missed it."""


@dataclass(frozen=True, slots=True)
class DriftPoint:
    """One reference: own minus known, in points. Without a moving average it is of the gate.

    ``low`` and ``high`` are the limits of the average; None where too few came before to tell.
    """

    at: datetime
    difference: float
    average: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def beyond(self) -> bool:
        """Whether the average is beyond its limits."""
        if self.average is None or self.low is None or self.high is None:
            return False
        return not self.low <= self.average <= self.high


@dataclass(frozen=True, slots=True)
class ItemDrift:
    """The chart of one item, or of the mean of all (``item`` is empty), and what it says.

    ``gate`` is the gate's own figure, own minus known on average. ``centre`` is the middle of what
    is expected of the rater since; None without a chart. It is nearer to 0, because part of a lean
    that so few references show is chance.
    """

    item: str
    title: str
    points: tuple[DriftPoint, ...]
    gate: float | None
    centre: float | None
    flagged: bool
    said: str


@dataclass(frozen=True, slots=True)
class Drift:
    """All charts, the mean of all items first; none before a gate was passed."""

    charts: tuple[ItemDrift, ...]
    said: str

    @property
    def flagged(self) -> bool:
        """Whether any chart is."""
        return any(one.flagged for one in self.charts)


def drift(log: Log, library: Library, rubric: Rubric, rater_id: str) -> Drift:
    """Rating minus reference over time, as control charts (``scoring.control``: EWMA).

    What is expected comes from the newest gate that was passed: what a rater did then is what they
    are held to. Their references spread over the scale and were rated in one sitting, so that
    nothing drifted within it. Afterwards come the hidden references. Gates that were failed stay
    out: point by point, in the order rated, they would tell what each reference is known to be.
    """
    references = known(log, library, rubric, withdrawn=True)
    gates = read_gates(log, references, rubric, rater_id)
    return chart(rubric, gates, read_hidden(log, references, rubric, rater_id))


def read_hidden(
    log: Log, references: Sequence[Known], rubric: Rubric, rater_id: str
) -> tuple[Rated, ...]:
    """This rater's ratings of references that were hidden among live responses, oldest first."""
    by_id = {one.response_id: one for one in references if rater_id not in one.parties}
    found = []
    for of in rounds.rounds_of(log, rater_id):
        if of.kind in LIVES and of.rubric == rubric.ref:
            for place in of.places:
                reference = by_id.get(place.response_id) if place.reference else None
                # As it was locked first: the chart, once seen, must not be rated to.
                history = history_in(log, of, place.response_id) if reference else ()
                given = history[0] if history else None
                if reference and given and reference.stood(given.locked_at):
                    found.append(rated_of(given, reference))
    return tuple(sorted(found, key=lambda one: one.at))


def chart(rubric: Rubric, gates: Sequence[GateSheet], hidden: Sequence[Rated]) -> Drift:
    """Draw up the charts of what was read; ``gates`` newest first."""
    judged = ((sheet, judge(sheet)) for sheet in gates)
    baseline, passed = next((one for one in judged if one[1].passed), (None, None))
    if baseline is None or passed is None:
        return Drift((), "Drift is seen against a gate that was passed. There is none yet.")
    after = [one for one in hidden if one.at > baseline.at]
    failed = sum(sheet.at > baseline.at for sheet in gates)
    step = 0.5 if rubric.scale.half_points else 1.0
    rounded = step * sqrt(1 / 6)  # two scores, each rounded: Sheppard's twelfth, twice
    many = len(rubric.items)
    whole = replace(passed.whole, title="Mean of all items")
    charts = tuple(
        _chart(of, baseline.rated, after, rounded if of.item else rounded / sqrt(many))
        for of in (whole, *passed.items)
    )
    said = _summary(charts, baseline.at, len(after))
    if failed:
        said = f"{said} {_left_out(failed)}"
    if withdrawn := sum(one.withdrawn for one in after):
        said = f"{said} Withdrawn as references since, and counted as they were: {withdrawn}."
    return Drift(charts if many > 1 else charts[1:], said)


def _summary(charts: Sequence[ItemDrift], at: datetime, count: int) -> str:
    since = f"since the gate passed on {at:%d %b %Y}"
    if not count:
        return f"No hidden reference was rated {since}: they come up among the responses you rate."
    flagged = [one.title for one in charts if one.flagged]
    heard = f"{count} hidden reference{'' if count == 1 else 's'} {since}"
    if flagged:
        return f"{heard}. Drift seen in: {', '.join(flagged)}."
    if count < LEAST_VALUES:
        return f"{heard}; drift is told from {LEAST_VALUES} on."
    return f"{heard}. No drift seen."


def _left_out(failed: int) -> str:
    gates = "A gate taken since was" if failed == 1 else f"{failed} gates taken since were"
    return f"{gates} not passed and {'is' if failed == 1 else 'are'} not in the charts."


def _differences(rated: Sequence[Rated], item: str) -> list[tuple[datetime, float]]:
    """When, and by how many points; of the mean over all items that both scored for no item."""
    found = []
    for one in rated:
        apart = [
            pair.own - pair.known
            for pair in one.pairs()
            if pair.own is not None and pair.known is not None and item in ("", pair.item)
        ]
        if apart:
            found.append((one.at, sum(apart) / len(apart)))
    return found


def _chart(
    of: Verdict, before: Sequence[Rated], after: Sequence[Rated], least_sigma: float
) -> ItemDrift:
    """The chart of one item, or of all, from its verdict at the gate."""
    item, gate = of.item, of.found.bias.value if of.found.bias else None
    base, new = _differences(before, item), _differences(after, item)
    made = control_chart([v for _, v in base], [v for _, v in new], least_sigma, LEAN)
    # By size, not in the order rated: who takes the gate again could tell which one was which.
    whens, sizes = sorted(at for at, _ in base), sorted(value for _, value in base)
    points = [DriftPoint(at, value) for at, value in zip(whens, sizes, strict=True)]
    if made is None or gate is None:
        said = (
            f"{len(base)} of the gate's references have a score by both here; limits take "
            f"{LEAST_BASELINE}, so no drift can be told."
        )
        points += [DriftPoint(at, value) for at, value in new]
        return ItemDrift(item, of.title, tuple(points), gate, None, False, said)
    for number, ((at, value), level) in enumerate(zip(new, made.levels, strict=True), start=1):
        # Without limits where nothing is told yet: a chart must not warn while its words wait.
        told = number >= LEAST_VALUES
        low, high = (level.low, level.high) if told else (None, None)
        points.append(DriftPoint(at, value, level.average, low, high))
    flagged = made.flagged is not None
    said = _said(made, gate, new)
    return ItemDrift(item, of.title, tuple(points), gate, made.centre, flagged, said)


def _said(made: ControlChart, gate: float, new: Sequence[tuple[datetime, float]]) -> str:
    if len(new) < LEAST_VALUES:
        return f"{signed(gate)} points at the gate. {len(new)} rated since: drift is told from " \
               f"{LEAST_VALUES} on."  # fmt: skip
    last = made.levels[-1]
    # One digit would say that what is just beyond a limit is at it.
    near = last.beyond and signed(last.average) in (signed(last.low), signed(last.high))
    average, low, high = (
        signed(value, 2 if near else 1) for value in (last.average, last.low, last.high)
    )
    now = f"{average} points now (moving average of {len(new)})"
    then = f"At the gate it was {signed(gate)}; after that, {low} to {high} is to be expected"
    if made.flagged is None:
        return f"No drift: {now}. {then}."
    at, level = new[made.flagged][0], made.levels[made.flagged]
    way = "higher" if level.average > level.high else "lower"
    back = "" if last.beyond else ", and there it is again"
    return f"Drift: from reference {made.flagged + 1} on ({at:%d %b %Y}) rated {way} than at the " \
           f"gate; {now}. {then}{back}."  # fmt: skip
