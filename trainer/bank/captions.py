"""WebVTT captions: when each sentence of a clip is spoken.

Only what captions of a clip need: cues with times and text. Styles, regions and notes are
passed over.
"""

import html
import re
from pathlib import Path
from typing import NamedTuple

from trainer.bank.source import read_text
from trainer.domain.errors import ContentError, Problem

# Python refuses to read numbers of thousands of digits, and no clip lasts them.
_STAMP = r"(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_STAMP}[ \t]+-->[ \t]+{_STAMP}(?:[ \t].*)?")
_MARKUP = re.compile(r"<[^<>]*>")
_REFERENCE = re.compile(r"&#?\w{1,32};?")


class Cue(NamedTuple):
    """One caption: when it shows, in seconds of the clip, and its words without markup."""

    start_s: float
    end_s: float
    text: str


def read_times(vtt: Path, shown: str | None = None) -> tuple[Cue, ...]:
    """Cues of a WebVTT file in order; ContentError with every fault. ``shown`` names the file."""
    file = shown or str(vtt)
    text, problem = read_text(vtt, file)
    if text is None:
        raise ContentError((problem or Problem(file, 1, "file", "cannot be read"),))
    lines = re.split(r"\r\n|\n|\r", text)
    if not re.match(r"WEBVTT(?:[ \t]|$)", lines[0]):
        raise ContentError((Problem(file, 1, "file", "must begin with the word WEBVTT"),))
    cues: list[Cue] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines):
        if "-->" not in line:
            continue
        times = _TIMES.fullmatch(line.strip())
        after = cues[-1].start_s if cues else 0.0
        if times is None:
            what = "is not a time such as 00:00:01.500 --> 00:00:03.000"
            problems.append(Problem(file, number + 1, "time", what))
            continue
        cue = Cue(_seconds(times, 1), _seconds(times, 5), _words(lines, number + 1))
        if cue.end_s <= cue.start_s or cue.start_s < after:
            problems.append(Problem(file, number + 1, "time", "the times run backwards"))
        cues.append(cue)
    if problems:
        raise ContentError(tuple(problems))
    return tuple(cues)


def _seconds(times: re.Match[str], first: int) -> float:
    hours, minutes, seconds, ms = (int(times[first + i] or 0) for i in range(4))
    return hours * 3600 + minutes * 60 + seconds + ms / 1000


def _words(lines: list[str], first: int) -> str:
    """The text from line ``first`` up to the next empty line or cue, as one line without tags."""
    kept = []
    for i in range(first, len(lines)):
        if not lines[i].strip() or "-->" in lines[i]:
            break
        kept.append(lines[i])
    plain = _MARKUP.sub("", " ".join(kept))
    return " ".join(_REFERENCE.sub(lambda found: html.unescape(found[0]), plain).split())
