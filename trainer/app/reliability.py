"""How far ratings can be trusted, from a table of them: agreement, and what a decision takes."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trainer.domain.errors import KnownError
from trainer.domain.mark import Mark
from trainer.exchange.marks import read_marks, write_text
from trainer.scoring.agreement import Agreement, ItemAgreement, agreement, raters_only
from trainer.scoring.alpha import LEVELS
from trainer.scoring.courses import Course
from trainer.scoring.doubts import apart, by_item, doubts
from trainer.scoring.drift import Drift
from trainer.scoring.estimate import Estimate
from trainer.scoring.facets import Facets, RaterFit
from trainer.scoring.gstudy import Forecast, GStudy, gstudy, needed
from trainer.scoring.halo import Halo
from trainer.scoring.words import words

_FAIR = ("item", "response", "trainee", "vignette", "raters", "raw", "fair", "logits",
         "logits_error")  # fmt: skip


EFFECTS = ("trainee", "vignette", "rater", "trainee:vignette", "trainee:rater", "vignette:rater",
           "residual")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """The agreement of a table, with every warning in plain words."""

    found: Agreement
    warnings: tuple[str, ...]


def agree(table: Path) -> Told:
    """How far the raters of a table agree. KnownError: the table is at fault."""
    read = read_marks(table)
    told = agree_on(read.marks, read.said)
    for one in told.found.items.values():
        _check_apart(table, "raters", [pair.raters for pair in one.kappas])
    _check_apart(table, "items", [halo.items for halo in told.found.halos])
    return told


def _check_apart(table: Path, what: str, pairs: Iterable[Sequence[str]]) -> None:
    """KnownError where two pairs would be called the same, and so one be lost."""
    called = Counter("~".join(pair) for pair in pairs)
    name, times = next(iter(called.most_common(1)), ("", 0))
    if times > 1:
        raise KnownError(
            f"Two pairs of {what} would both be called {name} ({table})",
            f"Write the names of {what} without ~, which stands between two of them.",
        )


def agree_on(marks: Iterable[Mark], notes: Iterable[str] = ()) -> Told:
    """How far the raters agree who gave these; ``notes`` come before the warnings."""
    found = agreement(marks)
    return Told(found, (*notes, *doubts(found)))


@dataclass(frozen=True, slots=True)
class Study:
    """The G study of each item, and for each number of raters what reaches ``target``."""

    items: dict[str, GStudy]
    needed: dict[str, tuple[Forecast, ...]]
    target: float
    warnings: tuple[str, ...]


def study(table: Path, target: float) -> Study:
    """Variance components and the decision study of a table. KnownError: the table is at fault."""
    read = read_marks(table)
    return study_of(read.marks, target, read.said)


def study_of(marks: Sequence[Mark], target: float, notes: Iterable[str] = ()) -> Study:
    """Variance components and the decision study; ``notes`` come before the warnings."""
    items = {name: gstudy(scores) for name, scores in raters_only(marks).items()}
    said = by_item({name: one.reasons for name, one in items.items()})
    return Study(
        items,
        {name: needed(one, target) for name, one in items.items()},
        target,
        (*notes, *apart(marks), *said),
    )


def study_as_json(found: Study) -> dict[str, Any]:
    """The document of ``attune gstudy --json``; what cannot be estimated is None."""
    return {
        "items": {name: _study(one, found.needed[name]) for name, one in found.items.items()},
        "target_g": found.target,
        "warnings": list(found.warnings),
    }


def _study(one: GStudy, needs: tuple[Forecast, ...]) -> dict[str, Any]:
    names = dict.fromkeys((*EFFECTS, *one.components))
    return {
        "components": {name: _value(one.components.get(name)) for name in names},
        "component_intervals": {name: _limits(one.components.get(name)) for name in names},
        "g": _value(one.g),
        "g_interval": _limits(one.g),
        "phi": _value(one.phi),
        "phi_interval": _limits(one.phi),
        "words": {"g": words(one.g), "phi": words(one.phi)},
        "vignettes": one.vignettes,
        "raters": one.raters,
        "dstudy": [asdict(row) for row in one.dstudy],
        "needed": [asdict(row) for row in needs],
    }


def as_json(told: Told) -> dict[str, Any]:
    """The document of ``attune agreement --json``; what cannot be estimated is None."""
    found = told.found
    together = found.together if isinstance(found.together, Facets) else None
    return {
        "items": {name: _item(one) for name, one in found.items.items()},
        "halo": {one.name: _halo(one) for one in found.halos},
        "all_items": None if together is None else {
            "severity": {name: _logits(one) for name, one in together.raters.items()},
            "difficulty": together.difficulty,
            "spread": together.spread,
        },
        "left_out": found.left_out,
        "warnings": list(told.warnings),
    }  # fmt: skip


def _item(one: ItemAgreement) -> dict[str, Any]:
    alphas = {level: getattr(one.alpha, level) for level in LEVELS}
    kappas = {"~".join(pair.raters): pair for pair in one.kappas}
    logits = one.logits if isinstance(one.logits, Facets) else None
    return {
        "n_responses": len(one.scores.response),
        "n_raters": len(one.scores.rater),
        "n_ratings": len(one.scores.score),
        "design": one.icc.design,
        "icc": {name: _estimate(value) for name, value in one.icc.values.items()},
        "icc_k": one.icc.k,
        "words": {name: words(value) for name, value in one.icc.values.items()},
        "alpha": {level: _value(value) for level, value in alphas.items()},
        "alpha_intervals": {level: _limits(value) for level, value in alphas.items()},
        "kappa_quadratic": {name: _value(pair.kappa) for name, pair in kappas.items()},
        "kappa_quadratic_intervals": {
            name: {**_limits(pair.kappa), "se": pair.error, "responses": pair.responses}
            for name, pair in kappas.items()
        },
        "within_one": _value(one.within_one.share),
        "within_one_interval": {**_limits(one.within_one.share), "pairs": one.within_one.pairs},
        "severity": {name: _severity(one, name) for name in one.severity.points},
        "drift": {name: _drift(one.drift, name) for name in one.drift.among},
        "drift_reason": one.drift.reason,
        "drift_time": one.drift.time if one.drift.asked else None,
        "logits": None if logits is None else {
            "spread": logits.spread,
            "scale": logits.scale,
            "steps": next(iter(logits.steps.values())),
        },
        "fair_scores": {
            name: {"raw": score.raw, "fair": score.fair, "raters": score.raters}
            for name, score in one.severity.fair.items()
        },
    }  # fmt: skip


def _severity(one: ItemAgreement, rater: str) -> dict[str, Any]:
    points = one.severity.points[rater]
    fit = one.logits.raters.get(rater) if isinstance(one.logits, Facets) else None
    return {"points": _value(points), **_limits(points), **_logits(fit)}


def _logits(fit: RaterFit | None) -> dict[str, Any]:
    limits = _limits(fit.severity if fit else None)
    return {
        "logits": fit.severity.value if fit else None,
        "logits_low": limits["low"],
        "logits_high": limits["high"],
        "infit": fit.infit if fit else None,
        "outfit": fit.outfit if fit else None,
        "fair_average": fit.fair_average if fit else None,
    }


def _drift(found: Drift, rater: str) -> dict[str, Any]:
    against = found.against.get(rater)
    return {
        **_course(found.among[rater]),
        "from_reference": None if against is None else _course(against),
    }


def _course(one: Course) -> dict[str, Any]:
    return {
        "points": {name: _estimate(value) for name, value in one.points.items()},
        "change": _estimate(one.change),
        "slope": _estimate(one.slope),
    }


def _halo(one: Halo) -> dict[str, Any]:
    return {
        **_estimate(one.pooled),
        "ratings": one.ratings,
        "within_response": _estimate(one.within_response),
        "raters": {name: _estimate(value) for name, value in one.raters.items()},
    }


def _estimate(one: Estimate | None) -> dict[str, float | None]:
    return {"value": _value(one), **_limits(one)}


def _value(one: Estimate | None) -> float | None:
    return None if one is None else one.value


def _limits(one: Estimate | None) -> dict[str, float | None]:
    return {"low": one.low if one else None, "high": one.high if one else None}


def write_fair_scores(told: Told, out: Path) -> int:
    """Write every response's raw and fair score on every item as CSV; returns the rows."""
    rows = fair_rows(told)
    write_text(fair_csv(rows), out)
    return len(rows)


def fair_rows(told: Told) -> list[dict[str, Any]]:
    """Every response's raw and fair score on every item, as rows of a table."""
    return [row for name, one in told.found.items.items() for row in _fair_rows(name, one)]


def fair_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Raw and fair scores as a CSV's text."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, _FAIR, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _fair_rows(item: str, one: ItemAgreement) -> Iterable[dict[str, Any]]:
    scores = one.scores
    measures = one.logits.responses if isinstance(one.logits, Facets) else {}
    first = dict(zip(scores.response.codes[::-1].tolist(), range(len(scores.score))[::-1],
                     strict=True))  # fmt: skip
    for code, name in enumerate(scores.response.names):
        score = one.severity.fair[name]
        row: dict[str, Any] = {"item": item, "response": name, "raters": score.raters,
                               "raw": score.raw, "fair": score.fair}  # fmt: skip
        for column, facet in (("trainee", scores.trainee), ("vignette", scores.vignette)):
            if facet is not None:
                row[column] = facet.names[facet.codes[first[code]]]
        if name in measures:
            row |= {"logits": measures[name].logits, "logits_error": measures[name].error}
        yield row
