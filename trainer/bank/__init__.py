"""Content in: packs of YAML (vignettes, rubrics, sets, references) become nouns or problems.

``usable`` reads what practice rests on; ``check`` also asks whether it is *good*
content: length, plain words, media with licence and hash. A problem always names file and line.
"""

from trainer.bank.archive import SUFFIX, open_pack
from trainer.bank.captions import Cue, read_times
from trainer.bank.carried import fingerprint, grows, identity, zip_up
from trainer.bank.check import check
from trainer.bank.coverage import Coverage, Row, coverage, format_coverage
from trainer.bank.packs import usable
from trainer.bank.schema import KINDS, schema
from trainer.bank.unpacked import clear_unpacked, unpacked

__all__ = [
    "KINDS",
    "SUFFIX",
    "Coverage",
    "Cue",
    "Row",
    "check",
    "clear_unpacked",
    "coverage",
    "fingerprint",
    "format_coverage",
    "grows",
    "identity",
    "open_pack",
    "read_times",
    "schema",
    "unpacked",
    "usable",
    "zip_up",
]
