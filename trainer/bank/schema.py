"""The shape of each kind of file: JSON Schema for editors, checked here in plain words.

The walker below knows only the keywords our schemas use. It exists because importing ``jsonschema``
takes longer (100 ms) than reading the whole core pack, and because its messages are written for
programmers; the tests hold it against ``jsonschema``.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from trainer.bank.source import Source, Where, legible
from trainer.domain import reference, vignette
from trainer.domain.errors import Problem

KINDS = ("vignette", "rubric", "set", "reference-set", "pack")
# A file with more faults is no such file at all; nobody reads on, and a hostile one must end.
_MOST = 100
_FOLDER = Path(__file__).parent / "schemas"

Schema = dict[str, Any]
Found = Iterator[tuple[Where, str]]


@cache
def schema(kind: str) -> Schema:
    """JSON Schema (2020-12) of one of KINDS, with the closed lists of the domain filled in."""
    if kind not in KINDS:
        raise KeyError(kind)
    loaded: Schema = json.loads((_FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
    _fill_lists(loaded)
    return loaded


def _fill_lists(node: Any) -> None:
    """Replace every ``x-domain`` by the enum it names: the domain stays the only source."""
    if isinstance(node, dict):
        if isinstance(name := node.pop("x-domain", None), str):
            node["type"] = "string"
            home = reference if hasattr(reference, name) else vignette
            node["enum"] = list(getattr(home, name))
        for value in node.values():
            _fill_lists(value)
    elif isinstance(node, list):
        for value in node:
            _fill_lists(value)


def conform(kind: str, source: Source) -> tuple[Problem, ...]:
    """Everything in which a file differs from the schema of its kind."""
    root = schema(kind)
    found = islice(_walk(root, source.data, (), root["$defs"]), _MOST)
    return tuple(source.problem(where, what) for where, what in found)


def _walk(node: Schema, value: Any, where: Where, defs: Schema) -> Found:
    node = _resolved(node, defs)
    kind = node.get("type")
    if kind is not None and not _TYPES[kind][1](value):
        yield where, _wrong_type(kind, value)
        return
    if "enum" in node and value not in node["enum"]:
        yield where, _not_listed(value, node["enum"])
    if isinstance(value, str):
        yield from _walk_text(node, value, where)
    elif isinstance(value, dict):
        yield from _walk_fields(node, value, where, defs)
    elif isinstance(value, list):
        yield from _walk_list(node, value, where, defs)
    elif isinstance(value, int | float):
        yield from _walk_number(node, value, where)


def _resolved(node: Schema, defs: Schema) -> Schema:
    while (name := node.get("$ref")) is not None:
        node = defs[name.removeprefix("#/$defs/")] | {k: v for k, v in node.items() if k != "$ref"}
    return node


def _walk_text(node: Schema, value: str, where: Where) -> Found:
    hint = node.get("x-hint", node.get("pattern"))
    if "pattern" in node and not _pattern(node["pattern"]).search(value):
        yield where, f"{_quoted(value)} does not fit; expected {hint}"
    if len(value) > node.get("maxLength", len(value)):
        yield where, f"is longer than {node['maxLength']} letters"


def _walk_number(node: Schema, value: float, where: Where) -> Found:
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and value < low:
        yield where, f"is {value}; the least is {low}"
    if high is not None and value > high:
        yield where, f"is {value}; the most is {high}"


def _walk_list(node: Schema, value: list[Any], where: Where, defs: Schema) -> Found:
    least, most = node.get("minItems", 0), node.get("maxItems", len(value))
    if len(value) < least:
        yield where, f"has {_entries(len(value))}; at least {least} needed"
    if len(value) > most:
        yield where, f"has {_entries(len(value))}; at most {most} allowed"
    seen: set[str] = set()
    for i, item in enumerate(value):
        if node.get("uniqueItems") and isinstance(item, str):
            if item in seen:
                yield (*where, i), f"{_quoted(item)} is listed twice"
            seen.add(item)
        if "items" in node:
            yield from _walk(node["items"], item, (*where, i), defs)


def _walk_fields(node: Schema, value: dict[str, Any], where: Where, defs: Schema) -> Found:
    known: Schema = node.get("properties", {})
    if len(value) < node.get("minProperties", 0):
        yield where, "is empty"
    for name in node.get("required", ()):
        if name not in value:
            yield (*where, name), f"is missing{_purpose(_resolved(known.get(name, {}), defs))}"
    patterns = node.get("patternProperties", {}).items()
    others = node.get("additionalProperties", True)
    for name, member in value.items():
        fitting = [known[name]] if name in known else []
        fitting += [sub for pattern, sub in patterns if _pattern(pattern).search(name)]
        if not fitting and others is False:
            yield (*where, name), _unknown(name, member, known, value, node)
        elif not fitting and isinstance(others, dict):
            fitting = [others]
        for sub in fitting:
            yield from _walk(sub, member, (*where, name), defs)


def _unknown(name: str, member: Any, known: Schema, given: Schema, node: Schema) -> str:
    if not known:
        return f"unknown field {_quoted(name)}; expected {node.get('x-hint', 'another name')}"
    free = [field for field in known if field not in given]
    if close := difflib.get_close_matches(name, free, n=1, cutoff=0.6):
        return f"unknown field {_quoted(name)}; did you mean {_quoted(close[0])}?"
    if member is None and " " in name:
        # {text: You sit, and nod}: YAML takes what follows the comma for a field of its own.
        return f"unknown field {_quoted(name)}; text with a comma in it needs quotes around it"
    return f"unknown field {_quoted(name)}; known here: {', '.join(known)}"


def _purpose(node: Schema) -> str:
    return f" ({node['description'].rstrip('.')})" if "description" in node else ""


def _not_listed(value: Any, allowed: list[str]) -> str:
    close = difflib.get_close_matches(str(value), allowed, n=1, cutoff=0.6)
    guess = f"did you mean {_quoted(close[0])}? " if close else ""
    return f"{_quoted(value)} is not in the list; {guess}one of: {', '.join(allowed)}"


def _is_integer(value: Any) -> bool:
    return _is_number(value) and float(value).is_integer()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "string": ("text", lambda value: isinstance(value, str)),
    "integer": ("a whole number", _is_integer),
    "number": ("a number", _is_number),
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "array": ("a list such as [a, b]", lambda value: isinstance(value, list)),
    "object": ("fields such as 'name: ...'", lambda value: isinstance(value, dict)),
}


def _wrong_type(kind: str, value: Any) -> str:
    wanted = _TYPES[kind][0]
    if value is None:
        return f"is empty; expected {wanted}"
    if kind == "string" and isinstance(value, bool | int | float):
        shown = str(value).lower()
        return f'expected text, found {shown}; write it in quotes: "{shown}"'
    if kind == "boolean" and isinstance(value, str) and value.lower() in _YES_NO:
        return f"expected true or false, found {_quoted(value)}; write {_YES_NO[value.lower()]}"
    if kind in ("number", "integer") and isinstance(value, str) and (clock := _CLOCK.match(value)):
        seconds = int(clock[1]) * 60 + int(clock[2])
        return f"expected {wanted}, found {_quoted(value)}; in seconds that is {seconds}"
    return f"expected {wanted}, found {_quoted(value)}"


_YES_NO = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])$")


def _entries(count: int) -> str:
    return f"{count or 'no'} entr{'y' if count == 1 else 'ies'}"


def _quoted(value: Any) -> str:
    if isinstance(value, dict):
        return "a group of fields"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return "nothing" if value is None else f"'{legible(str(value))}'"


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # Python's $, unlike JSON Schema's, also matches before a last line end.
    return re.compile(re.sub(r"\$$", r"\\Z", pattern))
