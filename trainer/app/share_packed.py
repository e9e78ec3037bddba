"""Responses made into what a rater gets: under codes drawn by chance, their files without marks."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from trainer.app.paths import Home
from trainer.domain.ids import local_now
from trainer.domain.response import Recording, Response, Video
from trainer.domain.share import SharedFilm, SharedItem
from trainer.exchange.bundle import Member
from trainer.store import consents, files, sealed, videos
from trainer.store.db import Log
from trainer.store.responses import response, responses_of_all

SOUNDS, FILMS = "sounds", "films"


@dataclass(frozen=True, slots=True)
class Packed:
    """The responses by their codes, and their files; ``filmless`` films could not be read."""

    items: tuple[SharedItem, ...]
    codes: dict[str, str]
    members: tuple[Member, ...]
    sources: dict[str, Path]
    filmless: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, its film, and the last day on which it may be kept, as the log has them."""

    response: Response
    video: Video | None
    keep_until: date | None


def answers_of(log: Log, response_ids: Collection[str]) -> dict[str, Answer]:
    """Read these by their ids, each once; on the log's thread. KnownError: one is not here."""
    found = responses_of_all(log, response_ids)
    films = videos.videos_of_all(log, [one.recording.id for one in found.values()])
    until = consents.last_days(log, response_ids)
    answers = {
        key: Answer(one, films.get(one.recording.id), until.get(key)) for key, one in found.items()
    }
    for missing in set(response_ids) - set(answers):
        response(log, missing)  # which says so
    return answers


def pack(home: Home, answers: Sequence[Answer], place: Path) -> Packed:
    """Make what one rater gets of these responses, working in the folder ``place``.

    In the order of their codes, which is by chance. All are to be kept until the earliest of their
    last days that is not over: each its own would tell when it was given. KnownError: a recording
    cannot be read.
    """
    today = local_now().date()
    days = [one.keep_until for one in answers if one.keep_until and one.keep_until >= today]
    codes = {str(uuid.uuid4()): one for one in answers}
    items, members, sources, filmless = [], [], {}, 0
    for code in sorted(codes):
        one, video = codes[code].response, codes[code].video
        pictures = place / f"{code}.mkv"
        filmed = video is not None and _film(home, video, pictures)
        filmless += video is not None and not filmed
        sound = _sound(home, one.recording, place / f"{code}.flac")
        item = replace(
            _item(code, sound[0][0], one, video if filmed else None),
            keep_until=min(days, default=None),
        )
        items.append(item)
        for name, (member, source) in (
            (f"{SOUNDS}/{item.sound_name}", sound),
            *([(f"{FILMS}/{item.film_name}", (_hashed(pictures), pictures))] if filmed else []),
        ):
            members.append(Member(name, *member))
            sources[name] = source
    named = {code: answer.response.id for code, answer in codes.items()}
    return Packed(tuple(items), named, tuple(members), sources, filmless)


def _item(code: str, sha256: str, one: Response, film: Video | None) -> SharedItem:
    starts = None
    if film is not None:
        # Not measured: it began when the client had ended.
        begins = film.starts_s if film.starts_s is not None else one.stimulus_end_s or 0.0
        starts = SharedFilm(begins, film.duration_s)
    return SharedItem(
        code, sha256, one.vignette, one.turn, one.recording.duration_s, one.stimulus_end_s,
        one.stopped_at_s, starts,
    )  # fmt: skip


def _sound(home: Home, recording: Recording, target: Path) -> tuple[tuple[str, int], Path]:
    """Its hash and size, and where it lies; always FLAC, so that its kind tells nothing.

    Never the file that the trainee sent: its marks could name them, and its hash tells it.
    """
    path = _plain(home, recording.file, target.with_suffix(".plain"))
    from trainer.media import flac

    make = flac.without_marks if Path(recording.file).suffix == target.suffix else flac.to_flac
    make(path, target)
    return _hashed(target), target


def _film(home: Home, video: Video, target: Path) -> bool:
    from trainer.media.film import without_marks

    path = _plain(home, video.file, target.with_suffix(".film"))
    return path.is_file() and without_marks(path, target)


def _plain(home: Home, name: str, target: Path) -> Path:
    """Where a file of the recordings lies; of a locked folder decrypted to ``target``."""
    path = sealed.stored(home.recordings / name)
    if not sealed.is_sealed(path):
        return path
    assert home.key is not None  # it is locked, so the log was opened with it
    sealed.copy(path, target, home.key)
    return target


def _hashed(path: Path) -> tuple[str, int]:
    return files.sha256_of(path)
