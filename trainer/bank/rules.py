"""What the schema cannot say: whether a vignette, a rubric or a set holds together.

Each rule looks at one thing and yields where it is wrong and what a clinician can do about it. A
file that breaks one of these cannot be practised with; see ``quality`` for what makes content good.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from trainer.bank.source import Where, legible
from trainer.domain.pack import PracticeSet
from trainer.domain.rubric import Item, Rubric
from trainer.domain.vignette import (
    CONFRONTATION_MARKERS,
    WITHDRAWAL_MARKERS,
    Exemplar,
    Turn,
    Vignette,
)

Found = Iterator[tuple[Where, str]]
EXEMPLAR_LEVELS = (1, 3, 5)
_FEWEST_POINTS, _MOST_POINTS = 3, 7


def markers_fit_rupture(vignette: Vignette) -> Found:
    """Markers are of the tagged kind; mixed has both kinds, none has no marker."""
    rupture, where = vignette.tags.rupture, ("tags", "markers")
    kinds = {"withdrawal": WITHDRAWAL_MARKERS, "confrontation": CONFRONTATION_MARKERS}
    markers = vignette.tags.markers
    if rupture == "none":
        if markers:
            yield where, "the rupture is none, so there can be no markers; write []"
    elif not markers:
        yield where, f"a {rupture} rupture needs at least one marker"
    elif rupture == "mixed":
        for kind, family in kinds.items():
            if not set(markers) & set(family):
                yield where, f"a mixed rupture needs a {kind} marker: {', '.join(family)}"
    else:
        for i, marker in enumerate(markers):
            if marker not in kinds[rupture]:
                other = "confrontation" if rupture == "withdrawal" else "withdrawal"
                yield (*where, i), f"'{marker}' is a {other} marker, but the rupture is {rupture}"


def metacommunication_fits(vignette: Vignette) -> Found:
    """Where there is no rupture, metacommunication is not called for."""
    tags = vignette.tags
    if tags.rupture == "none" and tags.metacommunication != "not-indicated":
        yield (
            ("tags", "metacommunication"),
            f"is {tags.metacommunication}, but without a rupture it is not-indicated",
        )


def one_clip(vignette: Vignette) -> Found:
    """A turn plays a sound or a film, not both."""
    for i, turn in enumerate(vignette.turns):
        where = ("turns", i, "media")
        if turn.media.audio is None and turn.media.video is None:
            yield where, "has no clip; give audio or video"
        if turn.media.audio is not None and turn.media.video is not None:
            yield where, "has audio and video; give only one of them"


def marker_times(vignette: Vignette) -> Found:
    """Markers with a time are tagged markers, and show while the client speaks."""
    for i, turn in enumerate(vignette.turns):
        end = turn.says[-1].end_s
        for j, mark in enumerate(turn.markers_at):
            where = ("turns", i, "markers_at", j)
            if mark.marker not in vignette.tags.markers:
                yield (*where, "marker"), f"'{mark.marker}' is not among the tags' markers"
            if end and mark.at_s >= end:
                what = f"is at {mark.at_s:g} s, but the client has finished at {end:g} s"
                yield (*where, "at_s"), what


def exemplar_levels(vignette: Vignette) -> Found:
    """Levels 1, 3 and 5 each have a model answer."""
    for i, turn in enumerate(vignette.turns):
        missing = [str(level) for level in EXEMPLAR_LEVELS if turn.exemplar(level) is None]
        if missing:
            yield ("turns", i, "exemplars"), f"no exemplar at level {' and '.join(missing)}"


def turn_ids(vignette: Vignette) -> Found:
    """No two turns of a vignette share an id."""
    yield from repeated(((("turns", i, "id"), t.id) for i, t in enumerate(vignette.turns)), "turn")


def next_turns(vignette: Vignette) -> Found:
    """Every next turn exists, every turn can be reached, and the sequence comes to an end."""
    at = {turn.id: i for i, turn in enumerate(vignette.turns)}
    for i, turn in enumerate(vignette.turns):
        for band, target in turn.next.items():
            if target not in at:
                what = f"there is no turn '{target}'; turns: {', '.join(at)}"
                yield ("turns", i, "next", band), what
    reached = _reached(vignette, at)
    for i, turn in enumerate(vignette.turns):
        if turn.id in _after(turn, vignette, at):
            yield ("turns", i, "next"), f"leads back to '{turn.id}'; a sequence must end"
        elif i not in reached:
            yield ("turns", i, "id"), f"no turn leads to '{turn.id}'; name it in a 'next'"


def _reached(vignette: Vignette, at: dict[str, int]) -> set[int]:
    first = vignette.turns[0]
    return {0} | {at[turn] for turn in _after(first, vignette, at)}


def _after(turn: Turn, vignette: Vignette, at: dict[str, int]) -> set[str]:
    """Ids of all turns that can follow ``turn``."""
    found: set[str] = set()
    ahead = list(turn.next.values())
    while ahead:
        target = ahead.pop()
        if target in at and target not in found:
            found.add(target)
            ahead += vignette.turns[at[target]].next.values()
    return found


VIGNETTE_RULES: tuple[Callable[[Vignette], Found], ...] = (
    markers_fit_rupture,
    metacommunication_fits,
    one_clip,
    marker_times,
    exemplar_levels,
    turn_ids,
    next_turns,
)


def exemplar_scores(vignette: Vignette, rubrics: Sequence[Rubric]) -> Found:
    """Exemplars score items that a rubric has, within its scale, and leave out only what may be."""
    for i, turn in enumerate(vignette.turns):
        for j, exemplar in enumerate(turn.exemplars):
            where = ("turns", i, "exemplars", j, "items")
            yield from _scores(exemplar, where, rubrics)


def _scores(exemplar: Exemplar, where: Where, rubrics: Sequence[Rubric]) -> Found:
    known = {item.id for rubric in rubrics for item in rubric.items}
    for name, score in exemplar.items.items():
        scales = [r.scale for r in rubrics if any(item.id == name for item in r.items)]
        if not scales:
            items = ", ".join(sorted(known)) or "none"
            yield (*where, name), f"no rubric has an item '{legible(name)}'; items: {items}"
        elif not any(scale.admits(score) for scale in scales):
            low, high = scales[0].min, scales[0].max
            yield (*where, name), f"{score} is outside the scale from {low} to {high}"
    missing = [m for m in (_left_out(exemplar, r) for r in rubrics) if m is not None]
    # One rubric scored in full is enough; else name what the nearest one still asks for.
    if missing and all(missing):
        needed = min(missing, key=len)
        names = ", ".join(item.id for item in needed)
        yield where, f"no score for {names}, which may not be left out"


def _left_out(exemplar: Exemplar, rubric: Rubric) -> list[Item] | None:
    """Items without a score that must have one; None when it is not about this rubric at all."""
    if not any(item.id in exemplar.items for item in rubric.items):
        return None
    return [i for i in rubric.items if i.id not in exemplar.items and not i.not_applicable]


def scale_points(rubric: Rubric) -> Found:
    """A scale has 3 to 7 points."""
    points = rubric.scale.max - rubric.scale.min + 1
    if not _FEWEST_POINTS <= points <= _MOST_POINTS:
        where = ("scale", "max")
        yield where, f"the scale has {max(points, 0)} points; between 3 and 7 are possible"


def anchors_complete(rubric: Rubric) -> Found:
    """Every whole score has an anchor, in rising order, and there is none outside the scale."""
    low, high = rubric.scale.min, rubric.scale.max
    for i, item in enumerate(rubric.items):
        where = ("items", i, "anchors")
        # A scale of the wrong length is told once, by scale_points; not by each missing anchor.
        scores = range(low, min(high, low + _MOST_POINTS) + 1)
        if missing := [str(score) for score in scores if score not in item.anchors]:
            yield where, f"no anchor for {', '.join(missing)}"
        for score in item.anchors:
            if not low <= score <= high:
                yield (*where, str(score)), f"{score} is outside the scale from {low} to {high}"
        if list(item.anchors) != sorted(item.anchors):
            yield where, "the anchors are not in order; write them from the lowest score up"


def item_ids(rubric: Rubric) -> Found:
    """No two items of a rubric share an id."""
    yield from repeated(((("items", i, "id"), t.id) for i, t in enumerate(rubric.items)), "item")


RUBRIC_RULES: tuple[Callable[[Rubric], Found], ...] = (scale_points, anchors_complete, item_ids)


def set_refers(practice_set: PracticeSet, vignettes: set[str], rubrics: set[str]) -> Found:
    """A set's rubric and vignettes exist, as ids of files that may themselves be faulty."""
    if practice_set.rubric not in rubrics:
        yield ("rubric",), f"there is no rubric '{practice_set.rubric}'"
    for i, name in enumerate(practice_set.vignettes):
        if name not in vignettes:
            yield ("vignettes", i), f"there is no vignette '{name}'"


def repeated(named: Iterable[tuple[Where, str]], kind: str) -> Found:
    """Names that an earlier one of the same ``kind`` has."""
    seen: set[str] = set()
    for where, name in named:
        if name in seen:
            yield where, f"another {kind} is called '{name}'; give this one an id of its own"
        seen.add(name)
