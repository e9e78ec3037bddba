"""Sound files of the log: adopted from open takes, turned into their FLAC twin, checked.

Every step is ordered so that a kill at any moment leaves a state that repeating the same call
completes: bytes first, then the row, and what is no longer needed last.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from trainer.domain.consent import Statement
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.response import ENDED_BY, Hole, Recording, Response, TakePlan, Video
from trainer.store import consents, files, sealed, shares, takes
from trainer.store.db import Log
from trainer.store.responses import find_response, recording_from, response
from trainer.store.takes import OpenTake as OpenTake
from trainer.store.takes import begin_take as begin_take
from trainer.store.takes import discard_take as discard_take
from trainer.store.takes import open_takes as open_takes
from trainer.store.times import offset_of, to_text
from trainer.store.trouble import file_errors
from trainer.store.videos import every_video

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What does not agree between rows and files. ``orphans`` are files that no row names."""

    missing: tuple[Recording | Video, ...]
    altered: tuple[Recording | Video, ...]
    orphans: tuple[Path, ...]


def adopt(
    log: Log,
    plan: TakePlan,
    wav: Path,
    *,
    duration_s: float,
    sample_rate: int,
    ended_by: str,
    stimulus_end_s: float | None,
    stimulus_end_error_s: float | None,
    stopped_at_s: float | None = None,
    holes: tuple[Hole, ...] | None = None,
) -> Response:
    """Take a closed sound file into the log: moved to its month, with its recording and response.

    Idempotent: killed anywhere and called again, the same rows and files result. A session or
    person that a power cut took from the log is added again, as far as the plan knows it.
    KnownError: no such file, disk full, or a different recording of this response is there.
    """
    if ended_by not in ENDED_BY:
        raise ValueError(f"no such way to end: {ended_by}")
    facts = takes.Adoption(
        wav.suffix,
        duration_s,
        sample_rate,
        ended_by,
        stimulus_end_s,
        stimulus_end_error_s,
        local_now(),
        stopped_at_s,
        None if holes is None else len(holes),
        holes,
    )
    return _adopt(log, plan, wav, facts)


def finish_adoptions(log: Log) -> tuple[Response, ...]:
    """Complete adoptions that a kill interrupted, and clear half-written sidecars away.

    For the window, at its start and under its lock; then ``open_takes`` are those to ask about.
    """
    place = takes.open_folder(log.folder)
    done = []
    for half_written in place.glob("*.part"):
        _try_unlink(half_written)
    for sidecar in sorted(place.glob(f"*{takes.SIDECAR}")):
        plan, facts = takes.read_sidecar(sidecar)
        if plan is None or facts is None:
            continue
        wav = place / f"{plan.response_id}{facts.suffix}"
        target = log.folder / takes.RECORDINGS / takes.target_of(plan, facts.suffix)
        if wav.exists() or target.exists() or find_response(log, plan.response_id):
            # One that cannot be finished stays an open take; the others must not wait for it.
            with suppress(KnownError):
                done.append(_adopt(log, plan, wav, facts))
    return tuple(done)


def _adopt(log: Log, plan: TakePlan, wav: Path, facts: takes.Adoption) -> Response:
    found = find_response(log, plan.response_id)
    if found is None:
        name = takes.target_of(plan, facts.suffix)
        sha256, size = _place(log, plan, wav, facts, name)
        recording = Recording(
            new_id(facts.made_at),
            name,
            sha256,
            size,
            facts.duration_s,
            facts.sample_rate,
            facts.made_at,
            facts.gaps,
            facts.holes,
        )
        with log.atomic(durable=True):
            _insert(log, plan, facts, recording)
            _insert_consent(log, plan, facts)
        found = response(log, plan.response_id)
    _clear(log, wav, found)
    return found


def _place(
    log: Log, plan: TakePlan, wav: Path, facts: takes.Adoption, name: str
) -> tuple[str, int]:
    target = log.folder / takes.RECORDINGS / name
    with file_errors(wav):
        if wav.exists() and wav.absolute() != target:
            if wav.absolute().parent == takes.open_folder(log.folder):
                takes.write_sidecar(log.folder, plan, facts)
            files.move(wav, target)
        elif not target.exists():
            raise KnownError(f"The recording is gone: {wav}", "Record this response again.")
        return files.sha256_of(target)


def _insert(log: Log, plan: TakePlan, facts: takes.Adoption, recording: Recording) -> None:
    begun = {"started_at": to_text(plan.started_at), "started_offset": offset_of(plan.started_at)}
    person = {"id": plan.person_id, "name": ""}
    created = {"created_at": begun["started_at"], "created_offset": begun["started_offset"]}
    log.insert_new("people", {**person, **created})
    session = {"id": plan.session_id, "person_id": plan.person_id, "pack": plan.vignette.pack}
    log.insert_new("sessions", {**session, "set_id": "", "objective": "", **begun})
    _insert_recording(log, recording)
    log.insert(
        "responses",
        {
            "id": plan.response_id,
            "person_id": plan.person_id,
            "session_id": plan.session_id,
            "pack": plan.vignette.pack,
            "pack_version": plan.vignette.pack_version,
            "vignette": plan.vignette.vignette,
            "vignette_version": plan.vignette.vignette_version,
            "turn": plan.turn,
            "attempt": plan.attempt,
            "position": plan.position,
            **begun,
            "ended_by": facts.ended_by,
            "recording_id": recording.id,
            "stimulus_end_s": facts.stimulus_end_s,
            "stimulus_end_error_s": facts.stimulus_end_error_s,
            "change_tried": plan.change_tried,
            "stopped_at_s": facts.stopped_at_s,
        },
    )


def _insert_consent(log: Log, plan: TakePlan, facts: takes.Adoption) -> None:
    if plan.consent is not None:
        until = plan.consent.until(plan.started_at)
        said = Statement(new_id(), plan.response_id, plan.consent.use, until, facts.made_at)
        consents.add_statement(log, said)


def _insert_recording(log: Log, recording: Recording) -> None:
    holes = recording.holes
    log.insert(
        "recordings",
        {
            "id": recording.id,
            "file": recording.file,
            "sha256": recording.sha256,
            "size_bytes": recording.size_bytes,
            "duration_s": recording.duration_s,
            "sample_rate": recording.sample_rate,
            "made_at": to_text(recording.made_at),
            "made_offset": offset_of(recording.made_at),
            "gaps": recording.gaps,
            "holes": None if holes is None else json.dumps([asdict(hole) for hole in holes]),
        },
    )


def _clear(log: Log, wav: Path, kept: Response) -> None:
    """Remove what an adopted take leaves behind; a file with other bytes is never removed."""
    with file_errors(wav):
        if wav.exists() and wav.absolute() != path_of(log, kept.recording):
            if files.sha256_of(wav)[0] != kept.recording.sha256:
                raise KnownError(
                    f"Another recording of this response is in the log; kept as it is: {wav}",
                    "Listen to it, then discard it or move it elsewhere.",
                )
            wav.unlink()
        takes.sidecar_of(log.folder, kept.id).unlink(missing_ok=True)


def recording(log: Log, recording_id: str) -> Recording:
    """The recording with this id; KnownError when there is none."""
    row = log.row("SELECT * FROM recordings WHERE id = ?", (recording_id,))
    if row is None:
        raise KnownError(f"There is no recording {recording_id} in this log", "Check the id.")
    return recording_from(row, recording_id)


def has_recording(log: Log, recording_id: str) -> bool:
    """Whether there is a recording with this id."""
    return log.row("SELECT 1 FROM recordings WHERE id = ?", (recording_id,)) is not None


def still_wav(log: Log, *, limit: int = 200) -> tuple[Recording, ...]:
    """Recordings that have not been turned into FLAC yet, oldest first."""
    found = log.rows(
        "SELECT * FROM recordings WHERE file LIKE '%.wav' ORDER BY made_at, id LIMIT ?", (limit,)
    )
    return tuple(recording_from(row, row["id"]) for row in found)


def replace_file(log: Log, recording_id: str, new_file: Path, *, sample_rate: int) -> Recording:
    """Put a twin in another format (WAV -> FLAC) in a recording's place; the old file goes last.

    Idempotent, also when ``new_file`` was moved by a call that was killed. KnownError: no such
    recording or file, disk full.
    """
    old = recording(log, recording_id)
    name = str(PurePosixPath(old.file).with_suffix(sealed.plain_name(new_file).suffix))
    plain = log.folder / takes.RECORDINGS / name
    target = sealed.sealed_name(plain) if sealed.is_sealed(new_file) else plain
    with file_errors(new_file):
        if new_file.exists() and new_file.absolute() != target:
            if name == old.file and sealed.sha256_of(new_file, log.key)[0] != old.sha256:
                raise ValueError("a twin has another format: the same one would not be idempotent")
            files.move(new_file, target)
        sha256, size = sealed.sha256_of(target, log.key)
        if size == sealed.DAMAGED:
            raise KnownError(f"This file cannot be decrypted: {target}", "Nothing was changed.")
    with log.atomic(durable=True):
        log.db.conn.execute(
            "UPDATE recordings SET file = ?, sha256 = ?, size_bytes = ?, sample_rate = ?"
            " WHERE id = ?",
            (name, sha256, size, sample_rate, recording_id),
        )
    for left in (*target.parent.glob(f"{plain.stem}.*"), new_file.absolute()):
        # The film too, also while it is half encrypted (``ID.mkv.age.part``).
        is_film = f"{left.name}.".startswith(f"{plain.stem}{takes.FILM}.")
        if left != target and not is_film:
            _try_unlink(left)
    return recording(log, recording_id)


def _try_unlink(path: Path) -> None:
    # On Windows a file that is still playing stays: it is then an orphan, which doctor shows.
    with suppress(PermissionError):
        path.unlink(missing_ok=True)


def path_of(log: Log, recording: Recording | Video) -> Path:
    """Where a recording or a film lies, or would: encrypted if only so, see ``sealed.stored``.

    ValueError when its name would lead out of their folder.
    """
    name = PurePosixPath(recording.file)
    if name.is_absolute() or ".." in name.parts or "\\" in recording.file:
        raise ValueError(f"not inside the recordings folder: {recording.file!r}")
    return sealed.stored(log.folder / takes.RECORDINGS / name)


def missing_or_altered(
    log: Log, *, hashes: bool = False, progress: Progress | None = None
) -> FileCheck:
    """Compare rows and files: missing, another size (or hash, when asked, which reads every byte).

    ``progress`` is called with (done, all) before each file and may raise to cancel.
    """
    rows = log.rows("SELECT * FROM recordings ORDER BY made_at, id")
    found: list[Recording | Video] = [recording_from(row, row["id"]) for row in rows]
    found += every_video(log)
    missing, altered, named = [], [], set()
    for done, one in enumerate(found):
        if progress:
            progress(done, len(found))
        path = path_of(log, one)
        named |= {path, sealed.sealed_name(path)}
        with file_errors(path):
            if not path.is_file():
                missing.append(one)
            elif sealed.size_of(path) != one.size_bytes or (
                hashes and sealed.sha256_of(path, log.key)[0] != one.sha256
            ):
                altered.append(one)
    came = shares.codes_that_came(log)
    orphans = (
        path
        for path in _orphans(log.folder, named)
        if path.parent != takes.shared_folder(log.folder) or path.name.split(".")[0] not in came
    )
    return FileCheck(tuple(missing), tuple(altered), tuple(orphans))


def _orphans(folder: Path, named: set[Path]) -> tuple[Path, ...]:
    root, still_open = folder / takes.RECORDINGS, takes.open_folder(folder)
    return tuple(
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path not in named
        and not {still_open, takes.lost_folder(folder)} & set(path.parents)
    )
