"""What makes a reference set good, beyond usable: that it tells raters apart and is new to them.

These never keep a set from being used; ``attune check`` tells authors of them.
"""

from collections import Counter
from collections.abc import Mapping

from trainer.bank.quality import HIGHEST_GRADE, MOST_ALIKE
from trainer.bank.rules import Found
from trainer.bank.wording import WORDS_PER_MINUTE, grade, likeness, trigrams, words
from trainer.domain.reference import GATE, TRAINING, Reference, ReferenceSet
from trainer.domain.rubric import Rubric
from trainer.domain.vignette import Turn, Vignette

SHORTEST_S = 4
# Who has read the exemplars has seen their scores, so the gate may hold no more than a phrase.
MOST_OF_AN_EXEMPLAR = 0.2
LEAST_LEVELS = 4
_MOST_ALIKE_SCORES = 1 / 3
# A scale of three or four points has no room for either.
_POINTS_FOR_THAT = 5


def spread(built: ReferenceSet, rubric: Rubric) -> Found:
    """The gate's scores of each item differ, else agreeing with them would be luck."""
    gate = [one for one in built.references if one.use == GATE]
    if rubric.scale.max - rubric.scale.min + 1 < _POINTS_FOR_THAT:
        return
    for item in rubric.items:
        found = (one.ratings[item.id].score for one in gate if item.id in one.ratings)
        scores = [score for score in found if score is not None]
        if not scores:
            continue
        counts = Counter(scores)
        if len(counts) < LEAST_LEVELS:
            what = f"{item.id} has {len(counts)} different scores in the gate"
            yield ("references",), f"{what}; at least {LEAST_LEVELS} needed"
        score, times = counts.most_common(1)[0]
        if times > len(scores) * _MOST_ALIKE_SCORES:
            what = f"{item.id} is {score:g} in {times} of {len(scores)} in the gate"
            yield ("references",), f"{what}; at most a third may be alike"


def new_to_raters(built: ReferenceSet, vignettes: Mapping[str, Vignette]) -> Found:
    """No two references say the same, and what is no training is no exemplar either."""
    runs = [trigrams(one.text) for one in built.references]
    for later, one in enumerate(built.references):
        for earlier in range(later):
            share = likeness(runs[earlier], runs[later])
            if share > MOST_ALIKE:
                name = built.references[earlier].id
                what = f"says much the same as '{name}' ({share:.0%} alike)"
                yield ("references", later, "text"), what
        turn = _turn(one, vignettes)
        for exemplar in turn.exemplars if turn and one.use != TRAINING else ():
            share = likeness(trigrams(exemplar.text), runs[later])
            if share > MOST_OF_AN_EXEMPLAR:
                what = f"is the exemplar at level {exemplar.level} in part ({share:.0%} alike)"
                yield ("references", later, "text"), f"{what}, which raters may have read"


def spoken_like_speech(built: ReferenceSet) -> Found:
    """Understood at one hearing: reading level at most that of the clients (English only)."""
    if not built.language.startswith("en"):
        return
    for i, one in enumerate(built.references):
        level = grade(one.text)
        if level > HIGHEST_GRADE:
            what = f"reads like school year {level:.1f}, at most {HIGHEST_GRADE:.0f}; use shorter"
            yield ("references", i, "text"), f"{what} sentences and everyday words"


def fits_its_window(
    built: ReferenceSet, vignettes: Mapping[str, Vignette], durations: Mapping[str, float]
) -> Found:
    """As long as a live response may be. ``durations``: seconds by reference id, where known."""
    for i, one in enumerate(built.references):
        turn = _turn(one, vignettes)
        if turn is None:
            continue
        measured = durations.get(one.id)
        seconds = len(words(one.text)) * 60 / WORDS_PER_MINUTE if measured is None else measured
        if not SHORTEST_S <= seconds <= turn.window_s:
            how = "would take about" if measured is None else "takes"
            what = f"{how} {seconds:.0f} s to say; it should be {SHORTEST_S} to"
            yield ("references", i, "audio"), f"{what} {turn.window_s:.0f} s"


def _turn(one: Reference, vignettes: Mapping[str, Vignette]) -> Turn | None:
    vignette = vignettes.get(one.vignette.vignette)
    turns = vignette.turns if vignette is not None else ()
    return next((turn for turn in turns if turn.id == one.turn), None)
