"""Which assignment somebody means who types its id, or its title."""

from collections import Counter
from collections.abc import Iterable, Sequence

from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError
from trainer.store import assignments as rows
from trainer.store.assignments import Head
from trainer.store.db import Log


def given_out_id(log: Log, named: str) -> str:
    """The id of one that was given out here; KnownError: none, or several, are called so."""
    return _one(
        rows.heads(log, mine=True), named,
        KnownError(f"No assignment {named} was given out here", "'attune cohort' lists them."),
    )  # fmt: skip


def given_out_ids(log: Log, named: Iterable[str]) -> tuple[str, ...]:
    """The ids of several of them."""
    return tuple(given_out_id(log, one) for one in named)


def any_ids(log: Log, named: Iterable[str]) -> tuple[str, ...]:
    """The ids of several that were given out here or came; KnownError as above."""
    every = (*rows.heads(log, mine=True), *rows.heads(log, mine=False))
    return tuple(
        _one(every, one, KnownError(f"There is no assignment {one} here", _known(every)))
        for one in named
    )


def came_id(log: Log, named: str) -> str:
    """The id of one that came as a file; KnownError: none, or several, are called so."""
    found = rows.heads(log, mine=False)
    return _one(found, named, KnownError(f"There is no assignment {named} here", _known(found)))


def _one(every: Sequence[Head], named: str, nobody: KnownError) -> str:
    """By id; else by title, alone or with the occasion in brackets after it, in any case."""
    if any(one.id == named for one in every):
        return named
    wanted = _folded(named)
    found = [
        one
        for one in every
        if wanted in (_folded(one.title), _folded(f"{one.title} ({one.occasion})"))
    ]
    if not found:
        raise nobody
    if len(found) > 1:
        names = Counter(called(one) for one in found)
        apart = [one for one, count in names.items() if count == 1 and _folded(one) != wanted]
        way = f"such as '{apart[0]}', or by its id" if apart else "by its id"
        raise KnownError(
            f"{len(found)} assignments are called {named}",
            f"Name one {way}: {'; '.join(map(_told, found))}.",
        )
    return found[0].id


def _known(every: Iterable[Head]) -> str:
    known = "; ".join(map(_told, every))
    return f"There are: {known}." if known else "'attune import FILE' takes one in."


def called(one: Head | Assignment) -> str:
    """The title, with the occasion in brackets."""
    return f"{one.title} ({one.occasion})" if one.occasion else one.title


def _told(one: Head) -> str:
    return f"{one.id} {called(one)}, {one.made_at:%Y-%m-%d}"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
