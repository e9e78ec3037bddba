"""A log as practice leaves it, made by the store's own functions: sounds, ratings, notes."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import soundfile

from tests.app.fakes import keep_film
from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import InlineRunner
from trainer.domain.consent import Consent
from trainer.domain.ids import new_id
from trainer.domain.rating import Rating
from trainer.domain.response import Hole, Note, Person, Response, Session, TakePlan, Video
from trainer.domain.rubric import Rubric
from trainer.domain.speech import Pause, SpeechMeasures
from trainer.domain.vignette import Vignette
from trainer.store import (
    measures,
    notes,
    people,
    ratings,
    recordings,
    responses,
    sealed,
    sessions,
    videos,
)
from trainer.store.db import Log, open_log
from trainer.store.key import Key

RATE = 8_000
BEGAN = datetime(2026, 9, 1, 19, 30, tzinfo=UTC)


def speech(seconds: float, silent_s: float = 0.0, seed: int = 1) -> np.ndarray:
    """Something with syllables and pauses, after ``silent_s`` of room noise."""
    noise = np.random.default_rng(seed)
    at = np.arange(round(seconds * RATE)) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 3.7 * at + seed), 0, 1) ** 0.7
    phrases = (np.sin(2 * np.pi * 0.19 * at + seed) > -0.6) * (0.55 + 0.45 * np.sin(1.1 * at) ** 2)
    sound = noise.normal(0, 0.16, len(at)) * syllables * phrases
    sound += noise.normal(0, 0.002, len(at))
    sound[: round(silent_s * RATE)] /= 100
    return np.clip(sound, -1, 1)


def measured(seconds: float = 30.0, waited_s: float = 1.6, seed: int = 0) -> SpeechMeasures:
    """Measures of a response in which the client ends at 2 s."""
    onset = 2.0 + waited_s
    pauses = tuple(
        Pause(onset + 0.3 * seconds * k, onset + 0.3 * seconds * k + 1.2) for k in (1, 2)
    )
    return SpeechMeasures(
        duration_s=seconds, onset_s=onset, onset_error_s=0.08, speech_s=seconds - onset - 3,
        pauses=pauses, longest_pause_s=1.2 + seed % 3 * 0.2, loudness_lufs=-23.4 + seed % 5,
        peak_dbfs=-6.1, clipped=0, f0_median_hz=128.0 + 3 * (seed % 4),
        f0_sd_semitones=2.4 + 0.1 * (seed % 6), syllables_per_s=3.7 + 0.1 * (seed % 5),
        snr_db=31.0, problems=(),
    )  # fmt: skip


@dataclass
class Practised:
    """One person's log, and verbs that add to it."""

    log: Log
    home: Home
    library: Library
    person: Person
    at: datetime = BEGAN
    attempts: dict[str, int] = field(default_factory=dict)
    agreed: Consent | None = None  # said of each recording

    def desk(self) -> Desk:
        """A desk that does every job at once."""
        settings = Settings(self.home.settings_file)
        settings.set("person", self.person.id)
        bus = Bus()
        return Desk(self.home, settings, bus, InlineRunner(self.log, bus), self.library)

    def respond(
        self,
        vignette: Vignette,
        *,
        seconds: float = 30.0,
        set_id: str = "",
        ended_by: str = "person",
        sound: np.ndarray | None = None,
        stimulus_end_s: float | None = 2.0,
        change_tried: str = "",
        stopped_at_s: float | None = None,
        holes: tuple[Hole, ...] = (),
    ) -> Response:
        """Add one response with its recording, a day and a bit after the last."""
        self.at += timedelta(hours=26, minutes=7)
        session = Session(new_id(), self.person.id, vignette.ref.pack, set_id, "", self.at)
        sessions.add_session(self.log, session)
        attempt = self.attempts.get(vignette.id, 0) + 1
        self.attempts[vignette.id] = attempt
        plan = TakePlan(
            new_id(self.at), self.person.id, session.id, vignette.ref, vignette.turns[0].id,
            attempt, 1, self.at, change_tried, self.agreed,
        )  # fmt: skip
        wav = recordings.begin_take(self.home.folder, plan)
        soundfile.write(wav, speech(seconds, 3.5, attempt) if sound is None else sound, RATE)
        return recordings.adopt(
            self.log, plan, wav, duration_s=seconds, sample_rate=RATE, ended_by=ended_by,
            stimulus_end_s=stimulus_end_s,
            stimulus_end_error_s=None if stimulus_end_s is None else 0.03,
            stopped_at_s=stopped_at_s, holes=holes,
        )  # fmt: skip

    def film(self, response: Response, film: Path, starts_s: float | None = 2.1) -> Video:
        """Keep a film of a response; it begins when the client has just ended."""
        open_film = videos.film_path(self.home.folder, response.id)
        film.rename(open_film)
        note = open_film.with_name(f"{response.id}.film.json")
        note.write_text(json.dumps({"at_s": starts_s, "error_s": 0.05}))
        video = keep_film(self.log, response.id)
        assert video is not None
        return video

    def seal(self) -> None:
        """Encrypt every recording and film."""
        assert self.home.key is not None
        for path in sorted(self.home.recordings.rglob("*.*")):
            if path.is_file():
                sealed.seal(path, self.home.key)

    def rate(self, response: Response, rubric: Rubric, *scores: float | None) -> Rating:
        """Lock a self-rating."""
        given = {item.id: s for item, s in zip(rubric.items, scores, strict=True)}
        rating = Rating(
            new_id(), response.id, self.person.id, "self", rubric.ref, given, True,
            response.started_at + timedelta(minutes=3),
        )  # fmt: skip
        ratings.add_rating(self.log, rating)
        return rating

    def measure(self, response: Response, found: SpeechMeasures) -> None:
        """Keep what was measured."""
        measures.save_measures(self.log, response.id, found)

    def note(self, response: Response, change: str, hooked: bool | None, *met: int) -> None:
        """Keep what the person made of the feedback."""
        made = response.started_at
        notes.add_note(self.log, Note(new_id(), response.id, change, hooked, met, made))


def begin(folder: Path, library: Library, name: str = "M. K.", key: Key | None = None) -> Practised:
    """A new log with one person, with ``key`` in a locked folder; close ``log`` afterwards."""
    log = open_log(folder, key)
    person = Person(new_id(), name, BEGAN)
    people.add_person(log, person)
    return Practised(log, Home(folder, key), library, person)


def catch_up(log: Log) -> None:
    """Leave every recording measured and small, as a window does when it has time.

    A window that is opened on them otherwise does it first, in a process of its own.
    """
    from trainer.media.flac import to_flac

    for response_id in measures.unmeasured(log):
        length_s = responses.response(log, response_id).recording.duration_s
        measures.save_measures(log, response_id, measured(length_s))
    for one in recordings.still_wav(log, limit=10_000):
        wav = recordings.path_of(log, one)
        twin = wav.with_suffix(".flac")
        recordings.replace_file(log, one.id, twin, sample_rate=to_flac(wav, twin))
