"""What people and responses are called in a research export: by codes that name nobody."""

import hashlib
import hmac

from trainer.app.keys import own_pair
from trainer.domain.rating import CONSENSUS
from trainer.store import exported
from trainer.store.db import Log
from trainer.store.senders import first_of

# No letter that looks like a digit or another one.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PERSON, _RESPONSE = 8, 10


class Codes:
    """The same code for the same person or response whenever it is asked for in this log.

    A trainee has the code of their assignments, one who came back with another key the same, where
    the program has said so. Everybody else, and who came later under a code
    that is somebody else's, has one made from their id with the secret key of this installation:
    without that key it leads to nobody. The own id of a response or an assignment tells when it
    was made, so they have codes as well.
    """

    def __init__(self, log: Log) -> None:
        """KnownError when there are no keys yet and the log cannot be written to."""
        self._secret = own_pair(log).signs.encode()
        self._people: dict[str, str] = {}
        taken: set[str] = set()
        same = first_of(log)
        for each, _, code in exported.codes(log):
            person_id = same.get(each, each)
            # Variables are named so, and SPSS does not tell capital letters from small ones.
            if person_id not in self._people and code.casefold() not in taken:
                self._people[person_id] = code
                taken.add(code.casefold())
        for each, one in same.items():
            self._people[each] = self.person(one)

    def person(self, person_id: str) -> str:
        """A trainee's or rater's code."""
        if person_id not in self._people:
            self._people[person_id] = self._made("P", f"person {person_id}", _PERSON)
        return self._people[person_id]

    def rater(self, rater_id: str, role: str) -> str:
        """The same of who rated; what raters agreed on is nobody's in particular."""
        return CONSENSUS if role == CONSENSUS else self.person(rater_id)

    def response(self, response_id: str) -> str:
        """A response's code."""
        return self._made("R", f"response {response_id}", _RESPONSE)

    def assignment(self, assignment_id: str) -> str:
        """An assignment's code."""
        return self._made("A", f"assignment {assignment_id}", _RESPONSE)

    def _made(self, kind: str, what: str, length: int) -> str:
        digest = hmac.digest(self._secret, f"attune export {what}".encode(), hashlib.sha256)
        return kind + "".join(_LETTERS[byte % 32] for byte in digest[:length])
