"""The key of a locked data folder, and the file in which a passphrase holds it.

``lock.age`` is an ordinary age file: any age program opens it with the passphrase. In it is an age
identity to which every recording is encrypted, and from which the log's own key is made; so a new
passphrase changes one small file, and the identity, written down, opens everything without it.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.domain.errors import KnownError
from trainer.store import files
from trainer.store.trouble import file_errors

if TYPE_CHECKING:
    from pyrage import x25519

LOCK = "lock.age"
# Its names while the lock is being put on, and while it is being taken off.
ENTERING, LEAVING = "locking.age", "unlocking.age"
# An empty file, there until the person has been shown the key and said that it is written down.
UNSEEN = "lock.unseen"
LEAST_LETTERS = 12
_BEGINS = "AGE-SECRET-KEY-1"
_LARGEST = 10_000  # bytes; a lock file has some 300
_HEAD = re.compile(rb"age-encryption\.org/v1\n-> scrypt [A-Za-z0-9+/]{22} ([0-9]{1,2})\n")
# As a power of two: 4 GB of memory, some twenty seconds. A stranger's could ask for all there is.
_MOST_WORK = 22


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a locked data folder. ``secret`` is an age identity: shown when asked for only."""

    secret: str = field(repr=False)

    @property
    def identity(self) -> "x25519.Identity":
        """What decrypts a recording."""
        from pyrage import x25519

        return x25519.Identity.from_str(self.secret)

    @property
    def recipient(self) -> str:
        """The public half (``age1...``): it encrypts, opens nothing, and names the key."""
        return str(self.identity.to_public())

    @property
    def of_log(self) -> str:
        """The log's SQLCipher key, 64 hex digits: SHA-256 of ``attune log`` and the identity."""
        return hashlib.sha256(f"attune log {self.secret}".encode()).hexdigest()


def lock_of(folder: Path) -> Path | None:
    """The file that holds the key of the data folder; None when it is not locked."""
    names = (LOCK, ENTERING, LEAVING)
    return next((folder / name for name in names if (folder / name).exists()), None)


def is_locked(folder: Path) -> bool:
    """Whether a passphrase is needed for the data folder."""
    return lock_of(folder) is not None


def new_key() -> Key:
    """A key that nobody has."""
    from pyrage import x25519

    return Key(str(x25519.Identity.generate()))


def weakness(passphrase: str) -> str | None:
    """Why a passphrase will not do, as a sentence; None when it will."""
    try:
        letters = len(_plain(passphrase).encode().decode())
    except UnicodeEncodeError:
        return "This passphrase has a letter in it that is none"
    if letters < LEAST_LETTERS:
        return f"A passphrase needs {LEAST_LETTERS} letters or more; four words at random are good"
    if len(set(passphrase)) < LEAST_LETTERS // 2:
        return "This passphrase repeats itself; four words at random are good"
    if is_written_down(passphrase):
        return f"A passphrase that begins with {_BEGINS} would be taken for a recovery key"
    return None


def is_written_down(given: str) -> bool:
    """Whether what was typed is a recovery key, not a passphrase: by how it begins."""
    return _joined(given).startswith(_BEGINS)


def write_key(lock: Path, key: Key, passphrase: str) -> None:
    """Keep ``key`` under ``passphrase`` in the file ``lock``, whole, instead of what is there.

    About two seconds, in which Python stands still. KnownError: too weak, the disk refuses.
    """
    from pyrage import passphrase as age

    if why := weakness(passphrase):
        raise KnownError(why, "Nothing was changed.")
    data = age.encrypt(f"{key.secret}\n".encode(), _plain(passphrase))
    with file_errors(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(lock, data)


def open_key(folder: Path, passphrase: str) -> Key:
    """The key of the data folder; ``passphrase`` may also be the key as it was written down.

    About two seconds, in which Python stands still. KnownError: not locked, wrong, damaged.
    """
    lock = lock_of(folder)
    if lock is None:
        raise KnownError(f"This data folder is not locked ({folder})", "It opens as it is.")
    return open_lock(lock, passphrase)


def open_lock(lock: Path, passphrase: str, *, of: str = "this data folder") -> Key:
    """The key in a lock file, told of as the lock ``of``; see ``open_key``. A key that was written
    down is not compared.
    """
    from pyrage import DecryptError
    from pyrage import passphrase as age

    if is_written_down(passphrase):
        return _written_down(_joined(passphrase))
    with file_errors(lock), lock.open("rb") as file:
        data = file.read(_LARGEST)
    head = _HEAD.match(data)
    if head is None or int(head[1]) > _MOST_WORK:
        raise _damaged(of)
    try:
        secret = age.decrypt(data, _plain(passphrase)).decode("ascii").strip()
    except (DecryptError, UnicodeEncodeError) as error:
        if "Excessive work" in str(error):
            # age refuses what it reckons, by how fast the computer is just now, to take long.
            raise KnownError(
                f"This computer is too busy to open the lock of {of}, or too slow",
                "Close other programs and try again; the recovery key opens it at once.",
            ) from error
        raise KnownError(
            f"This is not the passphrase of {of}",
            "Try again; capitals count. The recovery key opens it too.",
        ) from error
    except UnicodeDecodeError as error:
        raise _damaged(of) from error
    if not _is_key(secret):
        raise _damaged(of)
    return Key(secret)


def _damaged(of: str) -> KnownError:
    return KnownError(
        f"The lock of {of} is damaged",
        f"Type the recovery key instead, or put back {LOCK} from another backup.",
    )


def _written_down(given: str) -> Key:
    if not _is_key(given):
        raise KnownError("This recovery key has a slip in it", "Compare it letter by letter.")
    return Key(given)


def _is_key(secret: str) -> bool:
    from pyrage import IdentityError, x25519

    try:
        x25519.Identity.from_str(secret)
    except IdentityError:
        return False
    return True


def _joined(given: str) -> str:
    # Written down in groups, or copied with the end of its line.
    return "".join(given.split()).upper()


def _plain(passphrase: str) -> str:
    # The same letters come in several codings, by keyboard and system.
    return unicodedata.normalize("NFC", passphrase)
