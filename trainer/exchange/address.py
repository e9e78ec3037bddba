"""A rater's address: both public keys of an installation as one string, to be sent to a program."""

import base64
import hashlib
import re
from dataclasses import dataclass

from trainer.domain.errors import KnownError
from trainer.exchange.envelope import Pair

BEGINS = "attune1"
_AGE, _KEY, _CHECK = 58, 32, 3  # signs after "age1"; bytes of the other key, and of the check
_SHAPE = re.compile(rf"{BEGINS}([a-z0-9]{{{_AGE}}})([a-z2-7]{{56}})")


@dataclass(frozen=True, slots=True)
class Address:
    """To whom a share is written: encrypted to ``read_by`` (age), answered signed by ``signs_as``
    (Ed25519, base64).
    """

    read_by: str
    signs_as: str


def address_of(pair: Pair) -> str:
    """The address of an installation, from its public halves alone."""
    return address_text(Address(pair.read_by, pair.signs_as))


def address_text(one: Address) -> str:
    """The string that ``read_address`` reads."""
    key = base64.b64decode(one.signs_as)
    tail = base64.b32encode(key + _check(one.read_by, key)).decode().lower()
    return BEGINS + one.read_by.removeprefix("age1") + tail


def read_address(text: str) -> Address:
    """The keys in an address, whatever blanks and capitals it got on its way.

    KnownError: it is none, or was mistyped or cut off.
    """
    from pyrage import RecipientError, x25519

    found = _SHAPE.fullmatch("".join(text.split()).lower())
    if found is None:
        raise KnownError(
            f"This is no rater's address: {text[:40]!r}",
            f"It begins with {BEGINS} and has {len(BEGINS) + _AGE + 56} signs. The rater finds it "
            "in Settings, or with 'attune ratings key'.",
        )
    read_by, rest = f"age1{found[1]}", base64.b32decode(found[2].upper())
    key = rest[:_KEY]
    try:
        x25519.Recipient.from_str(read_by)
        whole = rest[_KEY:] == _check(read_by, key)
    except RecipientError:
        whole = False
    if not whole:
        raise KnownError(
            f"This rater's address has a wrong sign in it: {text[:20]}…",
            "Ask for it again, and paste it rather than type it.",
        )
    return Address(read_by, base64.b64encode(key).decode())


def fingerprint(signs_as: str) -> str:
    """A public key (base64) as four groups of four signs, to be compared when they are read out."""
    digest = hashlib.sha256(b"attune key " + base64.b64decode(signs_as)).digest()
    text = base64.b32encode(digest[:10]).decode()
    return "-".join(text[at : at + 4] for at in range(0, 16, 4))


def is_fingerprint_of(heard: str, signs_as: str) -> bool:
    """Whether this is what was read out, whatever stands between its signs."""
    plain = "".join(one for one in heard.upper() if one.isalnum())
    return plain == fingerprint(signs_as).replace("-", "")


def _check(read_by: str, key: bytes) -> bytes:
    return hashlib.sha256(read_by.encode() + key).digest()[:_CHECK]
