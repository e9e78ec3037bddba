"""A film lies beside its recording, with a row of its own, and never in its way."""

from pathlib import Path

import pytest

from tests.store import made
from trainer.domain.errors import KnownError
from trainer.domain.response import Response, TakePlan
from trainer.store import recordings, videos
from trainer.store.db import Log


def taken(log: Log, plan: TakePlan) -> Response:
    """A response in the log whose film was not adopted yet."""
    wav = made.write_wav(recordings.begin_take(log.folder, plan))
    made.film(log.folder, plan.response_id)
    return made.take_in(log, plan, wav)


def test_a_film_is_moved_beside_its_sound_with_where_it_begins(log: Log, plan: TakePlan) -> None:
    response = taken(log, plan)
    assert videos.waiting(log) == (response.id,)
    video = made.filmed(log, response)
    assert video == videos.video_of(log, response.recording.id)
    assert video.file == response.recording.file.replace(".wav", ".mkv")
    assert (video.starts_s, video.starts_error_s) == (2.125, 0.05)
    assert sorted(made.everything(log.folder)) == sorted([video.file, response.recording.file])
    assert videos.waiting(log) == ()
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered, check.orphans) == ((), (), ())


def test_a_film_without_a_note_begins_nobody_knows_where(log: Log, plan: TakePlan) -> None:
    response = taken(log, plan)
    note = videos.film_path(log.folder, response.id).with_name(f"{response.id}.film.json")
    note.write_text('{"at_s": Infinity, "error_s": 0.1}')
    assert made.filmed(log, response).starts_s is None


def test_the_film_stays_when_the_sound_becomes_flac(log: Log, plan: TakePlan) -> None:
    response = taken(log, plan)
    video = made.filmed(log, response)
    # Another worker may be encrypting it at this moment.
    half = recordings.path_of(log, video).with_name(f"{response.id}.mkv.age.part")
    half.write_bytes(b"half a film")
    twin = log.folder / "twin.flac"
    twin.write_bytes(b"fLaC")
    recordings.replace_file(log, response.recording.id, twin, sample_rate=16_000)
    names = [video.file, video.file.replace(".mkv", ".flac"), f"{video.file}.age.part"]
    assert sorted(made.everything(log.folder)) == sorted(names)


def test_what_is_missing_or_altered_is_found_of_films_too(log: Log, plan: TakePlan) -> None:
    video = made.filmed(log, taken(log, plan))
    path = recordings.path_of(log, video)
    path.write_bytes(path.read_bytes()[::-1])
    assert recordings.missing_or_altered(log).altered == ()
    assert recordings.missing_or_altered(log, hashes=True).altered == (video,)
    path.unlink()
    assert recordings.missing_or_altered(log).missing == (video,)


def test_a_discarded_take_takes_its_film_with_it(log: Log, plan: TakePlan) -> None:
    made.write_wav(recordings.begin_take(log.folder, plan))
    made.film(log.folder, plan.response_id)
    (open_take,) = recordings.open_takes(log.folder)
    assert open_take.path.suffix == ".wav"
    recordings.discard_take(log.folder, plan.response_id)
    assert made.everything(log.folder) == {}


def test_a_film_alone_is_offered_to_nobody(log: Log, plan: TakePlan) -> None:
    response = taken(log, plan)
    assert recordings.open_takes(log.folder) == ()
    assert recordings.finish_adoptions(log) == ()
    assert videos.film_path(log.folder, response.id).exists()


def test_one_that_nothing_can_read_is_put_aside_and_not_lost(log: Log, plan: TakePlan) -> None:
    response = taken(log, plan)
    aside = videos.set_aside(log, response.id)
    assert recordings.missing_or_altered(log).orphans == (aside,)
    assert videos.waiting(log) == ()


def test_no_film_is_said(log: Log, plan: TakePlan, folder: Path) -> None:
    response = made.recorded(log, plan)
    with pytest.raises(KnownError, match="no film"):
        made.filmed(log, response)
