"""What a supervisor must know before trusting the figures: plain sentences, most general first."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import numpy as np

from trainer.domain.counted import by_count, counted
from trainer.domain.mark import Mark
from trainer.scoring.agreement import Agreement, ItemAgreement, left_out, same_items
from trainer.scoring.clusters import FEWEST
from trainer.scoring.facets import Facets
from trainer.scoring.names import listed
from trainer.scoring.rasch import NO_SPREAD

About = Literal["agreement", "severity", "drift", "lacking"]
"""Which figures of an item a sentence is about; ``lacking``: it says why some are not there."""
OVERLAP = 0.20
"""Of the responses, so many should have two raters, or raters can hardly be compared."""
_FEW = 30
_ROLES = {
    "self": (
        "Left out: {count} given by trainees to themselves. They are no raters among raters; how "
        "far they are from them is another question."
    ),
    "reference": (
        "Left out: {count} that are a reference. Raters are compared with it, it is none of them."
    ),
    "calibration": (
        "Left out: {count} given while learning to rate. They show the way there, not how far "
        "raters agree."
    ),
    "consensus": ("Left out: {count} that raters agreed on together. What they gave apart counts."),
}


def doubts(found: Agreement) -> tuple[str, ...]:
    """Every warning of an agreement: what is missing or doubtful, why, and what to do."""
    return tuple(_sentences(found))


def of_all(found: Agreement, titles: Mapping[str, str]) -> tuple[str, ...]:
    """What is to be known of all figures of agreement together; ``titles`` names the items.

    An item of which no ICC is known is not among them: the reason stands in the figure's place.
    """
    said = {
        titles.get(name, name): [text for about, text in _of_item(item) if about == "agreement"]
        if item.icc.values["ICC(A,1)"] is not None else []
        for name, item in found.items.items()
    }  # fmt: skip
    return (*_apart(found.left_out), *_unblind(found), *by_item(said))


def of_item(item: ItemAgreement) -> dict[About, tuple[str, ...]]:
    """What is to be known of an item's severity and drift, by what it is about."""
    found: dict[About, tuple[str, ...]] = {"severity": (), "drift": ()}
    for about, text in _of_item(item):
        if about in found:
            found[about] = (*found[about], text)
    return found


def apart(marks: Iterable[Mark]) -> list[str]:
    """A sentence for each role whose scores are no rater's, and so were left out."""
    return _apart(left_out(marks))


def _apart(counts: dict[str, int]) -> list[str]:
    return [
        _ROLES[role].format(count=f"{count} score{'' if count == 1 else 's'}")
        for role, count in counts.items()
    ]


def by_item(said: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Each sentence once, after the names of the items it is said of."""
    names: dict[str, list[str]] = {}
    for name, sentences in said.items():
        for sentence in sentences:
            names.setdefault(sentence, []).append(name)
    for sentence, items in names.items():
        every = len(items) == len(said) > 1
        yield f"{'All items' if every else listed(items)}: {sentence}"


def _sentences(found: Agreement) -> Iterator[str]:
    yield from _apart(found.left_out)
    yield from _unblind(found)
    yield from by_item(
        {name: [text for _, text in _of_item(item)] for name, item in found.items.items()}
    )
    if isinstance(found.together, str):
        yield f"There is no severity over all items together: {found.together}."
    yield from same_items(found)


def _unblind(found: Agreement) -> Iterator[str]:
    if found.unblind:
        yield (
            f"{found.unblind} of {counted(found.ratings, 'score')} "
            f"{by_count(found.unblind, 'is', 'are')} by raters who were not blind (they "
            "knew whose response it was or what others gave); that can make raters look more "
            "alike than they are."
        )


def _of_item(item: ItemAgreement) -> Iterator[tuple[About, str]]:
    yield from (("agreement", text) for text in (*item.icc.reasons, *_overlap(item)))
    yield from (("lacking", text) for text in _lacking(item))
    yield from (("drift", text) for text in item.drift.notes)
    yield from (("severity", text) for text in _of_logits(item.logits))
    for what, facet in (("trainees", item.scores.trainee), ("vignettes", item.scores.vignette)):
        if facet is not None and 1 < len(facet) < min(FEWEST, len(item.scores.response)):
            yield (
                "agreement",
                f"There are fewer than {FEWEST} {what}, so the intervals hold for these only: "
                f"they do not say what other {what} would bring.",
            )


def _of_logits(logits: Facets | str) -> Iterator[str]:
    if isinstance(logits, str):
        return
    if logits.extreme:
        yield (
            f"{listed(logits.extreme)} gave only top or only bottom scores, so severity in "
            "logits has no end there; the other raters' was worked out without."
        )
    if logits.spread < NO_SPREAD:
        yield (
            "The responses differ no more than chance has them, so raters can be compared, but "
            "not responses."
        )


def _overlap(item: ItemAgreement) -> Iterator[str]:
    count = np.bincount(item.scores.response.codes, minlength=1)
    whole, shared = len(item.scores.response), int(np.count_nonzero(count > 1))
    if len(item.scores.rater) > 1 and 0 < shared < OVERLAP * whole:
        yield (
            f"Only {100 * shared / whole:.0f} % of the responses have two raters. Let at least "
            f"{100 * OVERLAP:.0f} % be rated by two, or little can be said about agreement."
        )
    if 0 < shared < _FEW:
        yield (
            f"Only {shared} response{'s have' if shared > 1 else ' has'} two raters, so every "
            "interval is wide and rough."
        )


def _lacking(item: ItemAgreement) -> Iterator[str]:
    """One sentence for each reason why figures, or intervals, are not there."""
    none: dict[str, list[str]] = {}
    rough: dict[str, list[str]] = {}

    def note(what: str, value: object, reason: str | None) -> None:
        if reason is not None:
            (none if value is None else rough).setdefault(reason, []).append(what)

    note("Krippendorff's alpha", item.alpha.nominal, item.alpha.reason)
    for pair in item.kappas:
        note(f"kappa {'~'.join(pair.raters)}", pair.kappa, pair.reason)
    note("the share within one point", item.within_one.share, item.within_one.reason)
    points = next(iter(item.severity.points.values()), None)
    note("severity in points", points, item.severity.reason)
    if isinstance(item.logits, str):
        note("severity in logits", None, item.logits)
    if item.drift.asked:
        note("drift", None, item.drift.reason)
    for reason, names in none.items():
        yield f"No {listed(names, 'or')}: {reason}."
    for reason, names in rough.items():
        yield f"No interval for {listed(names, 'or')}: {reason}."
