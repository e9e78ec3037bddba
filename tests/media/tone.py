"""A tone that sounds all the time and a capture that hears it, for tests of what goes missing."""

import numpy as np
import soundfile

from trainer.media.capture import Capture
from trainer.media.ports import Take
from trainer.media.wav import SampleKind, SoundFormat

START_S = 500.0
FORM = SoundFormat(48_000, 1, SampleKind.I16)
TONE_HZ = 330.0
CHUNK_S = 0.02


class World:
    """A tone that sounds all the time, whoever hears it: where it is in a take tells real time."""

    def __init__(self, form: SoundFormat = FORM) -> None:
        self.form = form
        self.now_s = START_S
        self.slept_s = 0.0
        self.capture = Capture(form, opened_s=START_S, slept=lambda: self.slept_s)
        self.told: list[str] = []
        self.over: list[str] = []
        self._random = np.random.default_rng(0)

    def pcm(self, from_s: float, frames: int) -> bytes:
        at = from_s - START_S + np.arange(frames) / self.form.sample_rate
        tone = (0.4 * np.sin(2 * np.pi * TONE_HZ * at)).astype(np.float32)
        return self.form.pcm(np.repeat(tone[:, np.newaxis], self.form.channels, axis=1))

    def hear(self, seconds: float, late_s: float = 0.0) -> None:
        """The device delivers what sounds now, as busy machines do: a little late."""
        for _ in range(round(seconds / CHUNK_S)):
            frames = round(CHUNK_S * self.form.sample_rate)
            pcm = self.pcm(self.now_s, frames)
            self.now_s += CHUNK_S
            self.capture.hear(pcm, self.now_s + late_s + self._random.exponential(0.002))
            self.look()

    def nothing(self, seconds: float) -> None:
        """Time passes, and nothing arrives."""
        end_s = self.now_s + seconds
        while self.now_s < end_s - 1e-9:
            self.now_s = min(end_s, self.now_s + 0.05)
            self.look()

    def plug(self, form: SoundFormat | None = None) -> None:
        """Another device is opened in place of the lost one."""
        self.form = form or self.form
        self.capture.joined(self.form)

    def look(self) -> None:
        self.told += [error.text for error in self.capture.tick(self.now_s)]
        self.over += [error.text for error in self.capture.over()]


def read(take: Take) -> np.ndarray:
    samples, rate = soundfile.read(str(take.path), dtype="float32", always_2d=True)
    assert rate == take.sample_rate
    return samples


def clicks(samples: np.ndarray, rate: int) -> float:
    """The loudest that is heard above 8 kHz within any 5 ms, as a share of full scale."""
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / rate) < 8_000] = 0
    high = np.fft.irfft(spectrum, len(samples))
    size = rate // 200
    whole = high[: len(high) // size * size].reshape(-1, size)
    within = whole[4:-4]  # where the sound is cut off, the end meets the beginning, and clicks
    return float(np.sqrt(np.mean(np.square(within), axis=1)).max())
