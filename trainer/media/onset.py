"""When the first speech begins, and how far that may be off."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.media.activity import Activity, Stretch
from trainer.media.frames import HOP_S, Frames

UNDER_WAY_AT_START = "speech is already under way at the start: its beginning is not known"
UNDER_WAY = "speech is already under way when the client ends: its beginning is not known"
# Less than this before the first word is no silence to tell the beginning by.
_LEAST_LEAD_S = 0.03
# What still sounds this long after the client's end is the end of the client's voice in the room.
_ECHO_S = 0.4
# Half-width (s) that held the true onset in 95 of 100 cases at each SNR (dB): made speech with
# breaths, clicks, thumps and squeaks before it, the shipped voices in noise, and those of people,
# who may begin with an f that noise covers (tests/media/test_onset.py, test_voices.py and
# test_real_voices.py, which fail when one of these is too small). It held for 97 to 99 of 100 cases
# of speakers whom nothing was tuned on (tests/benchmarks/bench_voices.py).
_ERROR_AT = ((5.0, 0.25), (10.0, 0.13), (15.0, 0.11), (20.0, 0.1), (30.0, 0.08))


@dataclass(frozen=True, slots=True)
class Onset:
    """Where the response begins (s, with its error) or why that is not known."""

    at_s: float | None
    error_s: float | None
    problem: str | None = None


def snr_db(frames: Frames, heard: tuple[Stretch, ...], answer: tuple[Stretch, ...]) -> float | None:
    """Mean power of the ``answer`` over that of the noise beside all that is ``heard`` (dB).

    From 80 Hz to 7.6 kHz. None without speech or with less than 0.1 s beside it. A noise floor
    below -90 dBFS counts as that, so that digital silence gives a figure one can read.
    """
    beside = ~_covered(frames, heard, round(0.15 / HOP_S))
    if beside.sum() * HOP_S < 0.2:
        beside = ~_covered(frames, heard, round(0.03 / HOP_S))
    spoken = _covered(frames, answer, 0)
    if not spoken.any() or beside.sum() * HOP_S < 0.1:
        return None
    power = 10 ** (frames.full.astype(np.float64) / 10)
    # The median, for a click or a breath is no noise floor.
    noise = max(float(np.median(power[beside])), 1e-9)
    speech = max(float(power[spoken].mean()) - noise, 1e-12)
    return 10 * float(np.log10(speech / noise))


def least_snr_db(activity: Activity, frames: Frames) -> float | None:
    """The least SNR (dB) there can be where nothing but speech is heard: its dips are the noise."""
    spoken = _covered(frames, activity.stretches, 0)
    if not spoken.any():
        return None
    return float(np.percentile(frames.speech[spoken], 75) - activity.floor[spoken].max())


def _covered(frames: Frames, stretches: tuple[Stretch, ...], margin: int) -> NDArray[np.bool_]:
    mask = np.zeros(len(frames), np.bool_)
    for stretch in stretches:
        mask[max(0, stretch.start - margin) : stretch.end + margin] = True
    return mask


def onset_error_s(snr: float | None) -> float | None:
    """How far an onset may be off at this SNR (s); None where it is too far to be shown."""
    if snr is None or snr < _ERROR_AT[0][0]:
        return None
    levels, errors = zip(*_ERROR_AT, strict=True)
    return float(np.interp(snr, levels, errors))


def response(activity: Activity, from_s: float) -> tuple[tuple[Stretch, ...], str | None]:
    """The stretches that belong to the response, and the problem where one straddles ``from_s``."""
    first = round(from_s / HOP_S)
    kept: list[Stretch] = []
    problem: str | None = None
    for stretch in activity.stretches:
        if stretch.start >= first:
            kept.append(stretch)
        elif (stretch.end - first) * HOP_S > _ECHO_S:
            kept.append(Stretch(first, stretch.end, max(first, stretch.voice)))
            problem = UNDER_WAY
    return tuple(kept), problem


def onset(stretches: tuple[Stretch, ...], problem: str | None, snr: float | None) -> Onset:
    """The beginning of the first of ``stretches``; unknown where it cannot be told."""
    if not stretches:
        return Onset(None, None)
    if problem is not None:
        return Onset(None, None, problem)
    at_s = stretches[0].start * HOP_S
    if at_s < _LEAST_LEAD_S:
        return Onset(None, None, UNDER_WAY_AT_START)
    error_s = onset_error_s(snr)
    return Onset(at_s if error_s is not None else None, error_s)
