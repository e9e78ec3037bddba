"""What a trainee says anew of answers that were sent before: others may use them, or no longer."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from trainer.domain.consent import USES, Statement
from trainer.exchange.bundle import Bundle, refusal
from trainer.store import consents, drafts, forget, senders
from trainer.store.consents import WAITING
from trainer.store.db import Log
from trainer.store.responses import find_response

_MOST = 20_000


def as_facts(said: Sequence[Statement]) -> list[dict[str, Any]]:
    """Statements as JSON has them."""
    return [
        {
            **asdict(one),
            "keep_until": None if one.keep_until is None else one.keep_until.isoformat(),
            "stated_at": one.stated_at.isoformat(),
        }
        for one in said
    ]


def read(found: Bundle) -> tuple[Statement, ...]:
    """Those in a submission; KnownError when they are none."""
    try:
        every = found.manifest.facts.get("said", ())
        if len(every) > _MOST:
            raise ValueError(f"{len(every)} statements")
        return tuple(_read(one) for one in every)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise refusal(found.path, "what it says of consent cannot be read") from error


def take_in(log: Log, said: Sequence[Statement], person_id: str) -> tuple[str, ...]:
    """Keep statements of a person on their answers, inside ``atomic``; what is to be told of it.

    What is on an answer that is not here yet waits until it comes.
    """
    away = forget.marks(log) if said else frozenset()
    for one in said:
        gone = forget.mark_of(one.response_id) in away
        if not gone and find_response(log, one.response_id) is None:
            data = {"person_id": person_id, "statement": as_facts([one])[0]}
            drafts.save_draft(log, WAITING + one.id, data)
    waited = _waiting(log, person_id)
    every = [one for one in (*said, *waited) if _is_theirs(log, one, person_id)]
    ids = frozenset(one.response_id for one in every)
    held = consents.held_back(log, ids)
    fresh = {one.response_id for one in every if consents.add_as_said(log, one)}
    for one in waited:
        if one in every:
            drafts.drop_draft(log, WAITING + one.id)
    return tuple(_notes(held, consents.held_back(log, ids), fresh))


def settle(log: Log) -> None:
    """Keep what waited for answers that are here now, as after two logs were joined."""
    found = log.rows("SELECT data FROM drafts WHERE key LIKE ? || '%'", (WAITING,))
    with log.atomic(durable=True):
        for person_id in {json.loads(row["data"])["person_id"] for row in found}:
            take_in(log, (), person_id)


def narrower(
    log: Log, other: Log, said: Sequence[Statement], person_id: str, signed_by: str
) -> int:
    """Keep what a sender takes back of answers that came from them with this very key; of how many.

    ``other`` is the log of a submission that waits, with statements ``said`` beside it. None lets
    others use more than before.
    """
    theirs = {response_id for _, response_id, _, _ in senders.given_by(log, person_id, signed_by)}
    every = [one for one in (*said, *consents.statements(other)) if one.response_id in theirs]
    changed = set()
    with log.atomic(durable=True):
        for one in sorted(every, key=lambda one: one.stated_at):
            now = consents.consent_of(log, one.response_id)
            if (
                now is not None
                and one.stated_at > now.stated_at
                and _is_less(one, now)
                and consents.add_as_said(log, one)
            ):
                changed.add(one.response_id)
    return len(changed)


# Inside


def _notes(before: frozenset[str], after: frozenset[str], fresh: set[str]) -> list[str]:
    changed = (
        ("may not be rated any more: in no share and no figure from now on", after - before),
        ("may be rated from now on", before - after),
        ("have another last day or use", fresh - (before ^ after)),
    )
    return [f"of what was sent, {len(ids)} {told}" for told, ids in changed if ids]


def _is_less(one: Statement, now: Statement) -> bool:
    """Whether it lets others use less than before, or not as long."""
    use, before = USES.index(one.use), USES.index(now.use)
    until, day = one.keep_until or date.max, now.keep_until or date.max
    return use < before or (use == before and until < day)


def _is_theirs(log: Log, one: Statement, person_id: str) -> bool:
    known = find_response(log, one.response_id)
    return known is not None and known.person_id == person_id


def _waiting(log: Log, person_id: str) -> tuple[Statement, ...]:
    found = log.rows("SELECT data FROM drafts WHERE key LIKE ? || '%'", (WAITING,))
    kept = (json.loads(row["data"]) for row in found)
    return tuple(_read(one["statement"]) for one in kept if one["person_id"] == person_id)


def _read(one: dict[str, Any]) -> Statement:
    until, stated = one["keep_until"], datetime.fromisoformat(one["stated_at"])
    if one["use"] not in USES or stated.tzinfo is None or not 1970 <= stated.year < 9999:
        raise ValueError(one["use"])
    return Statement(
        str(UUID(one["id"])), str(UUID(one["response_id"])), one["use"],
        None if until is None else date.fromisoformat(until), stated,
    )  # fmt: skip
