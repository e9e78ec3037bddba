"""Attune: a desk on which psychotherapists train warmth, repair and metacommunication."""

import os

__version__ = "0.1.0"

# Before numpy loads: the matrices here are small, and with threads OpenBLAS takes four times the
# processor's time for them, which a recording beside may need.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
