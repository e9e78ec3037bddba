"""The README tells the truth: every command, option and setting in it exists, and the reverse."""

import re
from pathlib import Path

import click
import pytest

from trainer.app.settings import OPTIONS
from trainer.cli import attune

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands(group: click.Group, prefix: str) -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= _commands(command, f"{prefix} {name}")
        else:
            found[f"{prefix} {name}"] = command
    return found


COMMANDS = _commands(attune, "attune")
ROWS = dict(re.findall(r"^\| `(attune[a-z ]*)` \| (.*) \|$", README, re.MULTILINE))


def test_the_readme_lists_exactly_the_commands_there_are():
    assert set(ROWS) == set(COMMANDS) | {"attune"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_readme_names_exactly_the_options_of_a_command(name):
    everywhere = {"--home", "--json", "--help"}
    options = {
        option
        for parameter in COMMANDS[name].params
        if isinstance(parameter, click.Option)
        for option in (*parameter.opts, *parameter.secondary_opts)
    } - everywhere
    assert set(re.findall(r"--[a-z]+", ROWS[name])) == options


def test_every_command_has_the_two_common_options():
    for command in COMMANDS.values():
        assert {"home", "as_json"} <= {parameter.name for parameter in command.params}


def test_the_readme_lists_exactly_the_settings_there_are():
    table = README.split("## Settings")[1].split("##")[0]
    listed = re.findall(r"^\| `([a-z_]+)` \| .* \| (.*) \|$", table, re.MULTILINE)
    assert listed == [(o.key, o.label) for o in OPTIONS if not o.hidden]


def test_every_path_and_picture_the_readme_names_is_there():
    named = set(re.findall(r"\]\(([a-z][^)]*)\)", README))
    named |= set(re.findall(r"`((?:packaging|tests|scenarios)/[\w./-]+)`", README))
    assert len(named) > 5
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_readme_shows_the_folders_that_there_are():
    rooms = {p.name for p in (ROOT / "trainer").iterdir() if (p / "__init__.py").exists()}
    assert rooms <= set(re.findall(r"^  (\w+)/ ", README, re.MULTILINE))
