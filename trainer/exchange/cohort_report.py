"""The report of a cohort: one set of facts and words, for a browser and for paper.

What the figures mean, and how far they can be trusted, is said here in plain words; the templates
only lay them out. People are called as the facts call them: by code, unless names were asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trainer.domain.rubric import Rubric
from trainer.exchange.cohort_svg import Place, Value


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked at one occasion, and what came back. ``forms`` counts clients by form.

    Of ``enrolled`` trainees ``complete`` gave an answer to each client that may be rated,
    ``partly`` a part, ``nothing`` nothing; of ``held`` more came than may be rated. Of ``agreed``
    something may be rated, of ``rated`` something was, of ``rated_all`` an answer to each client.
    ``why_held`` counts answers that may not be rated, by reason (in words); ``responses`` may.
    ``over_...``: of how many of these no more comes; of ``held`` by whether something may be rated.
    """

    title: str
    occasion: str
    test: bool
    made_at: datetime
    due_at: datetime | None
    forms: Mapping[str, int]
    enrolled: int
    complete: int
    partly: int
    held: int
    nothing: int
    agreed: int
    rated: int
    rated_all: int
    late: int
    responses: int
    rated_responses: int
    ratings: int
    raters: int
    why_held: Mapping[str, int]
    unsure: int = 0
    over_partly: int = 0
    over_nothing: int = 0
    over_agreed: int = 0
    over_unagreed: int = 0


@dataclass(frozen=True, slots=True)
class Trust:
    """How far raters agree at one occasion: of one rating, of the mean of ``k``, of a score (G).

    The words go by the limits. ``drawn``: of how many trainees out of ``of``.
    """

    icc: Value | None
    icc_word: str | None
    icc_k: Value | None
    k: float | None
    g: Value | None
    g_word: str | None
    drawn: int
    of: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """As ``scoring.paired.Changed``; ``forms`` is same, turned or together.

    Not compared: who is ``left_out``, as a part of their form came, and who has one occasion only.
    """

    pairs: int
    partly: int
    left_out: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    mean: Value | None
    effect: Value | None
    forms: str
    form_differences: Mapping[str, Value]
    smallest: Value | None
    bands: tuple[float, float] | None
    places: tuple[Place, ...]
    above: int
    within: int
    below: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClientFigures:
    """One client: the fair mean, beside the same trainees' others, and where that is sure."""

    title: str
    mean: Value
    apart: Value | None
    stands: str | None
    trainees: int


@dataclass(frozen=True, slots=True)
class ScaleFigures:
    """One scale (item). ``raw`` is why scores are as given (None: fair); ``scores`` by trainee.

    ``lacking``: how many trainees were rated on a part of their clients only, by occasion.
    ``drift``: how much stricter each rater became among the others (points; empty: one occasion,
    or ``drift_reason`` says why).
    """

    title: str
    question: str
    raw: str | None
    before: Value | None
    now: Value | None
    spread: float | None
    trainees: int
    lacking: tuple[int, int]
    trust_before: Trust | None
    trust: Trust
    change: Change | None
    scores: Mapping[str, Value]
    clients: tuple[ClientFigures, ...]
    severity: Mapping[str, Value | None]
    severity_reason: str | None
    drift: Mapping[str, Value | None]
    drift_reason: str | None
    drift_notes: tuple[str, ...]
    gap: Value | None
    correlation: Value | None
    gap_trainees: int
    gap_reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CohortReport:
    """All that a report says. ``missing``: who has not given everything, with how many of how many,
    and how many clients of the others do not come again.

    ``trainees`` are all of whom something came that may be rated, in the order of their names.
    ``response_marks`` stand unseen in the page, so that who forgets one of them finds the report.
    """

    program: str
    now: Asked
    before: Asked | None
    rubric: Rubric | None
    scales: tuple[ScaleFigures, ...]
    missing: tuple[tuple[str, int, int, int], ...]
    trainees: tuple[str, ...]
    named: bool
    blind: bool
    synthetic: bool
    unseen: int
    response_marks: tuple[str, ...]
    made_at: datetime
    attune_version: str

    @property
    def occasions(self) -> tuple[str, str]:
        """What to call the two occasions: as the program does, where that tells them apart."""
        first, second = self.before.occasion if self.before else "", self.now.occasion
        told = first and second and first != second
        return (first, second) if told else ("the first time", "the second time")


def render_html(report: CohortReport, *, for_print: bool) -> str:
    """One HTML page without anything outside it: for a browser, or for ``QTextDocument``."""
    from trainer.exchange.cohort_words import words
    from trainer.exchange.page import page

    return page("cohort_print.html" if for_print else "cohort.html", words(report))
