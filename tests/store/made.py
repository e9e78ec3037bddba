"""Rows and files that the tests of the store are made of. No test is in here."""

import wave
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.ids import new_id
from trainer.domain.rating import Rating
from trainer.domain.response import Hole, Note, Person, Response, Session, TakePlan, Video
from trainer.domain.rounds import Comment, Heard, Place, Round
from trainer.domain.rubric import RubricRef
from trainer.domain.speech import Pause, SpeechMeasures
from trainer.domain.vignette import VignetteRef
from trainer.store import people, recordings, responses, sessions, videos
from trainer.store.db import Log

RATE = 48_000
EVENING = datetime(2026, 3, 31, 23, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
HOLES = (Hole("gap", 3.5, 0.25), Hole("lost", 6.0, 2.5, 2.5))
TO_BE_RATED = Consent("rating", UNTIL_DELETED)
RUBRIC = RubricRef("core", "alliance", 2)


def person(name: str = "A. B.", at: datetime = EVENING) -> Person:
    return Person(new_id(at), name, at)


def session(person_id: str, at: datetime = EVENING, objective: str = "stay curious") -> Session:
    return Session(new_id(at), person_id, "core", "first-evening", objective, at)


def plan(
    owner: Session,
    *,
    at: datetime | None = None,
    vignette: str = "late-again",
    pack: str = "core",
    turn: str = "t1",
    attempt: int = 1,
    position: int = 1,
    consent: Consent | None = None,
) -> TakePlan:
    at = at or owner.started_at
    return TakePlan(
        new_id(at),
        owner.person_id,
        owner.id,
        VignetteRef(pack, 3, vignette, 2),
        turn,
        attempt,
        position,
        at,
        "say less" if attempt > 1 else "",
        consent,
    )


def write_wav(path: Path, *, frames: int = 480, seed: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes((seed * k) % 251 for k in range(frames * 2)))
    return path


def take_in(log: Log, of: TakePlan, wav: Path, *, duration_s: float = 12.5) -> Response:
    return recordings.adopt(
        log,
        of,
        wav,
        duration_s=duration_s,
        sample_rate=RATE,
        ended_by="person",
        stimulus_end_s=2.0,
        stimulus_end_error_s=0.02,
        stopped_at_s=8.25,
        holes=HOLES,
    )


def recorded(log: Log, of: TakePlan, *, duration_s: float = 12.5) -> Response:
    wav = write_wav(recordings.begin_take(log.folder, of))
    return take_in(log, of, wav, duration_s=duration_s)


def film(folder: Path, response_id: str) -> Path:
    """A film in the making, whose bytes are none, and where in its take it begins."""
    path = videos.film_path(folder, response_id)
    path.write_bytes(b"no real film of " + response_id.encode())
    videos.note_start(folder, response_id, videos.Start(2.125, 0.05))
    return path


def filmed(log: Log, response: Response) -> Video:
    """Keep the film of a response that is in the log."""
    return videos.adopt(log, response.id, duration_s=9.5, width=1280, height=720)


def begun(log: Log, at: datetime = EVENING) -> Session:
    who = person(at=at)
    people.add_person(log, who)
    sitting = session(who.id, at)
    sessions.add_session(log, sitting)
    return sitting


def later(minutes: float, at: datetime = EVENING) -> datetime:
    return at + timedelta(minutes=minutes)


def rating(
    response_id: str,
    rater_id: str = "me",
    *,
    role: str = "self",
    scores: dict[str, float | None] | None = None,
    at: datetime = EVENING,
    supersedes: str | None = None,
    rubric: RubricRef = RUBRIC,
) -> Rating:
    given = {"warmth": 3.0, "repair": 4.5, "metacommunication": None} if scores is None else scores
    return Rating(new_id(at), response_id, rater_id, role, rubric, given, True, at, supersedes)


def heard(response_id: str | None = None, person_id: str | None = None) -> Heard:
    """A response that lies in another folder."""
    return Heard(
        response_id or new_id(EVENING), "ab" * 32, "/elsewhere/Ü.flac",
        VignetteRef("core", 3, "late-again", 2), "t1", person_id, 12.5, 2.0, EVENING,
    )  # fmt: skip


def round_of(*response_ids: str, rater_id: str = "me", reference: str = "") -> Round:
    places = tuple(Place(one, one == reference) for one in response_ids)
    return Round(new_id(EVENING), rater_id, "live", "Spring, group A", RUBRIC, places, EVENING)


def comment(
    response_id: str, text: str = "stays with it", *, at_s: float = 4.5, marker: str = "owns-part",
    rater_id: str = "me", supersedes: str | None = None, at: datetime = EVENING,
) -> Comment:  # fmt: skip
    return Comment(new_id(at), response_id, rater_id, at_s, text, marker, at, supersedes)


def note(response_id: str, change: str, at: datetime = EVENING) -> Note:
    return Note(new_id(at), response_id, change, True, (0, 2), at)


def measures(onset_s: float | None = 2.6, pitch: float | None = 180.0) -> SpeechMeasures:
    return SpeechMeasures(
        12.5,
        onset_s,
        None if onset_s is None else 0.03,
        7.25,
        (Pause(4.0, 4.75), Pause(8.0, 9.5)),
        1.5,
        -21.5,
        -3.0,
        2,
        pitch,
        2.5,
        4.25,
        None,
        ("The room is noisy.",),
    )


NOON_UTC = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def responses_recording(log: Log, of: TakePlan) -> str:
    return responses.response(log, of.response_id).recording.id


def everything(folder: Path) -> dict[str, bytes]:
    root = folder / "recordings"
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}
