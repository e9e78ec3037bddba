"""A pack as one file, dropped into the data folder, is there like any other."""

import os
import random
import shutil
import time
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.journeys.short_pack import make_pack, zip_pack
from trainer.app import content
from trainer.app.library import Library, clear_old_packs, load_library, pack_folders
from trainer.app.paths import Home
from trainer.domain.errors import KnownError, Problem


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack's folder, outside the data folder."""
    return make_pack(tmp_path / "made", 0.8)


@pytest.fixture
def dropped(pack: Path, at_home: Home) -> Path:
    """Its zip in the data folder."""
    at_home.packs.mkdir(parents=True)
    return zip_pack(pack, at_home.packs / "From a colleague, ü.attunepack")


def library_of(home: Home) -> Library:
    return load_library(pack_folders(home))


def own(library: Library) -> list[str]:
    return [v.id for v in library.vignettes if v.ref.pack == "short"]


def told(library: Library, about: Path) -> list[Problem]:
    return [p for p in library.problems if str(about) in p.file]


def kept(home: Home) -> list[Path]:
    return sorted((home.packs / ".unpacked").iterdir())


def load(folder: Path) -> list[str]:
    return own(library_of(Home(folder)))


@pytest.mark.parametrize("top", ["", "short/"])
def test_a_zipped_pack_is_in_the_library_with_its_sound(
    pack: Path, at_home: Home, top: str
) -> None:
    at_home.packs.mkdir(parents=True)
    path = zip_pack(pack, at_home.packs / "a.attunepack", top=top)
    library = library_of(at_home)
    assert own(library) == ["anna-late", "ben-rain"]
    assert told(library, path) == []
    clip = library.find_vignette("anna-late").turns[0].media.audio
    assert clip is not None
    assert clip.read_bytes() == (pack / "media" / "anna-late.t1.wav").read_bytes()
    assert at_home.folder in clip.parents


def test_the_second_start_unpacks_nothing(dropped: Path, at_home: Home) -> None:
    library_of(at_home)
    before = {f: f.stat().st_mtime_ns for f in (at_home.packs / ".unpacked").rglob("*")}
    assert own(library_of(at_home)) == ["anna-late", "ben-rain"]
    assert {f: f.stat().st_mtime_ns for f in (at_home.packs / ".unpacked").rglob("*")} == before


@pytest.mark.parametrize("fault", ["gone", "empty"])
def test_what_is_not_whole_is_unpacked_again(dropped: Path, at_home: Home, fault: str) -> None:
    """As after a power failure, or a tidy hand."""
    library_of(at_home)
    (sound,) = (at_home.packs / ".unpacked").rglob("anna-late.t1.wav")
    size = sound.stat().st_size
    sound.unlink()
    if fault == "empty":
        sound.touch()
    assert own(library_of(at_home)) == ["anna-late", "ben-rain"]
    assert sound.stat().st_size == size
    assert len(kept(at_home)) == 1


def test_what_was_unpacked_halfway_when_the_power_failed_is_not_used(
    dropped: Path, at_home: Home
) -> None:
    half = at_home.packs / ".unpacked" / "pack-abc"
    half.mkdir(parents=True)
    (half / "pack.yaml").write_text("id: half\n")
    library = library_of(at_home)
    assert own(library) == ["anna-late", "ben-rain"]
    assert "half" not in [p.id for p in library.packs]
    clear_old_packs(at_home)
    assert half.exists()  # another process may be at it
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(half, (long_ago, long_ago))
    clear_old_packs(at_home)
    assert not half.exists()


def test_a_changed_zip_is_read_anew_and_the_old_one_cleared_away(
    pack: Path, dropped: Path, at_home: Home
) -> None:
    library_of(at_home)
    old = kept(at_home)
    faulty = pack / "vignettes" / "anna-late.yaml"
    faulty.write_text(faulty.read_text().replace("Anna", "Hanna"))
    zip_pack(pack, dropped)
    assert library_of(at_home).find_vignette("anna-late").client.name == "Hanna"
    assert set(old) < set(kept(at_home))  # a window that is open may be playing from it
    clear_old_packs(at_home)
    assert len(kept(at_home)) == 1
    assert kept(at_home) != old
    assert own(library_of(at_home)) == ["anna-late", "ben-rain"]


def test_a_removed_zip_leaves_nothing(dropped: Path, at_home: Home) -> None:
    library_of(at_home)
    dropped.unlink()
    assert own(library_of(at_home)) == []
    clear_old_packs(at_home)
    assert kept(at_home) == []


def test_without_packs_there_is_nothing_to_clear(at_home: Home) -> None:
    clear_old_packs(at_home)
    assert not at_home.folder.exists()


def test_processes_that_start_at_once_all_have_it(dropped: Path, at_home: Home) -> None:
    with ProcessPoolExecutor(3) as pool:
        found = list(pool.map(load, [at_home.folder] * 6))
    assert found == [["anna-late", "ben-rain"]] * 6
    assert len(kept(at_home)) == 1


def test_a_problem_inside_names_the_zip_and_the_file_in_it(
    pack: Path, dropped: Path, at_home: Home
) -> None:
    faulty = pack / "vignettes" / "anna-late.yaml"
    faulty.write_text(faulty.read_text().replace("level: beginner", "level: heroic"))
    (pack / "media" / "ben-rain.t1.wav").unlink()
    zip_pack(pack, dropped)
    library = library_of(at_home)
    assert own(library) == []
    said = told(library, dropped)
    line = 1 + faulty.read_text().splitlines().index("  level: heroic")
    assert (f"{dropped}/vignettes/anna-late.yaml", line) in [(p.file, p.line) for p in said]
    assert not any(".unpacked" in str(p) for p in said)
    assert set(said) <= set(content.check(at_home, []).problems)


@pytest.mark.parametrize("kind", ["no zip", "damaged", "leads out", "bomb", "nameless"])
def test_a_bad_zip_is_told_and_the_rest_is_there(
    pack: Path, dropped: Path, at_home: Home, kind: str
) -> None:
    bad = at_home.packs / "bad.attunepack"
    if kind == "no zip":
        bad.write_bytes(b"hello")
    elif kind == "damaged":
        raw = bytearray(zip_pack(make_pack(pack.parent, pack="other"), bad).read_bytes())
        raw[100:300] = random.Random(1).randbytes(200)
        bad.write_bytes(raw)
    else:
        with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as target:
            inside = "../../log.db" if kind == "leads out" else "media/a.wav"
            target.writestr(inside, bytes(20_000_000 if kind == "bomb" else 10))
    if kind == "nameless":  # a name ends where a zero is
        bad.write_bytes(bad.read_bytes().replace(b"media/a.wav", b"\0edia/a.wav"))
    library = library_of(at_home)
    assert own(library) == ["anna-late", "ben-rain"]
    (problem,) = told(library, bad)
    assert problem.file == str(bad)
    assert not (at_home.folder / "log.db").exists()
    assert len(kept(at_home)) == 1
    clear_old_packs(at_home)
    assert len(kept(at_home)) == 1


def test_where_nothing_can_be_written_that_is_told_and_the_rest_is_there(
    dropped: Path, at_home: Home
) -> None:
    make_pack(at_home.packs, 0.8, pack="other")
    (at_home.packs / ".unpacked").write_text("in the way")
    library = library_of(at_home)
    (problem,) = told(library, dropped)
    assert problem.what.startswith("cannot be unpacked: ")
    assert "other" in [p.id for p in library.packs]
    clear_old_packs(at_home)


def test_what_was_unpacked_before_is_used_where_nothing_can_be_written_any_more(
    dropped: Path, at_home: Home
) -> None:
    library_of(at_home)
    cache = at_home.packs / ".unpacked"
    cache.chmod(0o500)
    try:
        assert own(library_of(at_home)) == ["anna-late", "ben-rain"]
    finally:
        cache.chmod(0o700)


def test_a_pack_that_is_there_twice_is_used_once_and_told(
    pack: Path, dropped: Path, at_home: Home
) -> None:
    folder = shutil.copytree(pack, at_home.packs / "short")
    library = library_of(at_home)
    assert own(library) == ["anna-late", "ben-rain"]
    first, second = sorted((dropped, folder))
    (problem,) = [p for p in library.problems if "also the id of" in p.what]
    assert problem.file == f"{second}/pack.yaml"
    assert problem.what == (
        f"'short' (version 2) is also the id of {first} (version 2), which is used; "
        "remove one of them"
    )
    assert problem in content.check(at_home, []).problems
    assert problem not in content.check(at_home, [second]).problems


def test_the_coverage_of_a_zip_counts_what_is_in_it_and_leaves_nothing_beside_it(
    pack: Path, tmp_path: Path, at_home: Home
) -> None:
    path = zip_pack(pack, tmp_path / "a.attunepack")
    bad = tmp_path / "bad.attunepack"
    bad.write_bytes(b"hello")
    assert content.coverage(at_home, [path, bad]) == content.coverage(at_home, [pack])
    assert not (tmp_path / ".unpacked").exists()


def test_unpacking_is_told_of_and_can_be_stopped(dropped: Path, at_home: Home) -> None:
    told_of: list[Path] = []

    def stop_at_the_third(path: Path) -> None:
        told_of.append(path)
        if len(told_of) == 3:
            raise KnownError("Attune is being closed")

    with pytest.raises(KnownError, match="closed"):
        load_library(pack_folders(at_home), stop_at_the_third)
    assert told_of == [dropped] * 3
    assert kept(at_home) == []
    assert own(load_library(pack_folders(at_home), told_of.append)) == ["anna-late", "ben-rain"]
    before = len(told_of)
    assert own(load_library(pack_folders(at_home), told_of.append)) == ["anna-late", "ben-rain"]
    assert len(told_of) == before  # it was there already


def test_only_what_was_unpacked_here_is_cleared_away(at_home: Home, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another disk"
    (elsewhere / "thesis").mkdir(parents=True)
    (elsewhere / ("a" * 32)).mkdir()
    at_home.packs.mkdir(parents=True)
    (at_home.packs / ".unpacked").symlink_to(elsewhere, target_is_directory=True)
    clear_old_packs(at_home)
    assert [p.name for p in elsewhere.iterdir()] == ["thesis"]
