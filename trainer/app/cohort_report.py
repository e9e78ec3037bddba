"""The report of a cohort: from its figures to what a page says, and to files."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from trainer import __version__
from trainer.app.cohort_figures import Cohort, Overview
from trainer.app.cohort_flow import WHY
from trainer.app.cohort_read import read_whole
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.report import WritePdf, check_outside, occasion_name, write_both, write_one
from trainer.domain import assignment as rules
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange.cohort_report import (
    Asked,
    Change,
    ClientFigures,
    CohortReport,
    ScaleFigures,
    Trust,
    render_html,
)
from trainer.exchange.cohort_svg import Place, Value
from trainer.store.forget import mark_of

if TYPE_CHECKING:
    from trainer.scoring.cohort import ItemFigures, Occasion
    from trainer.scoring.estimate import Estimate
    from trainer.scoring.paired import Changed


def cohort_report(
    home: Home, assignment_id: str, before_id: str | None, out: Path, write_pdf: WritePdf,
    *, names: bool = False,
) -> dict[str, Path]:  # fmt: skip
    """Write the report of a cohort to the file ``out`` (.html or .pdf), or both into a folder.

    Its files by html and pdf. KnownError: as ``read_whole``; the scales are not in the library;
    ``out`` is neither, or lies in a locked data folder.
    """
    check_outside(home, out)
    if out.suffix.lower() not in ("", ".html", ".pdf") and not out.is_dir():
        raise KnownError(f"A report is a .html or a .pdf file, not {out.name}", "Name one of them.")
    found = read_whole(home, assignment_id, before_id, names=names)
    return write(make_report(found), out, write_pdf)


def write_later(
    desk: Desk,
    found: Cohort,
    out: Path,
    write_pdf: WritePdf,
    done: Callable[[dict[str, Path]], None],
    failed: Callable[[Exception], None],
    alive: Callable[[], bool],
) -> None:
    """Write the report of figures that were read, page and paper, into the folder ``out``."""
    desk.runner.background(
        lambda _cancel: write(make_report(found), out, write_pdf), done, failed, alive
    )


def write(report: CohortReport, out: Path, write_pdf: WritePdf) -> dict[str, Path]:
    """Write the file, or page and paper under one name into a folder, both or neither."""
    render = partial(render_html, report)
    if out.suffix.lower() in (".html", ".pdf") and not out.is_dir():
        return {out.suffix.lower()[1:]: write_one(render, out, write_pdf)}
    named = occasion_name(report.now.title, report.now.occasion)
    stem = f"attune-cohort-{named}-{report.made_at.date()}"
    return write_both(stem, render, out, write_pdf)


def make_report(found: Cohort) -> CohortReport:
    """All that the report says; KnownError when the library lacks the scales."""
    from trainer.scoring.names import in_order

    material = found.material
    if material.rubric is None and found.items:
        raise KnownError(
            "The scales this was rated on are not in the library",
            "Put the pack that has them into the packs folder.",
        )
    return CohortReport(
        program=found.now.assignment.program,
        now=_asked(found.now),
        before=_asked(found.before) if found.before else None,
        rubric=material.rubric,
        scales=tuple(_scale(one, found) for one in found.items),
        missing=_missing(found),
        trainees=tuple(in_order({material.called[one.code] for one in material.responses})),
        named=material.named,
        blind=material.blind,
        synthetic=material.synthetic,
        unseen=material.unseen,
        response_marks=tuple(mark_of(one.id) for one in material.responses),
        made_at=local_now(),
        attune_version=__version__,
    )


def _asked(of: Overview) -> Asked:
    one, flow = of.assignment, of.flow
    return Asked(
        one.title, one.occasion, one.mode == rules.TEST, one.made_at, one.due_at,
        {form.name: len(form.vignettes) for form in one.forms},
        of.enrolled, len(flow.complete), len(flow.partly), len(flow.held), len(flow.nothing),
        len(flow.agreed), len(flow.rated), len(flow.rated_all), of.late, of.responses, of.rated,
        of.ratings, of.raters, {WHY[why]: count for why, count in flow.why_held.items()},
        of.unsure, len(flow.over & flow.partly), len(flow.over & flow.nothing),
        len(flow.over & flow.held & flow.agreed), len((flow.over & flow.held) - flow.agreed),
    )  # fmt: skip


def _missing(found: Cohort) -> tuple[tuple[str, int, int, int], ...]:
    """Who has not given everything of the newer assignment: how many clients of how many, and how
    many of the others were interrupted and do not come again.

    Nobody is named who gave more than may be rated.
    """
    material = found.material
    later = material.before is not None
    given: dict[str, set[str]] = {}
    for one in material.responses:
        if one.later == later:
            given.setdefault(one.code, set()).add(one.client)
    forms = {form.name: {f"{one.pack}/{one.vignette}" for one in form.vignettes}
             for form in material.now.forms}  # fmt: skip
    rows = [
        (material.called.get(one.code, one.code), len(forms[one.form] & given.get(one.code, set())),
         len(forms[one.form]), found.now.flow.cut.get(one.code, 0))
        for one in material.now.enrolled if one.code not in found.now.flow.held
    ]  # fmt: skip
    return tuple(row for row in rows if row[1] < row[2])


def _scale(one: "ItemFigures", found: Cohort) -> ScaleFigures:
    material = found.material
    assert material.rubric is not None  # asked before
    known = {item.id: item for item in material.rubric.items}
    item = known.get(one.item)
    called = material.called
    before = one.before
    return ScaleFigures(
        title=found.title(one.item),
        question=item.question if item else "",
        raw=one.raw,
        before=_value(before.mean) if before else None,
        now=_value(one.now.mean),
        spread=one.now.spread,
        trainees=len(one.now.scores),
        lacking=(before.lacking if before else 0, one.now.lacking),
        trust_before=_trust(before) if before else None,
        trust=_trust(one.now),
        change=_change(one.change, called) if one.change else None,
        scores={called[each.trainee]: _sure(each.score) for each in one.now.scores},
        clients=tuple(
            ClientFigures(
                material.titles[each.vignette], _sure(each.mean), _value(each.apart), each.stands,
                each.trainees,
            )
            for each in one.clients
        ),
        severity={who: _value(points) for who, points in one.severity.points.items()},
        severity_reason=one.severity.reason,
        drift={} if one.drift is None else {
            who: _value(course.change) for who, course in one.drift.among.items()
        },
        drift_reason=one.drift.reason if one.drift else None,
        drift_notes=one.drift.notes if one.drift and not one.drift.reason else (),
        gap=_value(one.gap.difference),
        correlation=_value(one.gap.correlation),
        gap_trainees=one.gap.pairs,
        gap_reasons=one.gap.reasons,
    )  # fmt: skip


def _trust(one: "Occasion") -> Trust:
    from trainer.scoring.words import words

    return Trust(
        _value(one.icc), words(one.icc), _value(one.icc_k), one.k, _value(one.g), words(one.g),
        one.drawn, len(one.scores), one.reasons,
    )  # fmt: skip


def _change(one: "Changed", called: Mapping[str, str]) -> Change:
    from trainer.scoring.paired import LEFT_OUT, ONLY_AFTER, ONLY_BEFORE

    left_out, only_before, only_after = (
        tuple(called[code] for code, why in one.others.items() if why == reason)
        for reason in (LEFT_OUT, ONLY_BEFORE, ONLY_AFTER)
    )
    return Change(
        one.pairs, one.partly, left_out, only_before, only_after, _value(one.mean),
        _value(one.effect), one.forms,
        {name: _sure(value) for name, value in one.form_differences.items()},
        _value(one.smallest), one.bands,
        tuple(
            Place(called[each.trainee], each.before, each.after, each.beyond)
            for each in one.moved
        ),
        one.count(1), one.count(0), one.count(-1), one.reasons,
    )  # fmt: skip


def _value(one: "Estimate | None") -> Value | None:
    return None if one is None else _sure(one)


def _sure(one: "Estimate") -> Value:
    return Value(one.value, one.low, one.high)
