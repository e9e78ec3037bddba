"""Whose what came is: a program decides where a code was mistyped or a trainee has a new key.

A sender is a person with the key of their Attune. What they send counts under the code that stands
in their files until it is decided otherwise; a decision is for all that they sent and will send, is
never deleted, and is taken back by another one. Every reading goes by the newest.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from trainer.app.work import Outcome
from trainer.domain import assignment as rules
from trainer.domain.assignment import Assignment
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.exchange.address import fingerprint, is_fingerprint_of
from trainer.store import assignments as rows
from trainer.store import senders as kept
from trainer.store.db import Log

NOBODY = kept.NOBODY  # the code of what counts for nobody
OTHER_KEY, OTHER_CODE, NOBODYS = "other key", "other code", "nobody's"


Given = frozenset[tuple[str, str, str, str]]  # assignment, response, pack and vignette

UNCHANGED = "Nothing was changed."
_NOT_KEPT = "Nothing of the file is kept until you say whose it is"
HOW = (
    f"{_NOT_KEPT}: in Program, where you take it in again ('Take files in'), or with 'attune "
    "cohort whose' and the file."
)


class InDoubt(KnownError):
    """A submission that waits for the program to say whose it is.

    ``why`` is one of the three above; ``code`` stands in the file, ``known_as`` is whose this
    sender's other files are. ``assignment_id`` is what it is for, ``holds`` the responses in it.
    """

    def __init__(
        self, text: str, hint: str, *, why: str, person_id: str, signed_by: str, code: str,
        known_as: str, assignment_id: str, holds: Given,
    ) -> None:  # fmt: skip
        super().__init__(text, hint)
        self.why, self.person_id, self.signed_by = why, person_id, signed_by
        self.code, self.known_as = code, known_as
        self.assignment_id, self.holds = assignment_id, holds

    @property
    def fingerprint(self) -> str:
        """Of the key that signed it."""
        return fingerprint(self.signed_by)

    def at_a_glance(self, name: str) -> KnownError:
        """What it is, of a file called so, for who is led to where it can be decided."""
        text, _, _ = self.text.partition(": ")
        return KnownError(f"{text}: {name}", f"{_NOT_KEPT}.")

    def in_short(self, name: str) -> str:
        """What it is, of a file called so, for who has come to decide it."""
        text, _, _ = self.text.partition(": ")
        why = self.hint.removesuffix(HOW).removeprefix(UNCHANGED).strip()
        return f"{name}: {text[:1].lower()}{text[1:]}. {why}".strip()


@dataclass(frozen=True, slots=True)
class Sender:
    """Of whom files were read: the codes in them, whose they are, by which key, how many responses.

    ``code`` is ``NOBODY`` where they were set aside; ``decided_at`` None: as the files say.
    """

    person_id: str
    signed_by: str
    sent_as: tuple[str, ...]
    code: str
    responses: int
    decided_at: datetime | None

    @property
    def fingerprint(self) -> str:
        """What the trainee finds in their Attune as well."""
        return fingerprint(self.signed_by)


@dataclass(frozen=True, slots=True)
class Decision:
    """That what a sender sends is ``code``'s. ``both``: although both answered the same clients.

    ``heard`` is the fingerprint that the trainee read out, asked for where another key holds it.
    ``assignment_id`` is what a file that was not taken in yet is for, and ``holds`` what is in it.
    """

    person_id: str
    signed_by: str
    code: str
    heard: str = ""
    both: bool = False
    assignment_id: str = ""
    holds: Given = frozenset()


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a decision does, in sentences, and what it asks for before it may be taken.

    ``clashes`` are clients whom both have answered for one assignment (sentences); ``other_key``:
    the code is held by another key, so that the fingerprints are to be compared.
    """

    lines: tuple[str, ...]
    clashes: tuple[str, ...]
    other_key: bool


def decision(of: Sender | InDoubt, code: str) -> Decision:
    """That what they send is ``code``'s."""
    if isinstance(of, Sender):
        return Decision(of.person_id, of.signed_by, code)
    return Decision(
        of.person_id, of.signed_by, code, assignment_id=of.assignment_id, holds=of.holds
    )


def with_said(asked: Decision, *, heard: str, both: bool) -> Decision:
    """The same with what was compared and allowed."""
    return replace(asked, heard=heard, both=both)


def senders(log: Log, code: str = "", assignment_id: str = "") -> tuple[Sender, ...]:
    """Everybody of whom files were read (for one assignment); only those whose files are, or say,
    a ``code``.
    """
    return tuple(
        Sender(
            one.person_id, one.signed_by, one.sent_as, one.code, one.responses,
            one.decided.at if one.decided else None,
        )
        for one in kept.senders(log, assignment_id)
        if code in ("", one.code, *one.sent_as)
    )  # fmt: skip


def one_sender(log: Log, code: str, heard: str = "") -> Sender:
    """The one whose files are or say ``code``; ``heard`` (a fingerprint) tells several apart.

    KnownError: nobody, or several.
    """
    every = senders(log, code)
    found = [one for one in every if not heard or is_fingerprint_of(heard, one.signed_by)]
    if not heard and len(found) > 1:  # who has the code before who only typed it
        found = [one for one in found if one.code == code] or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise KnownError(
            f"Nothing came under {code} from such a sender",
            "'attune cohort senders' tells who has sent what.",
        )
    keys = ", ".join(f"{one.fingerprint} ({_count(one.responses)})" for one in found)
    raise KnownError(
        f"{len(found)} senders have sent as {code}: {keys}", "Name one with --sender FINGERPRINT."
    )


def codes_for(log: Log, asked: Decision) -> tuple[str, ...]:
    """Whose it can be: the codes of the assignment that a waiting file is for, else of all that
    this sender sent for.
    """
    every = [one for one in _for_what(log, asked) if asked.assignment_id in ("", one.id)]
    return tuple(dict.fromkeys(one.code for of in every for one in of.enrolled))


def consequence(log: Log, asked: Decision) -> Consequence:
    """What it would do, in the assignments that have the code; the others stay as they are.

    KnownError: it is in none, or not in that which a waiting file is for.
    """
    given = kept.given_by(log, asked.person_id, asked.signed_by) | asked.holds
    every = _for_what(log, asked)
    for_what = every if asked.code == NOBODY else _with_code(every, asked)
    given = frozenset(one for one in given if one[0] in {of.id for of in for_what})
    lines = [_moved(asked.code, given, for_what, _sent_as(log, asked, for_what))]
    if asked.code == NOBODY:
        lines.append(
            "It stays here, is in no table, share, figure or export, and no reference to rate by."
        )
        return Consequence((*lines, _LATER), (), other_key=False)
    for one in for_what:
        form = {(ref.pack, ref.vignette) for ref in rules.vignettes_for(one, asked.code)}
        odd = {(pack, name) for of, _, pack, name in given if of == one.id} - form
        if odd:
            lines.append(f"{one.title}: {_names(odd)} {_is(odd)} not in {asked.code}'s form.")
    theirs = kept.given_as(log, asked.code) - given
    if theirs:
        lines.append(f"{asked.code} has {_count(len({o[1] for o in theirs}))} beside it.")
    keys = kept.keys_of(log, asked.code, rows.given_out(log))
    other_key = bool(keys) and asked.signed_by not in keys
    if other_key:
        lines.append(
            f"{asked.code} signed with another key so far "
            f"({', '.join(sorted(map(fingerprint, keys)))}); what is signed with this one "
            f"({fingerprint(asked.signed_by)}) is {asked.code}'s as well from now on."
        )
    return Consequence((*lines, _LATER), _clashes(given, theirs, for_what), other_key)


def decide(log: Log, asked: Decision) -> Outcome[Consequence]:
    """Take a decision. KnownError: as ``consequence``, both have answered the same clients and it
    is not said that they may be put together, or the fingerprint is not that of the key.
    """
    found = consequence(log, asked)
    if found.clashes and not asked.both:
        raise KnownError(
            f"Both have answered the same: {'; '.join(found.clashes)}",
            "Nothing was changed. If it is one person all the same, say so (--both).",
        )
    if found.other_key and not is_fingerprint_of(asked.heard, asked.signed_by):
        raise KnownError(
            f"{asked.code} is held by another key, and the fingerprint of this one is "
            + ("not what was read out" if asked.heard else "not compared yet"),
            "Nothing was changed. Ask the trainee by another way what stands in their Attune "
            "(Settings, or 'attune doctor') and give that (--fingerprint).",
        )
    kept.decide(log, asked.person_id, asked.signed_by, asked.code, local_now())
    return Outcome(
        found,
        Changes.ASSIGNMENTS | Changes.RESPONSES | Changes.PEOPLE | Changes.RATINGS,
    )


_LATER = "Nothing is deleted, and another decision takes it back."


def told(one: Sender) -> str:
    """A sender in a line."""
    return f"{one.code or 'nobody'}: {what_of(one)}"


def what_of(one: Sender) -> str:
    """What they sent, with which key, and whether it was decided whose it is."""
    sent = " and ".join(one.sent_as)
    said = f"{_count(one.responses)} sent as {sent}, key {one.fingerprint}"
    if one.decided_at is not None:
        whose = f"{one.code}'s" if one.code else "nobody's"
        said += f"; {whose} as decided on {one.decided_at.astimezone():%Y-%m-%d}"
    return said


def as_json(one: Sender) -> dict[str, object]:
    """The same for a program."""
    return {
        "code": one.code or None,
        "sent_as": list(one.sent_as),
        "fingerprint": one.fingerprint,
        "responses": one.responses,
        "decided": one.decided_at.isoformat() if one.decided_at else None,
    }


# Inside


def _who(asked: Decision) -> tuple[str, str]:
    return asked.person_id, asked.signed_by


def _sent_as(log: Log, asked: Decision, for_what: Iterable[Assignment]) -> tuple[str, ...]:
    """The codes in this sender's files for these assignments."""
    every = [one for of in for_what for one in senders(log, assignment_id=of.id)]
    theirs = [one for one in every if (one.person_id, one.signed_by) == _who(asked)]
    return tuple(dict.fromkeys(code for one in theirs for code in one.sent_as))


def _for_what(log: Log, asked: Decision) -> list[Assignment]:
    pending = (asked.assignment_id,) if asked.assignment_id else ()
    ids = (*kept.sent_for(log, asked.person_id, asked.signed_by), *pending)
    return [_assignment(log, one) for one in dict.fromkeys(ids)]


def _assignment(log: Log, assignment_id: str) -> Assignment:
    found = rows.as_written(log, assignment_id)
    if found is None or not found[1]:
        raise KnownError(
            f"There is no assignment {assignment_id} that was given out here",
            "'attune cohort' lists what was.",
        )
    return rules.read_text(found[0])


def _with_code(every: Sequence[Assignment], asked: Decision) -> list[Assignment]:
    """Those of them that have the code: in another one a trainee may have another."""
    found = [one for one in every if asked.code in {each.code for each in one.enrolled}]
    needed = asked.assignment_id or (found[0].id if found else "")
    if needed not in {one.id for one in found}:
        titles = ", ".join(one.title for one in every if asked.assignment_id in ("", one.id))
        raise KnownError(
            f"{asked.code} is not among the trainees of {titles}",
            "Nothing was changed. What was sent for it can only be one of theirs.",
        )
    return found


def _moved(code: str, given: Given, for_what: Sequence[Assignment], sent_as: Sequence[str]) -> str:
    titles = ", ".join(one.title for one in for_what)
    count = _count(len({one[1] for one in given}))
    whose = f"{code}'s" if code else "nobody's"
    sent = f", sent as {' and '.join(sent_as)}," if sent_as else ""
    return f"{count} to {titles}{sent} {'is' if count == _ONE else 'are'} {whose}."


def _clashes(given: Given, theirs: Given, for_what: Sequence[Assignment]) -> tuple[str, ...]:
    found: dict[str, set[tuple[str, str]]] = {}
    others = {(of, pack, name) for of, _, pack, name in theirs}
    for of, _, pack, name in given:
        if (of, pack, name) in others:
            found.setdefault(of, set()).add((pack, name))
    titles = {one.id: one.title for one in for_what}
    return tuple(f"{titles[of]}: {_names(clients)}" for of, clients in found.items())


def _names(clients: Iterable[tuple[str, str]]) -> str:
    return ", ".join(name for _, name in sorted(clients))


def _is(many: Iterable[object]) -> str:
    return "is" if len(list(many)) == 1 else "are"


_ONE = "1 response"


def _count(number: int) -> str:
    return _ONE if number == 1 else f"{number} responses"


def notes(sent_as: Iterable[str], code: str) -> tuple[str, ...]:
    """What is to be told with a code of responses that were sent under another one (one each)."""
    counts = Counter(one for one in sent_as if one != code)
    return tuple(
        f"{_count(count)} came as {other} and {'is' if count == 1 else 'are'} {code}'s, as you "
        "decided"
        for other, count in sorted(counts.items())
    )
