"""A whole turn: sentences, pauses, breaths and room become one clip with the time of each cue."""

import hashlib
from dataclasses import dataclass

import numpy as np

from voices.affects import AFFECTS, Affect
from voices.loudness import limit, lufs, to_loudness
from voices.room import inhale, place, room_tone
from voices.script import Line, Script, Voice
from voices.speak import Samples, phrases_of, speak
from voices.world import OUT_RATE, perform

TARGET_LUFS = -20.0
# Opus moves peaks a little: stay this far below the -1 dBFS that the gate asks of the coded clip.
_CEILING_DBFS = -2.5
_LEAD_S = 0.25
_TAIL_S = 0.15
# A clip must not begin with seconds of nothing: a pause written before the first sentence is cut.
_LONGEST_LEAD_S = 1.5


@dataclass(frozen=True, slots=True)
class Cue:
    """One sentence in the clip, seconds."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Clip:
    """Mono sound at 48 kHz and its cues in order."""

    sound: Samples
    cues: tuple[Cue, ...]


def render(script: Script, voice: Voice) -> Clip:
    """Speak one turn. The same script and voice always give the same samples."""
    spoken = [_sentence(script, i, voice) for i in range(len(script.lines))]
    starts, length = _lay_out(script.lines, [len(sentence) for sentence in spoken])
    rng = _rng(script.name, "room")
    dry = np.zeros(length)
    for start, sentence in zip(starts, spoken, strict=True):
        dry[start : start + len(sentence)] += sentence
    _add_breaths(dry, script.lines, starts, spoken, voice, rng)
    sound = place(dry, seed=20) + room_tone(length, rng)
    cues = tuple(
        Cue(start / OUT_RATE, (start + len(sentence)) / OUT_RATE, line.text)
        for start, sentence, line in zip(starts, spoken, script.lines, strict=True)
    )
    return Clip(_finish(sound), cues)


def _sentence(script: Script, index: int, voice: Voice) -> Samples:
    """One caption sentence, at the loudness of its affect."""
    line = script.lines[index]
    affect = AFFECTS[line.affect]
    rng = _rng(script.name, f"sentence {index}")
    parts: list[Samples] = []
    for phrase in phrases_of(line.text):
        gap = phrase.gap_s * _gap_scale(affect)
        parts.append(np.zeros(round(gap * OUT_RATE)))
        parts.append(
            perform(speak(phrase, voice.flite, voice.rate), voice, affect, phrase.ending, rng)
        )
    return to_loudness(np.concatenate(parts), TARGET_LUFS + affect.level_lu)


def _gap_scale(affect: Affect) -> float:
    """Pauses inside a sentence follow the affect's pause between sentences, half as strongly."""
    return float(np.sqrt(affect.pause_s / Affect().pause_s))


def _lay_out(lines: tuple[Line, ...], lengths: list[int]) -> tuple[list[int], int]:
    """First sample of each sentence and length of the clip in samples."""
    starts, now = [], 0
    for i, (line, length) in enumerate(zip(lines, lengths, strict=True)):
        pause = line.pause_s
        if i == 0:
            pause = min(max(pause or 0.0, _LEAD_S), _LONGEST_LEAD_S)
        elif pause is None:
            pause = AFFECTS[line.affect].pause_s
        now += round(pause * OUT_RATE)
        starts.append(now)
        now += length
    return starts, now + round(_TAIL_S * OUT_RATE)


def _add_breaths(
    dry: Samples,
    lines: tuple[Line, ...],
    starts: list[int],
    spoken: list[Samples],
    voice: Voice,
    rng: np.random.Generator,
) -> None:
    """Breathe in at the end of pauses that are long enough, not every time."""
    free_from = 0
    for i, (line, start, sentence) in enumerate(zip(lines, starts, spoken, strict=True)):
        strength = AFFECTS[line.affect].breaths
        breath = inhale(strength, voice.formant, rng)
        begin = start - len(breath) - round(0.05 * OUT_RATE)
        wanted = i == 0 or rng.random() < 0.3 + 0.4 * strength
        if strength and wanted and begin >= free_from:
            dry[begin : begin + len(breath)] += breath
        free_from = start + len(sentence) + round(0.08 * OUT_RATE)


def _finish(sound: Samples) -> Samples:
    """Bring to the target loudness, tame peaks, and end: after the client only the fade."""
    sound = to_loudness(sound, TARGET_LUFS)
    for _ in range(3):  # limiting takes a little loudness, which is given back
        sound = limit(sound, _CEILING_DBFS)
        sound = sound * 10 ** (np.clip(TARGET_LUFS - lufs(sound), -0.5, 0.5) / 20)
    head, tail = round(0.02 * OUT_RATE), round(_TAIL_S * OUT_RATE)
    sound[:head] *= np.linspace(0, 1, head)
    sound[-tail:] *= np.cos(np.linspace(0, np.pi / 2, tail)) ** 2
    return limit(sound, _CEILING_DBFS + 0.5)


def _rng(*names: str) -> np.random.Generator:
    """A generator that depends on the clip only, so that one clip can be rendered alone."""
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
