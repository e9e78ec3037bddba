"""What every screen works with, put together in one place (`trainer.wiring`)."""

from dataclasses import dataclass, field

from trainer.app.bus import Bus
from trainer.app.library import Library
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.work import Runner


@dataclass(slots=True)
class Desk:
    """The data folder, the choices, the news, the threads, and the content once it is read."""

    home: Home
    settings: Settings
    bus: Bus
    runner: Runner
    library: Library = field(default_factory=lambda: Library((), ()))
