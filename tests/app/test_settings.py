"""Choices are kept whole, and a broken file costs no more than what is broken in it."""

import json
from pathlib import Path

import pytest

from trainer.app.settings import OPTIONS, Settings
from trainer.domain.errors import KnownError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a folder, ü" / "settings.json"


def test_without_a_file_everything_has_its_default_and_nothing_is_written(file: Path) -> None:
    settings = Settings(file)
    assert settings.problem is None
    assert settings.number("repetitions") == 3
    assert settings.text("rubric") == "alliance-skills"
    assert settings.flag("captions") is False
    assert not file.exists()


def test_what_is_set_is_there_the_next_time(file: Path) -> None:
    settings = Settings(file)
    settings.set("captions", True)
    settings.set("text_size", 150)
    settings.set("person", "Zoë")
    again = Settings(file)
    assert (again.flag("captions"), again.number("text_size")) == (True, 150)
    assert again.text("person") == "Zoë"
    assert again.problem is None


@pytest.mark.parametrize(
    ("key", "value"),
    [("text_size", 130), ("text_size", "100"), ("captions", 1), ("theme", "pink"),
     ("repetitions", True), ("person", 3)],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_with_what_does(
    file: Path, key: str, value: str | int
) -> None:
    settings = Settings(file)
    with pytest.raises(KnownError, match=f"The setting '{key}' cannot be") as told:
        settings.set(key, value)
    assert told.value.hint
    assert not file.exists()


def test_a_key_that_does_not_exist_is_a_bug(file: Path) -> None:
    with pytest.raises(KeyError):
        Settings(file).set("colour", "red")


@pytest.mark.parametrize("broken", ["", "{", "[1, 2]", '"x"', "\x00\x01", "{'theme': 'dark'}"])
def test_a_broken_file_is_told_put_aside_and_replaced(file: Path, broken: str) -> None:
    file.parent.mkdir()
    file.write_text(broken)
    settings = Settings(file)
    assert settings.problem is not None
    assert str(file) in settings.problem.text
    assert settings.text("theme") == "system"
    assert file.with_suffix(".json.broken").read_text() == broken
    settings.set("theme", "dark")
    assert Settings(file).problem is None
    assert Settings(file).text("theme") == "dark"


def test_bytes_that_are_no_text_are_told_too(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe\x80")
    assert Settings(file).problem is not None


def test_one_wrong_value_costs_only_itself(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"theme": "pink", "text_size": 125, "captions": "yes"}))
    settings = Settings(file)
    assert settings.problem is not None
    assert settings.text("theme") == "system"
    assert settings.number("text_size") == 125
    assert settings.flag("captions") is False


def test_what_a_newer_attune_wrote_is_passed_over_and_kept(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"hologram": "on", "theme": "dark"}))
    settings = Settings(file)
    assert settings.problem is None
    settings.set("captions", True)
    assert json.loads(file.read_text())["hologram"] == "on"


def test_a_file_that_cannot_be_written_is_told_and_the_choice_holds_until_closed(
    tmp_path: Path,
) -> None:
    (tmp_path / "x").write_text("a file in the way")
    settings = Settings(tmp_path / "x" / "settings.json")
    assert settings.problem is not None
    with pytest.raises(KnownError, match="The setting was not saved"):
        settings.set("theme", "dark")
    assert settings.text("theme") == "dark"


def test_a_write_that_breaks_off_leaves_the_old_file(file: Path) -> None:
    Settings(file).set("theme", "dark")
    beside = file.with_suffix(".json.new")
    beside.mkdir()  # what is written beside cannot be
    with pytest.raises(KnownError):
        Settings(file).set("theme", "light")
    assert Settings(file).text("theme") == "dark"


@pytest.mark.parametrize("option", OPTIONS, ids=lambda o: o.key)
def test_every_option_has_words_and_a_default_that_it_admits(file: Path, option: object) -> None:
    Settings(file).set(option.key, option.default)
    assert option.label
    assert option.help.endswith(".")
    if option.labels:
        assert len(option.labels) == len(option.choices)
