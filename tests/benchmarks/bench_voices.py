"""Onsets and pauses of many real voices in noise, on those the search was and was not tuned on.

``python -m tests.benchmarks.bench_voices FOLDER... [--quick]`` prints one JSON document. Every
recording below the folders is taken from its quiet original (people.py says how the truth is
told), put between silences of 1.2 to 4 s, and noise is added, pink or white, with up to three
breaths, clicks, thumps, squeaks, keyboards or creaking chairs in it before somebody begins.
`missed`: no speech was found; `false`: something before it was taken for speech (over 120 ms
early); `outside`: the share beyond the error shown. Pauses: of takes in which six recordings follow
each other.

Measured so, speakers held out (tuned on): 20 dB, onset median 6 (5) ms, 95 of 100 within 40 (31)
ms, pauses F1 .998 (.987); 10 dB, 14 (13) and 77 (96) ms, F1 .995 (.959); `outside` .009 and .033.
Most are words and short sentences, so that nearly all pauses lie between two recordings.
Of these Debian 12 packages, fetched with ``apt-get download``, unpacked with ``dpkg-deb -x`` into a
folder each: asterisk-core-sounds-{en,es,fr,it,ru}-g722, asterisk-prompt-it-menardi-wav,
ktuberling-data, tuxpaint-stamps-default. Not taken: asterisk-prompt-es-co (a gate lets noise in
before each word) and hedgewars-data (voices with effects).
"""

import argparse
import json
import os
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks import people
from tests.benchmarks.people import Clip, Speaker
from tests.media import synth
from tests.media.test_onset import listen, same
from tests.media.test_real_voices import disturbed
from trainer.media import onset
from trainer.media.frames import HOP_S

# Speakers on whom the search was tuned; of all others only the figures were read, when it was done.
TUNED_ON = {
    "asterisk en_US_f_Allison", "asterisk es_MX_f_Allison", "asterisk it_IT_f_Menardi",
    "ktuberling ca", "ktuberling da", "ktuberling de", "ktuberling el", "ktuberling en",
    "ktuberling fi", "ktuberling sl", "ktuberling sr", "ktuberling uk",
    "tuxpaint", "tuxpaint ca", "tuxpaint da", "tuxpaint el", "tuxpaint pt_BR", "tuxpaint ro",
}  # fmt: skip
LEVELS_DB = (30.0, 20.0, 10.0)
SEEDS = 2
FALSE_MS = 120.0
# Fewer clips than these are no group.
LEAST_CLIPS = 6


def generator(*what: object) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(repr(what).encode()))


def onset_of(speaker: str, clip: Clip, snr_db: float, seed: int) -> tuple[float | None, bool]:
    """Its error (ms; None where no speech is found), and whether it exceeds what is shown."""
    rng = generator(speaker, clip.name, seed)
    cut, at_s = clip.cut()
    lead_s = float(rng.uniform(1.2, 4))
    whole = np.zeros(round((lead_s + 1.0) * synth.RATE) + len(cut))
    synth.put(whole, cut, lead_s - at_s)
    heard = synth.with_noise(whole, rng, snr_db, ("pink", "white")[seed % 2])
    disturbed(rng, heard, lead_s, int(rng.integers(4)))
    shape, found = listen(heard)
    if not found.stretches:
        return None, False
    off = found.stretches[0].start * HOP_S - lead_s
    shown = onset.onset_error_s(onset.snr_db(shape, found.stretches, found.stretches))
    return off * 1e3, shown is not None and abs(off) > shown


def pauses_of(speaker: str, clips: list[Clip], snr_db: float, seed: int) -> np.ndarray:
    """Pauses found, found where there is none, and missed in six clips after each other."""
    rng = generator(speaker, seed)
    whole, true, unsure = [np.zeros(synth.RATE)], [], []
    at_s, ended_s = 1.0, 0.0
    for index in rng.permutation(len(clips))[:6]:
        clip = clips[index]
        cut, lead_s = clip.cut()
        begin_s = clip.stretches[0][0]
        shift = at_s + lead_s - begin_s
        if ended_s:
            true.append((ended_s, at_s + lead_s))
        sure, doubtful = clip.gaps()
        true += [(a + shift, b + shift) for a, b in sure]
        unsure += [(a + shift, b + shift) for a, b in doubtful]
        ended_s = clip.stretches[-1][1] + shift
        gap = np.zeros(round(rng.uniform(0.3, 1.5) * synth.RATE))
        whole += [cut, gap]
        at_s += (len(cut) + len(gap)) / synth.RATE
    heard = synth.with_noise(np.concatenate(whole), rng, snr_db, ("pink", "white")[seed % 2])
    stretches = listen(heard)[1].stretches
    found = [(a.end * HOP_S, b.start * HOP_S) for a, b in pairwise(stretches)]
    found = [pause for pause in found if not any(same(pause, gap) for gap in unsure)]
    right = sum(any(same(pause, gap) for gap in true) for pause in found)
    missed = sum(not any(same(pause, gap) for pause in found) for gap in true)
    return np.array([right, len(found) - right, missed])


def measured(speaker: Speaker, takes: int) -> dict[float, tuple[list[Any], np.ndarray]]:
    """At each SNR: what ``onset_of`` tells of each case, and the sum of ``pauses_of``."""
    name, clips = speaker.name, speaker.clips
    return {
        snr: (
            [onset_of(name, clip, snr, seed) for clip in clips for seed in range(SEEDS)],
            sum((pauses_of(name, clips, snr, seed) for seed in range(takes)), np.zeros(3)),
        )
        for snr in LEVELS_DB
    }


def summary(found: list[dict[float, tuple[list[Any], np.ndarray]]]) -> dict[str, Any]:
    """The figures at each SNR over all of ``found``."""
    told: dict[str, Any] = {}
    for snr in LEVELS_DB:
        cases = [case for each in found for case in each[snr][0]]
        off = np.array([error for error, _ in cases if error is not None])
        right, false, missed = sum(each[snr][1] for each in found)
        told[f"{snr:.0f} dB"] = {
            "cases": len(cases),
            "onset_median_ms": round(float(np.median(np.abs(off))), 1),
            "onset_95_ms": round(float(np.percentile(np.abs(off), 95)), 1),
            "onset_bias_ms": round(float(np.median(off)), 1),
            "missed": len(cases) - len(off),
            "false": int((off < -FALSE_MS).sum()),
            "outside": round(sum(beyond for _, beyond in cases) / len(cases), 3),
            "pauses": int(right + missed),
            "pause_f1": round(float(2 * right / (2 * right + false + missed)), 3),
            "pause_precision": round(float(right / max(1, right + false)), 3),
            "pause_recall": round(float(right / max(1, right + missed)), 3),
        }
    return told


def work(task: tuple[str, list[Path], int, int, int]) -> tuple[Speaker, Any]:
    name, paths, most, tried, takes = task
    speaker = people.read(name, paths, most, tried)
    return speaker, measured(speaker, takes) if len(speaker.clips) >= LEAST_CLIPS else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--quick", action="store_true", help="a few clips of each speaker")
    parser.add_argument("--tuning", action="store_true", help="leave the held-out voices alone")
    options = parser.parse_args()
    most, tried, takes = (6, 40, 1) if options.quick else (25, 200, 5)
    tasks = [
        (name, paths, most, tried, takes)
        for name, paths in people.speakers(options.folders).items()
        if name in TUNED_ON or not options.tuning
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        done = list(pool.map(work, tasks))
    heard = [(speaker, found) for speaker, found in done if found is not None]
    document: dict[str, Any] = {
        part: summary(chosen)
        for part, tuned in (("held_out", False), ("tuned_on", True))
        if (chosen := [found for speaker, found in heard if (speaker.name in TUNED_ON) is tuned])
    }
    document["speakers"] = {
        speaker.name: {
            "tuned_on": speaker.name in TUNED_ON,
            "clips": len(speaker.clips),
            "left_out": dict(speaker.left_out),
        }
        | (summary([found]) if found is not None else {})
        for speaker, found in done
    }
    sys.stdout.write(json.dumps(document, indent=1) + "\n")


if __name__ == "__main__":
    main()
