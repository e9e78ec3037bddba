"""Notices what is wrong with what a microphone sends, and that it is over; says each once."""

from trainer.domain.errors import KnownError

FIRST_SOUND_S = 3.0  # a wireless headset takes its time to wake
NO_SOUND_S = 0.8  # so that, looked at every 50 ms, it is told within a second
SILENT_S = 4.0
SILENT_DBFS = -80.0
TOO_LOUD = 3  # arrivals that clip: one may be a knock on the table
NOT_LOUD_S = 5.0  # without clipping, and it is over


class Watch:
    """Nothing arrives, what arrives is silence, what arrives is too loud. Seconds are monotonic."""

    def __init__(self, opened_s: float) -> None:
        self.arrived_s = self._loud_s = self._now_s = opened_s
        self._patience_s = FIRST_SOUND_S
        self._missing: list[KnownError] = []  # told, and not over yet
        self._silent: list[KnownError] = []
        self._muted: list[KnownError] = []
        self._distorted: list[KnownError] = []
        self._clips, self._clipped_s = 0, opened_s
        self._takes = False  # whether it matters that it is too loud
        self.late: list[KnownError] = []  # troubles that came while a take was closed
        self.passed: list[KnownError] = []

    @property
    def missing(self) -> bool:
        """Whether nothing arrives, as was told."""
        return bool(self._missing)

    @property
    def hears(self) -> bool:
        """Whether sound arrives, as far as nothing else was told."""
        return not (self._missing or self._silent or self._muted)

    @property
    def now_s(self) -> float:
        """The latest moment that is known."""
        return max(self._now_s, self.arrived_s)

    def begin(self) -> None:
        """A take begins: whatever is too loud in it is told once."""
        self._clips, self._takes = 0, True
        self._distorted.clear()

    def woke(self, now_s: float) -> None:
        """The computer was asleep: what did not arrive meanwhile is nobody's fault."""
        self.arrived_s = self._loud_s = now_s
        self._patience_s = FIRST_SOUND_S

    def stopped(self, why: KnownError) -> None:
        """The device is known to send nothing more: tell it without waiting."""
        if not self._missing:
            self._missing.append(why)
            self.late.append(why)

    def muted(self, is_so: bool) -> None:
        """The system says that the microphone is muted, or is not any more."""
        if is_so and not self._muted:
            self._muted.append(_is_muted())
            self.late += self._muted
        elif not is_so:
            self.passed += self._muted
            self._muted.clear()

    def heard(self, rms_dbfs: float, clipped: bool, at_s: float) -> None:
        """Sound has arrived."""
        self.arrived_s = at_s
        self._patience_s = NO_SOUND_S
        self.passed += self._missing
        self._missing.clear()
        if clipped and self._takes:
            self._clips, self._clipped_s = self._clips + 1, at_s
        if rms_dbfs >= SILENT_DBFS:
            self._loud_s = at_s
            self.passed += self._silent
            self._silent.clear()

    def look(self, now_s: float) -> list[KnownError]:
        """What has gone wrong since the last look."""
        self._now_s = now_s
        found, self.late = self.late, []
        missing = bool(self._missing) or now_s - self.arrived_s >= self._patience_s
        if missing or self._muted:
            # What does not arrive, or is muted, is not silent too: one trouble at a time.
            self._loud_s = max(self._loud_s, now_s)
        if missing and not self._missing:
            self._missing.append(no_sound())
            found += self._missing
        if now_s - self._loud_s >= SILENT_S and not self._silent:
            self._silent.append(_silent())
            found += self._silent
        return found + self._look_for_clipping(now_s)

    def _look_for_clipping(self, now_s: float) -> list[KnownError]:
        if self._distorted and now_s - self._clipped_s >= NOT_LOUD_S:
            self.passed += self._distorted
            self._distorted.clear()
        if not self._takes or self._clips < TOO_LOUD:
            return []
        self._takes = False
        self._distorted.append(_too_loud())
        return list(self._distorted)


def no_sound() -> KnownError:
    """The trouble of a microphone that stopped sending."""
    return KnownError(
        "No sound arrives from the microphone",
        "Check that it is connected: then it goes on by itself. What was said is kept.",
    )


def _silent() -> KnownError:
    return KnownError(
        f"The microphone has been silent for {SILENT_S:.0f} seconds",
        "If you are speaking, check that it is not muted and is the one you mean.",
    )


def _is_muted() -> KnownError:
    return KnownError(
        "The microphone is muted: nothing of what you say is heard",
        "Switch it on again: then it goes on by itself. What was said before is kept.",
    )


def _too_loud() -> KnownError:
    return KnownError(
        "This is too loud for the microphone: your voice is distorted",
        "Move back a little and go on speaking; the recording goes on.",
    )
