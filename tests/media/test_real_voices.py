"""People's voices in noise, with breaths, clicks, a chair and a keyboard before they begin.

``python -m tests.media.test_real_voices`` prints the table. Where the packages are missing
(`packaging/apt.txt` names them for the tests) these are skipped.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import imageio_ffmpeg
import numpy as np
import parselmouth
import pytest
import soundfile

from tests.media import real_voices, synth
from tests.media.test_onset import DISTURBANCES, listen, same
from tests.media.test_voices import MEDIA
from trainer.domain.speech import SHARE_OFF
from trainer.media import onset, pitch
from trainer.media.frames import HOP_S
from trainer.media.measure import measure

# Where Debian's packages can be had, the bootstrap has installed them, and their lack is a fault.
pytestmark = pytest.mark.skipif(
    not real_voices.THERE and shutil.which("apt-get") is None,
    reason=f"needs Debian's {real_voices.PACKAGES}",
)
VOICES = real_voices.VOICES
SEEDS = 2
# A pause from one recording to the next (s).
SHORTEST_S, LONGEST_S = 0.3, 1.5


@dataclass
class Onsets:
    errors_ms: np.ndarray
    outside: int


def disturbed(rng, heard, before_s: float, how_many: int) -> None:
    for _ in range(how_many):
        what = DISTURBANCES[rng.integers(len(DISTURBANCES))](rng)
        synth.put(heard, what, before_s - len(what) / synth.RATE - rng.uniform(0.06, 1.1))


@cache
def onsets(snr_db: float, seeds: int = SEEDS) -> Onsets:
    errors, outside = [], 0
    for index, real in enumerate(VOICES):
        for seed in range(seeds):
            rng = np.random.default_rng(7000 + 31 * seed + index)
            cut, at_s = real_voices.spoken(real)
            lead_s = float(rng.uniform(1.2, 4))
            whole = np.zeros(round((lead_s + 1.0) * synth.RATE) + len(cut))
            synth.put(whole, cut, lead_s - at_s)
            heard = synth.with_noise(whole, rng, snr_db, ("pink", "white")[seed % 2])
            disturbed(rng, heard, lead_s, seed % 4)
            if seed % 5 == 4:
                heard += synth.mains(rng, len(heard), 50.0)
            shape, found = listen(heard)
            assert found.stretches, f"no speech found in {real.path.name}"
            off = found.stretches[0].start * HOP_S - lead_s
            claimed = onset.onset_error_s(onset.snr_db(shape, found.stretches, found.stretches))
            outside += claimed is not None and abs(off) > claimed
            errors.append(off * 1e3)
    return Onsets(np.array(errors), outside)


@cache
def pauses_f1(snr_db: float, takes: int = 6) -> float:
    """Of takes in which several of the recordings follow each other, pauses between them."""
    hits = false = missed = 0
    for seed in range(takes):
        rng = np.random.default_rng(100 + seed)
        whole, true, unsure = [np.zeros(synth.RATE)], [], []
        at_s, ended_s = 1.0, 0.0
        for index in rng.permutation(len(VOICES))[:6]:
            real = VOICES[index]
            cut, lead_s = real_voices.spoken(real, 0.02, 0.0)
            shift = at_s + lead_s - real.onset_s
            if ended_s:
                true.append((ended_s, at_s + lead_s))
            true += [(a + shift, b + shift) for a, b in real.pauses]
            unsure += [(a + shift, b + shift) for a, b in real.unsure]
            ended_s = real.end_s + shift
            gap = np.zeros(round(rng.uniform(SHORTEST_S, LONGEST_S) * synth.RATE))
            whole += [cut, gap]
            at_s += (len(cut) + len(gap)) / synth.RATE
        heard = synth.with_noise(np.concatenate(whole), rng, snr_db, ("pink", "white")[seed % 2])
        stretches = listen(heard)[1].stretches
        found = [(a.end * HOP_S, b.start * HOP_S) for a, b in pairwise(stretches)]
        found = [pause for pause in found if not any(same(pause, gap) for gap in unsure)]
        right = sum(any(same(pause, gap) for gap in true) for pause in found)
        hits, false, missed = hits + right, false + len(found) - right, missed + len(true) - right
    return 2 * hits / (2 * hits + false + missed)


# One woman's f lies 36 dB below her vowels: at 20 dB the noise covers it, and nobody hears it.
@pytest.mark.parametrize(("snr", "median", "high"), [(20.0, 15, 60), (10.0, 40, 120)])
def test_onsets_lie_near_where_an_eye_sees_them(snr, median, high):
    off = np.abs(onsets(snr).errors_ms)
    assert np.percentile(off, 50) <= median
    assert np.percentile(off, 95) <= high


@pytest.mark.parametrize("snr", [20.0, 10.0])
def test_the_error_shown_holds(snr):
    assert onsets(snr).outside <= 0.05 * len(VOICES) * SEEDS


@pytest.mark.parametrize("snr", [20.0, 10.0])
def test_pauses_are_found(snr):
    assert pauses_f1(snr) >= 0.95


def test_syllables_of_sentences_are_counted():
    off = []
    for real in [real for real in VOICES if real.syllables >= 9]:
        cut = np.pad(real_voices.spoken(real)[0], synth.RATE)
        shape, found = listen(synth.with_noise(cut, np.random.default_rng(1), 25, "pink"))
        stretches = found.stretches
        spoken_s = sum(s.end - s.start for s in stretches) * HOP_S
        counted = pitch.syllables_per_s(shape, stretches) * spoken_s
        off.append(abs(counted / real.syllables - 1))
    assert max(off) <= SHARE_OFF["syllables_per_s"] + 0.01
    assert np.median(off) < 0.12


def files(folder, most: int):
    """Real recordings of some length, and shipped voices, ``most`` of each."""
    for real in [real for real in VOICES if real.end_s - real.onset_s > 1.4][-most:]:
        path = folder / f"{real.path.stem}.wav"
        soundfile.write(path, real_voices.sound(real), synth.RATE, subtype="FLOAT")
        yield path
    yield from sorted(MEDIA.glob("*.opus"))[:most]


def praat(path, limits):
    """Median F0 (Hz) of a file, asked of Praat directly: ``To Pitch (ac)``, all else default."""
    sound = parselmouth.Sound(str(path)).resample(synth.RATE)
    found = sound.to_pitch_ac(0.01, limits[0], pitch_ceiling=limits[1])
    f0 = found.selected_array["frequency"]
    return f0[f0 > 0]


def plain(path, folder):
    target = folder / f"{path.stem}.plain.wav"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", "-i", path]
    subprocess.run([*command, "-ac", "1", "-c:a", "pcm_f32le", target], check=True)
    return target


def ebur128(path) -> float:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", path]
    command += ["-af", "aresample=48000,ebur128=framelog=quiet", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return float(re.findall(r"I:\s+(-?[\d.]+) LUFS", told)[-1])


def compared(folder, most: int):
    """For each file: its name, pitch beside Praat's (Hz), loudness beside ffmpeg's (LUFS)."""
    for path in files(folder, most):
        found = measure(path)
        sound = plain(path, folder)
        # De Looze and Hirst's two passes over the whole file, as the literature describes them.
        low, high = np.percentile(praat(sound, (60.0, 600.0)), (25, 75))
        f0 = praat(sound, (max(50.0, 0.75 * low), min(800.0, 1.5 * high)))
        semitones = float((12 * np.log2(f0)).std(ddof=1))
        yield (
            path.stem, (found.f0_median_hz, float(np.median(f0))),
            (found.f0_sd_semitones, semitones), (found.loudness_lufs, ebur128(sound)),
        )  # fmt: skip


def test_pitch_and_loudness_are_those_of_praat_and_ffmpeg(tmp_path):
    for name, f0, _, loudness in compared(tmp_path, 3):
        assert f0[0] == pytest.approx(f0[1], rel=0.02), name
        # ffmpeg tells one decimal.
        assert loudness[0] == pytest.approx(loudness[1], abs=0.1), name


def main() -> None:
    import tempfile
    from pathlib import Path

    for snr in (30.0, 20.0, 10.0, 5.0):
        found = onsets(snr, 8)
        off = np.abs(found.errors_ms)
        sys.stdout.write(
            f"{snr:.0f} dB: onset median {np.median(off):.1f} ms, 95 of 100 "
            f"{np.percentile(off, 95):.0f} ms, outside the error shown {found.outside} of "
            f"{len(off)}; pauses F1 {pauses_f1(snr, 40):.3f}\n"
        )
    with tempfile.TemporaryDirectory() as folder:
        for name, *pairs in compared(Path(folder), 20):
            said = "  ".join(f"{ours:8.2f} {theirs:8.2f}" for ours, theirs in pairs)
            sys.stdout.write(f"{name:40.40} {said}\n")


if __name__ == "__main__":
    main()
