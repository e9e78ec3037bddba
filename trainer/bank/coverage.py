"""Which clients, moments and settings the bank has, and which are missing or too many."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trainer.domain import vignette as lists
from trainer.domain.pack import Pack
from trainer.domain.vignette import Vignette


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that coverage is counted by: vignettes per cell, empty cells included."""

    name: str
    cells: dict[str, int]

    @property
    def mean(self) -> float:
        """Vignettes per cell."""
        return sum(self.cells.values()) / len(self.cells)

    @property
    def empty(self) -> tuple[str, ...]:
        """Cells without a vignette."""
        return tuple(cell for cell, count in self.cells.items() if not count)

    @property
    def crowded(self) -> tuple[str, ...]:
        """Cells with more than twice the mean."""
        return tuple(cell for cell, count in self.cells.items() if count > 2 * self.mean)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many vignettes there are in every cell of every row."""

    vignettes: int
    rows: tuple[Row, ...]

    def row(self, name: str) -> Row:
        """The row called ``name``; KeyError when there is none."""
        return {row.name: row for row in self.rows}[name]

    @property
    def withdrawal_leads(self) -> bool:
        """Whether withdrawal outnumbers confrontation: it is commoner and easier to miss."""
        cells = self.row("rupture").cells
        return cells["withdrawal"] > cells["confrontation"]


def coverage(packs: Sequence[Pack]) -> Coverage:
    """Count the vignettes of all packs together. A vignette may count in several presentations."""
    found = [vignette for pack in packs for vignette in pack.vignettes]
    tags = [vignette.tags for vignette in found]
    squares = [f"{quadrant}, {level}" for quadrant in lists.QUADRANTS for level in lists.LEVELS]
    rows = (
        _row("presentation", lists.PRESENTATIONS, (p for tag in tags for p in tag.presentation)),
        _row("modality", lists.MODALITIES, (tag.modality for tag in tags)),
        _row("quadrant and level", squares, (f"{tag.quadrant}, {tag.level}" for tag in tags)),
        _row("setting", lists.SETTINGS, (tag.setting for tag in tags)),
        _row("attachment", lists.ATTACHMENTS, (tag.attachment for tag in tags)),
        _row("rupture", lists.RUPTURES, (tag.rupture for tag in tags)),
        _row("phase", lists.PHASES, (tag.phase for tag in tags)),
        _row("benign", ("benign", "with a rupture"), map(_benign, found)),
    )
    return Coverage(len(found), rows)


def _row(name: str, cells: Iterable[str], found: Iterable[str]) -> Row:
    counts = Counter(found)
    return Row(name, {cell: counts[cell] for cell in cells})


def _benign(vignette: Vignette) -> str:
    return "benign" if vignette.tags.rupture == "none" else "with a rupture"


def format_coverage(coverage: Coverage) -> str:
    """The table in plain text: a line per cell, 'none' and 'many' where it is out of balance."""
    wide = max(len(cell) for row in coverage.rows for cell in row.cells)
    lines = [f"{coverage.vignettes} vignette{'' if coverage.vignettes == 1 else 's'}"]
    for row in coverage.rows:
        filled = len(row.cells) - len(row.empty)
        lines += ["", f"{row.name}: {filled} of {len(row.cells)} covered, mean {row.mean:.1f}"]
        for cell, count in row.cells.items():
            remark = "none" if not count else "many" if cell in row.crowded else ""
            lines.append(f"  {cell:<{wide}} {count:>4}  {remark}".rstrip())
    if not coverage.withdrawal_leads:
        lines += [
            "",
            "Withdrawal should outnumber confrontation: it is commoner and easier to miss.",
        ]
    return "\n".join(lines) + "\n"
