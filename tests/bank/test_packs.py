import pytest

from trainer.bank import check, usable

ANNA = "vignettes/anna-late.yaml"


def test_a_good_pack_has_no_problem_and_loads_whole(mini):
    assert mini.problems() == []
    pack = mini.pack()
    assert (pack.id, pack.version, pack.title) == ("mini", 2, "A small pack")
    assert [v.id for v in pack.vignettes] == ["anna-late", "ben-tea"]
    assert [r.id for r in pack.rubrics] == ["plain"]
    assert [(s.id, s.vignettes) for s in pack.sets] == [("first", ("anna-late", "ben-tea"))]


def test_a_vignette_carries_times_paths_and_versions(mini):
    anna, _ben = mini.pack().vignettes
    turn = anna.turn("t1")
    assert (anna.ref.pack, anna.ref.pack_version, anna.ref.vignette_version) == ("mini", 2, 4)
    assert anna.context == "Third session. You were late."
    assert [(s.start_s, s.end_s) for s in turn.says] == [(0.3, 1.5), (2.3, 19.5)]
    assert turn.says[1].pause_before_s == 0.8
    assert turn.media.clip == mini.path("media/anna-late.t1.wav")
    assert (turn.window_s, turn.next, anna.synthetic) == (90.0, {}, True)
    exemplar = turn.exemplar(5)
    assert exemplar is not None
    assert exemplar.items == {"warmth": 5, "repair": 5}


def test_a_rubric_carries_its_anchors_as_numbers(mini):
    (rubric,) = mini.pack().rubrics
    assert rubric.item("warmth").anchors[5] == "Very warm."
    assert rubric.item("repair").not_applicable
    assert rubric.ref.version == 3
    assert rubric.scale.admits(5)


def test_a_missing_sound_leaves_out_that_vignette_only(mini):
    mini.path("media/anna-late.t1.wav").unlink()
    pack, problems = usable(mini.folder)
    assert pack is not None
    assert [v.id for v in pack.vignettes] == ["ben-tea"]
    assert [s.vignettes for s in pack.sets] == [("ben-tea",)]
    assert mini.short(problems) == [
        f"{ANNA}:26: turns[1].media.audio: "
        "the file 'media/anna-late.t1.wav' is missing from the pack"
    ]


def test_a_faulty_rubric_leaves_out_its_sets_but_no_vignette(mini):
    mini.edit("rubrics/plain.yaml", "      5: Very warm.\n", "")
    pack, problems = usable(mini.folder)
    assert pack is not None
    assert (len(pack.vignettes), pack.rubrics, pack.sets) == (2, (), ())
    assert len(problems) == 1


def test_a_faulty_pack_file_is_no_pack_but_the_rest_is_still_checked(mini):
    mini.edit("pack.yaml", "version: 2", "version: two")
    mini.edit(ANNA, "level: beginner", "level: easy")
    pack, problems = usable(mini.folder)
    assert pack is None
    assert mini.short(problems) == [
        "pack.yaml:2: version: expected a whole number, found 'two'",
        f"{ANNA}:18: tags.level: 'easy' is not in the list; "
        "one of: beginner, intermediate, advanced",
    ]


def test_a_folder_without_pack_file_says_so(tmp_path):
    pack, problems = usable(tmp_path)
    assert pack is None
    assert [str(p) for p in problems] == [
        f"{tmp_path}/pack.yaml:1: file: cannot be read: no such file or directory"
    ]


def test_exemplars_may_use_a_rubric_of_another_pack(mini):
    rubrics = mini.pack().rubrics
    mini.path("rubrics/plain.yaml").unlink()
    assert len(check([mini.folder])) == 11
    assert check([mini.folder], known=rubrics) == ()
    assert [s.rubric for s in mini.pack(known=rubrics).sets] == ["plain"]


def test_quality_does_not_keep_a_vignette_from_practice(mini):
    mini.edit("media/media.yaml", "word_error_rate: 0.1", "word_error_rate: 0.6")
    assert len(mini.problems()) == 1
    assert len(mini.pack().vignettes) == 2


def test_all_problems_of_all_files_come_at_once(mini):
    mini.edit("rubrics/plain.yaml", "min: 1", "min: one")
    mini.edit("sets/first.yaml", "ben-tea", "ben-tee")
    mini.edit(ANNA, "attachment: preoccupied", "attachment: anxious")
    mini.edit("vignettes/ben-tea.yaml", "level: beginner", "levle: beginner")
    assert [problem.split(":")[0] for problem in mini.problems()] == [
        "rubrics/plain.yaml",
        "sets/first.yaml",
        ANNA,
        "vignettes/ben-tea.yaml",
        "vignettes/ben-tea.yaml",
    ]


def test_single_files_are_checked_with_their_pack(mini):
    mini.edit(ANNA, "warmth: 5, repair: 5", "warmth: 7, repair: 5")
    mini.edit("vignettes/ben-tea.yaml", "level: beginner", "level: easy")
    found = mini.short(check([mini.path(ANNA)]))
    assert found == [
        f"{ANNA}:35: turns[1].exemplars[1].items.warmth: 7 is outside the scale from 1 to 5"
    ]


def test_a_loose_file_is_checked_on_its_own(mini, tmp_path):
    loose = tmp_path / "elsewhere" / "plain.yaml"
    loose.parent.mkdir()
    loose.write_bytes(mini.path("rubrics/plain.yaml").read_bytes())
    assert check([loose]) == ()
    loose.write_text("a: 1\n", encoding="utf-8")
    assert [p.what for p in check([loose])] == [
        "is not a vignette (turns), rubric (items), set (vignettes), reference set (references) "
        "or pack"
    ]


def test_what_is_no_content_is_told(tmp_path):
    picture = tmp_path / "a.png"
    picture.touch()
    found = check([picture, tmp_path / "gone"])
    assert [p.what for p in found] == [
        "is not a pack (.attunepack or a folder) or a .yaml file",
        "does not exist",
    ]


@pytest.mark.parametrize("name", [ANNA, "rubrics/plain.yaml", "sets/first.yaml", "pack.yaml"])
def test_a_loose_file_of_each_kind_is_known_by_its_fields(mini, tmp_path, name):
    loose = tmp_path / "elsewhere" / name.rpartition("/")[2]
    loose.parent.mkdir()
    loose.write_bytes(mini.path(name).read_bytes())
    assert [p.field for p in check([loose]) if "media" not in p.field] == (
        ["turns[1].says"] if name == ANNA else []
    )
