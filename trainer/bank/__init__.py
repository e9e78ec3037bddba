"""Content in: packs of vignettes, rubrics and sets (YAML) become domain objects or problems.

``load_pack`` and ``usable`` read what practice rests on; ``check`` also asks whether it is *good*
content: length, plain words, media with licence and hash. A problem always names file and line.
"""

from trainer.bank.archive import open_pack
from trainer.bank.captions import Cue, read_times
from trainer.bank.check import check
from trainer.bank.coverage import Coverage, Row, coverage, format_coverage
from trainer.bank.packs import load_pack, usable
from trainer.bank.schema import KINDS, schema

__all__ = [
    "KINDS",
    "Coverage",
    "Cue",
    "Row",
    "check",
    "coverage",
    "format_coverage",
    "load_pack",
    "open_pack",
    "read_times",
    "schema",
    "usable",
]
