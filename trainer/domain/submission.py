"""What a trainee gave back for an assignment."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TakenOn:
    """Somebody has begun with an assignment, under a code, having agreed to ``agreed_to``."""

    id: str
    assignment_id: str
    person_id: str
    code: str
    agreed_to: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Submission:
    """One file of responses (ids). ``mine``: it was written here, not read here.

    ``signed_by`` is the public key that signed it, ``read_by`` the one to which what goes back to
    its trainee is encrypted (None: an older Attune did not say). ``told``: the statements and
    interruptions (ids) that one's own file has.
    """

    id: str
    assignment_id: str
    code: str
    person_id: str
    signed_by: str
    mine: bool
    made_at: datetime
    responses: tuple[str, ...]
    read_by: str | None = None
    told: frozenset[str] = frozenset()
