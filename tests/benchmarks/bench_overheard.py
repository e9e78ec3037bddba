"""How surely it is told that the microphone heard the client from the loudspeakers.

``python -m tests.benchmarks.bench_overheard [--quick]`` prints one JSON document. `told` is the
share of takes in which it is said, by how much the client lies below the answer (dB) and by the
room's reverberation (s). A third of the rooms hum, which hides nothing in the compared band: a
share of .333 is none of those that hiss or rustle. `false` counts where it is said of takes
without the client: headphones, silence, somebody who speaks while the client does, another clip
than the one that was played.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.media import rooms, synth
from trainer.media.overheard import Overheard, Played, overheard

LEVELS_DB = (-6.0, -12.0, -20.0, -30.0, -40.0)
ROOMS_S = (0.0, 0.2, 0.4, 0.7)


FOLDER = tempfile.TemporaryDirectory()


def said(heard: rooms.Heard, clip=None) -> Overheard | None:
    samples = heard.samples.astype(np.float32)
    plain = rooms.plain(clip or heard.clip, Path(FOLDER.name))
    played = Played(plain, heard.stopped_at_s)
    return overheard([samples], played, heard.end_s)


def told(cases: int, snr_db: float) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for level in LEVELS_DB:
        row = {}
        for rt60 in ROOMS_S:
            hits = [
                said(rooms.take(s, leak_db=level, rt60_s=rt60, snr_db=snr_db, stopped=s % 3 == 0))
                for s in range(cases)
            ]
            row[f"{rt60:g} s"] = round(sum(hit is not None for hit in hits) / cases, 3)
        found[f"{level:g} dB"] = row
    return found


def delays_and_levels(cases: int) -> dict[str, float]:
    """How far off (ms, dB) at -20 dB in a room of 0.4 s."""
    late, level = [], []
    for seed in range(cases):
        truth = 0.01 * (seed % 30)
        hit = said(rooms.take(seed, leak_db=-20.0, rt60_s=0.4, late_s=truth))
        if hit is not None:
            late.append(abs(hit.late_s - truth) * 1e3)
            level.append(hit.level_db - 20 * np.log10(rooms.LEVEL) + 20)
    return {
        "late_ms_95": round(float(np.percentile(late, 95)), 1),
        "level_db_median": round(float(np.median(level)), 1),
        "level_db_5": round(float(np.percentile(level, 5)), 1),
        "level_db_95": round(float(np.percentile(level, 95)), 1),
    }


def false(cases: int) -> dict[str, str]:
    def count(takes, clip=None) -> str:
        hits = [said(take, clip(take) if clip else None) for take in takes]
        return f"{sum(hit is not None for hit in hits)} of {len(hits)}"

    def silent(seed: int) -> rooms.Heard:
        heard = rooms.take(seed, leak_db=None, snr_db=35)
        quiet = synth.noise(np.random.default_rng(seed), len(heard.samples), "pink") * 1e-4
        return rooms.Heard(
            quiet if seed % 2 else quiet * 0, heard.clip, heard.end_s, None, heard.onset_s
        )

    def other(take: rooms.Heard):
        return rooms.CLIPS[(rooms.CLIPS.index(take.clip) + 3) % len(rooms.CLIPS)]

    many = range(cases)
    return {
        "headphones": count(rooms.take(s, leak_db=None, snr_db=(35, 20, 10)[s % 3]) for s in many),
        "speaking over the client": count(rooms.take(s, leak_db=None, over=True) for s in many),
        "stopped, headphones": count(
            rooms.take(s, leak_db=None, over=s % 2 == 0, stopped=True) for s in many
        ),
        "silence": count(silent(s) for s in many),
        "another clip": count((rooms.take(s, leak_db=-6.0) for s in many), other),
    }


def main() -> None:
    cases = 12 if "--quick" in sys.argv[1:] else 48
    begun = time.perf_counter()
    document = {
        "told, room at 35 dB": told(cases, 35.0),
        "told, room at 20 dB": told(cases, 20.0),
        "delays_and_levels": delays_and_levels(cases),
        "false": false(5 * cases),
    }
    document["took_s"] = round(time.perf_counter() - begun, 1)
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
