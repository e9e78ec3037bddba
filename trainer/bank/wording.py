"""What can be measured in written speech: words, length when spoken, how hard it is to read."""

import re
from collections.abc import Iterable

from trainer.domain.vignette import Sentence, Vignette

WORDS_PER_MINUTE = 150
# What voices leave between sentences where the script names no pause.
_USUAL_PAUSE_S = 0.5
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ENDS = re.compile(r"[.!?\u2026]+")


def words(text: str) -> list[str]:
    """The words in small letters, without punctuation; typographic apostrophes made plain."""
    return [word.replace("\u2019", "'") for word in _WORD.findall(text.lower())]


def spoken_seconds(says: Iterable[Sentence]) -> float:
    """About how long it takes to say: 150 words a minute and the pauses."""
    seconds = 0.0
    for number, sentence in enumerate(says):
        seconds += len(words(sentence.text)) * 60 / WORDS_PER_MINUTE
        usual = _USUAL_PAUSE_S if number else 0.0
        seconds += usual if sentence.pause_before_s is None else sentence.pause_before_s
    return seconds


def grade(text: str) -> float:
    """Reading level in US school years (Flesch-Kincaid), for English; 0 for no words."""
    said = words(text)
    if not said:
        return 0.0
    sentences = max(1, len([part for part in _ENDS.split(text) if words(part)]))
    syllables = sum(_syllables(word) for word in said)
    return max(0.0, 0.39 * len(said) / sentences + 11.8 * syllables / len(said) - 15.59)


def _syllables(word: str) -> int:
    """Groups of vowels, less a silent e at the end: right to about one in ten, which is enough."""
    bare = re.sub(r"[^a-z]", "", word)
    groups = len(re.findall(r"[aeiouy]+", bare))
    if bare.endswith(("e", "es", "ed")) and not bare.endswith(("le", "les", "ted", "ded", "ses")):
        groups -= 1
    return max(1, groups)


def client_text(vignette: Vignette) -> str:
    """All that the client says, in order."""
    return " ".join(sentence.text for turn in vignette.turns for sentence in turn.says)


def trigrams(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of three words."""
    said = words(text)
    return frozenset(zip(said, said[1:], said[2:], strict=False))


def likeness(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    """Share of runs of three words that two texts have in common (Jaccard): 0 none, 1 all."""
    together = len(one | other)
    return len(one & other) / together if together else 0.0
