"""Speech measures of any file, as JSON and as lines."""

from pathlib import Path
from typing import Any

from trainer.domain.errors import KnownError
from trainer.media.measure import as_json, measure


def analyze(file: Path) -> dict[str, Any]:
    """One element of ``attune analyze --json``; KnownError when the file is no sound."""
    if file.is_dir():
        raise KnownError(f"This is a folder, not a sound or video file: {file}", "Name the files.")
    return as_json(str(file), measure(file))


def as_lines(document: dict[str, Any]) -> list[str]:
    """The same for people; what is not there is said, not made up."""
    return [str(document["file"]), *measure_lines(document)]


def measure_lines(document: dict[str, Any]) -> list[str]:
    """What was measured, a line each."""
    lines = []
    onset = document["onset_s"]
    if onset is not None:
        lines.append(
            f"  onset             {onset:.2f} s, give or take {document['onset_error_s']:.2f}"
        )
    named = (
        ("duration", "duration_s", "s"), ("talk time", "speech_s", "s"),
        ("share of talk", "talk_percent", "%"), ("longest pause", "longest_pause_s", "s"),
        ("loudness", "loudness_lufs", "LUFS"),
        ("peak", "peak_dbfs", "dBFS"), ("pitch, median", "f0_median_hz", "Hz"),
        ("pitch range (SD)", "f0_sd_semitones", "semitones"),
        ("articulation rate", "syllables_per_s", "syllables/s"),
        ("speech rate", "speech_rate_per_s", "syllables/s"), ("signal to noise", "snr_db", "dB"),
    )  # fmt: skip
    for label, key, unit in named:
        value = document[key]
        if key == "longest_pause_s" and not document["speech_s"]:
            value = None
        lines.append(f"  {label:17} {'none' if value is None else f'{value:g} {unit}'}")
    lines += [f"  note: {problem}" for problem in document["problems"]]
    return lines
