"""Work whose results wait until a test fetches them. No test is in here."""

import queue
import threading
from collections.abc import Callable
from pathlib import Path

from trainer.app.bus import Bus
from trainer.app.work import Work
from trainer.domain.changes import Changes
from trainer.store.db import Log, open_log


class Office:
    """Work whose results wait until the test's own thread fetches them, as a window's do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()
        self.failures: list[Exception] = []
        self.told: list[Changes] = []
        self.opened_on: list[str] = []
        self.bus = Bus()
        self.bus.subscribe(lambda changes, _: self.told.append(changes))
        self.work = Work(self.open, self.bus, self.calls.put, self.failures.append)

    def open(self) -> Log:
        self.opened_on.append(threading.current_thread().name)
        return open_log(self.folder)

    def fetch(self, count: int = 1) -> None:
        """Bring ``count`` results home; fails after ten seconds."""
        for _ in range(count):
            self.calls.get(timeout=10)()
