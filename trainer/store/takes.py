"""Recordings in the making: a sound file and, beside it, whose it is. No database is needed.

The sidecar is on the disk before the first sample, so whoever finds the sound after a crash knows
what it answers. Once the take is being adopted, the sidecar also holds the facts of the adoption,
so that an interrupted one is finished as it was meant.
"""

import dataclasses
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from trainer.domain.consent import Consent
from trainer.domain.errors import KnownError
from trainer.domain.response import HOLES, Hole, TakePlan
from trainer.domain.vignette import VignetteRef
from trainer.store import files
from trainer.store.trouble import file_errors

RECORDINGS = "recordings"
SIDECAR = ".take.json"
FILM = ".mkv"
FILM_NOTE = ".film.json"
_FORMAT = 1
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known once the answer begins (seconds); see ``Response``."""

    stimulus_end_s: float
    stimulus_end_error_s: float
    stopped_at_s: float | None


@dataclass(frozen=True, slots=True)
class OpenTake:
    """A take that is not in the log yet. ``plan`` None: its sidecar is gone or unreadable.

    ``begun`` None: it was interrupted before that was on the disk. ``holes`` are those that were
    known by then.
    """

    response_id: str
    plan: TakePlan | None
    path: Path
    size_bytes: int
    begun: Begun | None = None
    holes: tuple[Hole, ...] = ()


@dataclass(frozen=True, slots=True)
class Adoption:
    """What is known of a take once it has ended (seconds, Hz); see ``Response``, ``Recording``."""

    suffix: str
    duration_s: float
    sample_rate: int
    ended_by: str
    stimulus_end_s: float | None
    stimulus_end_error_s: float | None
    made_at: datetime
    stopped_at_s: float | None = None
    gaps: int | None = None
    holes: tuple[Hole, ...] | None = None


def open_folder(folder: Path) -> Path:
    """Where the takes in the making lie in the data folder."""
    return folder / RECORDINGS / "open"


def shared_folder(folder: Path) -> Path:
    """Where the sounds and films lie that came with shares, named after their codes."""
    return folder / RECORDINGS / "shared"


def lost_folder(folder: Path) -> Path:
    """Where a repair puts sounds whose response is not known; nothing else touches them."""
    return folder / RECORDINGS / "lost"


def begin_take(folder: Path, plan: TakePlan) -> Path:
    """Write the sidecar of a take and return the path for its sound (WAV), which is not made yet.

    FileExistsError when this response has sound already; KnownError when the disk refuses.
    """
    place = open_folder(folder)
    wav = place / f"{_checked(plan.response_id)}.wav"
    if wav.exists():
        raise FileExistsError(wav)
    with file_errors(place):
        place.mkdir(parents=True, exist_ok=True)
        write_sidecar(folder, plan, None)
    return wav


def open_takes(folder: Path) -> tuple[OpenTake, ...]:
    """Every take that is not in the log yet, oldest first; ask ``finish_adoptions`` before.

    Files whose names do not begin with an id are somebody else's, and left out.
    ``size_bytes`` is 0 and ``path`` missing when no sample was written.
    """
    place = open_folder(folder)
    with file_errors(place):
        if not place.is_dir():
            return ()
        names = sorted(
            p.name for p in place.iterdir() if not p.name.endswith((".part", FILM, FILM_NOTE))
        )
        ids = sorted({one for name in names if _ID.fullmatch(one := _id_in(name))})
        return tuple(_open_take(folder, response_id, names) for response_id in ids)


def discard_take(folder: Path, response_id: str) -> None:
    """Delete a take's sound, film and sidecar for good; nothing happens when they are gone already.

    KnownError when its sound is on its way into the log.
    """
    place = open_folder(folder)
    sidecar = place / f"{_checked(response_id)}{SIDECAR}"
    with file_errors(place):
        sounds = _sounds(place, response_id)
        if not sounds and read_sidecar(sidecar)[1] is not None:
            raise KnownError(
                "This take is in the log already", "Open Attune again to see it, then delete it."
            )
        for sound in sounds:
            sound.unlink()
        discard_film(folder, response_id)
        # The sidecar last: killed in between, what is left is still offered.
        sidecar.unlink(missing_ok=True)


def discard_film(folder: Path, response_id: str) -> None:
    """Delete a film in the making and its note; OSError when it cannot be."""
    place = open_folder(folder)
    for suffix in (FILM, FILM_NOTE):
        # On Windows one that is still being closed stays: its camera deletes it a moment later.
        with suppress(PermissionError):
            (place / f"{_checked(response_id)}{suffix}").unlink(missing_ok=True)


def target_of(plan: TakePlan, suffix: str) -> str:
    """Where a recording ends up, relative to the recordings folder (POSIX), by its UTC month."""
    return f"{plan.started_at.astimezone(UTC):%Y/%m}/{_checked(plan.response_id)}{suffix}"


def note_begun(
    folder: Path, plan: TakePlan, begun: Begun | None, holes: tuple[Hole, ...] = ()
) -> None:
    """Add to the sidecar where the client ended and sound is missing, should it be interrupted.

    Nothing happens when the take has been discarded meanwhile.
    """
    if sidecar_of(folder, plan.response_id).exists():
        with file_errors(open_folder(folder)):
            write_sidecar(folder, plan, None, begun, holes)


def write_sidecar(
    folder: Path,
    plan: TakePlan,
    adoption: Adoption | None,
    begun: Begun | None = None,
    holes: tuple[Hole, ...] = (),
) -> None:
    """Put the sidecar of a take on the disk, whole."""
    data: dict[str, object] = {
        "format": _FORMAT,
        "plan": _with_text_time(dataclasses.asdict(plan), "started_at"),
        "begun": None if begun is None else dataclasses.asdict(begun),
        "holes": [dataclasses.asdict(hole) for hole in holes],
        "adoption": None
        if adoption is None
        else _with_text_time(dataclasses.asdict(adoption), "made_at"),
    }
    text = json.dumps(data, ensure_ascii=False, indent=1)
    files.write_whole(sidecar_of(folder, plan.response_id), text.encode())


def sidecar_of(folder: Path, response_id: str) -> Path:
    """The sidecar's path; it need not exist."""
    return open_folder(folder) / f"{_checked(response_id)}{SIDECAR}"


def read_sidecar(path: Path) -> tuple[TakePlan | None, Adoption | None]:
    """What a sidecar says; (None, None) when it is gone, broken or from a newer Attune."""
    try:
        data = json.loads(path.read_bytes())
        if data["format"] != _FORMAT:
            return None, None
        plan = dict(data["plan"])
        plan["vignette"] = VignetteRef(**plan["vignette"])
        plan["started_at"] = datetime.fromisoformat(plan["started_at"])
        if plan.get("consent") is not None:
            plan["consent"] = Consent(**plan["consent"])
        adoption = data["adoption"]
        if adoption is not None:
            made_at = datetime.fromisoformat(adoption["made_at"])
            holes = adoption.get("holes")
            known = None if holes is None else holes_from(holes)
            adoption = Adoption(**{**adoption, "made_at": made_at, "holes": known})
        return TakePlan(**plan), adoption
    except (OSError, ValueError, KeyError, TypeError):
        return None, None


def holes_from(data: list[dict[str, Any]]) -> tuple[Hole, ...]:
    """Holes out of JSON; KeyError, TypeError or ValueError when they are none."""
    made = []
    for one in data:
        values = [float(one[key]) for key in ("at_s", "missing_s", "silence_s")]
        if one["kind"] not in HOLES or not all(isfinite(v) and v >= 0 for v in values):
            raise ValueError(f"no hole: {one}")
        made.append(Hole(one["kind"], *values))
    return tuple(made)


def _read_begun(path: Path) -> tuple[Begun | None, tuple[Hole, ...]]:
    try:
        data = json.loads(path.read_bytes())
        begun = data.get("begun")
        known = None if begun is None else Begun(**begun)
        return known, holes_from(data.get("holes") or [])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None, ()


def _open_take(folder: Path, response_id: str, names: list[str]) -> OpenTake:
    place = open_folder(folder)
    plan, adoption = read_sidecar(place / f"{response_id}{SIDECAR}")
    own = [n for n in names if _id_in(n) == response_id and not n.endswith(SIDECAR)]
    path = place / (own[0] if own else f"{response_id}.wav")
    if plan is not None and adoption is not None and not own:
        # Moved, and killed before its row was written: it lies where it belongs.
        path = folder / RECORDINGS / target_of(plan, adoption.suffix)
    size = path.stat().st_size if path.exists() else 0
    begun, holes = _read_begun(place / f"{response_id}{SIDECAR}") if plan else (None, ())
    return OpenTake(response_id, plan, path, size, begun, holes)


def _sounds(place: Path, response_id: str) -> list[Path]:
    if not place.is_dir():
        return []
    return [
        p
        for p in place.iterdir()
        if _id_in(p.name) == response_id and not p.name.endswith((SIDECAR, FILM, FILM_NOTE))
    ]


def _id_in(name: str) -> str:
    return name.split(".", 1)[0]


def _checked(response_id: str) -> str:
    # The id becomes a file name; one from a file of someone else must not lead elsewhere.
    if not _ID.fullmatch(response_id):
        raise ValueError(f"not an id: {response_id!r}")
    return response_id


def _with_text_time(values: dict[str, object], name: str) -> dict[str, object]:
    at = values[name]
    assert isinstance(at, datetime)
    return {**values, name: at.isoformat()}
