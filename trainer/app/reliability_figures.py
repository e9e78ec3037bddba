"""From marks to what the screen of reliability shows; for the process that counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trainer.app import reliability
from trainer.app.reliability import EFFECTS, Study
from trainer.app.reliability_log import Source, called, of_table, response_called
from trainer.app.reliability_view import (
    Fair,
    Figure,
    HaloView,
    ItemView,
    Moved,
    Pair,
    Plan,
    Rater,
    StudyView,
    View,
)
from trainer.domain.mark import Mark
from trainer.scoring import doubts
from trainer.scoring.agreement import ItemAgreement, agreement
from trainer.scoring.alpha import LEVELS
from trainer.scoring.courses import Course
from trainer.scoring.estimate import Estimate
from trainer.scoring.facets import Facets
from trainer.scoring.gstudy import GStudy
from trainer.scoring.halo import Halo, said
from trainer.scoring.words import words

TARGET_G = 0.80
FAR = 0.5
"""Points by which a fair score must differ from the raw one to be told of."""


def opened(
    path: Path, coded: bool, rubrics: Sequence[Mapping[str, str]] = ()
) -> tuple[Source, View]:
    """Read a table made elsewhere, and its figures. KnownError, ContentError: it is at fault.

    Items are called as in the first of ``rubrics`` (titles by id) that has them all.
    """
    source = of_table(path)
    items = {mark.item for mark in source.marks}
    titles = next((one for one in rubrics if items <= set(one)), {})
    return source, figures(source, coded, titles)


def figures(source: Source, coded: bool, titles: Mapping[str, str] | None = None) -> View:
    """Every figure of a table, its people called by name or by code, its items by ``titles``."""
    titles = titles or {}
    shown = source.codes if coded else source.names
    own = source.marks
    marks = called(own, shown)
    found = agreement(marks)
    told = reliability.Told(found, source.notes)
    study = reliability.study_of(marks, TARGET_G)
    rows = reliability.fair_rows(told)
    back = {response_called(mark, shown): mark for mark in own}
    items = tuple(
        _item(
            name, titles.get(name, name), one, study, [row for row in rows if row["item"] == name]
        )
        for name, one in found.items.items()
    )
    scores = [one.scores for one in found.items.values()]
    return View(
        items,
        tuple(_halo(one, titles) for one in found.halos),
        (*source.notes, *doubts.of_all(found, titles)),
        len({name for one in scores for name in one.response.names}),
        len({name for one in scores for name in one.rater.names}),
        sum(len(one.score) for one in scores),
        study.target,
        reliability.fair_csv(_renamed(rows, back, source.names)),
        reliability.fair_csv(_renamed(rows, back, source.codes)),
    )  # fmt: skip


def _figure(name: str, one: Estimate | None, *, worded: bool = False) -> Figure:
    if one is None:
        return Figure(name)
    return Figure(name, one.value, one.low, one.high, words(one) if worded else None)


def _halo(one: Halo, titles: Mapping[str, str]) -> HaloView:
    a, b = (titles.get(item, item) for item in one.items)
    return HaloView(
        (a, b), one.ratings, _figure(one.name, one.pooled),
        _figure(one.name, one.within_response), said(replace(one, items=(a, b))),
    )  # fmt: skip


def _item(
    name: str,
    title: str,
    one: ItemAgreement,
    study: Study,
    rows: Iterable[Mapping[str, object]],
) -> ItemView:
    scores, logits, known = one.scores, one.logits, doubts.of_item(one)
    fair = [row for row in rows if row["fair"] is not None]
    return ItemView(
        name=name,
        title=title,
        responses=len(scores.response),
        raters=len(scores.rater),
        ratings=len(scores.score),
        complete=one.icc.design == "complete",
        k=one.icc.k,
        icc=tuple(_figure(of, value, worded=True) for of, value in one.icc.values.items()),
        icc_reasons=one.icc.reasons,
        alpha=tuple(_figure(level, getattr(one.alpha, level)) for level in LEVELS),
        alpha_reason=one.alpha.reason,
        kappas=tuple(
            Pair(pair.raters, pair.responses, _figure("~".join(pair.raters), pair.kappa),
                 pair.reason)
            for pair in one.kappas
        ),
        within_one=_figure("within one point", one.within_one.share),
        pairs=one.within_one.pairs,
        within_reason=one.within_one.reason,
        severity=_severity(one),
        points_reason=one.severity.reason,
        logits_reason=logits if isinstance(logits, str) else None,
        severity_doubts=known["severity"],
        drift=_moved(one.drift.among),
        against=_moved(one.drift.against),
        drift_reason=one.drift.reason,
        drift_doubts=known["drift"],
        drift_time=one.drift.time if one.drift.asked else None,
        moved_fair=_far(fair),
        compared=len(fair),
        study=_study(study.items[name], study, name),
    )  # fmt: skip


def _severity(one: ItemAgreement) -> tuple[Rater, ...]:
    fits = one.logits.raters if isinstance(one.logits, Facets) else {}
    found = []
    for rater, points in one.severity.points.items():
        fit = fits.get(rater)
        logits = _figure(rater, fit.severity if fit else None)
        found.append(Rater(rater, _figure(rater, points), logits))
    return tuple(found)


def _moved(courses: Mapping[str, Course]) -> tuple[Moved, ...]:
    return tuple(
        Moved(
            rater, _figure(rater, course.slope), _figure(rater, course.change),
            tuple(_figure(name, value) for name, value in course.points.items()),
        )
        for rater, course in courses.items()
    )  # fmt: skip


def _far(rows: Iterable[Mapping[str, object]]) -> tuple[Fair, ...]:
    found = [
        Fair(
            str(row["response"]), _text(row.get("trainee")), _text(row.get("vignette")),
            float(str(row["raw"])), float(str(row["fair"])),
        )
        for row in rows
    ]  # fmt: skip
    far = [one for one in found if abs(one.fair - one.raw) > FAR]
    return tuple(sorted(far, key=lambda one: -abs(one.fair - one.raw)))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _study(one: GStudy, study: Study, item: str) -> StudyView:
    names = [name for name in dict.fromkeys((*EFFECTS, *one.components)) if name in one.components]
    return StudyView(
        tuple(_figure(name, one.components[name]) for name in names),
        _figure("G", one.g, worded=True),
        _figure("Phi", one.phi, worded=True),
        one.vignettes,
        one.raters,
        tuple(Plan(row.vignettes, row.raters, row.g) for row in one.dstudy),
        tuple(Plan(row.vignettes, row.raters, row.g) for row in study.needed[item]),
        one.reasons,
    )


def _renamed(
    rows: Iterable[Mapping[str, Any]], back: Mapping[str, Mark], wanted: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    """Rows of fair scores with trainees called as ``wanted``; ``back``: a mark of each response."""
    for row in rows:
        (mark,) = called([back[row["response"]]], wanted)
        named = {"response": mark.response, "trainee": mark.trainee}
        yield {**row, **{column: name for column, name in named.items() if column in row}}
