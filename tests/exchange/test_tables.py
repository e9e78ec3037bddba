"""Limits of the formats that no ordinary export reaches; the rest: app/test_research_tables.py."""

from pathlib import Path

import pyreadstat

from trainer.exchange.tables import SAV, SCORE, TEXT, WHOLE, Column, Table, variable_names


def test_names_are_ones_that_every_program_takes() -> None:
    wanted = ("warmth__T-1", "Warmth__T_1", "warmth__t.1", "by", "9", "ü", "x" * 80, "x" * 80)
    found = variable_names(wanted, taken=("day",))
    assert found == (
        "warmth__T_1", "Warmth__T_1_2", "warmth__t_1_3", "by_2", "v9", "v_",
        "x" * 64, "x" * 59 + "_2",
    )  # fmt: skip
    assert variable_names(["Day"], taken=("day",)) == ("Day_2",)


def test_what_is_too_long_for_spss_is_cut_between_two_letters(tmp_path: Path) -> None:
    label, words, text = "ö" * 300, "é" * 70, "я" * 20_000
    columns = (Column("t", TEXT, label), Column("s", SCORE, "S", values={1.0: words}))
    table = Table("long", columns)
    table.add([(text, 1.0), ("short ü", None)])
    table.write(tmp_path)
    found, about = pyreadstat.read_sav(tmp_path / "long.sav", output_format="polars")
    assert found["t"].to_list() == ["я" * 16_382 + "…", "short ü"]
    assert about.column_labels == ["ö" * 126 + "…", "S"]
    assert about.variable_value_labels["s"][1.0] == "é" * 58 + "…"
    assert text in (tmp_path / "long.csv").read_text(encoding="utf-8")


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    table = Table("none", [Column("a", TEXT, "A"), Column("b", WHOLE, "B")])
    paths = table.write(tmp_path)
    assert paths[0].read_text() == "a,b\n"
    assert [path.suffix for path in paths] == [".csv", ".parquet", SAV]
    _, about = pyreadstat.read_sav(paths[2], output_format="polars")
    assert about.column_names == ["a", "b"]
