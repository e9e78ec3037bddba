"""Who wrote a bundle and who may read it: an Ed25519 signature, and age around the whole file.

Nothing of an encrypted bundle shows but its length and for how many it is: an age file in which
the zip lies (age-encryption.org/v1; any age program opens it with the key).
"""

import base64
import binascii
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from trainer.domain.errors import ForOthers, KnownError

if TYPE_CHECKING:
    from pyrage import x25519

_HEAD = b"age-encryption.org/v1\n"
# So that a signature on a bundle is never one on something else.
_SIGNED_AS = b"attune bundle 1\n"
IN_MEMORY = 64 << 20
_STEP = 1 << 20  # bytes from one look at whether it is to be stopped to the next
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Pair:
    """The keys of one installation: ``reads`` (an age identity) and ``signs`` (Ed25519, base64)."""

    reads: str = field(repr=False)
    signs: str = field(repr=False)

    @property
    def read_by(self) -> str:
        """The public half to encrypt to (``age1...``)."""
        return str(_identity(self.reads).to_public())

    @property
    def signs_as(self) -> str:
        """The public half that its signatures are verified with (base64)."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(self.signs))
        return _as_text(private.public_key().public_bytes_raw())


def new_pair() -> Pair:
    """A pair of keys that nobody has."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from pyrage import x25519

    signs = Ed25519PrivateKey.generate().private_bytes_raw()
    return Pair(str(x25519.Identity.generate()), _as_text(signs))


def sign(data: bytes, pair: Pair) -> str:
    """The signature on ``data`` (base64)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(pair.signs))
    return _as_text(private.sign(_SIGNED_AS + data))


def is_signed(data: bytes, by: object, signature: object) -> bool:
    """Whether ``signature`` is that of the key ``by`` on ``data``; False for what is no key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if not (isinstance(by, str) and isinstance(signature, str)):
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(by, validate=True))
        public.verify(base64.b64decode(signature, validate=True), _SIGNED_AS + data)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def is_reader(key: object) -> bool:
    """Whether something can be encrypted to this (``age1...``)."""
    from pyrage import RecipientError, x25519

    try:
        return isinstance(key, str) and x25519.Recipient.from_str(key) is not None
    except RecipientError:
        return False


def close_to(source: Path, target: Path, readers: Sequence[str]) -> None:
    """Encrypt the file ``source`` into ``target`` so that only ``readers`` (``age1...``) open it.

    Nothing of ``target`` remains after an OSError. ValueError: no readers, or one that is no key.
    """
    from pyrage import RecipientError, encrypt_io, x25519

    if not readers:
        raise ValueError("nobody could read it")
    try:
        recipients = [x25519.Recipient.from_str(one) for one in dict.fromkeys(readers)]
    except RecipientError as error:
        raise ValueError(f"not a key: {error}") from error
    try:
        with source.open("rb") as plain, target.open("wb") as sink:
            encrypt_io(plain, sink, recipients)
            sink.flush()
            os.fsync(sink.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise


class _Stoppable:
    """A file that tells ``step`` of nothing (0 bytes) now and then while it is read."""

    def __init__(self, file: IO[bytes], step: Callable[[int], None]) -> None:
        self._file, self._step, self._since = file, step, 0

    def read(self, size: int = -1) -> bytes:
        """As the file does it. Here other threads get their turn, too."""
        data = self._file.read(size)
        self._since += len(data)
        if self._since >= _STEP:
            self._since = 0
            self._step(0)
        return data


@contextmanager
def opened(
    file: IO[bytes],
    path: Path,
    identities: Sequence[str],
    scratch: Path | None,
    step: Callable[[int], None] = lambda _: None,
) -> Iterator[IO[bytes]]:
    """``file`` itself, or what lies in it when it is encrypted; large ones by way of ``scratch``.

    ``step`` is called meanwhile and may raise to stop. KnownError: it was altered; ForOthers: none
    of the ``identities`` opens it.
    """
    if file.read(len(_HEAD)) != _HEAD:
        file.seek(0)
        yield file
        return
    file.seek(0)
    from pyrage import DecryptError, decrypt_io

    if not identities:
        raise _not_ours(path)
    with tempfile.SpooledTemporaryFile(
        max_size=IN_MEMORY, dir=None if scratch is None else str(scratch)
    ) as plain:
        try:
            decrypt_io(_Stoppable(file, step), plain, [_identity(one) for one in identities])
        except DecryptError as error:
            if "No matching keys" in str(error):
                raise _not_ours(path) from error
            raise _altered(path) from error
        except OSError as error:
            if error.errno is not None:  # the disk's; age's own have none
                raise
            raise _altered(path) from error
        plain.seek(0)
        yield plain


def is_for_others(head: bytes, identities: Sequence[str]) -> bool:
    """Whether a file that begins so is encrypted, and surely to none of the ``identities``.

    The first kilobytes are enough: an age file names at its beginning whom it is for.
    """
    if not head.startswith(_HEAD):
        return False
    from pyrage import DecryptError, decrypt_io

    if not identities:
        return True
    try:
        decrypt_io(io.BytesIO(head), io.BytesIO(), [_identity(one) for one in identities])
    except DecryptError as error:
        return "No matching keys" in str(error)
    except OSError:  # it opens, and ends too soon
        return False
    return False


def _not_ours(path: Path) -> ForOthers:
    return ForOthers(
        f"This file is for somebody else: {path}",
        "It is encrypted to other keys than those of this data folder. Open it in the data folder "
        "that it was written for, or ask for one that is written for yours.",
    )


def _altered(path: Path) -> KnownError:
    return KnownError(
        f"This file was altered or damaged on its way: {path}",
        "Nothing was changed. Ask for it to be sent again.",
    )


def _identity(secret: str) -> "x25519.Identity":
    from pyrage import x25519

    return x25519.Identity.from_str(secret)


def _as_text(data: bytes) -> str:
    return base64.b64encode(data).decode()
