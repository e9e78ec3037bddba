"""The app's own diary for bug reports: ids and tracebacks, never names, words or media paths."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path


def start_logging(file: Path) -> logging.Handler:
    """Append warnings and worse to ``file`` (at most 3 x 500 kB); returns the handler to remove."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        file, maxBytes=500_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    return handler
