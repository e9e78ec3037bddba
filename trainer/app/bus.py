"""Tells everyone who asked what an operation changed."""

from collections.abc import Callable

from trainer.domain.changes import Changes

Listener = Callable[[Changes, object], None]


class Bus:
    """Listeners are called in order, on the thread that publishes (the window's own)."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(changes, initiator)`` from now on; call what is returned to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, changes: Changes, initiator: object = None) -> None:
        """Tell of ``changes``; ``initiator`` is who asked for them and may ignore the news."""
        if changes is Changes.NOTHING:
            return
        for listener in tuple(self._listeners):
            listener(changes, initiator)
