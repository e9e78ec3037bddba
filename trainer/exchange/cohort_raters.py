"""What a cohort's report says of raters, of clients, and of trainees' own ratings."""

from collections.abc import Sequence
from math import ceil

from trainer.domain.counted import by_count, counted
from trainer.exchange.cohort_parts import (
    Cell,
    Picture,
    Section,
    Table,
    by_reason,
    by_scale,
    cell,
    leaves_zero,
    limits,
    listed,
    picture,
    points,
    section,
    table,
)
from trainer.exchange.cohort_report import CohortReport, Trust
from trainer.exchange.cohort_svg import PANELS, Panel, dots_svg, goes_beyond
from trainer.exchange.wording import number

_AGREEMENT = (
    "One rating: how much of what lies between single ratings lies between answers (ICC(A,1)). An "
    "answer's mean: the same of all its ratings together (ICC(A,k)). A trainee's score: how far "
    "trainees with the same form can be told apart by the scores of this report (G). The words go "
    "by the interval, from its lower to its upper end (Koo & Li 2016)."
)
_CLIENTS = (
    "The mean of the trainees' scores with each client. A client is called harder or easier only "
    "where the same trainees' other answers of that occasion show it for sure, having looked at "
    "every client. Clients of different forms were met by different trainees at one occasion; "
    "compare them within a form."
)
_RATERS = (
    "How many points lower than the average rater here each one scores the same answers: above 0 "
    "stricter, below 0 milder. It is no fault, and fair scores allow for it."
)
_OWN = (
    "Trainees' own ratings less the raters', on the same answers, over trainees: above 0 they rate "
    "themselves higher. Self-ratings tend to be higher than those of observers, and may fall while "
    "skill rises."
)


def agreement(report: CohortReport) -> Section:
    """How far raters agree, at each occasion."""
    first, second = report.occasions
    each = [(second, [(one.title, one.trust) for one in report.scales])]
    if report.before is not None:
        each.insert(0, (first, [(one.title, one.trust_before) for one in report.scales
                                if one.trust_before]))  # fmt: skip
    every = [(title, when, found) for when, rows in each for title, found in rows]
    ratings = [number(found.k, 1) for _, _, found in every if found.k is not None]
    two = len(each) > 1
    told = [_AGREEMENT]
    if ratings:
        low, high = min(ratings, key=float), max(ratings, key=float)
        told.append(
            f"An answer has {low if low == high else f'{low} to {high}'} ratings on average."
        )
    drawn = [one.trust for one in report.scales if one.trust.drawn < one.trust.of]
    if drawn:
        few = drawn[0].drawn
        told.append(
            f"Of {counted(drawn[0].of, 'trainee')}, {few} {by_count(few, 'was', 'were')} drawn by "
            "chance for these figures; all others are of everybody."
        )
    return section(
        "agreement", "How far the raters agree", told,
        tables=[_agreed(f"Scale, {when}" if two else "Scale", rows) for when, rows in each],
        notes=by_reason(
            (
                (title, f"{reason} ({when})" if two else reason)
                for title, when, found in every
                for reason in found.reasons
            ),
            len(report.scales),
        ),
    )  # fmt: skip


def _agreed(head: str, rows: Sequence[tuple[str, Trust]]) -> Table:
    """One occasion's table."""
    cells: list[tuple[str, list[str | Cell]]] = [
        (
            title,
            [
                cell(found.icc), found.icc_word or "–", cell(found.icc_k), cell(found.g),
                found.g_word or "–",
            ],
        )
        for title, found in rows
    ]  # fmt: skip
    heads = [head, "One rating", "in words", "An answer's mean", "A trainee's score", "in words"]
    return table("Agreement", heads, cells, (23, 16, 13, 17, 17, 14))


def clients(report: CohortReport) -> Section:
    """Which clients were harder, and which easier; those harder on the first scale first."""
    assert report.rubric is not None  # there are scales
    scale = report.rubric.scale
    order = list(dict.fromkeys(one.title for each in report.scales for one in each.clients))
    found = [{one.title: one for one in each.clients} for each in report.scales]
    panels = [
        Panel(each.title, [here[name].mean if name in here else None for name in order])
        for each, here in zip(report.scales, found, strict=True)
    ]
    rows = [(name, [cell(here[name].mean if name in here else None) for here in found])
            for name in order]  # fmt: skip
    notes = []
    for each in report.scales:
        sure = {
            word: listed(f"“{one.title}”" for one in each.clients if one.stands == word)
            for word in ("harder", "easier")
        }
        if told := "; ".join(f"surely {word} {names}" for word, names in sure.items() if names):
            notes.append(f"{each.title}: {told}.")
    titles = [one.title for one in report.scales]
    return section(
        "clients", "Harder and easier clients", [_CLIENTS],
        pictures=_dots(order, panels, (scale.min, scale.max, 1.0), "Mean with each client"),
        tables=by_scale("Clients", "Client", titles, rows),
        notes=notes or ["No client is surely harder or easier than the others."],
    )  # fmt: skip


def raters(report: CohortReport) -> Section:
    """How severe each rater is, and how that changed from one occasion to the other."""
    names = list(dict.fromkeys(name for one in report.scales for name in one.severity))
    known = [value for one in report.scales for value in one.severity.values() if value]
    ends = [abs(end) for value in known
            for end in (value.value, value.low, value.high) if end is not None]  # fmt: skip
    most = max(0.5, ceil(max(ends, default=0.5) * 2) / 2)
    panels = [
        Panel(one.title, [one.severity.get(name) for name in names], zero=0.0)
        for one in report.scales
    ]
    rows = [(name, [cell(one.severity.get(name)) for one in report.scales]) for name in names]
    titles = [one.title for one in report.scales]
    what = "Points below the average rater"
    tables, notes = _drift(report, names, titles)
    return section(
        "raters", "Stricter and milder raters", [_RATERS],
        pictures=_dots(names, panels, (-most, most, most), what) if known else [],
        tables=[*by_scale("Raters", "Rater", titles, rows), *tables],
        notes=[
            *by_reason(
                ((one.title, f"{one.severity_reason}.") for one in report.scales
                 if one.severity_reason),
                len(report.scales),
            ),
            *notes,
        ],
    )  # fmt: skip


def _drift(
    report: CohortReport, names: Sequence[str], titles: Sequence[str]
) -> tuple[list[Table], list[str]]:
    """Each rater's change of severity between the occasions, and what it means for a change."""
    if report.before is None:
        return [], []
    first, second = report.occasions
    rows = [(name, [cell(one.drift.get(name)) for one in report.scales]) for name in names]
    known = any(value for one in report.scales for value in one.drift.values())
    tables = by_scale("Change of severity", "Became stricter by", titles, rows) if known else []
    notes = [
        f"The last table has how many points stricter each rater became from {first} to {second}, "
        "beside the others who rated both times; below 0: milder. What all of them became alike "
        "cannot be seen there, and looks like a change of the trainees."
    ] if known else []  # fmt: skip
    notes += _surely(report)
    why = [
        (one.title, f"how raters changed from {first} to {second} is not known, as "
         f"{one.drift_reason}.") for one in report.scales if one.drift_reason
    ]  # fmt: skip
    why += [(one.title, note) for one in report.scales for note in one.drift_notes]
    return tables, [*notes, *by_reason(why, len(report.scales))]


def _surely(report: CohortReport) -> list[str]:
    """Who became stricter or milder for sure, and what that does to a change."""
    sure = [
        (one.title, listed(
            f"{name} {points(value.value, 'stricter', 'milder')} (95 % interval {limits(value)})"
            for name, value in one.drift.items()
            if value is not None and leaves_zero(value)
        ))
        for one in report.scales
    ]  # fmt: skip
    found = [f"{title}: more than chance: {names}." for title, names in sure if names]
    if found:
        found.append(
            "The scores of those whom a rater rated who became stricter are lower the second time "
            "for that alone, and higher where the rater became milder. Fair scores do not allow "
            "for it, as they take a rater as equally strict both times: what such a rater gave is "
            "mixed into the change. Where all rated everybody it cancels out in the cohort's mean."
        )
    return found


def own(report: CohortReport) -> Section:
    """How trainees' own ratings lie to the raters'."""
    rows: list[tuple[str, list[str | Cell]]] = [
        (one.title, [cell(one.gap), cell(one.correlation), str(one.gap_trainees)])
        for one in report.scales
    ]
    heads = ["Scale", "Own less raters'", "Correlation", "Trainees"]
    return section(
        "own", "Own ratings and the raters'", [_OWN], tables=[table("Own ratings", heads, rows)],
        notes=by_reason(
            ((one.title, reason) for one in report.scales for reason in one.gap_reasons),
            len(report.scales),
        ),
    )  # fmt: skip


def _dots(
    names: Sequence[str], panels: Sequence[Panel], scale: tuple[float, float, float], what: str
) -> list[Picture]:
    alt = f"{what}; the table below has the figures."
    caption = f"{what}; lines: 95 % intervals." + beyond(panels, scale)
    return [
        picture(
            dots_svg(names, panels[at : at + PANELS], scale, alt),
            caption if at + PANELS >= len(panels) else "",
        )
        for at in range(0, len(panels), PANELS)
    ]


def beyond(panels: Sequence[Panel], scale: tuple[float, float, float]) -> str:
    """What an arrow in a picture of dots means, where there is one."""
    values = (value for one in panels for value in (*one.dots, *one.rings))
    if not goes_beyond(values, scale[0], scale[1]):
        return ""
    return " An arrow: it goes on beyond the ends of the scale, to the figure in the table."
