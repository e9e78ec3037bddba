"""What there is to rate, wherever it lies, and the order in which it is heard."""

from dataclasses import replace
from itertools import groupby
from pathlib import Path
from shutil import copyfile

import pytest
import soundfile

from tests.app.fakes import keep_film, make_film
from tests.app.rater import class_of
from tests.app.referenced import with_references
from tests.app.stage import Stage
from tests.store import made
from tests.store.made import TO_BE_RATED
from trainer.app import calibration, queue, rounds
from trainer.app.consent import state_for_one
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.domain.consent import UNTIL_DELETED, Consent
from trainer.domain.errors import KnownError
from trainer.domain.rating import SUPERVISOR
from trainer.store import ratings, videos
from trainer.store.db import open_log


def read(one: queue.Candidate) -> int:
    source = one.sound()
    assert isinstance(source, Path)
    return int(soundfile.info(source).frames)


def test_ones_own_log_has_everybodys_but_ones_own(stage: Stage) -> None:
    class_of(stage)
    me = stage.person
    found = queue.own(stage.log, stage.home, stage.library, me.id)
    assert len(found) == 4
    assert me.id not in {one.person_id for one in found}
    for one in found:
        assert one.vignette in stage.clients
        assert one.clip is not None
        assert one.clip.exists()
        assert one.place is None
        assert read(one) > 0
    nobody = queue.own(stage.log, stage.home, stage.library, "a supervisor")
    assert len(nobody) == 6


def test_another_data_folder_is_only_read(stage: Stage, tmp_path: Path) -> None:
    class_of(stage, 2)
    before = {p: p.stat().st_mtime_ns for p in stage.home.recordings.rglob("*")}
    found = queue.of_log(Home(stage.home.folder), stage.library)
    assert len(found) == 4
    for one in found:
        assert one.place is not None
        assert one.place.exists()
        assert read(one) > 0
    assert {p: p.stat().st_mtime_ns for p in stage.home.recordings.rglob("*")} == before
    with pytest.raises(KnownError, match="no practice log"):
        queue.of_log(Home(tmp_path), stage.library)
    assert list(tmp_path.glob("*.db")) == []
    (tmp_path / "lock.age").write_bytes(b"somebody's")
    with pytest.raises(KnownError, match="is locked.*take the lock off"):
        queue.of_log(Home(tmp_path), stage.library)


def test_a_film_is_found_again_in_ones_own_log_and_in_another(stage: Stage, tmp_path: Path) -> None:
    class_of(stage, 1)
    filmed, bare = stage.responses()[:2]
    open_film = videos.film_path(stage.home.folder, filmed.id)
    make_film(open_film)
    open_film.with_name(f"{filmed.id}.film.json").write_text('{"at_s": 2.5, "error_s": 0.1}')
    kept = keep_film(stage.log, filmed.id)
    assert kept is not None
    mine = Home(tmp_path / "the rater's")
    log = open_log(mine.folder)
    try:
        found = queue.of_log(Home(stage.home.folder), stage.library)
        rounds.begin(log, "me", "Theirs", stage.rubric, found)
        ids = [filmed.id, bare.id]
        for each, home in ((stage.log, stage.home), (log, mine)):
            again = queue.again(each, home, stage.library, ids)
            film = again[filmed.id].film
            assert film is not None
            assert film.source() == stage.home.recordings / kept.file
            assert (film.starts_s, film.duration_s) == (2.5, kept.duration_s)
            assert again[bare.id].film is None
        (stage.home.folder / "log.db").rename(tmp_path / "away")  # what is gone is not shown
        assert queue.again(log, mine, stage.library, ids)[filmed.id].film is None
    finally:
        log.close()


def test_nobody_rates_what_its_speaker_keeps_for_practice_alone(stage: Stage) -> None:
    said: dict[str, str | None] = {}
    for use in (None, "practice", "rating", "research"):
        stage.agreed = Consent(use, UNTIL_DELETED) if use else None
        class_of(stage, 1)
        said |= {one.id: use for one in stage.responses()}
    bare = with_references(stage.library)  # so that none is hidden among them

    def offered() -> tuple[set[str | None], ...]:
        own = queue.own(stage.log, stage.home, stage.library, "me")
        there = queue.of_log(Home(stage.home.folder), stage.library)
        return tuple({said[one.response_id] for one in found} for found in (own, there))

    def wait() -> calibration.Waiting:
        return calibration.waiting(stage.log, bare, stage.rubric, "me")

    assert offered() == ({"rating", "research"},) * 2
    assert wait() == calibration.Waiting(4, held_back=4)
    assert queue.read_log(Home(stage.home.folder), stage.library).held_back == 4
    stated = Consent("practice", UNTIL_DELETED)
    for one, use in said.items():  # the newest statement counts, whichever way
        state_for_one(stage.log, one, stated if use == "rating" else TO_BE_RATED)
    assert offered() == ({None, "practice", "research"},) * 2
    assert wait() == calibration.Waiting(6, held_back=2)
    for one in said:
        state_for_one(stage.log, one, stated)
    assert queue.own(stage.log, stage.home, stage.library, "me") == ()
    assert wait() == calibration.Waiting(0, held_back=8)
    with pytest.raises(KnownError, match="No response.*may be rated.*Review.*Settings"):
        queue.of_log(Home(stage.home.folder), stage.library)


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        there = tmp_path / "from the course, Ü"
        (there / "anna-late").mkdir(parents=True)
        made.write_wav(there / "anna-late" / "P07.WAV", seed=1)
        copyfile(there / "anna-late" / "P07.WAV", there / "a copy.wav")
        made.write_wav(there / "P07_Ben-Rain_2.wav", seed=2)
        (there / "notes.txt").write_text("Trainee 7 was tired")
        return there

    def test_the_client_is_known_by_name_and_one_file_is_one_response(
        self, folder: Path, library: Library
    ) -> None:
        found = queue.of_folder(folder, library)
        assert {one.vignette.id for one in found if one.vignette} == {"anna-late", "ben-rain"}
        assert all(one.clip for one in found)
        again = queue.of_folder(folder, library)
        assert [one.response_id for one in again] == [one.response_id for one in found]
        assert [one.sound() for one in found] == [one.place for one in found]

    def test_one_that_names_no_client_has_none(self, folder: Path, library: Library) -> None:
        (folder / "P07_Ben-Rain_2.wav").rename(folder / "benrainy.wav")
        found = {one.place.name: one for one in queue.of_folder(folder, library) if one.place}
        assert found["benrainy.wav"].vignette is None
        assert found["benrainy.wav"].clip is None

    def test_an_empty_or_missing_one_is_told(self, tmp_path: Path, library: Library) -> None:
        (tmp_path / "notes.txt").write_text("nothing to hear")
        with pytest.raises(KnownError, match="no recordings"):
            queue.of_folder(tmp_path, library)
        with pytest.raises(KnownError, match="There is no folder"):
            queue.of_folder(tmp_path / "gone", library)


def test_one_vignette_after_another_trainees_mixed(stage: Stage) -> None:
    class_of(stage, 6)
    found = queue.own(stage.log, stage.home, stage.library, "me")
    orders, people = set(), set()
    for seed in "abcdefgh":
        order = queue.shuffled(found, seed)
        assert sorted(one.response_id for one in order) == sorted(o.response_id for o in found)
        assert queue.shuffled(reversed(found), seed) == order
        clients = [key for key, _ in groupby(one.ref.vignette for one in order if one.ref)]
        assert sorted(clients) == ["anna-late", "ben-rain"]
        orders.add(tuple(clients))
        people.add(tuple(one.person_id for one in order[:6]))
    assert len(orders) == 2
    assert len(people) > 4


def test_what_this_rater_has_rated_is_left_out(stage: Stage) -> None:
    class_of(stage, 2)
    found = queue.own(stage.log, stage.home, stage.library, "me")
    first, second, *_ = found
    ref = stage.rubric.ref
    for one, rater, rubric in (
        (first, "me", ref),
        (second, "you", ref),
        (second, "me", replace(ref, version=ref.version + 1)),
    ):
        given = made.rating(one.response_id, rater, role=SUPERVISOR)
        ratings.add_rating(stage.log, replace(given, rubric=rubric))
    left = queue.unrated_by(stage.log, "me", ref, found)
    assert [one.response_id for one in left] == [one.response_id for one in found[1:]]
    bare = with_references(stage.library)  # so that none is hidden among them

    def waiting(rater: str) -> int:
        return calibration.waiting(stage.log, bare, stage.rubric, rater).count

    assert waiting("me") == len(found) - 1
    mine = found[1].person_id
    assert mine is not None
    assert waiting(mine) == 2  # not one's own
