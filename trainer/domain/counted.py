"""A number with what it counts, in the singular or the plural."""


def counted(count: int, what: str) -> str:
    """``1 trainee``, ``2 trainees``."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def by_count(count: int, one: str, more: str) -> str:
    """What is said of one, or of none or several: ``is`` or ``are``, or a whole sentence."""
    return one if count == 1 else more
