"""What the report of a cohort says, section by section: words, tables and pictures."""

from collections.abc import Iterable

from trainer.domain.counted import counted
from trainer.exchange import cohort_flow, cohort_raters, cohort_scores
from trainer.exchange import cohort_parts as parts
from trainer.exchange.cohort_parts import Section, listed, said
from trainer.exchange.cohort_report import Asked, Change, CohortReport, ScaleFigures
from trainer.exchange.cohort_trust import trust
from trainer.exchange.page import SYNTHETIC
from trainer.exchange.wording import day, moment

_MOST_CODES = 60


def words(report: CohortReport) -> dict[str, object]:
    """Everything that the templates lay out."""
    return {
        "language": "en",
        "title": _called(report.now),
        "opening": _opening(report),
        "response_marks": " ".join(report.response_marks),
        "notices": [SYNTHETIC] if report.synthetic else [],
        "in_short": [parts.kept(line) for line in _in_short(report)],
        "sections": [section for section in _sections(report) if section is not None],
        "trust": trust(report),
        "about": report.rubric.about.strip() if report.rubric else "",
        "sources": _sources(report),
    }


def _opening(report: CohortReport) -> str:
    compared = f", compared with {_called(report.before)}" if report.before else ""
    who = "by name where one is known" if report.named else "by code"
    return f"{report.program}{compared}. Trainees and raters are called {who}."


def _called(one: Asked) -> str:
    return f"{one.title} – {one.occasion}" if one.occasion else one.title


# In short


def _in_short(report: CohortReport) -> Iterable[str]:
    now = report.now
    was = "was" if now.rated_responses == 1 else "were"
    yield (
        f"{now.complete} of {counted(now.enrolled, 'trainee')} gave every answer that was asked "
        f"for{' the second time' if report.before else ''}; {now.rated_responses} of "
        f"{counted(now.responses, 'answer')} {was} rated, by {counted(now.raters, 'rater')}."
    )
    if not report.scales:
        yield "Nothing was rated on the scales that were asked for, so there are no scores yet."
        return
    yield _agree(report.scales)
    for scale in report.scales:
        if scale.change is not None:
            yield _moved(scale)
    changes = [one for one in report.scales if one.change is not None and one.change.mean]
    if any(one.change and one.change.bands for one in report.scales):
        yield _BAND
    if any(one.change and one.change.forms == "together" for one in changes):
        yield (
            "All who are compared had one form first and another one second: any change may be "
            "the forms' as well."
        )
    if apart := [one.title for one in changes if one.raw and len(one.severity) > 1]:
        on = "" if len(apart) == len(changes) else f" on {listed(apart)}"
        yield (
            f"The raters cannot be compared with each other{on}: if others rated the second time, "
            "a change may be the raters' as well."
        )
    if moved := parts.on_scales(
        (listed(n for n, value in one.drift.items() if value and parts.leaves_zero(value)),
         one.title) for one in report.scales
    ):  # fmt: skip
        yield (
            f"Not every rater stayed as strict beside the others as before: {moved}. A part of a "
            "change may be theirs; see Stricter and milder raters."
        )
    if gaps := [one for one in report.scales if one.gap and parts.leaves_zero(one.gap)]:
        told = listed(
            f"{parts.points(one.gap.value, 'higher', 'lower')} on {one.title}"
            for one in gaps
            if one.gap
        )
        yield f"Trainees rated their own answers otherwise than the raters did: {told}."


def _agree(scales: Iterable[ScaleFigures]) -> str:
    both = [(one.title, one.trust, one.trust_before or one.trust) for one in scales]
    known = parts.on_scales(
        (now.icc_word or before.icc_word or "", title) for title, now, before in both
    )
    if not known and any(now.icc or before.icc for _, now, before in both):
        return (
            "How far the raters agree cannot be said for sure: too few answers have two raters, or "
            "they differ too little. Read the scores with care."
        )
    if not known:
        return "How far the raters agree is not known: read the scores with care."
    return f"The agreement of single ratings is {known} (in words that go by the interval)."


def _moved(scale: ScaleFigures) -> str:
    """How the cohort changed, and its single trainees, each with its figure or a reason."""
    change = scale.change
    assert change is not None  # asked before
    if change.mean is None:
        told = f"{scale.title}: how the cohort changed cannot be said. {' '.join(change.reasons)}"
    else:
        moved = parts.points(change.mean.value, "higher", "lower")
        told = f"{scale.title}: {moved} the second time"
        if change.mean.low is None or change.mean.high is None:
            told += "; too few for an interval."
        else:
            chance = change.mean.low <= 0 <= change.mean.high
            told += f" (95 % interval {parts.limits(change.mean)})"
            told += ", which may be chance." if chance else "."
    return f"{told} {_single(change)}".rstrip()


def _single(change: Change) -> str:
    """How many trainees lie outside their band, and how wide it is."""
    if not change.pairs:
        return ""
    of = f"{counted(change.pairs, 'trainee')} could be compared"
    if change.bands is None:
        return f"{of}; of single ones nothing can be said."
    lie = "lies" if change.above == 1 else "lie"
    whose = "the" if len(set(map(said, change.bands))) == 1 else "their own"
    return (
        f"Of {counted(change.pairs, 'trainee')} who could be compared, {change.above} {lie} above "
        f"{whose} band of ±{parts.band(change.bands)} points, {change.below} below it."
    )


_BAND = (
    "The band is how far the scores of one trainee can lie apart by raters and clients alone: of "
    "100 trainees of whom none changed, no more than about 5 lie outside theirs. It is the wider, "
    "the fewer raters and clients a trainee's scores rest on."
)


# Sections


def _sections(report: CohortReport) -> Iterable[Section | None]:
    yield _asked(report)
    if not report.scales:
        return
    yield cohort_raters.agreement(report)
    yield cohort_scores.scores(report)
    if report.before is not None:
        yield cohort_scores.change(report)
    yield cohort_scores.each_trainee(report)
    yield cohort_raters.clients(report)
    yield cohort_raters.raters(report)
    yield cohort_raters.own(report)


def _asked(report: CohortReport) -> Section:
    both = [one for one in (report.before, report.now) if one is not None]
    rows = [
        ("Given out", [day(one.made_at) for one in both]),
        ("Due", [day(one.due_at) if one.due_at else "–" for one in both]),
        ("As", ["a test" if one.test else "practice" for one in both]),
        ("Clients", [_forms(one) for one in both]),
    ]
    paras = []
    if report.missing:
        shown = [
            f"{code} ({done} of {of}{f', {cut} interrupted' if cut else ''})"
            for code, done, of, cut in report.missing[:_MOST_CODES]
        ]
        more = len(report.missing) - len(shown)
        rest = f" and {more} more" if more else ""
        paras.append(f"Not complete ({_called(report.now)}): {', '.join(shown)}{rest}.")
    tables = [
        parts.table("What was asked", ["", *_heads(report)], rows),
        cohort_flow.trainees(report, _heads(report)),
        cohort_flow.answers(report, _heads(report)),
    ]
    return parts.section(
        "asked", "What was asked, and who is counted", paras, tables=tables,
        notes=cohort_flow.notes(report),
    )  # fmt: skip


def _heads(report: CohortReport) -> tuple[str, ...]:
    """What stands above the columns of occasions."""
    return report.occasions if report.before else (report.now.occasion,)


def _forms(one: Asked) -> str:
    if len(one.forms) == 1:
        return str(next(iter(one.forms.values())))
    return ", ".join(f"{name}: {count}" for name, count in one.forms.items())


def _sources(report: CohortReport) -> list[tuple[str, str]]:
    both = [one for one in (report.before, report.now) if one is not None]
    rubric = report.rubric
    scales = f"{rubric.title}, version {rubric.ref.version}" if rubric else "not in the library"
    return [
        ("Answers", str(sum(one.responses for one in both))),
        ("Ratings", f"{sum(one.ratings for one in both)}, each on every scale"),
        ("Scales", scales),
        ("Made with", f"Attune {report.attune_version}, {moment(report.made_at)}"),
    ]
