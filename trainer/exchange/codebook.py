"""The codebook of an export, for programs (JSON) and for people (Markdown)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

STEM = "codebook"


def write(document: Mapping[str, Any], folder: Path) -> None:
    """Write ``codebook.json`` and ``codebook.md``; OSError when the disk refuses."""
    text = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / f"{STEM}.json").write_text(f"{text}\n", encoding="utf-8")
    lines = "\n".join(_lines(document))
    (folder / f"{STEM}.md").write_text(f"{lines}\n", encoding="utf-8")


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"# {document['title']}", "", f"Made with {document['software']} on "
                f"{document['made_on']}; speech measured by version "
                f"{document['measures_version']}.", "")  # fmt: skip
    yield from _bullets(f"{what}: {count}" for what, count in document["counts"].items())
    yield from ("## Codes and consent", "")
    yield from _bullets(document["codes"])
    yield from ("## Missing values", "")
    yield from _bullets(f"{what}. {how}" for what, how in document["missing"].items())
    yield from ("## Reading it", "")
    yield from _bullets(f"{program}: `{how}`" if program != "SPSS" else f"{program}: {how}"
                        for program, how in document["reading"].items())  # fmt: skip
    yield from ("## What it does not show", "")
    yield from _bullets(document["limits"])
    for table in document["tables"]:
        yield from _table(table)
    yield from _annotations(document["annotations"])
    for rubric in document["rubrics"]:
        yield from _rubric(rubric)
    yield from _listed("Vignettes", document["vignettes"])
    yield from _listed("Assignments", document["assignments"])


def _table(table: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"## {table['name']}", "")
    files = ", ".join(f"`{table['name']}{suffix}`" for suffix in (".csv", ".parquet", ".sav"))
    yield from (f"{table['about']} {table['rows']} rows: {files}.", "")
    yield "| variable | what it is | unit | level | values | empty |"
    yield "|---|---|---|---|---|---|"
    for one in table["variables"]:
        cells = (f"`{one['name']}`", one["label"], one["unit"], one["measure"], _values(one),
                 one["empty"])  # fmt: skip
        yield f"| {' | '.join(map(_cell, cells))} |"
    yield ""


def _values(variable: Mapping[str, Any]) -> str:
    if variable["kind"] == "yes":
        return "0: no; 1: yes"
    if variable["kind"] == "score":
        return "the rubric's anchors, below"
    return "; ".join(f"{value}: {words}" for value, words in variable["values"].items())


def _annotations(found: Mapping[str, Any] | None) -> Iterator[str]:
    if found is None:
        return
    yield from (f"## {found['folder']}", "", found["about"], "")
    yield from _bullets(f"`{tier}`: {what}" for tier, what in found["tiers"].items())


def _rubric(rubric: Mapping[str, Any]) -> Iterator[str]:
    ref = f"{rubric['pack']}/{rubric['rubric']}, version {rubric['version']}"
    yield from (f"## Rubric: {rubric['title']} ({ref})", "", rubric["about"].strip(), "")
    for item in rubric["items"]:
        yield from (f"### {item.get('title', item['id'])} (`{item['id']}`)", "")
        if "question" in item:
            yield from (item["question"], "")
        yield from _bullets(f"{score}: {words}" for score, words in item.get("anchors", {}).items())


def _listed(title: str, found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    lines = [
        "; ".join(f"{_words(key)} {_told(value)}" for key, value in one.items()) for one in found
    ]
    if lines:
        yield from (f"## {title}", "")
        yield from _bullets(lines)


def _told(value: object) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_told(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if value is None:
        return "not set"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _words(key: str) -> str:
    return key.replace("_", " ")


def _bullets(lines: Iterable[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines)
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
