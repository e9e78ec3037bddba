"""What there is to rate: in one's own log, in another data folder, in a folder of recordings.

Nobody's name, date, order or score is in what a rater is shown of it (``app.rounds``): a
``Candidate`` is for the program, not for the screen.
"""

import hashlib
import random
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from trainer.app import shared_sounds
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.takes import clip_answered, film_file, has_film, sound_file
from trainer.app.waveform import clip_of
from trainer.domain.errors import KnownError
from trainer.domain.response import Response, Video
from trainer.domain.rounds import Heard
from trainer.domain.rubric import RubricRef
from trainer.domain.share import SharedItem
from trainer.domain.vignette import Vignette, VignetteRef
from trainer.media.held import Source
from trainer.store import consents, people, ratings, responses, senders, starts
from trainer.store.db import FILE as LOG
from trainer.store.db import Log, open_log
from trainer.store.heard import find_heard
from trainer.store.key import is_locked
from trainer.store.trouble import file_errors
from trainer.store.videos import video_of

# What a folder of recordings may hold; everything else in it is left alone.
SOUNDS = frozenset(
    ".wav .flac .mp3 .ogg .opus .m4a .aac .wma .aiff .aif .mp4 .m4v .mov .mkv .webm .avi".split()
)
FILMS = frozenset(".mp4 .m4v .mov .mkv .webm .avi".split())
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Filmed:
    """The pictures of a response; ``starts_s`` is where in its sound they begin (s), as far as that
    is known. None: nobody knows how long they are, or whether there are any.
    """

    source: Callable[[], Source]
    starts_s: float
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One response that can be rated.

    ``vignette`` is None where it is not known or no longer in the library, ``clip`` likewise.
    ``place`` is None for a response of one's own log; else it lies there. Times in seconds of the
    file. ``sound`` reads it, for any thread but the window's; KnownError. ``stopped_at_s`` is where
    in the clip the client was stopped. ``film`` of a response in a log is found by ``again`` only.
    """

    response_id: str
    ref: VignetteRef | None
    vignette: Vignette | None
    turn: str | None
    clip: Path | None
    person_id: str | None
    stimulus_end_s: float | None
    duration_s: float | None
    place: Path | None
    sha256: str
    sound: Callable[[], Source]
    stopped_at_s: float | None = None
    film: Filmed | None = None


def own(log: Log, home: Home, library: Library, rater_id: str) -> tuple[Candidate, ...]:
    """Every response in one's own log that may be rated, but the rater's own ones, which have a
    self-rating, and those of a test that was taken here, which others rate.
    """
    closed = starts.closed(log)
    every = (one for one in _every_response(log, without=rater_id) if one.id not in closed)
    return tuple(_recorded(home, library, response, None) for response in every)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What may be rated in another data folder, and how many there may not."""

    candidates: tuple[Candidate, ...]
    held_back: int


def of_log(home: Home, library: Library) -> tuple[Candidate, ...]:
    """Every response in another data folder that may be rated; KnownError as ``read_log``."""
    return read_log(home, library).candidates


def read_log(home: Home, library: Library) -> Elsewhere:
    """What there is to rate in another data folder, which is only read.

    KnownError: no log there, of another version, locked and ``home`` without its key; none of it
    may be rated.
    """
    if home.key is None and is_locked(home.folder):
        raise KnownError(
            f"The Attune folder in {home.folder} is locked",
            "Ask its owner to take the lock off in Settings, or to restore a backup of it into a "
            "folder without one, and choose that.",
        )
    log = open_log(home.folder, home.key, read_only=True)
    try:
        every = list(_every_response(log))
        held = sum(1 for _ in _every_response(log, held_back=True))
    finally:
        log.close()
    if held and not every:
        raise KnownError(
            f"No response in the Attune folder {home.folder} may be rated",
            "Who gave them has not agreed to it, or their last day is over. They can agree in "
            "their Attune: for one in Review, for all in Settings.",
        )
    found = tuple(_recorded(home, library, one, home.recordings) for one in every)
    return Elsewhere(found, held)


def of_folder(folder: Path, library: Library) -> tuple[Candidate, ...]:
    """Every sound or film in a folder and those below it.

    The client that one answers is known where a vignette's id stands in its name or in a folder's.
    One file is one response, wherever it lies: its id is made from its bytes. KnownError: no such
    folder, nothing in it, a file that cannot be read.
    """
    if not folder.is_dir():
        raise KnownError(f"There is no folder {folder}", "Choose one that holds recordings.")
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SOUNDS and p.is_file())
    if not files:
        raise KnownError(
            f"There are no recordings in {folder}",
            f"Files that can be rated end with {', '.join(sorted(SOUNDS))}.",
        )
    found: dict[str, Candidate] = {}
    for file in files:
        one = _file(file, folder, library)
        if one.response_id not in found or found[one.response_id].vignette is None:
            found[one.response_id] = one
    return tuple(found.values())


def of_place(folder: Path, library: Library) -> tuple[Candidate, ...]:
    """What is in a folder, which may be another data folder; KnownError as for either."""
    home = Home(folder)
    return of_log(home, library) if (folder / LOG).exists() else of_folder(folder, library)


def again(log: Log, home: Home, library: Library, ids: Iterable[str]) -> dict[str, Candidate]:
    """The responses of a round once more, by id: of one's own log, or wherever they were heard."""
    found: dict[str, Candidate] = {}
    elsewhere: dict[str, Path] = {}
    for response_id in ids:
        response = responses.find_response(log, response_id)
        heard_one = find_heard(log, response_id)
        if response is not None:
            film = _film(home, response, video_of(log, response.recording.id))
            found[response_id] = replace(_recorded(home, library, response, None), film=film)
        elif (came := shared_sounds.item_of(log, response_id)) is not None:
            found[response_id] = of_share(home, library, came)
        elif heard_one is not None:
            found[response_id] = _heard_again(heard_one, library)
            elsewhere[response_id] = Path(heard_one.place)
    for response_id, film in _films_elsewhere(elsewhere).items():
        found[response_id] = replace(found[response_id], film=film)
    return found


def of_share(home: Home, library: Library, item: SharedItem) -> Candidate:
    """A response that came with a share, under its code; nobody here knows whose it is."""
    ref, place = item.vignette, shared_sounds.sound_path(home.folder, item)
    vignette = library.vignette(ref.pack, ref.vignette)
    film = None
    if item.film is not None:
        source = partial(shared_sounds.film, home, item)
        film = Filmed(source, item.film.starts_s, item.film.duration_s)
    return Candidate(
        item.code, ref, vignette, item.turn, clip_of(vignette, item.turn), None,
        item.stimulus_end_s, item.duration_s, place, item.sha256,
        partial(shared_sounds.sound, home, item), item.stopped_at_s, film,
    )  # fmt: skip


def _heard_again(one: Heard, library: Library) -> Candidate:
    ref = one.vignette
    vignette = library.vignette(ref.pack, ref.vignette) if ref else None
    clip = clip_of(vignette, one.turn) if one.turn else None
    place = Path(one.place)
    return Candidate(
        one.response_id, ref, vignette, one.turn, clip, one.person_id, one.stimulus_end_s,
        one.duration_s, place, one.sha256, partial(_lying_at, place), None, _own_film(place),
    )  # fmt: skip


def _films_elsewhere(places: Mapping[str, Path]) -> dict[str, Filmed]:
    """The films of responses that lie in other data folders, by id."""
    by_folder: dict[Path, list[str]] = {}
    for response_id, place in places.items():
        if (folder := _data_folder_of(place)) is not None:
            by_folder.setdefault(folder, []).append(response_id)
    found: dict[str, Filmed] = {}
    for folder, ids in by_folder.items():
        try:
            found |= _films_in(Home(folder), ids)
        except KnownError:  # locked since, or of another version: the sound is there to be rated
            continue
    return found


def _films_in(home: Home, ids: Iterable[str]) -> dict[str, Filmed]:
    log = open_log(home.folder, read_only=True)
    try:
        known = [one for i in ids if (one := responses.find_response(log, i)) is not None]
        films = {one.id: _film(home, one, video_of(log, one.recording.id)) for one in known}
        return {response_id: film for response_id, film in films.items() if film is not None}
    finally:
        log.close()


def _data_folder_of(recording: Path) -> Path | None:
    """The data folder in whose recordings a sound lies; None: in none."""
    folders = (one.parent for one in recording.parents)
    fits = (one for one in folders if Home(one).recordings in recording.parents)
    return next((one for one in fits if (one / LOG).is_file()), None)


def _film(home: Home, response: Response, video: Video | None) -> Filmed | None:
    if video is None or not has_film(home, video):
        return None
    starts_s = video.starts_s
    if starts_s is None:  # not measured: it began when the client had ended
        starts_s = response.stimulus_end_s or 0.0
    return Filmed(partial(film_file, home, video), starts_s, video.duration_s)


def _own_film(file: Path) -> Filmed | None:
    """The pictures in a file that may have some beside its sound."""
    return Filmed(lambda: file, 0.0, None) if file.suffix.lower() in FILMS else None


def lies_at(place: Path) -> Path | None:
    """Where a sound that lies elsewhere is now: it may have become its FLAC twin."""
    both = (place, place.with_suffix(".flac"))
    return next((path for path in both if path.is_file()), None)


def _lying_at(place: Path) -> Source:
    found = lies_at(place)
    if found is None:
        raise KnownError(
            "The sound of this response is not where it was",
            "Find its folder again on the page of the rounds; what was rated is kept.",
        )
    return found


def shuffled(candidates: Iterable[Candidate], seed: str) -> tuple[Candidate, ...]:
    """In the order in which they are heard: one vignette after another, trainees mixed in each.

    Responses to a client nobody knows come together, as if to one. One ``seed``, one order.
    """
    chance = random.Random(seed)
    by_vignette: dict[tuple[str, ...], list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: one.response_id):
        key = (one.ref.pack, one.ref.vignette, one.turn or "") if one.ref else ()
        by_vignette.setdefault(key, []).append(one)
    groups = list(by_vignette.values())
    chance.shuffle(groups)
    for group in groups:
        chance.shuffle(group)
    return tuple(one for group in groups for one in group)


def unrated_by(
    log: Log, rater_id: str, rubric: RubricRef, candidates: Iterable[Candidate]
) -> tuple[Candidate, ...]:
    """Those that this rater has not rated yet on this rubric, in their order."""
    rated = ratings.rated_by(log, rater_id, rubric)
    return tuple(one for one in candidates if one.response_id not in rated)


def heard(candidate: Candidate, at: datetime) -> Heard:
    """What is kept of one that lies elsewhere."""
    assert candidate.place is not None
    return Heard(
        candidate.response_id, candidate.sha256, str(candidate.place), candidate.ref,
        candidate.turn, candidate.person_id, candidate.duration_s, candidate.stimulus_end_s, at,
    )  # fmt: skip


def _every_response(
    log: Log, without: str | None = None, *, held_back: bool = False
) -> Iterator[Response]:
    """Everybody's responses but one person's, a page at a time, that others may rate; with
    ``held_back`` those that they may not. Without those that are nobody's, as a program decided.
    """
    aside = senders.set_aside(log)
    for person in people.people(log):
        before: str | None = None
        while person.id != without:
            found = responses.responses(log, person.id, limit=_PAGE, before=before)
            held = consents.held_back(log, [one.id for one in found])
            yield from (
                one for one in found if (one.id in held) is held_back and one.id not in aside
            )
            if len(found) < _PAGE:
                break
            before = found[-1].id


def _recorded(
    home: Home, library: Library, response: Response, elsewhere: Path | None
) -> Candidate:
    ref, recording = response.vignette, response.recording
    return Candidate(
        response.id, ref, library.vignette(ref.pack, ref.vignette), response.turn,
        clip_answered(library.vignettes, response), response.person_id, response.stimulus_end_s,
        recording.duration_s, elsewhere / recording.file if elsewhere else None, recording.sha256,
        partial(sound_file, home, recording), response.stopped_at_s,
    )  # fmt: skip


def _file(file: Path, folder: Path, library: Library) -> Candidate:
    response_id, digest = id_of(file)
    vignette = _named(file.relative_to(folder), library)
    turn = vignette.turns[0] if vignette and len(vignette.turns) == 1 else None
    return Candidate(
        response_id, vignette.ref if vignette else None,
        vignette, turn.id if turn else None, turn.media.clip if turn else None,
        None, None, None, file, digest, lambda: file, None, _own_film(file),
    )  # fmt: skip


def id_of(file: Path) -> tuple[str, str]:
    """The id of a response that is a file, made from its bytes, and their SHA-256; KnownError."""
    with file_errors(file), file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    return str(uuid.UUID(bytes=digest.digest()[:16], version=5)), digest.hexdigest()


def _named(path: Path, library: Library) -> Vignette | None:
    """The vignette whose id stands in a path, whole; the longest where there are several."""
    parts = [part.casefold() for part in path.with_suffix("").parts]
    found = [
        vignette
        for vignette in library.vignettes
        if any(re.search(rf"(?<![a-z0-9]){re.escape(vignette.id)}(?![a-z0-9])", p) for p in parts)
    ]
    return max(found, key=lambda vignette: len(vignette.id), default=None)
