"""Loads, in the process that counts, what the first repetition would otherwise wait for."""

from importlib import import_module

_WORKSHOPS = ("scipy.signal", "parselmouth", "pyloudnorm", "trainer.media.flac",
              "trainer.media.measure", "trainer.media.peaks")  # fmt: skip


def load_workshops() -> None:
    """Import what reads and measures sound; takes a second or two, and nothing waits for it."""
    for name in _WORKSHOPS:
        import_module(name)
