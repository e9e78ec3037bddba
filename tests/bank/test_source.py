"""Reading YAML: nothing a person can write into a file ends in a traceback."""

import time

import pytest
import yaml

from trainer.bank.source import Source, field_name, read_source


@pytest.fixture
def said(tmp_path):
    """What is said of a file with this text or these bytes, without the file's name."""

    def read(text):
        path = tmp_path / "a.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        source, problems = read_source(path, "a.yaml")
        assert source is not None or problems
        return [str(problem).removeprefix("a.yaml:") for problem in problems]

    return read


@pytest.fixture
def data(tmp_path):
    def read(text) -> Source:
        path = tmp_path / "a.yaml"
        path.write_text(text, encoding="utf-8")
        source, problems = read_source(path)
        assert problems == ()
        assert source is not None
        return source

    return read


def test_only_plain_numbers_true_false_and_nothing_are_not_text(data):
    text = """\
words: [no, yes, on, off, 1:30, 2024-01-01, 0x1f, 1_000, .inf, .nan, "1", 'true', v1.0, 1e3]
values: [1, -2, +3, 1.5, .5, 2., 1.0e3, true, False, null, ~, ]
empty:
"""
    source = data(text)
    assert all(isinstance(word, str) for word in source.data["words"])
    assert source.data["values"] == [1, -2, 3, 1.5, 0.5, 2.0, 1000.0, True, False, None, None]
    assert source.data["empty"] is None


def test_keys_are_text_and_every_field_knows_its_line(data):
    source = data("# a comment\n\n1: a\ntrue: b\ngroup:\n  list:\n    - x\n    - {k: v,\n  l: w}\n")
    assert list(source.data) == ["1", "true", "group"]
    assert source.line(()) == 3
    assert source.line(("group",)) == 5
    assert source.line(("group", "list", 1)) == 8
    assert source.line(("group", "list", 1, "l")) == 9
    assert source.line(("group", "list", 7, "nowhere")) == 6


def test_fields_are_counted_from_one():
    assert field_name(("turns", 0, "says", 1, "text")) == "turns[1].says[2].text"
    assert field_name(()) == "file"


def test_what_is_shown_is_one_short_printable_line():
    assert field_name(("a\nb\x1b[31m", 0)) == "a b [31m[1]"
    assert len(field_name(("x" * 5000,))) == 60


def test_without_the_c_parser_a_file_reads_the_same(said, data, monkeypatch):
    monkeypatch.setattr("trainer.bank.source._LOADER", yaml.BaseLoader)
    assert data("a: 1\nb: [no, '2', 2.5]\nc:\n  d: >\n    x\n    y\n").data == {
        "a": 1,
        "b": ["no", "2", 2.5],
        "c": {"d": "x y\n"},
    }
    assert said("a:\n\tb: 1\n") == ["2: file: is indented with a tab; use spaces"]
    assert said("a: 1\nb: x: y\n") == [
        "2: file: a colon inside the text; put the whole text in quotes"
    ]
    assert said("a: x\x07y\n") == ["1: file: has an invisible control character; delete it"]


def test_a_byte_order_mark_is_no_problem(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfid: x\r\n")
    source, problems = read_source(path)
    assert source is not None
    assert (source.data, problems) == ({"id": "x"}, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "1: file: is empty"),
        ("# only a comment\n", "1: file: is empty"),
        ("- a\n- b\n", "1: file: is a list; expected fields such as 'id: ...'"),
        ("hello", "1: file: is plain text; expected fields such as 'id: ...'"),
        ("a: 1\nb: 2\na: 3\n", "3: a: is written twice (first on line 1); keep one"),
        ("g:\n  a: 1\n  a: 2\n", "3: g.a: is written twice (first on line 2); keep one"),
        ("a: &x 1\n", "1: file: '&x' names a part to repeat it; write it out instead"),
        ("g:\n  a: *x\n", "2: g: '*x' repeats another part; write it out instead"),
        (
            "a: 1\nb: !!python/name:os.system 2\n",
            "2: file: 'tag:yaml.org,2002:python/name:os.system' gives a type; remove it, "
            "quotes are enough",
        ),
        ("a: 1\n---\nb: 2\n", "2: file: a second document begins here ('---'); one file holds one"),
        ("[a, b]: 1\n", "1: file: the name of a field is a list or a group; write one word"),
        ("a:\n\tb: 1\n", "2: file: is indented with a tab; use spaces"),
        ("a: 1\nb: x: y\n", "2: file: a colon inside the text; put the whole text in quotes"),
        ('a: "never closed\nb: 1\n', "3: file: a quote or bracket is opened and never closed"),
        (
            "a: [1, 2\nb: 3\n",
            "2: file: a comma or closing bracket is missing here, or the text needs quotes",
        ),
        ('a: "No," she said.\n', "1: file: the indentation or the quotes are not right here"),
        ("a: @x\n", "1: file: this begins with a sign that needs quotes around it"),
        ('a: "\\q"\n', "1: file: a backslash inside double quotes; use single quotes"),
        ("a: 1\nb\nc: 2\n", "3: file: a line without 'name:'; is it text that should be indented?"),
        ("a: 1\nb: x\x07y\n", "2: file: has an invisible control character; delete it"),
        (b"a: 1\nb: caf\xe9\n", "2: file: has a letter that is not UTF-8; save it as UTF-8"),
        ("a: 1\n".encode("utf-16"), "1: file: is saved as UTF-16; save it as UTF-8"),
        (b"a: " + b"x" * 1_000_000, "1: file: is larger than 1 MB; split it into several files"),
        ("a: " + "[" * 30 + "]" * 30, "1: a" + "[1]" * 18 + ": is nested more than 20 levels deep"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(said, text, expected):
    assert said(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 900_000,
        "{" * 900_000,
        "- " * 400_000,
        "? " * 400_000,
        "a: [" + "x, " * 300_000 + "]",
        "a: " + "b: " * 300_000,
        "'" * 900_001,
        "a: !" + "x" * 900_000,
        "\n".join(f"k{i}: {{}}" for i in range(60_000)),
        "a: &a [*a, *a]\n" * 10,
        "a: 1e" + "9" * 400_000,
        "a: " + "9" * 900_000,
    ],
    ids=range(12),
)
def test_a_hostile_file_is_read_quickly(said, text):
    start = time.process_time()
    said(text)
    assert time.process_time() - start < 2


def test_what_is_no_file_is_told(tmp_path):
    source, problems = read_source(tmp_path, "a.yaml")
    assert source is None
    assert str(problems[0]) == "a.yaml:1: file: cannot be read: is a directory"
