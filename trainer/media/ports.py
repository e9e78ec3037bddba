"""What practice needs of a loudspeaker and a microphone, whoever provides them.

Moments are on the monotonic clock (``time.monotonic()``, seconds) with a half-width error, so that
"when did the client truly stop" and "where is that in the recording" can be told honestly.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from trainer.domain.errors import KnownError
from trainer.domain.response import Hole
from trainer.media.held import Held as Held
from trainer.media.held import Source as Source

PRE_ROLL_S = 2.0


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time (seconds) and how far it may be off (seconds, half-width, 95 %)."""

    at_s: float
    error_s: float


@dataclass(frozen=True, slots=True)
class Level:
    """What the microphone hears: RMS and peak of the last 50 ms (dBFS, -120 is digital silence).

    Not ``heard``: nothing arrives, or nothing but digital silence for some seconds, as was told.
    """

    rms_dbfs: float
    peak_dbfs: float
    clipped: bool
    heard: bool = True


@dataclass(frozen=True, slots=True)
class Take:
    """A recording as it was closed; ``holes``: where sound is missing, None if not known."""

    path: Path
    duration_s: float
    sample_rate: int
    channels: int
    holes: tuple[Hole, ...] | None

    @property
    def gaps(self) -> int | None:
        """How many holes there are; None if not known."""
        return None if self.holes is None else len(self.holes)


class Player(Protocol):
    """Plays one clip. Callbacks come on the thread that called ``play``."""

    on_ended: Callable[[Moment], None]
    on_failed: Callable[[KnownError], None]
    on_position: Callable[[float], None]

    @property
    def position_s(self) -> float:
        """Where in the clip it is (seconds), also where it was stopped."""

    def play(self, clip: Source) -> None:
        """Play ``clip`` from its start; what played before is stopped without ``on_ended``."""

    def stop(self) -> Moment:
        """Stop now; the moment at which the last sample was heard."""


class Recorder(Protocol):
    """Hears from ``open`` on, keeps from ``begin`` on. Callbacks come on the caller's thread.

    While open, the last ``PRE_ROLL_S`` seconds are held in memory; ``begin`` writes them first, so
    that nothing said before the call is lost. From ``begin`` on every sample goes to disk as it
    arrives. ``on_trouble`` tells of lost devices, silence and a full disk while it goes on, and
    ``on_over`` that such a trouble is over: sound has come again. When the device is lost it is
    opened again, or another in its place, and the take goes on; ``on_holes`` tells all holes of
    the running take whenever there is one more.
    """

    on_level: Callable[[Level], None]
    on_trouble: Callable[[KnownError], None]
    on_over: Callable[[KnownError], None]
    on_holes: Callable[[tuple[Hole, ...]], None]

    def prepare(self) -> None:
        """Begin to open without waiting for the device; ``open`` then returns at once."""

    @property
    def ready(self) -> bool:
        """Whether ``open`` would return at once."""

    def open(self) -> None:
        """Start listening; KnownError when there is no microphone."""

    def begin(self, path: Path) -> None:
        """Write from ``PRE_ROLL_S`` before now into a new WAV at ``path``; KnownError if not."""

    def position_of(self, moment: Moment) -> Moment:
        """Where in the running take (seconds from its first sample) ``moment`` lies."""

    def finish(self) -> Take:
        """Close the take so that any program can play it; listening goes on."""

    def close(self) -> None:
        """Stop listening and let go of the device. A running take is closed and kept."""


class Camera(Protocol):
    """Films into a file, without sound. No call waits for the device or the disk.

    Callbacks come on the caller's thread: ``on_begun`` tells when the running film's first
    picture was taken, ``on_trouble`` of a camera that is missing, fails or sends nothing. A film's
    times are those of the monotonic clock from that picture on: where it lies, all of it lies.
    """

    on_begun: Callable[[Moment], None]
    on_trouble: Callable[[KnownError], None]

    @property
    def runs(self) -> bool:
        """Whether it is open and pictures have come."""

    def open(self) -> None:
        """Begin to open the device, so that pictures come when they are wanted."""

    def begin(self, path: Path) -> None:
        """Film into a new Matroska file at ``path`` from the next picture on."""

    def finish(self, then: Callable[[], None]) -> None:
        """End the film; ``then`` is called once its file is closed. No film: nothing happens."""

    def close(self) -> None:
        """Let go of the device; a running film is closed and kept."""
