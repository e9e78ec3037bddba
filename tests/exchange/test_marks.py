"""Tables of ratings in and out: what spreadsheets write, and every problem with its line."""

import time
from pathlib import Path

import pytest

from trainer.domain.errors import ContentError, KnownError
from trainer.domain.mark import Mark
from trainer.exchange import marks as room
from trainer.exchange.marks import read_marks, write_marks

PLAIN = "response,rater,item,score\nu1,Ana,warmth,4\nu1,Ben,warmth,3.5\nu2,Ana,warmth,\n"
EXPECTED = (
    Mark("u1", "Ana", "warmth", 4.0),
    Mark("u1", "Ben", "warmth", 3.5),
    Mark("u2", "Ana", "warmth", None),
)


@pytest.fixture
def table(tmp_path):
    def made(text: str | bytes) -> Path:
        path = tmp_path / "my ratings, ü.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return made


def problems(path: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_marks(path)
    return [str(one).removeprefix(f"{path}:") for one in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\N{BYTE ORDER MARK}" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(",", ";"),
        PLAIN.replace(",", ";").replace("3.5", "3,5"),
        PLAIN.replace(",", "\t"),
        PLAIN.replace(",", "\t").replace("3.5", "3,5"),
        PLAIN.replace("warmth,\n", "warmth,N/A\n"),
        PLAIN.replace("warmth,\n", "warmth,na\n"),
        PLAIN.replace("warmth,\n", "warmth,NaN"),
        PLAIN.replace("4\n", "4.0\n\n  ,,,\n"),
        PLAIN.replace("response", " Response ").replace("Ana", '" Ana "'),
        "score,item,rater,response\n4,warmth,Ana,u1\n3.5,warmth,Ben,u1\n,warmth,Ana,u2",
    ],
)
def test_what_programs_write_is_read(table, text):
    assert read_marks(table(text)).marks == EXPECTED


def test_every_column_there_is(table):
    path = table(
        "response,rater,item,score,trainee,vignette,occasion,role,blind,comment\n"
        "u1,Ana,warmth,4,M. K.,anna-late,before,supervisor,yes,fine\n"
        "u1,M. K.,warmth,5,M. K.,anna-late,before,Self,no,\n"
        "u2,Ana,warmth,2,,,,,,\n"
    )
    found = read_marks(path)
    assert found.marks == (
        Mark("u1", "Ana", "warmth", 4, "M. K.", "anna-late", "before", "supervisor", True),
        Mark("u1", "M. K.", "warmth", 5, "M. K.", "anna-late", "before", "self", False),
        Mark("u2", "Ana", "warmth", 2),
    )
    assert found.left_alone == ("comment",)


def test_without_responses_trainee_vignette_and_occasion_say_which(table):
    found = read_marks(table("trainee,vignette,rater,item,score\na,v1,Ana,x,1\na,v2,Ana,x,2\n"))
    assert [one.response for one in found.marks] == ["a / v1", "a / v2"]


def test_a_name_is_one_name_however_its_accents_are_written(table):
    accents = "response,rater,item,score\nu1,Ren\u00e9,x,1\nu2,Rene\u0301,x,2\n"
    assert {one.rater for one in read_marks(table(accents)).marks} == {"Ren\u00e9"}


def test_without_responses_a_row_needs_a_trainee(table):
    assert problems(table("trainee,vignette,rater,item,score\n,v1,Ana,x,1\n")) == [
        "2: trainee: is empty"
    ]


def test_round_trip(tmp_path):
    given = (
        Mark('u "1", x;y', "Ä\tn".replace("\t", " "), "warmth", 4.0, "t", "v", "1", "self", True),
        Mark("u2", "Ben", "warmth", None, None, "v", None, None, False),
        Mark("u3", "Ben", "warmth", 0.1 + 0.2),
        Mark("u4", "Ben", "warmth", -1.5e-7),
    )
    path = tmp_path / "out, ü.csv"
    assert write_marks(path, given) == 4
    assert read_marks(path).marks == given
    assert b"\xef\xbb\xbf" not in path.read_bytes()


def test_columns_nobody_fills_are_left_out(tmp_path):
    write_marks(tmp_path / "a.csv", EXPECTED)
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert text.splitlines() == PLAIN.splitlines()


def test_every_problem_is_told_at_once_with_line_and_field(table):
    path = table(
        "response,rater,item,score,role,blind,vignette\n"
        "u1,Ana,warmth,four,boss,perhaps,v1\n"
        ",,,1,,,\n"
        "u1,Ana\n"
        'u2,Ana,warmth,"3,5",,,\n'
        "u1,Ben,warmth,1,,,v1\n"
        "u1,Ben,warmth,1,,,v2\n"
    )
    assert problems(path) == [
        "2: score: 'four' is not a number; leave it empty if not applicable",
        "2: role: 'boss' is not one of self, supervisor, reference, calibration, consensus",
        "2: blind: 'perhaps' is neither yes nor no",
        "3: response: is empty",
        "3: rater: is empty",
        "3: item: is empty",
        "4: row: has 2 fields where the first line has 7",
        "5: score: '3,5' is not a number; write 3.5",
        "7: score: Ben rated u1 on warmth twice (first on line 6); keep one",
        "7: vignette: of u1 is 'v2' here and 'v1' on line 6",
    ]


def test_lines_are_counted_through_names_on_two_lines(table):
    path = table('response,rater,item,score\n"u\n1",Ana,warmth,1\nu2,Ana,warmth,x\n')
    assert problems(path) == ["4: score: 'x' is not a number; leave it empty if not applicable"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["1: rater: is missing", "1: item: is missing", "1: score: is missing",
              "1: response: is missing"]),
        ("a,b\n1,2\n", ["1: rater", "1: item", "1: score", "1: response"]),
        ("response,rater,item\n", ["1: score: is missing"]),
        ("response,rater,rater,item,score\n", ["1: rater: is the name of two columns"]),
        ("response,rater,item,score\n", ["2: file: has a header but no ratings"]),
        ('response,rater,item,score\nu1,Ana,"warmth,4\n', ["2: row: is not closed"]),
        ('response,rater,item,score\nu1,Ana,"war"mth,4\n', ["2: row: is not closed"]),
        ("response,rater,item,score\nu1,Ana,warmth,inf\n", ["2: score: 'inf' is not a number"]),
        ("response,rater,item,score\nu1,Ana,warmth,1.234,5\n", ["2: row: has 5 fields"]),
        (f"response,rater,item,score\n{'u' * 201},Ana,x,1\n", ["2: response: 'uuu"]),
        ("response,rater,item,score\n" + "u" * 200_000, ["2: row: is longer than 100000"]),
        (PLAIN.encode("utf-16"), ["1: file: is saved as UTF-16"]),
        (PLAIN.encode() + b"u3,J\xf6rg,warmth,1\n", ["5: file: has a letter that is not UTF-8"]),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_says_where(table, text, said):
    found = problems(table(text))
    assert len(found) == len(said)
    for one, start in zip(found, said, strict=True):
        assert one.startswith(start)


def test_many_problems_end_somewhere(table, monkeypatch):
    monkeypatch.setattr(room, "MAX_PROBLEMS", 5)
    found = problems(table("response,rater,item,score\n" + "u1,Ana,warmth,x\n" * 100))
    assert len(found) == 6
    assert "more problems" in found[-1]


def test_more_rows_than_can_be_held_are_refused(table, monkeypatch):
    monkeypatch.setattr(room, "MAX_ROWS", 2)
    assert "more than 2 rows" in problems(table(PLAIN))[0]


@pytest.mark.parametrize("name", ["not there.csv", "."])
def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path, name):
    with pytest.raises(KnownError, match="The table cannot be read") as caught:
        read_marks(tmp_path / name)
    assert not isinstance(caught.value, ContentError)


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    with pytest.raises(KnownError, match="The table was not written"):
        write_marks(tmp_path / "no folder" / "a.csv", EXPECTED)


def test_a_program_of_ten_thousand_responses_is_read_at_once(table):
    rows = [f"u{n},r{r},i{i},{1 + (n * r + i) % 5},t{n // 8},v{n % 8}"
            for n in range(2_500) for r in range(4) for i in range(3)]  # fmt: skip
    path = table("response,rater,item,score,trainee,vignette\n" + "\n".join(rows))
    began = time.process_time()
    assert len(read_marks(path).marks) == 30_000
    assert time.process_time() - began < 3
