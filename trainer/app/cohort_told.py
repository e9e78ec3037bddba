"""What the commands say of a cohort: documents for programs, lines for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from trainer.app.cohort_figures import Cohort, Overview
from trainer.app.cohort_flow import WHY
from trainer.domain.assignment import Assignment
from trainer.domain.counted import by_count, counted
from trainer.exchange.wording import number

if TYPE_CHECKING:
    from trainer.scoring.clients import Client
    from trainer.scoring.cohort import ItemFigures as ItemFigures
    from trainer.scoring.cohort import Occasion as Occasion
    from trainer.scoring.drift import Drift
    from trainer.scoring.estimate import Estimate as Estimate
    from trainer.scoring.paired import Changed


def overview_as_json(one: Overview) -> dict[str, Any]:
    """One row of the document of ``attune cohort list --json``."""
    return {
        **_assignment(one.assignment),
        "enrolled": one.enrolled,
        "begun": one.begun,
        "complete": one.complete,
        "sent_nothing": len(one.flow.nothing),
        "interrupted": len(one.flow.over),
        "withdrawn": len(one.flow.held),
        "agreed": len(one.flow.agreed),
        "rated_trainees": len(one.flow.rated),
        "rated_on_every_client": len(one.flow.rated_all),
        "late": one.late,
        "clock_unsure": one.unsure,
        "responses": one.responses,
        "rated": one.rated,
        "ratings": one.ratings,
        "raters": one.raters,
        "held_back": one.held_back,
        "held_back_because": dict(one.flow.why_held),
        "items": {item.item: {"scores": item.scores, "mean": item.mean} for item in one.items},
    }


def overview_as_line(one: Overview) -> str:
    """The same for people."""
    asked = one.assignment
    occasion = f" ({asked.occasion})" if asked.occasion else ""
    late = f", of {len(one.flow.over)} no more comes (interrupted)" if one.flow.over else ""
    late += f", {one.late} late" if one.late else ""
    late += f", {one.unsure} with a clock that is not sure" if one.unsure else ""
    why = ", ".join(f"{WHY[reason]} {count}" for reason, count in one.flow.why_held.items())
    held = f", {one.held_back} more may not be rated ({why})" if why else ""
    return (
        f"{asked.id}  {asked.title}{occasion}: {one.complete} of {one.enrolled} complete{late}, "
        f"{one.rated} of {counted(one.responses, 'response')} rated by {one.raters}{held}"
    )


def _assignment(one: Assignment) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "program": one.program,
        "occasion": one.occasion,
        "mode": one.mode,
        "rubric": f"{one.rubric.pack}/{one.rubric.rubric}",
        "rubric_version": one.rubric.version,
        "made_at": one.made_at.isoformat(),
        "due_at": one.due_at.isoformat() if one.due_at else None,
    }


# Every figure


def as_json(cohort: Cohort) -> dict[str, Any]:
    """The document of ``attune cohort show --json``; what cannot be estimated is None."""
    material = cohort.material
    return {
        "assignment": overview_as_json(cohort.now),
        "before": overview_as_json(cohort.before) if cohort.before else None,
        "blind": material.blind,
        "synthetic": material.synthetic,
        "withheld": material.unseen,
        "items": {one.item: _item(one, cohort) for one in cohort.items},
    }


def _item(one: "ItemFigures", cohort: Cohort) -> dict[str, Any]:
    called = cohort.material.called
    return {
        "title": cohort.title(one.item),
        "scores": "fair" if one.raw is None else "as given",
        "as_given_because": one.raw,
        "before": _occasion(one.before, called) if one.before else None,
        "now": _occasion(one.now, called),
        "change": _change(one.change, called) if one.change else None,
        "vignettes": [_client(each) for each in one.clients],
        "severity": {rater: _estimate(points) for rater, points in one.severity.points.items()},
        "severity_reason": one.severity.reason,
        "severity_change": _drift(one.drift),
        "severity_change_reason": one.drift.reason if one.drift else None,
        "gap": {
            "trainees": one.gap.pairs,
            "difference": _estimate(one.gap.difference),
            "correlation": _estimate(one.gap.correlation),
            "reasons": list(one.gap.reasons),
        },
    }


def _drift(one: "Drift | None") -> dict[str, dict[str, float | None]] | None:
    """By rater how much stricter they became, beside the others."""
    if one is None:
        return None
    return {rater: _estimate(course.change) for rater, course in one.among.items()}


def _occasion(one: "Occasion", called: Mapping[str, str]) -> dict[str, Any]:
    from trainer.scoring.words import words

    return {
        "mean": _estimate(one.mean),
        "sd": one.spread,
        "trainees": len(one.scores),
        "responses": one.responses,
        "ratings": one.ratings,
        "raters": one.raters,
        "icc": {"ICC(A,1)": _estimate(one.icc), "ICC(A,k)": _estimate(one.icc_k)},
        "icc_k": one.k,
        "g": _estimate(one.g),
        "words": {"ICC(A,1)": words(one.icc), "ICC(A,k)": words(one.icc_k), "g": words(one.g)},
        "error_variances": dict(one.study.variances) if one.study else None,
        "error": one.study.error if one.study else None,
        "reliability_of": one.drawn,
        "rated_in_part": one.lacking,
        "reasons": list(one.reasons),
        "scores": {
            called[each.trainee]: {
                **_estimate(each.score), "vignettes": each.vignettes,
                "responses": each.responses, "raters": each.raters,
            }
            for each in one.scores
        },
    }  # fmt: skip


def _change(one: "Changed", called: Mapping[str, str]) -> dict[str, Any]:
    return {
        "trainees": one.pairs,
        "compared_in_part": one.partly,
        "left_out": one.left_out,
        "only_before": one.only_before,
        "only_after": one.only_after,
        "not_compared": {called[code]: why for code, why in one.others.items()},
        "mean": _estimate(one.mean),
        "g_av": _estimate(one.effect),
        "d_av": one.d_av,
        "forms": one.forms,
        "form_differences": {name: _estimate(it) for name, it in one.form_differences.items()},
        "reliability": _estimate(one.reliability),
        "sd_before": one.deviation,
        "least_reliable_change": _estimate(one.smallest),
        "above": one.count(1),
        "within": one.count(0),
        "below": one.count(-1),
        "reasons": list(one.reasons),
        "scores": {
            called[each.trainee]: {
                "before": each.before, "after": each.after, "change": each.change.difference,
                "index": each.change.index, "reliable": each.change.reliable,
                "least_reliable_change": each.change.smallest,
            }
            for each in one.moved
        },
    }  # fmt: skip


def _client(one: "Client") -> dict[str, Any]:
    return {
        "vignette": one.vignette,
        "trainees": one.trainees,
        "mean": _estimate(one.mean),
        "beside_others": _estimate(one.apart),
        "stands": one.stands,
    }


def _estimate(one: "Estimate | None") -> dict[str, float | None]:
    if one is None:
        return {"value": None, "low": None, "high": None}
    return {"value": one.value, "low": one.low, "high": one.high}


def as_lines(cohort: Cohort) -> list[str]:
    """The most of it for people; the rest is in the report and in ``--json``."""
    lines = [overview_as_line(cohort.now)]
    if cohort.before is not None:
        lines.append(f"Before: {overview_as_line(cohort.before)}")
    if cohort.material.unseen:
        left = cohort.material.unseen
        lines.append(by_count(
            left, "1 response is left out until you have rated it",
            f"{left} responses are left out until you have rated them",
        ))  # fmt: skip
    for one in cohort.items:
        lines += ["", cohort.title(one.item), *(f"  {line}" for line in _lines(one, cohort))]
    return lines if cohort.items else [*lines, "Nothing of it was rated yet."]


def _lines(one: "ItemFigures", cohort: Cohort) -> list[str]:
    now, gap = one.now, one.gap
    lines = [
        f"mean {said(now.mean)}; {counted(len(now.scores), 'trainee')}, "
        f"{counted(now.responses, 'response')}, {counted(now.raters, 'rater')}"
        + (f"; {_on_a_part(now.lacking)}" if now.lacking else "")
    ]
    lines.append(f"agreement ICC(A,1) {said(now.icc)}, G {said(now.g)}")
    if one.raw is not None:
        lines.append(f"scores as given, not fair: {one.raw}")
    if one.change is not None:
        lines += _change_lines(one.change)
    lines += [
        f"{rater} became {'stricter' if change.value > 0 else 'milder'} beside the other raters: "
        f"{said(change)} points, mixed into the change"
        for rater, change in drifted(one)
    ]
    lines += [
        f"{each.stands}: {cohort.material.titles[each.vignette]} {said(each.mean)}"
        for each in one.clients
        if each.stands
    ]
    lines.append(
        f"own ratings less raters': {said(gap.difference)} ({counted(gap.pairs, 'trainee')})"
    )
    return lines + [f"({reason})" for reason in (*now.reasons, *gap.reasons)]


def _on_a_part(count: int) -> str:
    whose = by_count(count, "the", "their")
    return f"{counted(count, 'trainee')} on a part of {whose} clients only"


def _change_lines(one: "Changed") -> list[str]:
    lines = [f"change {said(one.mean)}, g_av {said(one.effect)}; {counted(one.pairs, 'trainee')}"]
    if one.bands is not None:
        low, high = (number(each, 2) for each in one.bands)
        lines.append(
            f"of single trainees {low if low == high else f'{low} to {high}'} points or more "
            "(by how many raters and clients each had) are reliable: "
            f"{one.count(1)} higher, {one.count(-1)} lower, {one.count(0)} within"
        )
    return lines + [f"({reason})" for reason in one.reasons]


def drifted(one: "ItemFigures") -> "list[tuple[str, Estimate]]":
    """The raters who became stricter (above 0) or milder for sure, and by how much."""
    if one.drift is None:
        return []
    return [
        (rater, change)
        for rater, course in one.drift.among.items()
        if (change := course.change) is not None
        and change.low is not None and change.high is not None
        and not change.low <= 0 <= change.high
    ]  # fmt: skip


def said(one: "Estimate | None", decimals: int = 2) -> str:
    """A figure with its limits, for a line."""
    if one is None:
        return "not known"
    if one.low is None or one.high is None:
        return f"{number(one.value, decimals)} (no interval)"
    low, high = (number(limit, decimals) for limit in (one.low, one.high))
    return f"{number(one.value, decimals)} ({low} to {high})"
