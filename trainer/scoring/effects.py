"""Which effects a table of ratings can tell apart: trainee, vignette, rater and between."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trainer.scoring.components import estimable
from trainer.scoring.table import ItemScores, Places

# Who comes first is kept where two effects cannot be told apart.
_ORDER = (
    "trainee",
    "vignette",
    "trainee:vignette",
    "response",
    "rater",
    "trainee:rater",
    "vignette:rater",
)
# The most nested first, as a mean square holds the variances of what is nested in it.
NESTED_FIRST = (
    "response",
    "vignette:rater",
    "trainee:rater",
    "trainee:vignette",
    "rater",
    "vignette",
    "trainee",
)


@dataclass(frozen=True, slots=True)
class Effects:
    """``codes`` of the effects that can be told apart; why others are left out, by their name."""

    codes: dict[str, Places]
    left_out: dict[str, str]


def crossed(scores: ItemScores) -> Effects:
    """The effects of trainee x vignette x rater that these ratings can tell apart.

    "response" is among them where a trainee answered a vignette more than once, or where the
    vignette is not known. A rater who saw one vignette (or one trainee) only is nested in it: the
    rater is then part of the interaction.
    """
    all_codes = _candidates(scores)
    left_out = {
        name: f"there is one {name} only" for name, codes in all_codes.items() if codes.max() == 0
    }
    codes = {name: one for name, one in all_codes.items() if name not in left_out}
    for name in [name for name in codes if ":" in name]:
        if any(part not in codes for part in name.split(":")):
            # With one level of a facet, its interaction is the other facet.
            del codes[name]
    for owner in ("vignette", "trainee"):
        whole = f"{owner}:rater"
        if "rater" in codes and whole in codes and _same(codes["rater"], codes[whole]):
            del codes["rater"]
            left_out["rater"] = f"each rater has one {owner} only: it is part of {whole}"
    kept = estimable(codes, len(scores.score), [name for name in _ORDER if name in codes])
    for name in codes:
        if name not in kept:
            left_out[name] = _with_whom(name, codes, kept)
    return Effects({name: codes[name] for name in kept}, left_out)


def joint(one: Places, other: Places) -> Places:
    """The codes of two facets' combinations that occur."""
    pairs = one * (int(other.max()) + 1) + other
    return np.asarray(np.unique(pairs, return_inverse=True)[1], np.intp)


def groups_of_raters(scores: ItemScores) -> int:
    """How many sets of raters there are that no response connects."""
    label = np.arange(len(scores.rater))
    while True:
        of_response = np.full(len(scores.response), len(scores.rater))
        np.minimum.at(of_response, scores.response.codes, label[scores.rater.codes])
        lower = label.copy()
        np.minimum.at(lower, scores.rater.codes, of_response[scores.response.codes])
        if (lower == label).all():
            return len(np.unique(label))
        label = lower


def _candidates(scores: ItemScores) -> dict[str, Places]:
    facets = {"trainee": scores.trainee, "vignette": scores.vignette, "rater": scores.rater}
    codes = {name: facet.codes for name, facet in facets.items() if facet is not None}
    for one, other in (("trainee", "vignette"), ("trainee", "rater"), ("vignette", "rater")):
        if one in codes and other in codes:
            codes[f"{one}:{other}"] = joint(codes[one], codes[other])
    response = scores.response.codes
    known = codes.get("trainee:vignette")
    if known is None or not _same(joint(response, known), known):
        codes["response"] = response
    return codes


def _same(one: Places, other: Places) -> bool:
    """Whether two codings part the ratings alike."""
    levels = len(np.unique(joint(one, other)))
    return levels == int(one.max()) + 1 == int(other.max()) + 1


def _with_whom(name: str, codes: Mapping[str, Places], kept: list[str]) -> str:
    """Which effect this one cannot be told from, in words."""
    if int(codes[name].max()) + 1 == len(codes[name]):
        return "there is one rating of each: it is part of the residual"
    twins = [one for one in kept if _same(codes[one], codes[name])]
    if twins:
        return f"it cannot be told from {twins[0]}, of which it is part"
    return "it cannot be told from the others in these ratings"
