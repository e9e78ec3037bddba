"""Whose a submission is that comes in, and why it waits where that is for the program to say."""

from trainer.app.whose import HOW, NOBODYS, OTHER_CODE, OTHER_KEY, InDoubt
from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError
from trainer.domain.submission import Submission
from trainer.exchange.address import fingerprint
from trainer.exchange.bundle import Bundle
from trainer.store import assignments as rows
from trainer.store import senders
from trainer.store.db import Log
from trainer.store.people import people
from trainer.store.senders import NOBODY


def counted_as(log: Log, one: Submission, asked: Assignment) -> str:
    """Whose a file is that was read here for an assignment, by code."""
    found = senders.decided(log, one.person_id, one.signed_by, _codes(asked))
    return one.code if found is None else found.code


def whose_it_is(
    log: Log, other: Log, found: Bundle, person_id: str, written: str, asked: Assignment
) -> str:
    """The code under which a submission with the log ``other`` counts, in which ``written`` stands.

    Codes are those of the assignment that it is for: in another one a trainee may have another.

    InDoubt: another key holds that code, this sender is somebody else here, or was set aside.
    KnownError: it is somebody of this log who never sent anything to it.
    """
    signed_by = str(found.signed_by)
    codes = _codes(asked)
    decided = senders.decided(log, person_id, signed_by, codes)
    if decided is not None and decided.code != NOBODY:
        return decided.code
    doubt = _Doubt(found, other, person_id, written)
    if decided is not None:
        raise doubt.nobodys()
    known = rows.codes_of(log, person_id)
    if others := known & codes - {written}:
        raise doubt.other_code(min(others))
    if not known and any(one.id == person_id for one in people(log)):
        if senders.is_sender(log, person_id):
            raise doubt.nobodys()
        raise KnownError(
            f"This submission is by somebody who is known here, but not as {written}: {found.path}",
            "Nothing was changed. Ask the trainee which code is theirs.",
        )
    keys = senders.keys_of(log, written, rows.given_out(log))
    if keys and signed_by not in keys:
        raise doubt.other_key(keys)
    return written


def _codes(asked: Assignment) -> frozenset[str]:
    return frozenset(one.code for one in asked.enrolled)


class _Doubt:
    """One submission, and the sentences about it."""

    def __init__(self, found: Bundle, other: Log, person_id: str, written: str) -> None:
        self._path, self._written = found.path, written
        self._person_id, self._signed_by = person_id, str(found.signed_by)
        self._assignment_id = of = str(found.manifest.facts.get("assignment"))
        every = other.rows("SELECT id, pack, vignette FROM responses")
        self._holds = frozenset((of, row["id"], row["pack"], row["vignette"]) for row in every)
        was = found.manifest.facts.get("was")  # what its trainee says they had mistyped
        self._was = was if isinstance(was, list) else []

    def other_key(self, keys: frozenset[str]) -> InDoubt:
        """The code is somebody's whose files another key signed."""
        before = ", ".join(sorted(map(fingerprint, keys)))
        return self._made(
            OTHER_KEY,
            f"This submission for {self._written} was signed with another key than before: "
            f"{self._path}",
            f"Nothing was changed. Its key is {fingerprint(self._signed_by)}, before it was "
            f"{before}. Either somebody else mistyped the code, or the trainee has a new computer: "
            "ask them by another way for the fingerprint of their key (it stands in Settings and "
            f"in 'attune doctor'). {HOW}",
            "",
        )

    def other_code(self, known: str) -> InDoubt:
        """The sender has another code here."""
        said = ""
        if known in self._was:
            said = f"The trainee says that {known} was mistyped and {self._written} is theirs. "
        return self._made(
            OTHER_CODE,
            f"This submission is by somebody who is known here as {known}, but not as "
            f"{self._written}: {self._path}",
            f"Nothing was changed. {said}{'' if said else 'One of the two was mistyped. '}{HOW}",
            known,
        )

    def nobodys(self) -> InDoubt:
        """It was decided that what this sender sends is nobody's."""
        return self._made(
            NOBODYS,
            f"What this sender sends was set aside by decision: {self._path} ({self._written})",
            f"Nothing was changed. {HOW}",
            "",
        )

    def _made(self, why: str, text: str, hint: str, known_as: str) -> InDoubt:
        return InDoubt(
            text, hint, why=why, person_id=self._person_id, signed_by=self._signed_by,
            code=self._written, known_as=known_as, assignment_id=self._assignment_id,
            holds=self._holds,
        )  # fmt: skip
