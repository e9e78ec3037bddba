"""What to practise next: a small step beyond present ability, least recently met first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import mean

from trainer.domain.vignette import LEVELS, SKILLS, Vignette

RECENT = 6
RATING_AND_FEEDBACK_S, RATING_S = 120.0, 45.0


def focus_skill(recent_scores: Mapping[str, Sequence[float]]) -> str:
    """The skill with the lowest mean of its last ratings (newest last); warmth when there are none.

    A tie goes to the earlier skill, so that a beginner starts with warmth.
    """
    rated = {s: mean(recent_scores[s][-RECENT:]) for s in SKILLS if recent_scores.get(s)}
    return min(rated, key=lambda s: (rated[s], SKILLS.index(s))) if rated else SKILLS[0]


def level_now(felt: Sequence[str]) -> str:
    """The level after every set's felt difficulty (oldest first): easier, the same, or harder."""
    index = 0
    for verdict in felt:
        step = {"too-easy": 1, "right": 0, "too-hard": -1}[verdict]
        index = min(max(index + step, 0), len(LEVELS) - 1)
    return LEVELS[index]


def choose(
    vignettes: Sequence[Vignette],
    skill: str,
    level: str,
    last_practised: Mapping[str, datetime],
    count: int,
) -> tuple[Vignette, ...]:
    """``count`` vignettes: nearest to ``level``, then asking for ``skill``, then longest unmet.

    They are played from the easier to the harder, which is how a rehearsal is built up.
    """
    wanted = LEVELS.index(level)

    def rank(vignette: Vignette) -> tuple[int, bool, float, str]:
        met = last_practised.get(vignette.id)
        return (
            abs(LEVELS.index(vignette.tags.level) - wanted),
            skill not in vignette.tags.skills,
            met.timestamp() if met else 0.0,
            vignette.id,
        )

    chosen = sorted(vignettes, key=rank)[:count]
    return tuple(sorted(chosen, key=lambda v: (LEVELS.index(v.tags.level), rank(v))))


def minutes_needed(
    vignettes: Sequence[Vignette],
    window_s: float | None = None,
    afterwards_s: float = RATING_AND_FEEDBACK_S,
) -> int:
    """About how long a set takes: clips, half of each response window, rating and feedback.

    ``window_s`` is an assignment's own window; ``afterwards_s`` what comes after each answer.
    """
    seconds = 0.0
    for vignette in vignettes:
        for turn in vignette.turns:
            spoken = turn.says[-1].end_s if turn.says else 0.0
            seconds += spoken + (window_s or turn.window_s) / 2 + afterwards_s
    return max(1, round(seconds / 60))
