"""Intraclass correlations where ratings are missing: from REML variance components.

Two-way (A and C): response + rater + residual; one-way (1): response + residual. The limits are
those of generalized pivotal quantities (`pivots`). Where responses share trainees or vignettes they
are not independent, and the limits come from the components of trainee x vignette x rater, in which
a response's true score is trainee + vignette + trainee:vignette: forty trainees tell less of how
responses differ than 320 unrelated responses would.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from trainer.scoring.components import RESIDUAL, Components, reml
from trainer.scoring.effects import NESTED_FIRST, crossed
from trainer.scoring.estimate import Estimate
from trainer.scoring.pivots import LIMITS, Draws, around, draws
from trainer.scoring.table import ItemScores, Numbers, Places

_SIGNAL = ("trainee", "vignette", "trainee:vignette", "response")
_HAIR = 0.01
"""So far a figure may be past its limits, which are drawn: they end at it then."""
_NOISE = ("trainee:rater", "vignette:rater", RESIDUAL)


def one_way(scores: ItemScores, k: float) -> dict[str, Estimate | None]:
    """ICC(1,1) and ICC(1,k): raters are drawn anew for each response."""
    fit = reml(scores.score, {"response": scores.response.codes})
    if fit is None:
        return {"ICC(1,1)": None, "ICC(1,k)": None}
    drawn = _drawn(scores, fit, without_raters=True)
    signal, noise = drawn.sum(*_SIGNAL), drawn.sum(RESIDUAL)
    share = fit.of("response"), fit.of(RESIDUAL)
    return {
        "ICC(1,1)": _icc(*share, 1.0, signal, noise),
        "ICC(1,k)": _icc(*share, k, signal, noise),
    }


def two_way(scores: ItemScores, k: float) -> dict[str, Estimate | None]:
    """ICC(A,.) and ICC(C,.): the same raters for all responses, as far as they rated them."""
    fit = reml(scores.score, {"response": scores.response.codes, "rater": scores.rater.codes})
    names = ("ICC(A,1)", "ICC(A,k)", "ICC(C,1)", "ICC(C,k)")
    if fit is None:
        return dict.fromkeys(names)
    drawn = _drawn(scores, fit, without_raters=False)
    signal, noise, raters = drawn.sum(*_SIGNAL), drawn.sum(RESIDUAL), drawn.sum("rater")
    true, error = fit.of("response"), fit.of(RESIDUAL)
    absolute = error + fit.of("rater")
    return {
        "ICC(A,1)": _icc(true, absolute, 1.0, signal, noise + raters),
        "ICC(A,k)": _icc(true, absolute, k, signal, noise + raters),
        "ICC(C,1)": _icc(true, error, 1.0, signal, noise),
        "ICC(C,k)": _icc(true, error, k, signal, noise),
    }


def _icc(true: float, error: float, k: float, signal: Numbers, noise: Numbers) -> Estimate | None:
    """None where neither the responses nor the ratings of one differ.

    Without limits where no draw has the responses differ: an exact fit is no proof that none do.
    Nor where the limits, which allow for more, would leave the figure outside.
    """
    if true + error <= 0:
        return None
    if not signal.any():
        return Estimate(true / (true + error / k))
    value = true / (true + error / k)
    drawn = signal / np.maximum(signal + noise / k, 1e-300)
    low, high = np.quantile(drawn, LIMITS)
    return around(value, drawn) if low - _HAIR <= value <= high + _HAIR else Estimate(value)


def _drawn(scores: ItemScores, fit: Components, *, without_raters: bool) -> Draws:
    """Draws of the variances: of the model that knows who answered whom, where responses share.

    What raters make of one response is one variance there: its parts are known badly, their sum is
    known well, and limits from the parts would hold too often. Where that model has as many effects
    as it takes to fit every score exactly, it says nothing: then the smaller one tells.
    """
    codes = _shared(scores)
    if codes and without_raters:
        codes = {name: one for name, one in codes.items() if "rater" not in name}
    wider = reml(scores.score, codes) if codes else None
    told = wider is not None and (wider.of(RESIDUAL) > 0 or not fit.of(RESIDUAL))
    return draws(_merged(wider, _NOISE) if wider and told else fit, NESTED_FIRST)


def _merged(fit: Components, parts: Sequence[str]) -> Components:
    """The same components with ``parts`` summed up, as the residual."""
    kept = [name for name in fit.names if name not in parts]
    rows = [[float(name == one) for name in fit.names] for one in kept]
    rows.append([float(name in parts) for name in fit.names])
    turn = np.array(rows)
    return Components(
        (*kept, RESIDUAL),
        turn @ fit.values,
        turn @ fit.unbounded,
        turn @ fit.covariance @ turn.T,
        fit.deviance,
    )


def _shared(scores: ItemScores) -> Mapping[str, Places]:
    """The effects of trainee x vignette x rater, if responses share trainees or vignettes."""
    facets = [one for one in (scores.trainee, scores.vignette) if one is not None]
    if not any(1 < len(one) < len(scores.response) for one in facets):
        return {}
    return crossed(scores).codes
