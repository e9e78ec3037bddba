import time

import pytest

from trainer.bank import read_times
from trainer.bank.build import times_of
from trainer.bank.captions import Cue
from trainer.domain.errors import ContentError


@pytest.fixture
def vtt(tmp_path):
    def write(text):
        path = tmp_path / "a.vtt"
        path.write_bytes(text.encode())
        return path

    return write


def test_cues_have_times_and_plain_words(vtt):
    text = (
        "\ufeffWEBVTT - a title\r\n\r\nNOTE not\r\na cue\r\n\r\nSTYLE\r\n::cue {color: red}\r\n\r\n"
        "1\r\n00:01.500 --> 00:02.250 align:start\r\n"
        "<v Anna>You were <i>late</i>,\r\nagain.\r\n\r\n"
        "01:00:00.000 --> 01:00:01.000\r\nTea &amp; rain &lt;3\r\n"
    )
    assert read_times(vtt(text)) == (
        (1.5, 2.25, "You were late, again."),
        (3600.0, 3601.0, "Tea & rain <3"),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: file: must begin with the word WEBVTT"),
        ("1\n00:01.000 --> 00:02.000\nx\n", "1: file: must begin with the word WEBVTT"),
        (
            "WEBVTT\n\n00:01,000 --> 00:02,000\nx\n",
            "3: time: is not a time such as 00:00:01.500 --> 00:00:03.000",
        ),
        (
            f"WEBVTT\n\n00:01.000 --> {'9' * 9_000}:00:02.000\nx\n",
            "3: time: is not a time such as 00:00:01.500 --> 00:00:03.000",
        ),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nx\n", "3: time: the times run backwards"),
        (
            "WEBVTT\n\n00:02.000 --> 00:03.000\nx\n\n00:01.000 --> 00:04.000\ny\n",
            "6: time: the times run backwards",
        ),
    ],
)
def test_a_fault_is_told_with_its_line(vtt, text, said):
    with pytest.raises(ContentError) as caught:
        read_times(vtt(text), "a.vtt")
    assert [str(problem) for problem in caught.value.problems] == [f"a.vtt:{said}"]


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(ContentError, match="no such file"):
        read_times(tmp_path / "a.vtt")


@pytest.mark.parametrize(
    "text",
    [
        "<" * 900_000,
        "00:01.000 --> 00:02.000\n" * 35_000,
        "&" * 900_000,
        f"&#{'9' * 9_000}; and &{'x' * 90_000};",
    ],
)
def test_hostile_captions_are_read_quickly(vtt, text):
    start = time.process_time()
    read_times(vtt("WEBVTT\n\n00:00.000 --> 00:01.000\n" + text))
    assert time.process_time() - start < 3


def cues(*texts):
    return tuple(Cue(float(i), i + 0.5, text) for i, text in enumerate(texts))


def test_a_long_sentence_may_be_spread_over_cues():
    heard = cues("You were", "late, again!", "Rain.")
    assert times_of(["You were late again.", "Rain."], heard) == [(0.0, 1.5), (2.0, 2.5)]


@pytest.mark.parametrize(
    "heard", [(), ("a",), ("a", "b", "c"), ("a b",), ("b", "a"), ("a", "")], ids=str
)
def test_other_cues_give_no_times(heard):
    assert times_of(["a", "b"], cues(*heard)) is None


def test_captions_with_faults_are_told_under_their_own_name(mini):
    mini.edit("media/anna-late.t1.vtt", "00:00.300", "00.300")
    mini.record()
    assert mini.problems()[0] == (
        "media/anna-late.t1.vtt:4: time: is not a time such as 00:00:01.500 --> 00:00:03.000"
    )


def test_one_caption_over_two_sentences_is_told(mini):
    mini.edit("media/anna-late.t1.vtt", "late.\n\n2\n00:02.300 --> 00:19.500\nI saw", "late. I saw")
    mini.record()
    assert mini.problems() == [
        "vignettes/anna-late.yaml:26: turns[1].media.captions: one caption runs over two "
        "sentences; begin each anew"
    ]
