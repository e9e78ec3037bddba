"""The app's own diary for bug reports: ids and tracebacks, never names, words or media paths."""

import logging
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path


def start_logging(file: Path) -> Callable[[], None]:
    """Append warnings and worse to ``file`` (at most 3 x 500 kB); call what is returned to stop."""
    handler = RotatingFileHandler(
        file, maxBytes=500_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)

    def stop() -> None:
        logging.getLogger().removeHandler(handler)
        handler.close()

    return stop
