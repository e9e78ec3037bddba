import pytest

from trainer.bank.wording import grade, spoken_seconds, words
from trainer.domain.vignette import Sentence

A = "vignettes/anna-late.yaml"
B = "vignettes/ben-tea.yaml"
R = "rubrics/plain.yaml"
M = "media/media.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            M,
            "duration_s: 20.0",
            "duration_s: 72.4",
            f"{A}:23: turns[1].says: takes 72 s to say; it should be 15 to 60 s",
        ),
        (
            M,
            "word_error_rate: 0.1",
            "word_error_rate: 0.36",
            f"{M}:9: clips.anna-late.t1.word_error_rate: 36% of the words are misheard, "
            "at most 35%; render it again",
        ),
        (
            M,
            "    word_error_rate: 0.1\n",
            "",
            f"{M}:3: clips.anna-late.t1.word_error_rate: is missing; is the voice understandable?",
        ),
        (
            M,
            "licence: CC-BY-4.0",
            'licence: ""',
            f"{M}:4: clips.anna-late.t1.licence: is missing; may this clip be passed on?",
        ),
        (
            M,
            "audio: media/anna-late.t1.wav",
            "audio: media/other.wav",
            f"{A}:26: turns[1].media.audio: is not listed in media/media.yaml",
        ),
        (
            A,
            "Explaining the traffic.",
            "Reaching for the WAI.",
            f"{A}:30: turns[1].trap: 'WAI' is the name of a protected instrument; "
            "say it in other words",
        ),
        (
            A,
            "Third session.",
            "Third session, after the session rating scale.",
            f"{A}:6: context: 'session rating scale' is the name of a protected instrument; "
            "say it in other words",
        ),
        (
            R,
            "3: Fair.",
            "3: As in the OQ-45.",
            f"{R}:15: items[1].anchors.3: 'OQ-45' is the name of a protected instrument; "
            "say it in other words",
        ),
        (
            A,
            ", captions: media/anna-late.t1.vtt",
            "",
            f"{A}:26: turns[1].media: has no captions; who cannot hear well needs them",
        ),
    ],
)
def test_what_is_not_good_is_told_with_its_line(mini, file, old, new, said):
    mini.edit(file, old, new)
    assert mini.problems() == [said]


def test_a_clip_that_changed_is_told(mini):
    clip = mini.path("media/anna-late.t1.wav")
    clip.write_bytes(clip.read_bytes() + b"\0")
    assert mini.problems() == [
        f"{M}:6: clips.anna-late.t1.audio_sha256: media/anna-late.t1.wav is not the file that "
        "was recorded here"
    ]


def test_without_a_record_of_its_media_a_pack_is_not_good(mini):
    mini.path(M).unlink()
    found = mini.problems()
    assert found[0] == (
        f"{M}:1: file: is missing; it records hash, licence and intelligibility of each clip"
    )
    assert len(found) == 1


def test_without_a_clip_the_length_is_guessed_from_the_words(mini):
    mini.path("media/anna-late.t1.vtt").unlink()
    mini.path(M).unlink()
    said = "would take about 6 s to say; it should be 15 to 60 s"
    assert f"{A}:23: turns[1].says: {said}" in mini.problems()


def test_a_client_who_talks_like_a_book_is_told(mini):
    said = "Professional considerations inevitably necessitate organisational flexibility."
    mini.edit(A, '{text: "You were late.', f'{{text: "{said}')
    mini.edit("media/anna-late.t1.vtt", "You were late.", said)
    mini.record()
    assert mini.problems() == [
        f"{A}:23: turns[1].says: reads like school year 16.3, at most 9; use shorter sentences "
        "and everyday words"
    ]


def test_two_clients_who_say_the_same_are_told(mini):
    text = "I saw your light, and I stood in the rain."
    for file in (B, "media/ben-tea.t1.vtt"):
        mini.edit(file, "The dog ate a shoe, so we laughed.", text)
    mini.record()
    assert mini.problems() == [f"{B}:21: turns: says much the same as 'anna-late' (53% alike)"]


@pytest.mark.parametrize("text", ["doors", "Miti", "hors", "a WAIter", "fisher", "imi"])
def test_parts_of_words_are_no_protected_names(mini, text):
    mini.edit(A, "Explaining the traffic.", f"Saying {text} aloud.")
    assert mini.problems() == []


def test_words_are_counted_as_spoken():
    assert words("I\u2019d \u2014 well, 'no'. Twenty-one!") == [
        "i'd",
        "well",
        "no",
        "twenty",
        "one",
    ]


def test_length_is_words_and_pauses():
    says = (Sentence("one two three four five", "neutral"), Sentence("six", "neutral", "", 2.0))
    assert spoken_seconds(says) == pytest.approx(6 * 0.4 + 2.0)
    assert spoken_seconds((*says, Sentence("seven", "neutral"))) == pytest.approx(7 * 0.4 + 2.5)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat. It was warm.", 0, 1),
        ("Last week I told you about my brother, and you asked if I had done the sheet.", 3, 7),
        ("The implementation of organisational initiatives requires consideration.", 15, 40),
        ("", 0, 0),
    ],
)
def test_reading_level(text, low, high):
    assert low <= grade(text) <= high


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\n", f"{M}:1: clips: is missing or not a group of clips"),
        ("clips:\n  anna: late\n", f"{M}:2: clips.anna: has no fields"),
        ("clips: [\n", f"{M}:2: file: a value is missing here, or the text needs quotes"),
    ],
)  # fmt: skip
def test_a_record_of_another_shape_is_told(mini, text, said):
    mini.write(M, text)
    assert said in mini.problems()


def test_a_hash_that_was_not_recorded_is_told(mini):
    lines = mini.path(M).read_text(encoding="utf-8").splitlines(keepends=True)
    mini.write(M, "".join(line for line in lines if "captions_sha256" not in line))
    said = "captions_sha256: is missing (the SHA-256 of media/anna-late.t1.vtt)"
    assert f"{M}:3: clips.anna-late.t1.{said}" in mini.problems()
