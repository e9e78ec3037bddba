"""Paper: a report's HTML laid out on A4 pages."""

from pathlib import Path


def write_pdf(html: str, path: Path) -> None:
    """Lay out ``html`` on A4 pages and write them to ``path``; KnownError when that can't be."""
    raise NotImplementedError
