"""What the stage needs of a clip before it is played: how loud it is, 25 times a second."""

from dataclasses import dataclass
from pathlib import Path

ENVELOPE_HZ = 25


@dataclass(frozen=True, slots=True)
class ClipShape:
    """Loudness 0..1 at ``ENVELOPE_HZ``, and the length in seconds."""

    envelope: tuple[float, ...]
    duration_s: float

    def loudness(self, at_s: float) -> float:
        """The loudness at a second of the clip; 0 outside it."""
        index = int(at_s * ENVELOPE_HZ)
        return self.envelope[index] if 0 <= index < len(self.envelope) else 0.0


def clip_shape(clip: Path) -> ClipShape:
    """Read a clip's sound, off the window's thread; KnownError when it is missing or broken."""
    from trainer.media.decode import read
    from trainer.media.peaks import envelope

    sound = read(clip)
    shape = tuple(float(x) for x in envelope(sound, rate_hz=ENVELOPE_HZ))
    return ClipShape(shape, len(sound.samples) / sound.rate)
