"""The schemas are valid, say what the domain says, and our reading of them is jsonschema's."""

import copy
import dataclasses
import random
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.bank.conftest import ANNA, PACK, RUBRIC, SET
from tests.bank.reference_pack import REFERENCES
from trainer.bank import KINDS, schema
from trainer.bank.schema import conform
from trainer.bank.source import Source
from trainer.domain import pack, reference, rubric, vignette

GOOD = {
    "vignette": ANNA, "rubric": RUBRIC, "set": SET, "reference-set": REFERENCES, "pack": PACK
}  # fmt: skip
KEYWORDS = frozenset(
    """$ref $schema $defs title description x-hint type enum pattern maxLength minimum maximum
    minItems maxItems uniqueItems items properties patternProperties additionalProperties required
    minProperties""".split()
)


def as_json(text: str) -> Any:
    """As JSON would have it: keys are text."""

    def keyed(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): keyed(member) for key, member in value.items()}
        return [keyed(member) for member in value] if isinstance(value, list) else value

    return keyed(yaml.safe_load(text))


def said(kind: str, data: Any) -> list[str]:
    found = conform(kind, Source("f", data, {(): 1}))
    return [f"{problem.field}: {problem.what}" for problem in found]


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_and_fits_good_content(kind):
    Draft202012Validator.check_schema(schema(kind))
    assert said(kind, as_json(GOOD[kind])) == []
    assert Draft202012Validator(schema(kind)).is_valid(as_json(GOOD[kind]))


def nodes(node: Any):
    """Every schema inside a schema."""
    yield node
    for group in ("properties", "patternProperties", "$defs"):
        for child in node.get(group, {}).values():
            yield from nodes(child)
    for name in ("items", "additionalProperties"):
        if isinstance(node.get(name), dict):
            yield from nodes(node[name])


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_uses_only_what_our_walker_knows(kind):
    for node in nodes(schema(kind)):
        assert set(node) <= KEYWORDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_described_for_editors(kind):
    root = schema(kind)
    for node in nodes(root):
        for name, field in node.get("properties", {}).items():
            target = root["$defs"].get(field.get("$ref", "").removeprefix("#/$defs/"), {})
            assert "description" in {**target, **field} or "enum" in target, name


@pytest.mark.parametrize("kind", KINDS)
def test_groups_are_closed_so_that_typing_errors_show(kind):
    for node in nodes(schema(kind)):
        if node.get("type") == "object":
            assert "additionalProperties" in node


VIGNETTE = schema("vignette")["$defs"]
REFERENCE = schema("reference-set")["$defs"]
RENAMED = {
    "ref": {"id", "version"},
    "window_s": {"response"},
    "score": {"score", "not_applicable"},
}


@pytest.mark.parametrize(
    ("noun", "node", "computed"),
    [
        (vignette.Vignette, schema("vignette"), set()),
        (vignette.Client, VIGNETTE["client"], set()),
        (vignette.Tags, VIGNETTE["tags"], set()),
        (vignette.Turn, VIGNETTE["turn"], set()),
        (vignette.Sentence, VIGNETTE["sentence"], {"start_s", "end_s"}),
        (vignette.Media, VIGNETTE["media"], set()),
        (vignette.MarkerAt, VIGNETTE["marker_at"], set()),
        (vignette.Exemplar, VIGNETTE["exemplar"], set()),
        (rubric.Rubric, schema("rubric"), set()),
        (rubric.Scale, schema("rubric")["properties"]["scale"], set()),
        (rubric.Item, schema("rubric")["$defs"]["item"], set()),
        (pack.PracticeSet, schema("set"), {"pack"}),
        (reference.ReferenceSet, schema("reference-set"), {"pack"}),
        (reference.Reference, REFERENCE["reference"], set()),
        (reference.ReferenceScore, REFERENCE["rating"], set()),
        (pack.Pack, schema("pack"), {"vignettes", "rubrics", "sets", "reference_sets"}),
    ],
)
def test_a_schema_has_just_the_fields_of_its_noun(noun, node, computed):
    names: set[str] = set()
    for field in dataclasses.fields(noun):
        if field.name not in computed:
            names |= RENAMED.get(field.name, {field.name})
    assert set(node["properties"]) == names


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("rupture", vignette.RUPTURES),
        ("quadrant", vignette.QUADRANTS),
        ("attachment", vignette.ATTACHMENTS),
        ("modality", vignette.MODALITIES),
        ("setting", vignette.SETTINGS),
        ("phase", vignette.PHASES),
        ("level", vignette.LEVELS),
        ("metacommunication", vignette.METACOMMUNICATION),
    ],
)
def test_closed_lists_are_the_domains(name, listed):
    assert VIGNETTE["tags"]["properties"][name]["enum"] == list(listed)


def test_the_uses_of_a_reference_are_the_domains():
    assert REFERENCE["reference"]["properties"]["use"]["enum"] == list(reference.USES)


def test_an_unknown_kind_is_a_key_error():
    with pytest.raises(KeyError):
        schema("media")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("titel",), "x", "titel: unknown field 'titel'; known here: id, version, title, language, "
         "client, context, tags, content_notes, turns, authors, licence"),
        (("title",), 42, 'title: expected text, found 42; write it in quotes: "42"'),
        (("title",), True, 'title: expected text, found true; write it in quotes: "true"'),
        (("title",), None, "title: is empty; expected text"),
        (("title",), " ", "title: ' ' does not fit; expected some words"),
        (("title",), ["x"], "title: expected text, found a list"),
        (("version",), 0, "version: is 0; the least is 1"),
        (("version",), "one", "version: expected a whole number, found 'one'"),
        (("id",), "Anna Late", "id: 'Anna Late' does not fit; expected small letters, digits and "
         "single hyphens, such as marcus-nodding"),
        (("id",), "anna\n", "id: 'anna ' does not fit; expected small letters, digits and "
         "single hyphens, such as marcus-nodding"),
        (("authors",), "Me", "authors: expected a list such as [a, b], found 'Me'"),
        (("authors",), [], "authors: has no entries; at least 1 needed"),
        (("client",), "Anna", "client: expected fields such as 'name: ...', found 'Anna'"),
        (("tags", "rupture"), "confrontational", "tags.rupture: 'confrontational' is not in the "
         "list; did you mean 'confrontation'? one of: withdrawal, confrontation, mixed, none"),
        (("tags", "skills"), ["repair", "repair"], "tags.skills[2]: 'repair' is listed twice"),
        (("turns", 0, "criteria"), ["x"], "turns[1].criteria: has 1 entry; at least 2 needed"),
        (("turns", 0, "criteria"), ["x"] * 5,
         "turns[1].criteria: has 5 entries; at most 4 allowed"),
        (("turns", 0, "response", "window_s"), "1:30", "turns[1].response.window_s: expected a "
         "number, found '1:30'; in seconds that is 90"),
        (("turns", 0, "says", 0, "and nod"), None, "turns[1].says[1].and nod: unknown field "
         "'and nod'; text with a comma in it needs quotes around it"),
        (("turns", 0, "media", "audio"), "media/x.mp4", "turns[1].media.audio: 'media/x.mp4' does "
         "not fit; expected a path such as media/marcus-nodding.t1.opus "
         "(.opus .ogg .wav .flac .mp3)"),
        (("turns", 0, "exemplars", 0, "level"), 6,
         "turns[1].exemplars[1].level: is 6; the most is 5"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_in_plain_words(path, value, expected):
    data = as_json(ANNA)
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert said("vignette", data) == [expected]


def test_a_misspelt_field_is_guessed():
    data = as_json(ANNA)
    data["licens"] = data.pop("licence")
    assert said("vignette", data) == [
        "licence: is missing (An SPDX licence name such as CC-BY-4.0)",
        "licens: unknown field 'licens'; did you mean 'licence'?",
    ]


def test_yes_is_not_true():
    data = as_json(RUBRIC)
    data["items"][0]["not_applicable"] = "yes"
    data["items"][1]["anchors"]["high"] = "x"
    assert said("rubric", data) == [
        "items[1].not_applicable: expected true or false, found 'yes'; write true",
        "items[2].anchors.high: unknown field 'high'; expected whole scores such as 1, 2, 3",
    ]


def test_a_file_with_thousands_of_faults_is_told_of_the_first():
    assert len(said("set", {f"field {i}": i for i in range(5000)})) == 100


ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.0,
    1.5,
    99999,
    "",
    " ",
    "x",
    "1:30",
    [],
    [1],
    {},
    {"a": 1},
)


def places(value: Any, where: tuple[Any, ...] = ()):
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for key, member in members:
        yield (*where, key)
        if isinstance(member, dict | list):
            yield from places(member, (*where, key))


@pytest.mark.no_cover  # to trace its thousands of cases takes longer than they do
@pytest.mark.parametrize("kind", KINDS)
def test_our_verdict_is_that_of_jsonschema(kind):
    """Every place of a good file takes odd values, is left out, and gets a neighbour."""
    good = as_json(GOOD[kind])
    oracle = Draft202012Validator(schema(kind))
    rng = random.Random(kind)
    for where in places(good):
        for change in (*rng.sample(ODD, 2 if kind == "reference-set" else 4), "leave out", "add"):
            data = copy.deepcopy(good)
            at = data
            for step in where[:-1]:
                at = at[step]
            if change == "leave out":
                del at[where[-1]]
            elif change == "add" and isinstance(at, dict):
                at[f"new{rng.random()}"] = rng.choice(ODD)
            else:
                at[where[-1]] = change
            assert (said(kind, data) == []) == oracle.is_valid(data), (where, change)
