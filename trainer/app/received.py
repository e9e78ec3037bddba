"""What became of a file that came from others."""

from dataclasses import dataclass
from pathlib import Path

from trainer.domain.assignment import Assignment


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file. ``new`` is False where all of it was here before.

    Of a submission: its ``id``, whose (code), how many responses came with it, how many of them are
    ``added``, whether some of them came ``late`` and first in it, and what is to be said of it
    (``notes``). A share, ratings on one and results are of no ``assignment``: ``said`` tells what
    they are. Of ratings: the ``rater``, by the program's name. Of an assignment: the ``packs``
    (ids) that it put into the library.
    """

    path: Path
    kind: str
    assignment: Assignment | None
    new: bool
    code: str = ""
    responses: int = 0
    added: int = 0
    late: bool = False
    notes: tuple[str, ...] = ()
    said: str = ""
    packs: tuple[str, ...] = ()
    rater: str = ""
    id: str = ""
