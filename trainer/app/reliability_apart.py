"""What the window asks the process that counts for, by name: what it takes is loaded there only.

To import the workshop of scoring takes a tenth of a second, in which the window would stand still.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from trainer.app.reliability_log import Source
from trainer.app.reliability_view import View


def opened(
    path: Path, coded: bool, rubrics: Sequence[Mapping[str, str]] = ()
) -> tuple[Source, View]:
    """As ``reliability_figures.opened``."""
    from trainer.app import reliability_figures

    return reliability_figures.opened(path, coded, rubrics)


def figures(source: Source, coded: bool, titles: Mapping[str, str]) -> View:
    """As ``reliability_figures.figures``."""
    from trainer.app import reliability_figures

    return reliability_figures.figures(source, coded, titles)
