"""A good reference set for the small pack: one line a reference, so that a test can name lines."""

from tests.bank.conftest import Mini, write_wav

HEAD = """\
id: mine
version: 3
title: Mine
language: en
about: For tests, and not equivalent to the FIS.
basis: Made up by a test.
rubric: plain
references:
"""
TAIL = "authors: [Test]\nlicence: CC-BY-4.0\n"
FILE = "references/mine.yaml"
USES = ("training",) * 8 + ("gate",) * 10 + ("hidden",) * 8
# Each pair is spoken by one reference only, so that no two say the same.
_THINGS = "boat cup door egg fish gate hat ink jar kite lamp map nest".split()
_DEEDS = ("sank", "broke")


def line_of(number: int) -> int:
    """The line on which reference ``number`` (from 1) stands."""
    return len(HEAD.splitlines()) + number


def reference(number: int) -> str:
    """Reference ``number`` (from 1): its scores go round the scale, out of step."""
    at = number - 1
    thing, deed = _THINGS[at % len(_THINGS)], _DEEDS[at // len(_THINGS)]
    vignette = ("anna-late", "ben-tea")[at % 2]
    repair = (at * 2 + at // 5) % 5 + 1
    mended = f"{{score: {repair}, reason: One {thing}.}}"
    if number == 4:
        mended = "{not_applicable: true, reason: Nothing to mend.}"
    return (
        f"  - {{id: r{number}, vignette: {vignette}, turn: t1, use: {USES[at]}, "
        f"audio: media/mine.r{number}.wav, "
        f'text: "Your {thing} {deed}. Then {thing} after {thing} {deed}, you said. '
        f'I never asked about one {thing} that {deed}.", '
        f"ratings: {{warmth: {{score: {at % 5 + 1}, reason: The {thing}.}}, repair: {mended}}}}}\n"
    )


REFERENCES = HEAD + "".join(reference(number + 1) for number in range(len(USES))) + TAIL


def add_references(mini: Mini) -> Mini:
    """The small pack with the set in it, its sounds there and on record."""
    mini.write(FILE, REFERENCES)
    for number in range(1, len(USES) + 1):
        write_wav(mini.path(f"media/mine.r{number}.wav"), 0.1)
    mini.record()
    return mini
