"""A fault in the content costs only what is faulty."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.short_pack import make_pack
from trainer.app import content
from trainer.app.library import Library, load_library, pack_folders, titled
from trainer.app.paths import Home, bundled
from trainer.app.progress import progress
from trainer.app.references import sets_for
from trainer.app.today import add_person
from trainer.bank import KINDS
from trainer.domain.errors import KnownError
from trainer.store.db import open_log

CORE = bundled("scenarios") / "core"
OWN_SET = """\
id: own
version: 1
title: My own
about: Two, and one that is not there.
rubric: alliance-skills
vignettes: [ben-rain, anna-late]
"""


def own_of(library: Library) -> list[str]:
    return [v.id for v in library.vignettes if v.ref.pack == "short"]


def test_a_persons_own_pack_may_be_rated_with_the_bundled_rubrics(at_home: Home) -> None:
    folder = make_pack(at_home.packs)
    (folder / "sets").mkdir()
    (folder / "sets" / "own.yaml").write_text(OWN_SET)
    library = load_library(pack_folders(at_home))
    assert own_of(library) == ["anna-late", "ben-rain"]
    assert [p for p in library.problems if str(folder) in p.file] == []
    chosen = next(s for s in library.sets if s.id == "own")
    assert [v.id for v in library.vignettes_of(chosen)] == ["ben-rain", "anna-late"]


def test_two_packs_may_have_a_rubric_of_one_id_and_each_is_meant_by_its_own(
    at_home: Home,
) -> None:
    core, *_ = load_library([CORE]).packs
    rubric = next(one for one in core.rubrics if one.id == "alliance-skills")
    other = replace(rubric, ref=replace(rubric.ref, pack="mine"))
    library = Library((core, replace(core, id="mine", rubrics=(other,), reference_sets=())), ())
    called = {name: title for title, name in titled(library.rubrics)}
    log = open_log(at_home.folder)
    for one in (rubric, other):
        assert called[one.ref.name] == f"{one.title} ({one.ref.pack})"
        assert progress(log, library, add_person(log, "Mo").value.id, one.ref.name).rubric is one
    log.close()
    assert called["core/facilitative-eight"] == library.rubric("facilitative-eight").title
    assert len(sets_for(library, rubric)) == 1
    assert sets_for(library, other) == ()  # the other pack's answers were rated on its own words


def own_references(folder: Path) -> Path:
    """The bundled references under another name, in the pack at ``folder``."""
    text = (CORE / "references" / "first-references.yaml").read_text(encoding="utf-8")
    text = text.replace("id: first-references", "id: my-references")
    (folder / "references").mkdir()
    path = folder / "references" / "my-references.yaml"
    path.write_text(text.replace("media/first-references", "media/my"), encoding="utf-8")
    for sound in (CORE / "media").glob("first-references.*"):
        shutil.copy(sound, folder / "media" / sound.name.replace("first-references", "my"))
    return path


def test_a_persons_own_references_may_answer_the_bundled_clients(at_home: Home) -> None:
    path = own_references(make_pack(at_home.packs))
    library = load_library(pack_folders(at_home))
    own = next(s for s in library.reference_sets if s.id == "my-references")
    assert {s.id for s in library.reference_sets} == {"first-references", "my-references"}
    assert {one.vignette.pack for one in own.references} == {"core"}
    told = {p.what for p in content.check(at_home, [path]).problems}
    assert not [what for what in told if "vignette" in what or "rubric" in what]


def test_a_faulty_reference_set_is_left_out_and_told(at_home: Home) -> None:
    path = own_references(make_pack(at_home.packs))
    path.write_text(path.read_text().replace("vignette: tom-eleven-across", "vignette: tom"))
    library = load_library(pack_folders(at_home))
    assert [s.id for s in library.reference_sets] == ["first-references"]
    assert own_of(library) == ["anna-late", "ben-rain"]
    assert any(p.file == str(path) and "'tom'" in p.what for p in library.problems)


def test_a_faulty_vignette_is_left_out_and_told(at_home: Home) -> None:
    folder = make_pack(at_home.packs)
    faulty = folder / "vignettes" / "anna-late.yaml"
    faulty.write_text(faulty.read_text().replace("level: beginner", "level: heroic"))
    library = load_library((CORE, folder))
    assert own_of(library) == ["ben-rain"]
    (problem,) = [p for p in library.problems if p.file == str(faulty)]
    assert "level" in problem.field
    assert faulty.read_text().splitlines()[problem.line - 1].strip() == "level: heroic"


@pytest.mark.parametrize("name", ["anna-late.t1.wav", "anna-late.t1.vtt"])
def test_a_missing_sound_or_caption_file_leaves_its_vignette_out(at_home: Home, name: str) -> None:
    folder = make_pack(at_home.packs)
    (folder / "media" / name).unlink()
    library = load_library((CORE, folder))
    assert own_of(library) == ["ben-rain"]
    assert any(name in p.what for p in library.problems)


def test_a_pack_without_its_head_is_left_out_and_the_others_are_there(at_home: Home) -> None:
    broken, whole = make_pack(at_home.packs, pack="a-broken"), make_pack(at_home.packs)
    (broken / "pack.yaml").unlink()
    library = load_library((CORE, broken, whole))
    assert "a-broken" not in [p.id for p in library.packs]
    assert own_of(library) == ["anna-late", "ben-rain"]
    assert any("pack.yaml" in p.file for p in library.problems)


def test_stray_files_and_hidden_folders_are_no_packs(at_home: Home) -> None:
    make_pack(at_home.packs)
    (at_home.packs / ".trash").mkdir()
    (at_home.packs / "notes.txt").write_text("x")
    assert pack_folders(at_home)[-1] == at_home.packs / "short"
    assert CORE in pack_folders(at_home)


def test_without_own_packs_there_are_the_bundled_ones(at_home: Home) -> None:
    assert CORE in pack_folders(at_home)


def test_what_is_not_there_is_told(library: Library) -> None:
    assert library.vignette("short", "gone") is None
    assert library.vignette("gone", "anna-late") is None
    with pytest.raises(KnownError, match="no vignette called 'gone'"):
        library.find_vignette("gone")


# ---------------------------------------------------------------- as the command line shows it


def test_rows_have_what_a_list_shows_and_every_filter_counts(at_home: Home) -> None:
    make_pack(at_home.packs)
    mine = [r for r in content.rows(at_home) if r["pack"] == "short"]
    assert [r["id"] for r in mine] == ["anna-late", "ben-rain"]
    assert (mine[0]["client"], mine[0]["level"], mine[0]["seconds"]) == ("Anna", "beginner", 1.4)

    def fits(**filters: str) -> bool:
        return any(r["pack"] == "short" for r in content.rows(at_home, **filters))

    assert fits(level="beginner", rupture="confrontation", skill="repair")
    assert fits(quadrant="hostile-dominant")
    assert not fits(level="advanced")
    assert not fits(rupture="none")
    assert not fits(quadrant="friendly-dominant")
    assert not fits(level="beginner", skill="warmth")


def test_one_vignette_reads_as_a_person_would_write_it(at_home: Home) -> None:
    make_pack(at_home.packs)
    lines = content.as_lines(content.vignette(at_home, "anna-late"))
    assert lines[0] == "You were late (anna-late, version 4)"
    assert "  [angry] You were late again." in lines
    assert "Unspoken: She feared you had gone." in lines


def test_checking_names_file_line_and_field(at_home: Home) -> None:
    folder = make_pack(at_home.packs)
    faulty = folder / "vignettes" / "anna-late.yaml"
    faulty.write_text(faulty.read_text().replace("level: beginner", "level: heroic"))
    found = content.check(at_home, [faulty])
    assert found.checked == (str(faulty),)
    assert any(p.file == str(faulty) and "level" in p.field for p in found.problems)


def test_coverage_counts_what_is_there(at_home: Home) -> None:
    folder = make_pack(at_home.packs)
    counts, table = content.coverage(at_home, [CORE, folder])
    assert counts
    assert all(isinstance(n, int) for cells in counts.values() for n in cells.values())
    assert table.strip()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_has_a_schema(kind: str) -> None:
    assert content.schema(kind)["type"] == "object"


def test_a_pack_as_json_holds_paths_as_text(at_home: Home) -> None:
    make_pack(at_home.packs)
    document = content.as_json(content.vignette(at_home, "anna-late"))
    clip = document["turns"][0]["media"]["audio"]
    assert isinstance(clip, str)
    assert Path(clip).is_file()
