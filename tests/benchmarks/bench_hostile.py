"""Damaged and hostile media files through everything that reads them: no crash, no hang.

``python -m tests.benchmarks.bench_hostile [--each N] [FORMAT...]`` prints one JSON document; N
(200) mutated files of each format, by turns: bytes changed, cut off, a block doubled, huge sizes in
the header, a run of zeros, another format's name. Each goes through `attune analyze`, the
waveform, the clip's shape and the report's sound, in a process that is ended after 10 s. Asked:
every file is read, or told in one sentence.
"""

import argparse
import json
import multiprocessing
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile

from tests.benchmarks.bench_analyze import most_memory_mb
from tests.media import synth
from trainer.domain.errors import KnownError
from trainer.media.resample import resample

LIMIT_S = 10.0
FORMATS = {
    "opus": ["-c:a", "libopus", "-b:a", "48k"],
    "ogg": ["-c:a", "libvorbis"],
    "wav": ["-c:a", "pcm_s16le"],
    "flac": ["-c:a", "flac"],
    "mp3": ["-c:a", "libmp3lame", "-b:a", "96k"],
    "mp4": ["-c:v", "mpeg4", "-c:a", "aac", "-shortest"],
    "webm": ["-c:v", "libvpx", "-c:a", "libopus", "-shortest"],
    "mkv": ["-c:v", "mjpeg", "-c:a", "flac", "-shortest"],
}
PICTURE = ["-f", "lavfi", "-i", "color=c=gray:s=64x48:r=10"]
CAPTIONS = "WEBVTT\n\n" + "\n".join(
    f"{i}\n00:{i:02d}.000 --> 00:{i + 1:02d}.500\n<v Dana>You &amp; I, {i} times.\n"
    for i in range(40)
)


# ------------------------------------------------------------------ the files


def originals(folder: Path) -> dict[str, bytes]:
    made = synth.speech(21, onset_s=0.5, phrases=2).samples.astype(np.float32)
    source = folder / "source.wav"
    soundfile.write(source, resample(made, synth.RATE, 48_000), 48_000)
    found = {}
    for kind, options in FORMATS.items():
        picture = PICTURE if "-c:v" in options else []
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", "-i", source]
        subprocess.run([*command, *picture, *options, folder / f"a.{kind}"], check=True)
        found[kind] = (folder / f"a.{kind}").read_bytes()
    return found | {"vtt": CAPTIONS.encode()}


def changed(rng, data: bytearray) -> None:
    reach = 300 if rng.random() < 0.5 else len(data)
    for at in rng.integers(0, min(reach, len(data)), 16):
        data[at] ^= 1 << rng.integers(8)


def cut(rng, data: bytearray) -> None:
    del data[int(rng.integers(0, len(data))) :]


def doubled(rng, data: bytearray) -> None:
    at, size = int(rng.integers(len(data))), int(rng.integers(1, 8_000))
    for _ in range(int(rng.choice([1, 1, 40]))):
        data[at:at] = data[at : at + size]


def huge(rng, data: bytearray) -> None:
    size = int(rng.choice([2, 4, 4, 8]))
    at = int(rng.integers(0, min(300, len(data)) - size))
    # Now all ones, now the largest that has a sign, now a mere billion.
    value = (b"\xff" * size, b"\x7f" + b"\xff" * (size - 1), (10**9 >> 0).to_bytes(8)[-size:])
    chosen = value[rng.integers(len(value))]
    data[at : at + size] = chosen[::-1] if rng.random() < 0.5 else chosen


def zeroed(rng, data: bytearray) -> None:
    at, size = int(rng.integers(len(data))), int(rng.integers(1, 20_000))
    data[at : at + size] = bytes(len(data[at : at + size]))


MUTATIONS = (changed, cut, doubled, huge, zeroed)


def mutated(folder: Path, kind: str, whole: dict[str, bytes], seed: int) -> tuple[str, Path]:
    """One file, and what was done to it."""
    rng = np.random.default_rng([seed, *kind.encode()])
    turn = seed % (len(MUTATIONS) + 1)
    if turn == len(MUTATIONS):
        other = sorted(set(whole) - {kind})[rng.integers(len(whole) - 1)]
        data, name = bytearray(whole[other]), "renamed"
        if rng.random() < 0.5:
            changed(rng, data)
    else:
        data, name = bytearray(whole[kind]), MUTATIONS[turn].__name__
        MUTATIONS[turn](rng, data)
    path = folder / f"hurt {seed}.{kind}"
    path.write_bytes(data)
    return name, path


# ------------------------------------------------------------------ the readers


def analyze(path: Path) -> None:
    from trainer.app.analyze import analyze

    json.dumps(analyze(path), allow_nan=False)


def waveform(path: Path) -> None:
    from trainer.app.waveform import time_line

    line = time_line(path, path, 1.0)
    for problem in line.problems:
        raise KnownError(problem, "")


def clip(path: Path) -> None:
    from trainer.app.clip import clip_shape

    clip_shape(path)


def conversation(path: Path) -> None:
    from trainer.media.conversation import write_conversation

    write_conversation(path, path, 1.0, path.with_suffix(".out.mp3"))


def captions(path: Path) -> None:
    from trainer.bank import read_times

    read_times(path)


def work(line) -> None:
    while (job := line.recv()) is not None:
        reader, path = job
        try:
            globals()[reader](path)
            said = ("read", "")
        except KnownError as error:
            said = ("told", str(error))
        except Exception as error:  # noqa: BLE001 - what the bench is to find
            said = ("bug", f"{type(error).__name__}: {error}"[:300])
        line.send((*said, most_memory_mb()))


@dataclass
class Reading:
    """A process that reads, and another when that one has ended."""

    context: object = field(default_factory=lambda: multiprocessing.get_context("spawn"))
    process: object = None
    line: object = None

    def run(self, reader: str, path: Path) -> tuple[str, str, float]:
        if self.process is None:
            self.line, theirs = self.context.Pipe()
            self.process = self.context.Process(target=work, args=(theirs,), daemon=True)
            self.process.start()
            theirs.close()
        self.line.send((reader, path))
        try:
            if self.line.poll(LIMIT_S):
                return self.line.recv()
            said = ("hang", "")
        except EOFError:
            said = ("crash", "")
        self.process.kill()
        self.process.join()
        self.process = None
        return (*said, 0.0)

    def close(self) -> None:
        if self.process is not None:
            self.line.send(None)
            self.process.join()


def tried(kind: str, whole: dict[str, bytes], each: int, reading: Reading) -> dict[str, object]:
    readers: tuple[Callable[[Path], None], ...] = (
        (captions,) if kind == "vtt" else (analyze, waveform, clip, conversation)
    )
    counts: Counter[str] = Counter()
    slowest, most, bad = 0.0, 0.0, []
    reading.run("captions", Path("warm up"))
    for seed in range(each):
        with tempfile.TemporaryDirectory() as name:
            done, path = mutated(Path(name), kind, whole, seed)
            for reader in readers:
                begun = time.perf_counter()
                what, words, memory = reading.run(reader.__name__, path)
                slowest = max(slowest, time.perf_counter() - begun)
                most = max(most, memory or 0.0)
                # Captions are told line by line, as every file of a pack is.
                one = kind == "vtt" or ("\n" not in words and len(words) < 300)
                what = what if one else "long"
                counts[what] += 1
                if what not in ("read", "told"):
                    bad.append(f"{done} {seed}, {reader.__name__}: {what} {words}")
    return {
        **counts, "slowest_s": round(slowest, 2), "most_memory_mb": most, "bad": bad[:20],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("format", nargs="*", default=[*FORMATS, "vtt"])
    asked = parser.parse_args()
    begun = time.perf_counter()
    reading = Reading()
    document: dict[str, object] = {"each": asked.each}
    with tempfile.TemporaryDirectory() as name:
        whole = originals(Path(name))
        for kind in asked.format:
            document[kind] = tried(kind, whole, asked.each, reading)
            print(kind, json.dumps(document[kind]), flush=True)
    reading.close()
    document["took_s"] = round(time.perf_counter() - begun, 1)
    print(json.dumps(document, indent=1))


if __name__ == "__main__":
    main()
