"""Films of responses: each lies beside its recording, under the same name, and has a row.

A film is adopted after its sound. Until then it lies among the open takes, with a note that says
where in the recording it begins; killed anywhere, the same call completes it: the note is on the
disk before the film is moved, the row comes next, and the note goes last.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path, PurePosixPath

from trainer.domain.errors import KnownError
from trainer.domain.response import Recording, Video
from trainer.store import files, takes
from trainer.store.db import Log, Row
from trainer.store.responses import find_response
from trainer.store.trouble import file_errors


@dataclass(frozen=True, slots=True)
class Start:
    """Where in its recording a film begins (seconds, half-width error); None when not known."""

    at_s: float | None = None
    error_s: float | None = None


def film_path(folder: Path, response_id: str) -> Path:
    """Where the film of a take in the making lies; it need not exist."""
    return _open(folder, response_id, takes.FILM)


def note_start(folder: Path, response_id: str, start: Start) -> None:
    """Write down where a film begins, whole; KnownError when the disk refuses.

    Nothing happens when its take has been discarded or adopted meanwhile.
    """
    if takes.sidecar_of(folder, response_id).exists():
        _write_note(folder, response_id, start)


def waiting(log: Log) -> tuple[str, ...]:
    """Responses of the log whose film was not adopted yet, oldest first."""
    place = takes.open_folder(log.folder)
    with file_errors(place):
        names = [p.name for p in place.iterdir()] if place.is_dir() else []
    ids = {n.split(".", 1)[0] for n in names if n.endswith((takes.FILM, takes.FILM_NOTE))}
    return tuple(one for one in sorted(ids) if find_response(log, one) is not None)


def to_adopt(log: Log, response_id: str) -> Path | None:
    """The film that waits for ``adopt``: open still, or moved by a call that was killed."""
    found = find_response(log, response_id)
    if found is None or video_of(log, found.recording.id) is not None:
        return None
    still_open = film_path(log.folder, response_id)
    places = [still_open]
    if _open(log.folder, response_id, takes.FILM_NOTE).exists():
        places.append(_beside(log, found.recording))
    return next((path for path in places if path.is_file()), None)


def adopt(log: Log, response_id: str, *, duration_s: float, width: int, height: int) -> Video:
    """Move the film of a response in the log beside its recording, and add its row.

    Idempotent: killed anywhere and called again, the same rows and files result. KnownError: no
    such response or film, disk full.
    """
    found = find_response(log, response_id)
    film = to_adopt(log, response_id)
    if found is None or film is None:
        raise KnownError(
            f"There is no film to keep of the response {response_id}", "Nothing was changed."
        )
    start, target = _read_note(log.folder, response_id), _beside(log, found.recording)
    with file_errors(film):
        if film != target:
            _write_note(log.folder, response_id, start)
            files.move(film, target)
        sha256, size = files.sha256_of(target)
    name = str(PurePosixPath(found.recording.file).with_suffix(takes.FILM))
    video = Video(
        found.recording.id, name, sha256, size, duration_s, width, height, start.at_s, start.error_s
    )
    with log.atomic(durable=True):
        log.insert("videos", asdict(video))
    clear(log, response_id)
    return video


def clear(log: Log, response_id: str) -> None:
    """Remove what an adopted film left among the open takes; other bytes are never removed."""
    found, film = find_response(log, response_id), film_path(log.folder, response_id)
    video = video_of(log, found.recording.id) if found else None
    with file_errors(film):
        if video and film.exists() and files.sha256_of(film)[0] == video.sha256:
            film.unlink()
        film.with_name(f"{response_id}{takes.FILM_NOTE}").unlink(missing_ok=True)


def discard(folder: Path, response_id: str) -> None:
    """Delete a film that is not in the log, with its note."""
    with file_errors(takes.open_folder(folder)):
        takes.discard_film(folder, response_id)


def set_aside(log: Log, response_id: str) -> Path | None:
    """Put a film that nothing can read beside its recording without a row; where it lies then.

    None when there is none. It is then an orphan, which doctor shows.
    """
    found, film = find_response(log, response_id), to_adopt(log, response_id)
    if found is None or film is None:
        return None
    target = _beside(log, found.recording)
    with file_errors(film):
        if film != target:
            files.move(film, target)
    clear(log, response_id)
    return target


def video_of(log: Log, recording_id: str) -> Video | None:
    """The film of a recording, if it has one."""
    row = log.row("SELECT * FROM videos WHERE recording_id = ?", (recording_id,))
    return None if row is None else video_from(row)


def videos_of_all(log: Log, recording_ids: Iterable[str]) -> dict[str, Video]:
    """The films of these recordings, by the recordings' ids."""
    found = log.rows(
        "SELECT v.* FROM json_each(?) w CROSS JOIN videos v ON v.recording_id = w.value",
        (json.dumps(list(recording_ids)),),
    )
    return {row["recording_id"]: video_from(row) for row in found}


def every_video(log: Log) -> tuple[Video, ...]:
    """All films of a log, in the order of their recordings' ids."""
    return tuple(map(video_from, log.rows("SELECT * FROM videos ORDER BY recording_id")))


def video_from(row: Row) -> Video:
    """A film out of its row."""
    return Video(**row)


def _beside(log: Log, recording: Recording) -> Path:
    return log.folder / takes.RECORDINGS / PurePosixPath(recording.file).with_suffix(takes.FILM)


def _open(folder: Path, response_id: str, suffix: str) -> Path:
    return takes.sidecar_of(folder, response_id).with_name(f"{response_id}{suffix}")


def _write_note(folder: Path, response_id: str, start: Start) -> None:
    note = _open(folder, response_id, takes.FILM_NOTE)
    with file_errors(note):
        files.write_whole(note, json.dumps(asdict(start)).encode())


def _read_note(folder: Path, response_id: str) -> Start:
    """What the note says; nothing known when it is gone or was not written by Attune."""
    try:
        start = Start(**json.loads(_open(folder, response_id, takes.FILM_NOTE).read_bytes()))
        if start.at_s is None or start.error_s is None:
            return Start()
        known = isfinite(start.at_s) and isfinite(start.error_s)
        return Start(float(start.at_s), float(start.error_s)) if known else Start()
    except (OSError, ValueError, TypeError):
        return Start()
