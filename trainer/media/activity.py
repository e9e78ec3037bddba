"""Where in a recording somebody speaks.

A stretch of speech has a voice in it: a nucleus that stands out of the noise and has a throat's
pitch. From each nucleus it grows over the voiceless sounds that touch it (s, f, t, h), not over
breaths, clicks and thumps beside it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.media.frames import HOP_S, Floats, Frames

Mask = NDArray[np.bool_]

PAUSE_S = 0.25
QUIETEST_DBFS = -80.0
_VOICED = 0.5
# A nucleus is at least this far above the noise and at most this far below the loud speech (dB).
_NUCLEUS_DB = 6.0
_QUIETER_DB = 32.0
_FAINT_DB = 42.0
# Half a breath may look voiced for a moment: what is short must be clear.
_NUCLEUS_S, _SHORT_NUCLEUS_S, _CLEAR = 0.05, 0.03, 0.65
# A creaking syllable as loud as the rest needs only a moment of clear voice.
_LOUD_DB, _LOUD_S, _CLEAR_SHARE = 12.0, 0.04, 0.25
# Between voices as near as this (s) a soft or rough syllable sounds for a part of its length only.
_NEAR_S, _SOFT_DB, _SOFTER_DB, _SOFT_S, _SOFT_SHARE = 0.7, 4.0, 16.0, 0.04, 0.25
# Less voice than this in a whole phrase is a squeak, a knock, a bump.
_VOICE_S = 0.1
# How far beyond its voice a stretch may reach, and over what hole it may step. Of a stop after an
# s, noise covers the burst and the breath as well as the closure (30 to 60 ms beside 70 to 130).
_LEAD_S, _TAIL_S = 0.24, 0.3
_LEAD_HOLE_S, _TAIL_HOLE_S, _STOP_HOLE_S = 0.03, 0.07, 0.16
_SIBILANT_DB = 3.0
# Sums over frames, in units of the noise's spread: what noise loses a frame, what one may gain,
# what a hole loses, what is no chance.
_DRIFT, _MOST, _LOST, _SURE = 0.34, 1.15, 1.7, 1.4
# By how much a frame must exceed the noise, at least (dB): in a band, and over all of them.
_BAND_DB, _ALL_DB = 3.5, 1.5
# In a quiet room an h or an f is heard frame by frame; what is weaker than these is breath.
_WEAKEST_DB = 30.0
# Hums and beeps hold their pitch and strength as no voice does.
_STEADY_SEMITONES, _STEADY_DB = 0.1, 1.0
_WHISTLES = 0.4
# Wood that sticks and slips rings like a throat, but starts and stops 15 to 40 times a second: its
# level leaps by more than this from frame to frame (dB), and its pitch is less clear.
_LEAP_DB, _LEAP_SHARE, _UNCLEAR = 5.0, 75, 0.75
# Where a squeak sounds over it, both are less plain.
_SOME_WHISTLES, _SQUEAKING_LEAP_DB = 0.1, 4.0
_FLOOR_BIN_S = 0.5


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames ``start`` to ``end`` (exclusive) of speech, and where its first voice begins."""

    start: int
    end: int
    voice: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Stretches of speech in order, and the noise in the speech band at every frame (dB)."""

    stretches: tuple[Stretch, ...]
    floor: Floats


def find(frames: Frames) -> Activity:
    """All stretches of speech in ``frames``."""
    rough = _rough_floor(frames.speech)
    dead = np.zeros(len(frames), np.bool_)
    voices = _voices(frames, rough, dead)
    floor, spread = _floor(frames.speech, voices)
    voices = _voices(frames, floor, dead)
    voices |= _between(frames, floor, voices) & ~dead
    floor, spread = _floor(frames.speech, voices)
    high_floor, high_spread = _floor(frames.high, voices)
    over_floor, over_spread = _floor(frames.over, voices, _ALL_DB)
    loud = _loud(frames, voices)
    faint = loud - _FAINT_DB
    active = (_smooth(frames.speech) > np.maximum(floor + spread, faint)) | (
        _smooth(frames.high) > np.maximum(high_floor + high_spread, faint - 3.0)
    )
    sibilant = (frames.high - high_floor) > (frames.speech - floor) + _SIBILANT_DB
    weakest = loud - _WEAKEST_DB
    above = (
        (frames.speech - np.maximum(floor, weakest)) / spread,
        (frames.high - np.maximum(high_floor, weakest)) / high_spread,
        np.minimum(frames.over - over_floor, np.maximum(frames.speech, frames.high) - weakest)
        / over_spread,
    )
    grown = [_with_weak_lead(_grow(voice, active, sibilant), above) for voice in _runs(voices)]
    return Activity(tuple(_phrases(_merge(grown), voices)), floor)


def _smooth(values: Floats, width: int = 3) -> Floats:
    return np.convolve(np.pad(values, width // 2, "edge"), np.ones(width) / width, "valid").astype(
        np.float32
    )


def _rough_floor(level: Floats) -> Floats:
    heard = level[level > QUIETEST_DBFS]
    base = np.percentile(heard, 15) if len(heard) > len(level) // 5 else QUIETEST_DBFS
    return np.full(len(level), base, np.float32)


def _floor(level: Floats, voices: Mask, least_db: float = _BAND_DB) -> tuple[Floats, float]:
    """The noise around each frame (dB) and by how much a frame must exceed it (dB)."""
    away = ~_widen(voices, 0.35)
    if away.sum() * HOP_S < 0.3:
        away = ~_widen(voices, 0.1)
    quiet = np.maximum(level, QUIETEST_DBFS)
    size = round(_FLOOR_BIN_S / HOP_S)
    centres, values = [], []
    for start in range(0, len(level), size):
        chosen = quiet[start : start + size][away[start : start + size]]
        if len(chosen) >= size // 5:
            # The lower part: clicks and breaths are no noise floor.
            values.append(float(np.percentile(chosen, 40)))
            centres.append(start + size / 2)
    if not values:
        # All speech: what is heard in its dips is the most that the noise can be.
        return np.full(len(level), np.percentile(quiet, 5) + 1.0, np.float32), 4.0
    steady = np.array([np.median(values[max(0, i - 2) : i + 3]) for i in range(len(values))])
    floor = np.interp(np.arange(len(level)), centres, steady).astype(np.float32)
    over = quiet[away] - floor[away]
    spread = 1.48 * float(np.median(np.abs(over - np.median(over))))
    return floor, float(np.clip(3.5 * spread, least_db, 7.0))


def _voices(frames: Frames, floor: Floats, dead: Mask) -> Mask:
    """Frames in nuclei: voiced, above the noise, not faint, for 50 ms or more.

    Squeaks, creaks and hums are added to ``dead``: once known, no part of them becomes a nucleus.
    """
    strong = (frames.voicing >= _VOICED) & (frames.speech > floor + _NUCLEUS_DB)
    strong &= frames.speech > QUIETEST_DBFS + 10
    if strong.any():
        strong &= frames.speech > np.percentile(frames.speech[strong], 90) - _QUIETER_DB
    # A frame that misses in the middle of a vowel does not split it.
    kept = _without_short(~_without_short(~strong, 0.035), _SHORT_NUCLEUS_S)
    for start, end in _runs(kept):
        short = (end - start) * HOP_S < _NUCLEUS_S
        unclear = float(np.median(frames.voicing[start:end])) < _CLEAR
        dead[start:end] |= _lifeless(frames, start, end)
        if (short and unclear) or dead[start:end].mean() > 0.5:
            kept[start:end] = False
    return kept | (_creaks(frames, floor, kept) & ~dead)


def _between(frames: Frames, floor: Floats, voices: Mask) -> Mask:
    """Runs between ``voices`` near to each other that sound a little: soft or rough syllables."""
    near = ~_without_short(~voices, _NEAR_S) & ~voices
    level = np.maximum(_loud(frames, voices) - _SOFTER_DB, floor + _SOFT_DB)
    runs = _without_short(near & (_smooth(frames.speech) > level), _SOFT_S)
    for start, end in _runs(runs):
        share = (frames.voicing[start:end] >= _VOICED).mean()
        if share < _SOFT_SHARE or _lifeless(frames, start, end):
            runs[start:end] = False
    return runs


def _creaks(frames: Frames, floor: Floats, voices: Mask) -> Mask:
    """Runs about as loud as the ``voices`` that sound clearly for a moment, as a creak does."""
    level = frames.speech
    loud = np.maximum(_loud(frames, voices) - _LOUD_DB, floor + _NUCLEUS_DB)
    runs = _without_short(level > loud, _LOUD_S) & bool(voices.any())
    for start, end in _runs(runs):
        clear = (frames.voicing[start:end] >= _CLEAR).mean()
        if clear < _CLEAR_SHARE or _lifeless(frames, start, end):
            runs[start:end] = False
    return runs


def _lifeless(frames: Frames, start: int, end: int) -> bool:
    """Whether it is a squeak, a creak of wood or a hum."""
    whistles = frames.whistle[start:end].mean()
    if whistles > _WHISTLES:
        return True
    leap_db = np.percentile(np.abs(np.diff(frames.speech[start:end])), _LEAP_SHARE)
    if whistles > _SOME_WHISTLES and leap_db > _SQUEAKING_LEAP_DB:
        return True
    if leap_db > _LEAP_DB and np.median(frames.voicing[start:end]) < _UNCLEAR:
        return True
    if (end - start) * HOP_S < 0.3:
        return False
    inner = slice(start + 6, end - 6)
    semitones = 12 * np.log2(frames.f0_hz[inner])
    centred = np.abs(semitones - np.median(semitones))
    level = _smooth(frames.speech, 9)[inner]
    return bool(
        np.percentile(centred, 70) < _STEADY_SEMITONES
        and np.percentile(level, 85) - np.percentile(level, 15) < 2 * _STEADY_DB
    )


def _loud(frames: Frames, voices: Mask) -> float:
    return float(np.percentile(frames.speech[voices], 90)) if voices.any() else 0.0


def _grow(voice: tuple[int, int], active: Mask, sibilant: Mask) -> Stretch:
    start, end = voice
    lead = _reach(active[:start][::-1], _LEAD_HOLE_S)
    if lead * HOP_S > _LEAD_S:
        lead = 0  # too long for a consonant: a breath that runs into the word
    begin = start - lead
    begin -= _stop_consonant(active[:begin][::-1], sibilant[:begin][::-1])
    tail = min(_reach(active[end:], _TAIL_HOLE_S), round(_TAIL_S / HOP_S))
    return Stretch(begin, end + tail, start)


def _with_weak_lead(stretch: Stretch, above: tuple[Floats, ...]) -> Stretch:
    """From where sound too weak to be heard frame by frame leads up to it (h, f, a soft vowel).

    Going back from its start, what each frame lies above the noise adds up, less what noise does by
    chance; the sum is greatest where such a sound begins (a CUSUM, Page 1954).
    """
    room = round(_LEAD_S / HOP_S) - (stretch.voice - stretch.start)
    first = max(0, stretch.start - room)
    if room <= 0 or first == stretch.start:
        return stretch
    lead = max(_weak(level[first : stretch.start][::-1]) for level in above)
    return Stretch(stretch.start - lead, stretch.end, stretch.voice)


def _weak(above: Floats) -> int:
    sums = np.cumsum(np.clip(above - _DRIFT, -_DRIFT, _MOST))
    # Over a hole it does not step.
    lost = np.flatnonzero(sums < np.maximum.accumulate(np.maximum(sums, 0)) - _LOST)
    sums = sums[: lost[0]] if len(lost) else sums
    return int(sums.argmax()) + 1 if len(sums) and sums.max() > _SURE else 0


def _reach(active: Mask, hole_s: float) -> int:
    """How many frames on the sound goes on, stepping over holes of up to ``hole_s``."""
    hole = round(hole_s / HOP_S)
    last = 0
    for index in range(len(active)):
        if active[index]:
            last = index + 1
        elif index - last >= hole:
            break
    return last


def _stop_consonant(active: Mask, sibilant: Mask) -> int:
    """Frames of an s before the closure of a stop (st, sp, sk), 0 if there is none."""
    limit = round(_STOP_HOLE_S / HOP_S)
    heard = np.flatnonzero(active[:limit])
    if not len(heard):
        return 0
    first = int(heard[0])
    length = _reach(active[first:], _LEAD_HOLE_S)
    hiss = sibilant[first : first + length][active[first : first + length]]
    if 0.04 <= length * HOP_S <= _LEAD_S and hiss.mean() > 0.7:
        return first + length
    return 0


def _merge(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches with less than a pause between them are one."""
    merged: list[Stretch] = []
    for stretch in stretches:
        if merged and (stretch.start - merged[-1].end) * HOP_S < PAUSE_S:
            last = merged.pop()
            stretch = Stretch(last.start, max(last.end, stretch.end), last.voice)
        merged.append(stretch)
    return merged


def _phrases(stretches: list[Stretch], voices: Mask) -> list[Stretch]:
    least = round(_VOICE_S / HOP_S)
    return [s for s in stretches if voices[s.start : s.end].sum() >= least]


def _widen(mask: Mask, seconds: float) -> Mask:
    size = 2 * round(seconds / HOP_S) + 1
    total = np.cumsum(np.pad(mask.astype(np.int64), (size // 2 + 1, size // 2)))
    return np.asarray(total[size:] - total[:-size] > 0)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.pad(mask.astype(np.int8), 1)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _without_short(mask: Mask, seconds: float) -> Mask:
    """``mask`` without its runs shorter than ``seconds``."""
    kept = mask.copy()
    least = round(seconds / HOP_S)
    for start, end in _runs(mask):
        if end - start < least:
            kept[start:end] = False
    return kept
