"""What became of a backup that was restored, and how it is told."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trainer.domain.counted import by_count


@dataclass(slots=True)
class Restored:
    """What became of a backup; numbers by table, and of files.

    ``differed`` (table, id) are rows that are here with another content, or could not be added;
    they were left as they are. ``silent`` are recordings and films of which the backup has no file,
    or none that is what its manifest says. ``forgotten`` responses and interrupted takes are in the
    backup, were forgotten here, and were left out. ``set_aside`` is where a damaged log was moved.
    ``now_plain``: the backup was locked, and this data folder is not.
    """

    added: dict[str, int] = field(default_factory=dict)
    there: dict[str, int] = field(default_factory=dict)
    differed: list[tuple[str, str]] = field(default_factory=list)
    recordings: int = 0
    interrupted_takes: int = 0
    silent: list[str] = field(default_factory=list)
    films: int = 0
    forgotten: int = 0
    settings: bool = False
    set_aside: Path | None = None
    now_plain: bool = False

    @property
    def whole(self) -> bool:
        """Whether everything that the backup holds is here now."""
        return not (self.differed or self.silent)


def as_json(done: Restored) -> dict[str, Any]:
    """The document of ``attune restore --json``."""
    differed = [{"table": table, "id": row_id} for table, row_id in done.differed]
    aside = str(done.set_aside) if done.set_aside else None
    return {**asdict(done), "differed": differed, "set_aside": aside}


def as_lines(done: Restored) -> list[str]:
    """The same for people."""
    names = sorted({*done.added, *done.there})
    lines = [
        f"{name.replace('_', ' '):14} {done.added.get(name, 0)} added, "
        f"{done.there.get(name, 0)} already there"
        for name in names
    ]
    lines.append(f"{'sound files':14} {done.recordings} added")
    if done.films:
        lines.append(f"{'films':14} {done.films} added")
    if done.interrupted_takes:
        lines.append(f"{done.interrupted_takes} interrupted: Attune offers them when it opens")
    lines += [f"differs here, left as it is: {table} {row_id}" for table, row_id in done.differed]
    lines += [f"no good sound in this backup: {name}" for name in done.silent]
    if done.forgotten:
        lines.append(
            by_count(
                done.forgotten,
                "1 response was forgotten here and stays away; --forgotten brings it back",
                f"{done.forgotten} responses were forgotten here and stay away; --forgotten brings "
                "them back",
            )
        )
    if done.now_plain:
        lines.append("The backup was locked; this data folder is not: 'attune lock on' locks it")
    if done.set_aside:
        lines.append(f"The log that was here is damaged; it was kept as {done.set_aside}")
    return lines
