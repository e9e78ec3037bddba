"""What is to go, as it is asked for: a response, somebody, all before a day or past its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from trainer.app.persons import called
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange.address import is_fingerprint_of
from trainer.store import consents, forget, forget_scope, responses, senders, shares
from trainer.store.db import Log
from trainer.store.enrolled import name_row, names, people_of
from trainer.store.forget_scope import Scope
from trainer.store.heard import find_heard
from trainer.store.senders import NOBODY, first_of


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person asks to be forgotten: exactly one of these. ``person`` is a name or an id.

    ``response`` may be a code that came with a share, or a share's id: all of it.
    """

    response: str | None = None
    person: str | None = None
    before: date | None = None
    expired: bool = False


def scope_of(log: Log, choice: Choice) -> Scope:
    """All of it; empty where it was forgotten already. KnownError: there is no such thing."""
    if choice.response is not None:
        return _one(log, choice.response)
    if choice.person is not None:
        if _is_forgotten(log, choice.person):
            return Scope()
        return _somebody(log, choice.person)
    if choice.before is not None:
        return forget_scope.before(log, midnight(choice.before))
    today = local_now().date()
    late = (*consents.expired(log, today), *shares.codes_past(log, today))
    return forget_scope.of_responses(log, late)


def _one(log: Log, response_id: str) -> Scope:
    if _is_forgotten(log, response_id):
        return Scope()
    share = shares.find_share(log, response_id)
    if share is not None and not share.mine:
        return forget_scope.of_responses(log, shares.codes_of(log, share.id))
    if find_heard(log, response_id) is None and shares.facts_of_code(log, response_id) is None:
        response_id = responses.response(log, response_id).id
    return forget_scope.of_responses(log, (response_id,))


def _is_forgotten(log: Log, row_id: str) -> bool:
    return forget.mark_of(row_id) in forget.marks(log)


def _somebody(log: Log, named: str) -> Scope:
    """A person, or who is enrolled by that code or name, of whom there may be nothing else yet; and
    senders whom the program decided to be theirs, of whom nothing came in.
    """
    unheard = _unheard(log, named)
    others = {*names(log), *names(log).values(), *called(log).values()}
    if unheard and named not in others and not people_of(log, named):
        return Scope(people=unheard)
    found = _known(log, named)
    return replace(found, people=found.people | unheard)


def _unheard(log: Log, named: str) -> frozenset[str]:
    """Senders of whom nothing came in, by the code whose they are (or the name behind it), by id or
    by the fingerprint of their key.
    """
    codes = {named, *(code for code, name in names(log).items() if name == named)} - {NOBODY}
    return frozenset(
        one.person_id
        for one in senders.unheard(log)
        if one.code in codes or one.person_id == named or is_fingerprint_of(named, one.signed_by)
    )


def _known(log: Log, named: str) -> Scope:
    codes = {code: name for code, name in names(log).items() if named in (code, name)}
    every = people_of(log, next(iter(codes), named)) if len(codes) < 2 else ()
    same = first_of(log) if len(every) > 1 else {}
    if same and len({same.get(one, one) for one in every}) == 1:  # the program decided so
        return forget_scope.of_people(log, every)
    everybody = called(log)
    found = {one for one, name in everybody.items() if named in (one, name)}
    found |= {one for code in {*codes, named} for one in people_of(log, code)}
    alone = {code: row for code in codes if not people_of(log, code)
             and (row := name_row(log, code))}  # fmt: skip
    if not (found or alone):
        known = _listed(everybody, everybody) or "there is nobody"
        raise KnownError(f"Nobody in this log is called {named!r}", f"Name one by id: {known}.")
    if len(found) + len(alone) > 1:
        by_code = [f"{name} ({code})" for code, name in codes.items()]
        known = ", ".join(filter(None, (*by_code, _listed(everybody, sorted(found)))))
        raise KnownError(f"Several people are called {named!r}", f"Name a code or an id: {known}.")
    if alone:
        return Scope(names=frozenset(alone.values()))
    return forget_scope.of_person(log, next(iter(found)))


def _listed(everybody: Mapping[str, str], ids: Iterable[str]) -> str:
    return ", ".join(f"{everybody[one]} ({one})" for one in ids)


def midnight(day: date) -> datetime:
    """When a day begins here."""
    return datetime.combine(day, time()).astimezone()
