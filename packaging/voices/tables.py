"""What the command prints: one row per clip, one per affect, and the words that got lost."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from voices.gate import AIM_WER, Acoustics, Measures


def print_clips(
    clips: Sequence[tuple[str, dict[str, Any], Measures]], *, gate: bool = True
) -> None:
    """Duration, words, loudness and size per clip; then what to reword or soften."""
    print(f"\n{'clip':32}{'s':>7}{'WER':>7}{'LUFS':>8}{'dBTP':>7}{'kB':>6}")
    for name, row, m in clips:
        print(
            f"{name:32}{m.duration_s:7.1f}{m.word_error_rate:7.2f}{m.loudness_lufs:8.1f}"
            f"{m.true_peak_dbfs:7.1f}{row['audio_bytes'] / 1024:6.0f}"
        )
    for name, _, m in clips:
        for problem in m.problems if gate else ():
            print(f"FAILED {name}: {problem}")
        if m.word_error_rate > AIM_WER or m.problems:
            _print_lost(name, m)


def print_affects(sounds: dict[str, list[Acoustics]]) -> None:
    """Medians over the sentences of each affect."""
    print(f"\n{'affect':12}{'n':>4}{'F0 Hz':>8}{'sd st':>8}{'words/min':>11}{'LUFS':>8}{'tilt':>8}")
    for affect, rows in sounds.items():
        if rows:
            print(
                f"{affect:12}{len(rows):4}{median(r.pitch_hz for r in rows):8.0f}"
                f"{median(r.pitch_sd_st for r in rows):8.1f}"
                f"{median(r.words_per_min for r in rows):11.0f}"
                f"{median(r.loudness_lufs for r in rows):8.1f}"
                f"{median(r.tilt_db for r in rows):8.1f}"
            )


def _print_lost(name: str, measures: Measures) -> None:
    for sentence in measures.heard:
        if sentence.errors > 1:
            unknown = f" (not in its dictionary: {', '.join(sentence.unknown)})"
            print(f"  {name}: {sentence.errors} of {sentence.words} words lost")
            print(f"    said  {sentence.text}")
            print(f"    heard {sentence.heard}{unknown if sentence.unknown else ''}")
