"""What the screen of reliability shows: figures with their limits, and why some are not there."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its 95 % limits; ``value`` None: not estimable, limits None: not known.

    ``words`` is Koo & Li's, by the limits, where the figure is a reliability.
    """

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Weighted kappa of two raters over the responses that both rated; why there is none."""

    raters: tuple[str, str]
    responses: int
    kappa: Figure
    reason: str | None


@dataclass(frozen=True, slots=True)
class Rater:
    """How severe one rater is (above 0: scores lower), in points and in logits."""

    name: str
    points: Figure
    logits: Figure


@dataclass(frozen=True, slots=True)
class Moved:
    """How one rater's severity moves: a step from occasion to occasion, and each occasion's."""

    name: str
    slope: Figure
    change: Figure
    points: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Fair:
    """A response's raw score and what the average rater would have given it."""

    response: str
    trainee: str | None
    vignette: str | None
    raw: float
    fair: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The G of a trainee's mean over so many vignettes, all rated by so many raters."""

    vignettes: int
    raters: int
    g: float


@dataclass(frozen=True, slots=True)
class StudyView:
    """Where differences come from, and what a decision takes.

    ``vignettes`` and ``raters`` are per trainee and per answer as the ratings are; ``needed`` has,
    for each number of raters, the fewest vignettes that reach the target.
    """

    components: tuple[Figure, ...]
    g: Figure
    phi: Figure
    vignettes: float | None
    raters: float | None
    plans: tuple[Plan, ...]
    needed: tuple[Plan, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item. Each ``..._reason`` says why figures are not there (a clause), or None.

    ``title`` is what people call it; ``..._doubts`` are what to know of figures (sentences).
    ``drift_time``: whether occasions are those of the ``rating`` or of the ``response``, if known.
    ``moved_fair`` are the responses whose fair score is more than half a point from the raw one,
    the furthest first; ``compared`` is how many have a fair score.
    """

    name: str
    title: str
    responses: int
    raters: int
    ratings: int
    complete: bool
    k: float | None
    icc: tuple[Figure, ...]
    icc_reasons: tuple[str, ...]
    alpha: tuple[Figure, ...]
    alpha_reason: str | None
    kappas: tuple[Pair, ...]
    within_one: Figure
    pairs: int
    within_reason: str | None
    severity: tuple[Rater, ...]
    points_reason: str | None
    logits_reason: str | None
    severity_doubts: tuple[str, ...]
    drift: tuple[Moved, ...]
    against: tuple[Moved, ...]
    drift_reason: str | None
    drift_doubts: tuple[str, ...]
    drift_time: str | None
    moved_fair: tuple[Fair, ...]
    compared: int
    study: StudyView


@dataclass(frozen=True, slots=True)
class HaloView:
    """How far two items (by title) go together, within raters, and within responses as well.

    ``alike`` is a sentence where the two can hardly be told apart.
    """

    items: tuple[str, str]
    ratings: int
    pooled: Figure
    within_response: Figure
    alike: str | None


@dataclass(frozen=True, slots=True)
class View:
    """Everything that is shown of one table of ratings.

    ``doubts`` are what to know of all items' agreement; what is of one figure stands with it.
    The three counts are of raters among raters; ``target`` is the G that is planned for.
    ``fair_named`` and ``fair_coded`` are the texts of a CSV of raw and fair scores, in which
    trainees are called by name or by code.
    """

    items: tuple[ItemView, ...]
    halos: tuple[HaloView, ...]
    doubts: tuple[str, ...]
    responses: int
    raters: int
    ratings: int
    target: float
    fair_named: str
    fair_coded: str
