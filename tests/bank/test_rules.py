"""Each way a file can fail to hold together: what is changed, and the line that is said of it."""

import pytest

A = "vignettes/anna-late.yaml"
R = "rubrics/plain.yaml"
S = "sets/first.yaml"

NEXT = "    next: {low: t2, middle: t2, high: t2}\nauthors"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            A,
            "rupture: confrontation",
            "rupture: withdrawal",
            "10: tags.markers[1]: 'complaint-about-therapist' is a confrontation marker, "
            "but the rupture is withdrawal",
        ),
        (
            A,
            "rupture: confrontation",
            "rupture: mixed",
            "10: tags.markers: a mixed rupture needs a withdrawal marker: denial, "
            "minimal-response, abstract-talk, topic-shift, deference, mismatched-affect, "
            "self-criticism",
        ),
        (
            "vignettes/ben-tea.yaml",
            "markers: []",
            "markers: [denial]",
            "10: tags.markers: the rupture is none, so there can be no markers; write []",
        ),
        (
            "vignettes/ben-tea.yaml",
            "metacommunication: not-indicated",
            "metacommunication: optional",
            "19: tags.metacommunication: is optional, but without a rupture it is not-indicated",
        ),
        (
            A,
            "{marker: complaint-about-therapist, at_s: 0.4}",
            "{marker: defends-self, at_s: 0.4}",
            "27: turns[1].markers_at[1].marker: 'defends-self' is not among the tags' markers",
        ),
        (
            A,
            "at_s: 0.4",
            "at_s: 19.6",
            "27: turns[1].markers_at[1].at_s: is at 19.6 s, but the client has finished at 19.5 s",
        ),
        (
            A,
            "level: 3, items",
            "level: 2, items",
            "34: turns[1].exemplars: no exemplar at level 3",
        ),
        (
            A,
            "items: {warmth: 1}",
            "items: {warmth: 0}",
            "37: turns[1].exemplars[3].items.warmth: 0 is outside the scale from 1 to 5",
        ),
        (
            A,
            "warmth: 3, repair: 3",
            "warmth: 3, repare: 3",
            "36: turns[1].exemplars[2].items.repare: no rubric has an item 'repare'; "
            "items: repair, warmth",
        ),
        (
            A,
            "items: {warmth: 1}",
            "items: {repair: 1}",
            "37: turns[1].exemplars[3].items: no score for warmth, which may not be left out",
        ),
        (
            A,
            "authors",
            "    next: {low: t9, middle: t1x, high: t1y}\nauthors",
            "38: turns[1].next.low: there is no turn 't9'; turns: t1",
        ),
        (
            A,
            "authors",
            "    next: {low: t1, middle: t1, high: t1}\nauthors",
            "38: turns[1].next: leads back to 't1'; a sequence must end",
        ),
        (
            A,
            "media: {audio: media/anna-late.t1.wav, captions: media/anna-late.t1.vtt}",
            "media: {captions: media/anna-late.t1.vtt}",
            "26: turns[1].media: has no clip; give audio or video",
        ),
        (
            A,
            "media/anna-late.t1.wav",
            "media/../../anna.wav",
            "26: turns[1].media.audio: 'media/../../anna.wav' leads out of the pack; "
            "write it as media/... with / between folders",
        ),
        (
            A,
            "I stood in the rain",
            "I stood in the snow",
            "26: turns[1].media.captions: captions differ from 'says': 'rain' is captioned "
            "where 'snow' is said",
        ),
        (
            A,
            "id: anna-late",
            "id: anna",
            "1: id: is 'anna', but the file is called 'anna-late.yaml'; make them alike",
        ),
        (
            R,
            "      3: Fair.\n",
            "",
            "12: items[1].anchors: no anchor for 3",
        ),
        (
            R,
            "      5: Very warm.",
            "      5: Very warm.\n      6: Hot.",
            "18: items[1].anchors.6: 6 is outside the scale from 1 to 5",
        ),
        (
            R,
            "1: Off., 2: Near.",
            "2: Near., 1: Off.",
            "26: items[2].anchors: the anchors are not in order; write them from the lowest "
            "score up",
        ),
        (
            R,
            "id: repair",
            "id: warmth",
            "22: items[2].id: another item is called 'warmth'; give this one an id of its own",
        ),
        (
            R,
            "max: 5",
            "max: 9",
            "6: scale.max: the scale has 9 points; between 3 and 7 are possible",
        ),
        (S, "rubric: plain", "rubric: plane", "5: rubric: there is no rubric 'plane'"),
        (S, "ben-tea", "ben-tee", "6: vignettes[2]: there is no vignette 'ben-tee'"),
    ],
)
def test_what_does_not_hold_together_is_told_with_its_line(mini, file, old, new, said):
    mini.edit(file, old, new)
    assert f"{file}:{said}" in mini.problems()


def add_turn(mini, text):
    """A second turn like the first, with its own id."""
    lines = mini.path(A).read_text(encoding="utf-8").splitlines()
    turn = "\n".join(lines[21:37]).replace("id: t1", text)
    mini.edit(A, "authors", f"{turn}\nauthors")


def test_a_turn_that_nothing_leads_to_is_told(mini):
    add_turn(mini, "id: t2")
    assert mini.problems() == [f"{A}:38: turns[2].id: no turn leads to 't2'; name it in a 'next'"]


def test_a_repair_sequence_is_good(mini):
    add_turn(mini, "id: t2")
    mini.edit(A, "  - id: t2", "    next: {low: t2, middle: t2, high: t2}\n  - id: t2")
    assert mini.problems() == []


def test_two_turns_of_one_name_are_told(mini):
    add_turn(mini, "id: t1")
    said = "another turn is called 't1'; give this one an id of its own"
    assert f"{A}:38: turns[2].id: {said}" in mini.problems()


def test_two_vignettes_of_one_name_are_told(mini):
    mini.edit("vignettes/ben-tea.yaml", "id: ben-tea", "id: anna-late")
    assert mini.problems() == [
        "sets/first.yaml:6: vignettes[2]: there is no vignette 'ben-tea'",
        "vignettes/ben-tea.yaml:1: id: is 'anna-late', but the file is called 'ben-tea.yaml'; "
        "make them alike",
        "vignettes/ben-tea.yaml:1: id: 'anna-late' is also the id of anna-late.yaml; "
        "choose another",
    ]


def test_a_clip_that_is_a_link_out_of_the_pack_is_refused(mini, tmp_path):
    clip = mini.path("media/anna-late.t1.wav")
    outside = clip.rename(tmp_path / "outside.wav")
    clip.symlink_to(outside)
    assert mini.problems() == [
        f"{A}:26: turns[1].media.audio: 'media/anna-late.t1.wav' is a link that leads out of "
        "the pack; copy the file itself"
    ]


def test_an_empty_clip_is_told(mini):
    mini.write("media/anna-late.t1.wav", b"")
    said = "turns[1].media.audio: the file 'media/anna-late.t1.wav' is empty"
    assert mini.problems() == [f"{A}:26: {said}"]


def test_a_file_of_the_wrong_ending_is_not_passed_over(mini):
    mini.path("sets/first.yaml").rename(mini.path("sets/first.yml"))
    assert mini.problems() == ["sets/first.yml:1: file: is not read; call it first.yaml"]


def test_a_rubric_in_full_is_enough_where_another_shares_an_item(mini):
    rubric = mini.path(R).read_text(encoding="utf-8")
    other = rubric.replace("id: plain", "id: other").replace("id: repair", "id: pace")
    mini.write("rubrics/other.yaml", other.replace("not_applicable: true", "not_applicable: false"))
    assert mini.problems() == []
