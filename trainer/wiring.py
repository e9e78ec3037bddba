"""The only place where the parts are put together."""

import logging
from collections.abc import Callable

from trainer.app.bus import Bus
from trainer.app.desk import Desk
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import Deliver, Failed, Work
from trainer.domain.errors import KnownError
from trainer.store.db import open_log
from trainer.store.lock import Hold, hold

_LOG = logging.getLogger(__name__)


def window_desk(
    home: Home, settings: Settings, deliver: Deliver, failed: Failed
) -> tuple[Desk, Callable[[], None]]:
    """The desk of a window, with its threads; call what comes second to close it.

    KnownError when another window has this log open. The log is opened on its own thread by the
    first job that needs it.
    """
    held: Hold = hold(home.folder)
    bus = Bus()
    work = Work(lambda: open_log(home.folder, home.key), bus, deliver, failed)
    work.background(lambda _cancel: _clear(home))

    def close() -> None:
        try:
            if work.close():
                _keep_safe(home)
        finally:
            held.release()

    return Desk(home, settings, bus, work), close


def _keep_safe(home: Home) -> None:
    """Erase what is forgotten, encrypt what is to be, then make a backup of what is new.

    Why one failed is told by the next window, which tries too.
    """
    from trainer.app.backup import automatic
    from trainer.app.forget import finish_at_the_end
    from trainer.app.locking import seal_rest

    try:
        finish_at_the_end(home)
        seal_rest(home)
        automatic(home)
    except KnownError:
        _LOG.warning("no backup could be made at closing, or not everything forgotten")


def _clear(home: Home) -> None:
    # Here, where no other window can be open on these packs; and the import can wait till now.
    from trainer.app.library import clear_old_packs

    clear_old_packs(home)
