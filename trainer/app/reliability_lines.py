"""The figures of reliability for people: an aligned table, then a plain sentence for each."""

from collections.abc import Iterable, Iterator, Mapping
from statistics import median

from trainer.app.reliability import EFFECTS, Study, Told
from trainer.scoring.agreement import ItemAgreement
from trainer.scoring.alpha import LEVELS
from trainer.scoring.courses import Course
from trainer.scoring.estimate import Estimate
from trainer.scoring.facets import Facets
from trainer.scoring.gstudy import Forecast, GStudy
from trainer.scoring.halo import Halo
from trainer.scoring.kappa import PairKappa
from trainer.scoring.names import listed
from trainer.scoring.words import words

_MOST_PAIRS = 10
_Row = tuple[str, str, str, str]


def agreement_lines(told: Told) -> list[str]:
    """What ``attune agreement`` prints."""
    lines: list[str] = []
    for name, one in told.found.items.items():
        lines += [*_item(name, one), ""]
    if told.found.halos:
        rows = [_row(f"{h.name} (n = {h.ratings})", h.pooled) for h in told.found.halos]
        lines += ["Correlation between items, within raters", *_table(rows)]
        lines += [sentence for one in told.found.halos for sentence in _halo_said(one)] + [""]
    return [*lines, *_warnings(told.warnings)] if told.warnings else lines[:-1]


def _warnings(warnings: Iterable[str]) -> list[str]:
    return ["Mind:", *(f"  - {one}" for one in warnings)]


def _item(name: str, one: ItemAgreement) -> Iterator[str]:
    scores = one.scores
    missing = "no rating missing" if one.icc.design == "complete" else "some ratings missing"
    counts = ((scores.response, "response"), (scores.rater, "rater"), (scores.score, "rating"))
    yield f"{name}: {', '.join(_count(len(each), what) for each, what in counts)}; {missing}"
    yield from _table(_rows(one))
    yield from (f"  {sentence}" for sentence in _said(one))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _rows(one: ItemAgreement) -> Iterator[_Row]:
    k = "" if one.icc.k is None else f" (k = {one.icc.k:.3g})"
    for name, value in one.icc.values.items():
        yield _row(f"{name}{k if 'k' in name else ''}", value, words(value) or "")
    for level in LEVELS:
        yield _row(f"alpha, {level}", getattr(one.alpha, level))
    if len(one.kappas) <= _MOST_PAIRS:
        for pair in one.kappas:
            yield _row(f"kappa {'~'.join(pair.raters)} (n = {pair.responses})", pair.kappa)
    else:
        yield _all_pairs(one.kappas)
    yield _row("within one point", one.within_one.share)
    for rater, points in one.severity.points.items():
        yield _row(f"severity of {rater}, points", points, signed=True)
    if isinstance(one.logits, Facets):
        for rater, fit in one.logits.raters.items():
            said = f"infit {fit.infit:.2f}, outfit {fit.outfit:.2f}" if fit else ""
            severity = fit.severity if fit else None
            yield _row(f"severity of {rater}, logits", severity, said, signed=True)
    for to, courses in (("", one.drift.among), (" from the reference", one.drift.against)):
        for rater, course in courses.items() if one.drift.asked else ():
            name = f"drift of {rater}{to}, points per occasion"
            yield _row(name, course.slope, _course(course), signed=True)


def _course(course: Course) -> str:
    """Severity on the first and the last occasion that has one."""
    known = [(name, value.value) for name, value in course.points.items() if value is not None]
    ends = known if len(known) < 3 else [known[0], known[-1]]
    return ", ".join(f"{name} {_number(value, True)}" for name, value in ends)


def _all_pairs(kappas: tuple[PairKappa, ...]) -> _Row:
    values = [pair.kappa.value for pair in kappas if pair.kappa]
    name = f"kappa, median of {len(values)} pairs"
    if not values:
        return name, "-", "", ""
    return name, f"{median(values):.2f}", "", f"from {min(values):.2f} to {max(values):.2f}"


def _row(name: str, one: Estimate | None, said: str = "", *, signed: bool = False) -> _Row:
    if one is None:
        return name, "-", "", said
    return name, _number(one.value, signed), _between(one, signed), said


def _number(value: float, signed: bool = False) -> str:
    """To two decimals, of which 0 is never below 0."""
    return f"{value:+z.2f}" if signed else f"{value:z.2f}"


def _between(one: Estimate, signed: bool = False) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"{_number(one.low, signed)} to {_number(one.high, signed)}"


def _table(rows: Iterable[_Row]) -> list[str]:
    """Aligned columns: figure, value, 95 % interval, words."""
    whole = [("", "value", "95 % interval", ""), *rows]
    name, value, limits = (max(len(row[column]) for row in whole) for column in range(3))
    return [f"  {a:{name}}  {b:>{value}}  {c:{limits}}  {d}".rstrip() for a, b, c, d in whole]


def _said(one: ItemAgreement) -> Iterator[str]:
    """A plain sentence for each figure that has an interval."""
    for name, who in (("ICC(A,1)", "One rater's score"), ("ICC(A,k)", "The mean of the raters")):
        value = one.icc.values.get(name)
        if value is not None and words(value):
            yield f"{who} agrees with what others would give: {words(value)} {_in(value)}."
    value = one.alpha.interval
    if value is not None and value.value < 0:
        where = f" {_in(value)}" if _between(value) else ""
        yield f"Raters agree less than chance would: alpha is {_number(value.value)}{where}."
    elif value is not None and value.low is not None and value.high is not None:
        yield (
            f"Of what agreement is possible beyond chance, raters reach {100 * value.value:.0f} % "
            f"(95 % interval {100 * value.low:.0f} to {100 * value.high:.0f} %)."
        )
    yield from _kappas_said(one.kappas)
    share = one.within_one.share
    if share is not None and share.low is not None and share.high is not None:
        yield (
            f"Two raters of the same response are within one point in {100 * share.value:.0f} % "
            f"of all pairs (95 % interval {100 * share.low:.0f} to {100 * share.high:.0f} %)."
        )
    yield from _severity_said(one)
    if one.drift.asked and one.drift.among:
        rated = one.drift.time == "rating"
        said = "the days on which raters rated" if rated else "those of the responses"
        yield f"The occasions of drift are {said}."
    yield from _drift_said(one.drift.among, "the others")
    yield from _drift_said(one.drift.against, "the reference")


def _in(one: Estimate) -> str:
    return f"(95 % interval {_between(one)})"


def _kappas_said(kappas: tuple[PairKappa, ...]) -> Iterator[str]:
    known = [(one, one.kappa) for one in kappas if one.kappa and one.kappa.low is not None]
    if len(known) < 2:
        return
    (least, low), (most, high) = (
        pick(known, key=lambda each: each[1].value) for pick in (min, max)
    )
    if _number(low.value) == _number(high.value):
        return
    yield (
        f"{' and '.join(least.raters)} agree least {_in(low)}, {' and '.join(most.raters)} most "
        f"{_in(high)}."
    )


def _severity_said(one: ItemAgreement) -> Iterator[str]:
    alike = []
    for rater, points in one.severity.points.items():
        if points is None or points.low is None or points.high is None:
            continue
        if points.low <= 0 <= points.high:
            alike.append(rater)
            continue
        lower = points.value > 0
        ends = sorted((abs(points.low), abs(points.high)))
        yield (
            f"{rater} scores {abs(points.value):.2f} points {'lower' if lower else 'higher'} than "
            f"the average rater (95 % interval {ends[0]:.2f} to {ends[1]:.2f})."
        )
    if alike:
        verb = "is" if len(alike) == 1 else "are"
        yield f"{listed(alike)} {verb} not clearly more severe or lenient than the average rater."


def _drift_said(courses: Mapping[str, Course], others: str) -> Iterator[str]:
    steady = []
    for rater, course in courses.items():
        slope, change = course.slope, course.change
        if slope is None or slope.low is None or slope.high is None or change is None:
            continue
        if slope.low <= 0 <= slope.high:
            steady.append(rater)
            continue
        way = "more severe" if slope.value > 0 else "more lenient"
        ends = sorted((abs(slope.low), abs(slope.high)))
        yield (
            f"{rater} becomes {way} against {others}, by {abs(slope.value):.2f} points an occasion "
            f"(95 % interval {ends[0]:.2f} to {ends[1]:.2f}), {_number(change.value, True)} from "
            "the first to the last."
        )
    if steady:
        verb = "drifts" if len(steady) == 1 else "drift"
        yield f"{listed(steady)} {verb} in no clear direction against {others}."


def _halo_said(one: Halo) -> Iterator[str]:
    rest = one.within_response
    if rest is not None and rest.low is not None and rest.low > 0:
        a, b = one.items
        yield (
            f"  A rater who overrates a response on {a} tends to do so on {b}: what both leave "
            f"correlates {rest.value:.2f} {_in(rest)}."
        )


# ---------------------------------------------------------------- G study


def study_lines(found: Study) -> list[str]:
    """What ``attune gstudy`` prints."""
    lines: list[str] = []
    for name, one in found.items.items():
        lines += [*_study(name, one, found.needed[name], found.target), ""]
    return [*lines, *_warnings(found.warnings)] if found.warnings else lines[:-1]


def _study(name: str, one: GStudy, needs: tuple[Forecast, ...], target: float) -> Iterator[str]:
    yield f"{name}: where differences come from (variances in squared points)"
    whole = sum(value.value for value in one.components.values())
    names = dict.fromkeys((*EFFECTS, *one.components))
    rows = []
    for effect in names:
        value = one.components.get(effect)
        share = f"{100 * value.value / whole:.0f} %" if value and whole > 0 else ""
        rows.append(_row(effect, value, share))
    yield from _table([*rows, _row("G", one.g, words(one.g) or ""),
                       _row("Phi", one.phi, words(one.phi) or "")])  # fmt: skip
    if one.g is not None and one.phi is not None:
        means = (one.vignettes, "vignette"), (one.raters, "rater")
        asked = " and ".join(_mean(number, what) for number, what in means if number is not None)
        yield f"  With {asked} as here, comparing trainees has G = {one.g.value:.2f} {_in(one.g)},"
        yield f"  and what a trainee reaches has Phi = {one.phi.value:.2f} {_in(one.phi)}."
    yield from (f"  {sentence}" for sentence in _needs(one, needs, target))


def _mean(number: float, what: str) -> str:
    """How many of something on average; exactly one has no plural."""
    said = f"{number:.3g}"
    return f"{said} {what}{'' if said == '1' else 's'}"


def _needs(one: GStudy, needs: tuple[Forecast, ...], target: float) -> Iterator[str]:
    if needs:
        ways = [
            f"{_count(row.vignettes, 'vignette')} with {_count(row.raters, 'rater')}"
            for row in needs
        ]
        yield f"G = {target:.2f} takes {listed(ways, 'or')}."
    elif one.dstudy:
        yield f"G = {target:.2f} is not reached with any number of vignettes that can be planned."
