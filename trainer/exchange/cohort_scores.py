"""The scores in a cohort's report: means, change, each trainee."""

from collections.abc import Iterable, Sequence

from trainer.exchange.cohort_parts import (
    Cell,
    Picture,
    Section,
    band,
    by_reason,
    by_scale,
    cell,
    limits,
    listed,
    picture,
    said,
    section,
    table,
)
from trainer.exchange.cohort_raters import beyond
from trainer.exchange.cohort_report import Change, CohortReport, ScaleFigures
from trainer.exchange.cohort_svg import PANELS, Pairs, Panel, dots_svg, pairs_svg

MOST_ROWS = 60
"""Of more trainees only those outside the band stand in the table."""


def scores(report: CohortReport) -> Section:
    """The cohort's mean on each scale, with its interval."""
    assert report.rubric is not None  # there are scales
    scale, two = report.rubric.scale, report.before is not None
    panel = Panel(
        f"{report.rubric.title}, {scale.min} to {scale.max}",
        [one.now for one in report.scales],
        [one.before for one in report.scales] if two else (),
    )
    names = [one.title for one in report.scales]
    alt = "The cohort's mean on each scale; the table below has the figures."
    ends = scale.min, scale.max, 1
    drawn = dots_svg(names, [panel], ends, alt)
    first, second = report.occasions
    caption = f"Dot: the cohort's mean{f', {second}; ring: {first}' if two else ''}. "
    means = [f"Mean, {first}", f"Mean, {second}"] if two else ["Mean"]
    rows: list[tuple[str, list[str | Cell]]] = [
        (
            one.title,
            [
                *([cell(one.before)] if two else []), cell(one.now),
                "–" if one.spread is None else said(one.spread), str(one.trainees),
            ],
        )
        for one in report.scales
    ]  # fmt: skip
    told = (
        "A trainee's score is the mean over the clients they answered; the cohort's is the mean "
        "over trainees, with the 95 % interval for other trainees like these, who meet the same "
        "clients and are rated by the same people."
    )
    heads = ["Scale", *means, "SD between trainees", "Trainees"]
    return section(
        "scores", "Scores on each scale",
        [told, *_fairness(report.scales, two=two), *_lacking(report)],
        pictures=[picture(drawn, f"{caption}Lines: 95 % intervals.{beyond([panel], ends)}")],
        tables=[table("Means", heads, rows)],
    )  # fmt: skip


def _fairness(scales: Sequence[ScaleFigures], *, two: bool) -> Iterable[str]:
    fair = [one for one in scales if one.raw is None]
    if fair:
        which = "" if len(fair) == len(scales) else f" on {listed(one.title for one in fair)}"
        yield (
            f"Scores{which} are fair ones: what the average rater here would have given, whoever "
            "rated; how well that is known is in the intervals. Such a score can lie a little "
            "beyond the ends of the scale."
        )
    if fair and two:
        yield (
            "Both occasions are estimated together, so that a mean may differ from the one in a "
            "report of one occasion alone."
        )
    raw = [(one.title, one.raw) for one in scales if one.raw is not None]
    for line in by_reason(raw, len(scales)):
        yield f"Scores are as given, and not fair ones – {line}."
    if raw:
        yield "That some raters score lower than others is in such scores, not in the intervals."


def _lacking(report: CohortReport) -> Iterable[str]:
    """Whose score is the mean over a part of their clients, which may be harder or easier ones."""
    told = [
        f"{'' if len(set(counts)) == 1 else 'up to '}{max(counts)}"
        f"{f' {when}' if report.before else ''}"
        for counts, when in zip(
            zip(*(one.lacking for one in report.scales), strict=True), report.occasions, strict=True
        )
        if any(counts)
    ]  # fmt: skip
    if told:
        yield (
            f"Trainees who were rated on a part of their clients only ({listed(told)}) count with "
            "the mean over that part. If those were the easier clients or the harder ones, a mean "
            "lies too high or too low"
            + (", and the two means less each other are not the change" if report.before else "")
            + "."
        )


# Change


def change(report: CohortReport) -> Section:
    """Of the cohort, with its effect size, and a picture of each trainee on both occasions."""
    moved = [(one, one.change) for one in report.scales if one.change is not None]
    heads = ["Scale", "Change", "Effect size g", "Trainees", "Band for one trainee, ±"]
    rows: list[tuple[str, list[str | Cell]]] = [
        (
            one.title,
            [
                cell(found.mean), cell(found.effect),
                str(found.pairs),
                _band(found),
            ],
        )
        for one, found in moved
    ]  # fmt: skip
    told = (
        "The change is the mean of the trainees' own differences. The effect size g is that change "
        "in units of how much trainees differ (the mean of both occasions' standard deviations, "
        "with Hedges' correction); raters' error is part of that unit, so g is smaller than it "
        "would be of scores without error."
    )
    return section(
        "change", "Change", [told, *_of_forms(report.scales)], pictures=_squares(report),
        tables=[table("Change", heads, rows, (25, 20, 20, 13, 22))],
        notes=by_reason(
            (
                (one.title, reason)
                for one, found in moved
                for reason in (_others(found, report.occasions), *found.reasons)
                if reason
            ),
            len(moved),
        ),
    )  # fmt: skip


def _band(found: Change) -> Cell:
    """The band of all, or from where to where their bands go, with the interval of the average."""
    if found.smallest is None or found.bands is None:
        return cell(found.smallest)
    narrow, wide = map(said, found.bands)
    if narrow == wide:
        return cell(found.smallest)
    average = f"average {said(found.smallest.value)}, {limits(found.smallest)}"
    return Cell(band(found.bands), average)


def _others(found: Change, occasions: tuple[str, str]) -> str:
    """How many cannot be compared, and why."""
    counts = [
        (len(found.left_out), "with a part of a form"),
        (len(found.only_before), f"only {occasions[0]}"),
        (len(found.only_after), f"only {occasions[1]}"),
    ]
    told = listed(f"{count} {why}" for count, why in counts if count)
    return f"not compared: {told}." if told else ""


def _squares(report: CohortReport) -> list[Picture]:
    """Every trainee on both occasions, a square for each scale."""
    assert report.rubric is not None  # there are scales
    squares = [
        Pairs(
            one.title,
            one.change.places,
            one.change.smallest.value if one.change.smallest else None,
            one.change.bands is not None and len(set(map(said, one.change.bands))) > 1,
        )
        for one in report.scales
        if one.change is not None and one.change.places
    ]
    ends = report.rubric.scale.min, report.rubric.scale.max
    alt = "Each trainee on both occasions; the tables have the figures."
    return [
        picture(
            pairs_svg(squares[at : at + PANELS], ends, report.occasions, alt),
            _caption(squares) if at + PANELS >= len(squares) else "",
        )
        for at in range(0, len(squares), PANELS)
    ]


def _caption(squares: Sequence[Pairs]) -> str:
    caption = "Each mark is a trainee. On the slanted line nothing changed."
    if any(one.band is not None for one in squares):
        caption += " Shaded: the band. Triangles lie outside."
    if any(one.various for one in squares):
        caption += (
            " It is the average one: whose scores rest on fewer raters or clients than others' has "
            "a wider band of their own, which the triangles go by."
        )
    return caption


def _of_forms(scales: Sequence[ScaleFigures]) -> Iterable[str]:
    found = next((one.change for one in scales if one.change is not None), None)
    if found is None or not found.pairs:
        return
    if found.forms == "same":
        partly = any(one.change and one.change.partly for one in scales)
        yield (
            (
                "Each trainee is compared over the clients that they met, and were rated on, both "
                "times."
                if partly
                else "Each trainee met the same clients both times."
            )
            + " That they were known the second time may be part of the change."
        )
    elif found.forms == "together":
        yield (
            "All trainees who are compared had one form first and another one second: forms do "
            "not balance each other. A form that is easier than the other looks like a change, and "
            "cannot be told from it."
        )
    else:
        yield (
            "Forms were counterbalanced, and how they differ is taken out of the change and of "
            f"each trainee's scores. Points above the first form: {_differences(scales)}."
        )


def _differences(scales: Sequence[ScaleFigures]) -> str:
    """How much higher than the first form each other one scores."""
    by_form: dict[str, list[str]] = {}
    for one in scales:
        for form, value in (one.change.form_differences if one.change else {}).items():
            by_form.setdefault(form, []).append(
                f"{said(value.value)} ({limits(value)}) on {one.title}"
            )
    return "; ".join(f"form {form} {listed(told)}" for form, told in by_form.items())


# Each trainee


def each_trainee(report: CohortReport) -> Section | None:
    """Every trainee's scores; of many only who lies outside a band."""
    two = report.before is not None
    cells = [_pairs(one, report.occasions) if two else _scores(one) for one in report.scales]
    every = report.trainees
    if not any(cells):
        return None
    shown, told = list(every), [_PAIRS if two else _SCORES]
    if len(every) > MOST_ROWS:
        outside = {
            place.name
            for one in report.scales if one.change
            for place in one.change.places if place.beyond
        }  # fmt: skip
        shown = [name for name in every if name in outside][:MOST_ROWS]
        told.append(_many(len(every), len(shown), len(outside)))
    rows = [(name, [one.get(name, Cell("–", "no score")) for one in cells]) for name in shown]
    titles = [one.title for one in report.scales]
    tables = by_scale("Each trainee", "Trainee", titles, rows)
    return section("trainees", "Each trainee", told, tables=tables)


_PAIRS = (
    "Each trainee's scores on both occasions, over the clients that are compared, and on the "
    "average form where forms were counterbalanced. ▲ and ▼: outside their band. One set of "
    "answers cannot show more of one person than that. A dash: not compared, and why."
)
_SCORES = (
    "Each trainee's score, and the 95 % interval for other clients of this kind, rated by the same "
    "people; it takes three clients."
)


def _many(every: int, shown: int, outside: int) -> str:
    which = (
        f"Of {every} trainees, {'those' if shown == outside else f'the first {shown} of {outside}'}"
        " outside a band are shown."
        if shown
        else f"There are {every} trainees, too many for a table here."
    )
    return f"{which} 'attune cohort show' with --json has the scores of all."


def _scores(one: ScaleFigures) -> dict[str, Cell]:
    return {
        name: Cell(said(value.value)) if value.low is None else cell(value)
        for name, value in one.scores.items()
    }


def _pairs(one: ScaleFigures, occasions: tuple[str, str]) -> dict[str, Cell]:
    """Both scores of who is compared, and why the others are not."""
    change = one.change
    if change is None:
        return {}
    marks = {1: " ▲", -1: " ▼"}
    found = {
        place.name: Cell(
            f"{said(place.before)} → {said(place.after)}{marks.get(place.beyond or 0, '')}"
        )
        for place in change.places
    }
    found |= {name: Cell("–", "a part of a form") for name in change.left_out}
    for names, when in zip((change.only_before, change.only_after), occasions, strict=True):
        found |= {name: Cell("–", f"only {when}") for name in names}
    return found
