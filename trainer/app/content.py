"""The library as the command line shows and checks it."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from trainer import bank
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home, named_path
from trainer.domain.errors import ContentError, Problem
from trainer.domain.vignette import Vignette


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and every problem in it."""

    checked: tuple[str, ...]
    problems: tuple[Problem, ...]


def check(home: Home, paths: Sequence[Path]) -> Checked:
    """Check packs or single files; without paths, everything in the library."""
    for path in paths:
        named_path(path)
    library = load_library(pack_folders(home))
    chosen = tuple(paths) or pack_folders(home)
    problems = bank.check(chosen, library.rubrics, library.vignettes)
    if not paths:  # what only shows when all are read together: two packs of one id
        problems += tuple(p for p in library.problems if p not in problems)
    return Checked(tuple(str(p) for p in chosen), problems)


def coverage(home: Home, paths: Sequence[Path]) -> tuple[dict[str, dict[str, int]], str]:
    """What the packs cover: counts by row and cell, and the table as text."""
    with TemporaryDirectory() as folder:  # nothing is left beside a zip that lies elsewhere
        chosen = _opened(paths, Path(folder)) if paths else pack_folders(home)
        counted = bank.coverage(load_library(chosen).packs)
    return {row.name: dict(row.cells) for row in counted.rows}, bank.format_coverage(counted)


def _opened(paths: Sequence[Path], folder: Path) -> Iterator[Path]:
    """The packs among ``paths``; one that cannot be opened covers nothing, and the check told."""
    for path in paths:
        if path.is_dir() or path.suffix == bank.SUFFIX:
            with suppress(ContentError):
                yield bank.open_pack(path, folder)


def rows(
    home: Home,
    *,
    level: str | None = None,
    rupture: str | None = None,
    quadrant: str | None = None,
    skill: str | None = None,
) -> list[dict[str, Any]]:
    """A line for every vignette that fits all filters."""
    found = []
    for vignette in load_library(pack_folders(home)).vignettes:
        tags = vignette.tags
        fits = (
            (level, tags.level), (rupture, tags.rupture), (quadrant, tags.quadrant)
        )  # fmt: skip
        if all(not wanted or wanted == is_so for wanted, is_so in fits) and (
            not skill or skill in tags.skills
        ):
            found.append(
                {
                    "id": vignette.id,
                    "pack": vignette.ref.pack,
                    "version": vignette.ref.vignette_version,
                    "title": vignette.title,
                    "client": vignette.client.name,
                    "level": tags.level,
                    "rupture": tags.rupture,
                    "quadrant": tags.quadrant,
                    "skills": list(tags.skills),
                    "seconds": round(vignette.turns[0].says[-1].end_s, 1),
                }
            )
    return found


def vignette(home: Home, vignette_id: str) -> Vignette:
    """One vignette; KnownError when there is none of that name."""
    return load_library(pack_folders(home)).find_vignette(vignette_id)


def schema(kind: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file."""
    return bank.schema(kind)


def as_json(thing: Vignette | Problem) -> dict[str, Any]:
    """A domain object as plain JSON values; paths as text."""
    return {key: _plain(value) for key, value in asdict(thing).items()}


def as_lines(found: Vignette) -> list[str]:
    """One vignette as a person reads it."""
    lines = [f"{found.title} ({found.id}, version {found.ref.vignette_version})"]
    lines += [
        f"{found.client.name}, {found.client.age}. {found.client.background}",
        "",
        found.context,
    ]
    for turn in found.turns:
        lines.append("")
        lines += [f"  [{s.affect}] {s.text}" for s in turn.says]
        lines += ["", "What good looks like:"]
        lines += [f"  - {criterion}" for criterion in turn.criteria]
        lines += [f"Unspoken: {turn.unspoken}", f"Trap: {turn.trap}"]
        lines += [f"\nLevel {e.level}: {e.text}\n  Why: {e.why}" for e in turn.exemplars]
    return lines


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
