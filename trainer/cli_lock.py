"""``attune lock``: the passphrase of the data folder."""

from typing import Any

import click

from trainer.cli_common import common, following, on_log, passphrase, tell
from trainer.domain.errors import KnownError


@click.group()
def lock() -> None:
    """The lock on the data folder: on, off, change, key."""


@lock.command("on")
@common
def lock_on(home: Any, as_json: bool) -> None:
    """Encrypt everything recorded or typed, and tell the recovery key."""
    from trainer.app import locking

    word = passphrase("New passphrase", "ATTUNE_PASSPHRASE", new=True)
    with following("Locking") as progress:
        locked = locking.lock_on(home, word, progress)
    assert locked.key is not None
    tell(as_json, {"recovery_key": locked.key.secret, "beyond": locking.ELSEWHERE}, [
        "Locked. Should you forget the passphrase, only this key opens it; write it down:",
        f"  {locked.key.secret}", locking.ELSEWHERE,
    ])  # fmt: skip
    locking.key_seen(locked)


@lock.command("off")
@on_log
def lock_off(home: Any, as_json: bool) -> None:
    """Decrypt everything again."""
    from trainer.app import locking

    with following("Unlocking") as progress:
        locking.lock_off(home, progress)
    tell(as_json, {"locked": False}, ["Not locked any more."])


@lock.command("change")
@on_log
def lock_change(home: Any, as_json: bool) -> None:
    """Give it another passphrase; backups made before open with the old one."""
    from trainer.app import locking

    if home.key is None:
        raise KnownError(f"This data folder is not locked ({home.folder})", "Lock it first.")
    locking.change(home, passphrase("New passphrase", "ATTUNE_NEW_PASSPHRASE", new=True))
    tell(as_json, {"locked": True}, ["The data folder has another passphrase now."])


@lock.command("key")
@on_log
def lock_key(home: Any, as_json: bool) -> None:
    """The recovery key, to be written down."""
    from trainer.app import locking

    if home.key is None:
        raise KnownError("This data folder is not locked", "It has no key.")
    tell(as_json, {"recovery_key": home.key.secret}, [home.key.secret])
    locking.key_seen(home)
