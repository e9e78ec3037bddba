"""Clients to choose forms from, and in words how alike the forms are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trainer.app.library import Library
from trainer.domain.counted import counted
from trainer.domain.forms import LEVEL, MARKERS, QUADRANT, RUPTURE, Balance, balance, length_s
from trainer.domain.moments import clock
from trainer.domain.vignette import LEVELS, QUADRANTS, RUPTURES, Vignette
from trainer.domain.vignette import MARKERS as EVERY_MARKER

# What a client says, in seconds: shorter than the first, up to the second, longer.
SHORT_S, LONG_S = 45.0, 60.0
SHORT, MIDDLE, LONG = "short", "middle", "long"
LETTERS = "ABCDEFGH"
_ORDER = {LEVEL: LEVELS, RUPTURE: RUPTURES, QUADRANT: QUADRANTS, MARKERS: EVERY_MARKER}
_NAMES = {
    LEVEL: "Levels",
    RUPTURE: "Kinds of rupture",
    QUADRANT: "Quadrants",
    MARKERS: "Markers",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which clients to choose from; empty: whichever."""

    level: str = ""
    rupture: str = ""
    marker: str = ""
    length: str = ""

    def fits(self, one: Vignette) -> bool:
        """Whether a client is one of those."""
        tags = one.tags
        return (
            self.level in ("", tags.level)
            and self.rupture in ("", tags.rupture)
            and (not self.marker or self.marker in tags.markers)
            and self.length in ("", spoken(one))
        )


def spoken(one: Vignette) -> str:
    """Whether a client speaks for a short, a middling or a long time."""
    seconds = length_s(one)
    return SHORT if seconds < SHORT_S else MIDDLE if seconds <= LONG_S else LONG


def clients(library: Library) -> tuple[Vignette, ...]:
    """Every client that can be named by id: of two with one id, the first."""
    return tuple({one.id: one for one in reversed(library.vignettes)}.values())[::-1]


def balance_told(forms: Mapping[str, Sequence[Vignette]]) -> tuple[str, ...]:
    """How alike forms are, a sentence for each kind of feature; nothing for a single form."""
    filled = {name: form for name, form in forms.items() if form}
    if len(filled) < 2:
        return ()
    found = balance(list(filled.values()))
    names = list(filled)
    return (
        _sizes(names, [len(form) for form in filled.values()]),
        *(_part(part, names, found) for part in (LEVEL, RUPTURE, QUADRANT, MARKERS)),
        "Time that they speak: "
        + ", ".join(f"{n} {clock(s)}" for n, s in zip(names, found.lengths_s, strict=True)) + ".",
        f"Imbalance {found.imbalance:.2f}, where 0 is alike in all of this and 1 in nothing.",
    )  # fmt: skip


def _sizes(names: Sequence[str], sizes: Sequence[int]) -> str:
    if len(set(sizes)) == 1:
        return f"Each form has {counted(sizes[0], 'client')}."
    each = ", ".join(f"{name} has {size}" for name, size in zip(names, sizes, strict=True))
    return f"The forms are not of one size: {each}."


def _part(part: str, names: Sequence[str], found: Balance) -> str:
    counts = found.counts[part]
    every = [one for one in (*_ORDER[part], "") if any(one in form for form in counts)]
    if all(form == counts[0] for form in counts):
        return f"{_NAMES[part]} are the same: {_counted(every, counts[0])}."
    if part != MARKERS:
        each = "; ".join(f"{n} {_counted(every, c)}" for n, c in zip(names, counts, strict=True))
        return f"{_NAMES[part]} differ: {each}."
    said = [f"in each form {', '.join(m or 'none' for m in every if all(m in c for c in counts))}"]
    for name, own in zip(names, counts, strict=True):
        some = [m or "none" for m in every if m in own and not all(m in c for c in counts)]
        said += [f"in {name} also {', '.join(some)}"] if some else []
    return f"{_NAMES[part]} differ: {'; '.join(one for one in said if one != 'in each form ')}."


def _counted(every: Sequence[str], counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[one]} {one or 'none'}" for one in every if one in counts)
