"""In which order people are named, and how several are named in a sentence."""

import re
from collections.abc import Iterable, Sequence

_MOST = 6


def in_order(names: Iterable[str]) -> list[str]:
    """By the alphabet, numbers by size: ``r2`` before ``r10``."""
    return sorted(names, key=_key)


def _key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    parts = re.split(r"([0-9]+)", name)
    return [(0, int(p), "") if p.isdecimal() else (1, 0, p.casefold()) for p in parts if p], name


def listed(names: Sequence[str], last: str = "and") -> str:
    """``A, B and C``; of many, the first ones and how many more."""
    if len(names) > _MOST:
        return f"{', '.join(names[: _MOST - 1])} {last} {len(names) - _MOST + 1} more"
    if len(names) > 1:
        return f"{', '.join(names[:-1])} {last} {names[-1]}"
    return names[0] if names else "nobody"
