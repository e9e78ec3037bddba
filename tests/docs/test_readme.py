"""The README tells the truth: every command, option and setting in it exists, and the reverse."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from trainer.app import backup_content, receive
from trainer.app.settings import OPTIONS
from trainer.bank import schema
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
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", ROWS[name])) == options


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


def test_the_readme_lists_exactly_the_kinds_of_files_that_travel():
    kinds = {*receive.KINDS, backup_content.KIND}
    files = README.split("## Files")[1].split("\n## ")[0]
    listed = re.search(r"`kind` \(([^)]+)\)", files)
    assert listed is not None
    assert set(re.findall(r"`(\w+)`", listed[1])) == kinds
    told = re.findall(r"^- \*\*(\w+)\*\* `\.attune`", files, re.MULTILINE)
    assert {kind.lower() for kind in told} == kinds


def _fields(node: dict[str, Any], root: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The fields of a file's schema, each with the fields around it; names that authors choose
    (ids of items) are left out.
    """
    node = root["$defs"][node["$ref"].removeprefix("#/$defs/")] if "$ref" in node else node
    for name, field in node.get("properties", {}).items():
        yield prefix + name
        yield from _fields(field, root, f"{prefix}{name}.")
    for inner in (node.get("items"), node.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from _fields(inner, root, prefix)


def test_the_readme_lists_exactly_the_fields_of_a_reference_set():
    table = README.split("### Reference sets")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \| .* \|$", table, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`([a-z_.]+)`", row)]
    root = schema("reference-set")
    assert sorted(listed) == sorted(_fields(root, root))


def test_the_readme_counts_the_bundled_references_right():
    told = " ".join(README.split("### Reference sets")[1].split())
    text = (ROOT / "scenarios/core/references/first-references.yaml").read_text(encoding="utf-8")
    learn, gate, hidden = (text.count(f" use: {use}\n") for use in ("training", "gate", "hidden"))
    said = f"has {learn + gate + hidden} over all eight clients ({learn} to learn from, {gate} for"
    assert f"{said} the gate, {hidden} hidden)" in told
