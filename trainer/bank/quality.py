"""What makes content good, beyond usable: its length, its words, and that it is nobody else's.

These never keep a vignette from being practised with; ``attune check`` tells authors of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trainer.bank.rules import Found
from trainer.bank.source import Where
from trainer.bank.wording import client_text, grade, likeness, spoken_seconds, trigrams
from trainer.domain.vignette import Vignette

SHORTEST_S, LONGEST_S = 15, 60
HIGHEST_GRADE = 9.0
MOST_ALIKE = 0.5

# DOMAIN.md, section 9: protected instruments. Short names count only as written, in capitals.
_SHORT_NAMES = ("WAI", "SRS", "ORS", "OQ-45", "HAq", "HAQ", "FIS", "3RS", "MITI", "IMI")
_LONG_NAMES = (
    "Working Alliance Inventory",
    "Session Rating Scale",
    "Outcome Rating Scale",
    "Outcome Questionnaire",
    "Helping Alliance Questionnaire",
    "Facilitative Interpersonal Skills",
    "Rupture Resolution Rating System",
    "Motivational Interviewing Treatment Integrity",
    "Impact Message Inventory",
)
_PROTECTED = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, _SHORT_NAMES))}|(?i:{'|'.join(_LONG_NAMES)}))(?!\w)"
)


def spoken_length(vignette: Vignette, durations: Mapping[str, float]) -> Found:
    """What a client says lasts 15 to 60 s.

    By the clip's length in ``durations`` (by turn id), else by its captions, else by its words.
    """
    for i, turn in enumerate(vignette.turns):
        measured = durations.get(turn.id) or turn.says[-1].end_s or None
        seconds = spoken_seconds(turn.says) if measured is None else measured
        if not SHORTEST_S <= seconds <= LONGEST_S:
            how = "would take about" if measured is None else "takes"
            what = f"{how} {seconds:.0f} s to say; it should be {SHORTEST_S} to {LONGEST_S} s"
            yield ("turns", i, "says"), what


def plain_words(vignette: Vignette) -> Found:
    """The client talks the way people talk: reading level at most year 9 (English only)."""
    if not vignette.language.startswith("en"):
        return
    for i, turn in enumerate(vignette.turns):
        level = grade(" ".join(sentence.text for sentence in turn.says))
        if level > HIGHEST_GRADE:
            what = f"reads like school year {level:.1f}, at most {HIGHEST_GRADE:.0f}; use shorter"
            yield ("turns", i, "says"), f"{what} sentences and everyday words"


def captioned(vignette: Vignette) -> Found:
    """Every clip can be read as well as heard."""
    for i, turn in enumerate(vignette.turns):
        if turn.media.captions is None:
            yield ("turns", i, "media"), "has no captions; who cannot hear well needs them"


def protected_names(data: Mapping[str, Any]) -> Found:
    """No name of a protected instrument, except where ``about`` says what the content is not."""
    for where, text in _texts(data, ()):
        if where[0] == "about":
            continue
        if found := _PROTECTED.search(text):
            what = f"'{found[0]}' is the name of a protected instrument; say it in other words"
            yield where, what


def _texts(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from _texts(member, (*where, key))
    elif isinstance(value, list):
        for i, member in enumerate(value):
            yield from _texts(member, (*where, i))


def alike(vignettes: Sequence[Vignette]) -> list[tuple[int, str]]:
    """Positions of vignettes whose client talks much like an earlier one's, and what to say."""
    runs = [trigrams(client_text(vignette)) for vignette in vignettes]
    found = []
    for later, run in enumerate(runs):
        for earlier in range(later):
            share = likeness(runs[earlier], run)
            if share > MOST_ALIKE:
                name = vignettes[earlier].id
                found.append((later, f"says much the same as '{name}' ({share:.0%} alike)"))
    return found
