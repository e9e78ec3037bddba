"""Loads in a worker what the first repetition would otherwise wait for."""


def load_workshops() -> None:
    """Import what reads and measures sound; takes a second, and nothing waits for it."""
    import trainer.media.flac
    import trainer.media.measure
    import trainer.media.peaks  # noqa: F401 - for what importing does
