"""A sound or film that is in memory only: out of a locked data folder, it touches no disk."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Held:
    """A whole file: its ``name``, which is what it is called in sentences, and its bytes."""

    name: str
    data: bytes = field(repr=False)


Source = Path | Held
