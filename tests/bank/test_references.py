"""Reference sets: what a good one becomes, and each way in which one can fail, with its line."""

import zipfile

import pytest

from tests.bank.reference_pack import FILE, REFERENCES, USES, add_references, line_of
from trainer.bank import check, open_pack, usable

M = "media/media.yaml"
ANNA = "vignettes/anna-late.yaml"


@pytest.fixture
def referenced(mini):
    """The small pack with a good reference set."""
    return add_references(mini)


def test_a_good_set_has_no_problem_and_loads_whole(referenced):
    assert referenced.problems() == []
    (loaded,) = referenced.pack().reference_sets
    assert (loaded.pack, loaded.id, loaded.version, loaded.rubric) == ("mini", "mine", 3, "plain")
    assert loaded.basis == "Made up by a test."
    assert tuple(one.use for one in loaded.references) == USES
    second = loaded.references[1]
    assert (second.vignette.vignette, second.vignette.pack_version) == ("ben-tea", 2)
    assert (second.vignette.vignette_version, second.turn) == (4, "t1")
    assert second.audio == referenced.path("media/mine.r2.wav")
    assert (second.ratings["warmth"].score, second.ratings["warmth"].reason) == (2.0, "The cup.")
    assert loaded.references[3].ratings["repair"].score is None


def test_a_pack_without_reference_sets_is_a_good_pack(mini):
    assert mini.problems() == []
    assert mini.pack().reference_sets == ()


def test_a_zipped_pack_brings_its_reference_sets_and_their_sounds(referenced, tmp_path):
    path = tmp_path / "mini.attunepack"
    with zipfile.ZipFile(path, "w") as target:
        for file in sorted(referenced.folder.rglob("*")):
            target.write(file, file.relative_to(referenced.folder).as_posix())
    assert check([path]) == ()
    (loaded,) = referenced.pack(open_pack(path, tmp_path / "out")).reference_sets
    assert [one.audio.stat().st_size > 0 for one in loaded.references] == [True] * len(USES)


@pytest.mark.parametrize(
    ("number", "old", "new", "said"),
    [
        (1, "vignette: anna-late", "vignette: anna", ".vignette: there is no vignette 'anna'"),
        (1, "turn: t1", "turn: t2", ".turn: 'anna-late' has no turn 't2'; turns: t1"),
        (
            2,
            "repair: {score: 3, reason: One cup.}",
            "repare: {score: 3, reason: One cup.}",
            ".ratings.repare: rubric 'plain' has no item 'repare'; items: warmth, repair",
        ),
        (
            2,
            ", repair: {score: 3, reason: One cup.}",
            "",
            ".ratings: has no rating of repair",
        ),
        (
            2,
            "score: 3, reason: One cup.",
            "score: 6, reason: One cup.",
            ".ratings.repair.score: 6 is outside the scale from 1 to 5",
        ),
        (
            2,
            "score: 3, reason: One cup.",
            "score: 2.5, reason: One cup.",
            ".ratings.repair.score: 2.5 lies between two scores; this rubric has whole ones only",
        ),
        (
            2,
            "warmth: {score: 2,",
            "warmth: {not_applicable: true,",
            ".ratings.warmth.not_applicable: 'warmth' always applies; give it a score",
        ),
        (
            2,
            "warmth: {score: 2,",
            "warmth: {",
            ".ratings.warmth: has no score; where the item does not apply, not_applicable: true",
        ),
        (
            4,
            "not_applicable: true",
            "not_applicable: true, score: 2",
            ".ratings.repair: has a score and is not applicable; keep one of the two",
        ),
        (
            2,
            "{score: 3, reason: One cup.}",
            "{score: 3}",
            ".ratings.repair.reason: is missing (One line: the words or the behaviour that decide)",
        ),
        (
            2,
            "id: r2",
            "id: r1",
            ".id: another reference is called 'r1'; give this one an id of its own",
        ),
        (
            2,
            "use: training",
            "use: trainig",
            ".use: 'trainig' is not in the list; did you mean 'training'? "
            "one of: training, gate, hidden",
        ),
        (
            2,
            "media/mine.r2.wav",
            "media/mine.r99.wav",
            ".audio: the file 'media/mine.r99.wav' is missing from the pack",
        ),
        (
            2,
            "media/mine.r2.wav",
            "media/../../r2.wav",
            ".audio: 'media/../../r2.wav' leads out of the pack; "
            "write it as media/... with / between folders",
        ),
    ],
)
def test_what_keeps_a_set_from_use_is_told_with_its_line(referenced, number, old, new, said):
    line = REFERENCES.splitlines()[line_of(number) - 1]
    assert old in line
    referenced.edit(FILE, line, line.replace(old, new))
    assert f"{FILE}:{line_of(number)}: references[{number}]{said}" in referenced.problems()
    pack, _problems = usable(referenced.folder)
    assert pack is not None
    assert pack.reference_sets == ()
    assert len(pack.vignettes) == 2


def test_a_rubric_that_is_not_there_is_told(referenced):
    referenced.edit(FILE, "rubric: plain", "rubric: plane")
    assert referenced.problems() == [f"{FILE}:7: rubric: there is no rubric 'plane'"]


@pytest.mark.parametrize(("use", "there", "fewest"), [("gate", 10, 10), ("hidden", 8, 8)])
def test_too_few_for_a_use_are_told(referenced, use, there, fewest):
    referenced.edit(FILE, f"use: {use}", "use: training")
    said = f"references: has {there - 1} for '{use}'; at least {fewest} needed"
    assert f"{FILE}:8: {said}" in referenced.problems()
    assert usable(referenced.folder)[0].reference_sets == ()


def test_a_set_that_nobody_could_learn_from_is_told(referenced):
    text = referenced.path(FILE).read_text(encoding="utf-8")
    referenced.write(FILE, text.replace("use: training", "use: hidden"))
    said = "references: has 0 for 'training'; at least 8 needed"
    assert referenced.problems() == [f"{FILE}:8: {said}"]


def rescored(referenced, change):
    """Give each gate reference the warmth that ``change`` says (of its present one)."""
    lines = REFERENCES.splitlines(keepends=True)
    for at in range(8, 18):
        number = line_of(at + 1) - 1
        now = at % 5 + 1
        wanted = f"warmth: {{score: {change(now)},"
        lines[number] = lines[number].replace(f"warmth: {{score: {now},", wanted)
    referenced.write(FILE, "".join(lines))


def test_a_gate_of_like_scores_is_told_and_can_still_be_used(referenced):
    rescored(referenced, lambda score: min(score, 3))
    assert referenced.problems() == [
        f"{FILE}:8: references: warmth has 3 different scores in the gate; at least 4 needed",
        f"{FILE}:8: references: warmth is 3 in 6 of 10 in the gate; at most a third may be alike",
    ]
    assert len(referenced.pack().reference_sets) == 1


def test_four_scores_of_which_one_is_too_common_are_told(referenced):
    rescored(referenced, lambda score: 3 if score == 4 else score)
    assert referenced.problems() == [
        f"{FILE}:8: references: warmth is 3 in 4 of 10 in the gate; at most a third may be alike"
    ]


def test_two_references_that_say_the_same_are_told(referenced):
    lines = REFERENCES.splitlines()
    first, other = (line.split('"')[1] for line in lines[line_of(1) - 1 : line_of(2)])
    referenced.edit(FILE, other, first)
    said = "references[2].text: says much the same as 'r1' (100% alike)"
    assert referenced.problems() == [f"{FILE}:{line_of(2)}: {said}"]


WRITTEN = "I was late, and you stood in the rain looking up at my light."


@pytest.mark.parametrize(("number", "use"), [(1, "training"), (9, "gate"), (19, "hidden")])
def test_an_exemplar_may_be_learned_from_but_not_be_tested_with(referenced, number, use):
    assert USES[number - 1] == use
    referenced.edit(ANNA, 'text: "I was late."', f'text: "{WRITTEN}"')
    line = REFERENCES.splitlines()[line_of(number) - 1]
    extra = f"{WRITTEN} I never asked how long."
    referenced.edit(FILE, line, line.replace(line.split('"')[1], extra))
    said = "text: is the exemplar at level 5 in part (71% alike), which raters may have read"
    told = [f"{FILE}:{line_of(number)}: references[{number}].{said}"]
    assert referenced.problems() == ([] if use == "training" else told)


def test_a_therapist_who_talks_like_a_book_is_told(referenced):
    said = "Professional considerations inevitably necessitate organisational flexibility."
    referenced.edit(FILE, REFERENCES.splitlines()[line_of(3) - 1].split('"')[1], said)
    assert referenced.problems()[0] == (
        f"{FILE}:{line_of(3)}: references[3].text: reads like school year 43.8, at most 9; "
        "use shorter sentences and everyday words"
    )


def test_a_protected_name_is_told(referenced):
    referenced.edit(FILE, "reason: The boat.", "reason: As in the WAI.")
    said = "'WAI' is the name of a protected instrument; say it in other words"
    assert referenced.problems() == [
        f"{FILE}:{line_of(1)}: references[1].ratings.warmth.reason: {said}"
    ]


def record_line(referenced, number, field):
    """The line in media.yaml that holds a field of a reference's sound."""
    lines = referenced.path(M).read_text(encoding="utf-8").splitlines()
    start = lines.index(f"  mine.r{number}:")
    return next(i + 1 for i in range(start, len(lines)) if f" {field}:" in lines[i])


def test_a_sound_that_is_longer_than_an_answer_may_be_is_told(referenced):
    text = referenced.path(M).read_text(encoding="utf-8")
    head, tail = text.split("  mine.r5:")
    referenced.write(
        M, f"{head}  mine.r5:{tail.replace('duration_s: 20.0', 'duration_s: 95.0', 1)}"
    )
    said = "references[5].audio: takes 95 s to say; it should be 4 to 90 s"
    assert referenced.problems() == [f"{FILE}:{line_of(5)}: {said}"]


def test_a_sound_that_changed_is_told(referenced):
    sound = referenced.path("media/mine.r5.wav")
    sound.write_bytes(sound.read_bytes() + b"\0")
    said = "audio_sha256: media/mine.r5.wav is not the file that was recorded here"
    line = record_line(referenced, 5, "audio_sha256")
    assert referenced.problems() == [f"{M}:{line}: clips.mine.r5.{said}"]


def test_a_sound_that_is_not_on_record_is_told(referenced):
    referenced.edit(M, "audio: media/mine.r5.wav", "audio: media/other.wav")
    said = "references[5].audio: is not listed in media/media.yaml"
    assert referenced.problems() == [f"{FILE}:{line_of(5)}: {said}"]


def test_a_sound_that_cannot_be_understood_is_told(referenced):
    text = referenced.path(M).read_text(encoding="utf-8")
    head, tail = text.split("  mine.r5:")
    worse = tail.replace("word_error_rate: 0.1", "word_error_rate: 0.5", 1)
    referenced.write(M, f"{head}  mine.r5:{worse}")
    line = record_line(referenced, 5, "word_error_rate")
    said = "50% of the words are misheard, at most 35%; render it again"
    assert referenced.problems() == [f"{M}:{line}: clips.mine.r5.word_error_rate: {said}"]


def test_references_may_answer_the_clients_of_another_pack(referenced, tmp_path):
    whole = referenced.pack()
    for name in ("vignettes", "sets"):
        for file in referenced.path(name).iterdir():
            file.unlink()
    alone, problems = usable(referenced.folder)
    assert alone is not None
    assert alone.reference_sets == ()
    assert "there is no vignette 'anna-late'" in problems[0].what
    referenced.edit("pack.yaml", "id: mini", "id: other")
    assert check([referenced.folder], (), whole.vignettes) == ()
    pack, problems = usable(referenced.folder, others=whole.vignettes)
    assert problems == ()
    assert pack is not None
    assert pack.reference_sets[0].references[0].vignette.pack == "mini"


def test_another_version_of_a_pack_does_not_hide_what_is_missing_from_it(referenced):
    whole = referenced.pack()
    referenced.path(ANNA).unlink()
    _pack, problems = usable(referenced.folder, others=whole.vignettes)
    assert "there is no vignette 'anna-late'" in {problem.what for problem in problems}


def test_a_faulty_vignette_or_rubric_leaves_the_set_out_without_blaming_it(referenced):
    referenced.edit(ANNA, "level: beginner", "level: easy")
    pack, problems = usable(referenced.folder)
    assert pack is not None
    assert pack.reference_sets == ()
    assert [problem.file.rpartition("/")[2] for problem in problems] == ["anna-late.yaml"]


def test_a_set_is_checked_with_its_pack_or_on_its_own(referenced, tmp_path):
    referenced.edit(FILE, "score: 1, reason: The boat.", "score: 9, reason: The boat.")
    said = "references[1].ratings.warmth.score: 9 is outside the scale from 1 to 5"
    found = referenced.short(check([referenced.path(FILE)]))
    assert found == [f"{FILE}:{line_of(1)}: {said}"]
    loose = tmp_path / "elsewhere" / "mine.yaml"
    loose.parent.mkdir()
    loose.write_bytes(referenced.path(FILE).read_bytes())
    assert {problem.what.split("'")[0] for problem in check([loose])} == {"the file "}


def test_two_sets_of_one_name_are_told(referenced):
    referenced.write("references/other.yaml", REFERENCES)
    said = "'mine' is also the id of mine.yaml; choose another"
    assert f"references/other.yaml:1: id: {said}" in referenced.problems()


def test_a_set_of_the_wrong_ending_is_not_passed_over(referenced):
    referenced.path(FILE).rename(referenced.path("references/mine.yml"))
    said = "is not read; call it mine.yaml"
    assert referenced.problems() == [f"references/mine.yml:1: file: {said}"]
