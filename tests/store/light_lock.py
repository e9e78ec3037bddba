"""An age program that works little: its files are real, and cost no seconds. No test is in here.

As the format says (https://age-encryption.org/v1), for data of one chunk and a passphrase.
"""

import hashlib
import hmac
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_WORK = 4  # as a power of two; what is shipped works as long as a second or two takes


def encrypt(data: bytes, passphrase: str) -> bytes:
    """The same as ``pyrage.passphrase.encrypt``, but for the work."""
    assert len(data) < 64 * 1024, "one chunk only"
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrap = hashlib.scrypt(
        passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2**_WORK, r=8, p=1,
        dklen=32,
    )  # fmt: skip
    body = ChaCha20Poly1305(wrap).encrypt(bytes(12), file_key, None)
    head = b"age-encryption.org/v1\n-> scrypt %s %d\n%s\n---" % (_text(salt), _WORK, _text(body))
    mac = hmac.digest(_derived(file_key, b"", b"header"), head, "sha256")
    payload = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    last = bytes(11) + b"\x01"
    return head + b" " + _text(mac) + b"\n" + nonce + payload.encrypt(last, data, None)


def _derived(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt or None, info).derive(file_key)


def _text(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


@contextmanager
def instead_of_pyrage() -> Iterator[None]:
    """Attune keeps keys by this program meanwhile; what it opens, it opens as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyrage.passphrase, "encrypt", encrypt)
        yield
