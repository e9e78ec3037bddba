"""A program's own pack goes out inside the assignment, and is in the trainee's library then."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.travelled import Program, Trainee, ask, library, refused
from tests.journeys.short_pack import make_pack, zip_pack
from trainer.app import assign, packs_inside, travelling
from trainer.app.assigned import assigned
from trainer.app.keys import own_pair
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.paths import Home, bundled
from trainer.domain.errors import KnownError
from trainer.exchange import bundle
from trainer.exchange.bundle import Manifest, Member, open_bundle
from trainer.store import files

NAMES = ("dana-parking", "marcus-nodding")


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(Home(tmp_path / "program"))


@pytest.fixture
def trainee(tmp_path: Path) -> Trainee:
    return Trainee(Home(tmp_path / "trainee"))


def own_pack(home: Home, version: int = 1, name: str = "course") -> Path:
    """A pack that 'attune check' has nothing to say against, made of two of the bundled clients."""
    core, folder = bundled("scenarios") / "core", home.packs / name
    for path in (core / "pack.yaml", core / "voices.yaml", core / "media" / "media.yaml",
                 *core.glob("vignettes/*.yaml"), *core.glob("media/*.t1.*")):  # fmt: skip
        if path.parent.name not in ("vignettes", "media") or path.name.startswith((*NAMES, "med")):
            target = folder / path.relative_to(core)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    head = (folder / "pack.yaml").read_text("utf-8").replace("id: core", f"id: {name}")
    (folder / "pack.yaml").write_text(head.replace("version: 2", f"version: {version}"), "utf-8")
    (folder / "run.sh").write_text("#!/bin/sh\nrm -rf /\n")
    (folder / "media" / "run.exe").write_bytes(b"MZ")
    return folder


def library_of(home: Home) -> Library:
    return load_library(pack_folders(home))


def given_out(program: Program, out: Path, *, with_packs: bool = True, **changed: object) -> Path:
    forms = {"A": [NAMES[0], "eli-bike-racks"], "B": [NAMES[1], "tom-eleven-across"]}
    with program.log() as log, travelling.scratch(program.home.folder) as work:
        made = assign.compose(log, library(), ask(forms=forms, **changed))
        mine = [
            replace(form, vignettes=(replace(form.vignettes[0], pack="course", pack_version=1),
                                     form.vignettes[1]))
            for form in made.forms
        ]  # fmt: skip
        made = replace(made, forms=tuple(mine))
        packs = packs_inside.pack_up(program.home, made, work) if with_packs else {}
        return assign.give_out(log, made, out, packs=packs)


def test_what_the_library_lacks_comes_with_the_file(
    program: Program, trainee: Trainee, tmp_path: Path
) -> None:
    own_pack(program.home)
    bare = given_out(program, tmp_path / "bare.attune", with_packs=False)
    found = trainee.receive(bare)
    assert [note.partition(":")[0] for note in found.notes] == [
        "2 of its clients are not in your library, or in another version "
        "(dana-parking, marcus-nodding)"
    ]
    with trainee.log() as log:
        (one,) = assigned(log, library_of(trainee.home), "nobody")
    assert one.unknown == NAMES

    out = given_out(program, tmp_path / "out.attune")
    with open_bundle(out, "assignment") as inside:
        assert [one.name for one in inside.manifest.members] == ["packs/course.attunepack"]
    found = trainee.receive(out)
    assert (found.packs, found.notes) == (
        ("course",), ("the pack course (version 1) is in your library now",),
    )  # fmt: skip
    there = library_of(trainee.home)
    assert there.problems == ()
    clip = there.vignette("course", "dana-parking").turns[0].media.audio
    assert (
        clip.read_bytes()
        == (program.home.packs / "course" / "media" / "dana-parking.t1.opus").read_bytes()
    )
    assert [path.name for path in trainee.home.packs.iterdir() if path.is_file()] == [
        "course.attunepack"
    ]
    assert not list(trainee.home.packs.rglob("run.*"))
    again = trainee.receive(out)
    assert (again.new, again.packs, again.notes) == (False, (), ())


def test_a_pack_that_is_there_is_never_replaced(
    program: Program, trainee: Trainee, tmp_path: Path
) -> None:
    own_pack(program.home)
    out = given_out(program, tmp_path / "out.attune")
    mine = own_pack(trainee.home)
    text = mine / "pack.yaml"
    text.write_text(text.read_text("utf-8").replace("Eight first", "My own"), "utf-8")
    found = trainee.receive(out)
    assert (found.new, found.packs) == (True, ())
    assert found.notes == (
        "the pack course was left out: version 1 of it is in your library, with other content, "
        "and stays as it is",
    )
    assert [path.name for path in trainee.home.packs.iterdir()] == ["course"]
    own_pack(program.home, 2, "course2")
    shutil.rmtree(program.home.packs / "course")
    head = program.home.packs / "course2" / "pack.yaml"
    head.write_text(head.read_text("utf-8").replace("id: course2", "id: course"), "utf-8")
    found = trainee.receive(given_out(program, tmp_path / "newer.attune"))
    assert "version 1 of it is in your library, not version 2" in found.notes[0]


def test_a_pack_with_problems_stays_where_it_is(
    program: Program, trainee: Trainee, tmp_path: Path
) -> None:
    folder = own_pack(program.home)
    clip = folder / "media" / "dana-parking.t1.opus"
    good = clip.read_bytes()
    clip.write_bytes(good + b"x")
    with pytest.raises(KnownError, match=r"The pack course has problems, .* not the file"):
        given_out(program, tmp_path / "no.attune")
    assert not (tmp_path / "no.attune").exists()
    for number, (path, said) in enumerate((
        (zipped(tmp_path / "bad1", make_pack(tmp_path / "short", 0.8)), "the pack short was left"),
        (zip_pack(folder, tmp_path / "deflated"), "a pack in it was left out: it is compressed"),
        (tmp_path / "not a zip.attunepack", "a pack in it was left out: is damaged"),
    )):  # fmt: skip
        if not path.exists():
            path.write_bytes(b"no zip")
        found = trainee.receive(forged(program, tmp_path / f"f{number}.attune", path))
        assert (found.new, found.packs) == (True, ())
        assert found.notes[0].startswith(said)
        assert str(tmp_path) not in found.notes[0]
    assert not trainee.home.packs.exists() or not list(trainee.home.packs.iterdir())
    path = zipped(tmp_path / "strange", folder)
    refused(trainee, forged(program, tmp_path / "s.attune", path, "run.sh"), "nothing that belongs")


def zipped(target: Path, folder: Path) -> Path:
    packs_inside.bank.zip_up(folder, target)
    return target


def forged(program: Program, out: Path, pack: Path, name: str = "packs/x.attunepack") -> Path:
    """An assignment as another program might write it."""
    with program.log() as log:
        made = assign.compose(log, library(), ask(forms={"A": ["eli-bike-racks"]}))
        pair = own_pair(log)
    facts = {"assignment": assign.rules.as_document(made)}
    member = Member(name, *files.sha256_of(pack))
    manifest = Manifest("assignment", made.id, made.made_at.isoformat(), "1", 1, facts, (member,))
    assert not bundle.write(out, manifest, {name: pack}, lambda _: None, pair)
    return out
