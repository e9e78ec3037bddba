"""Clients by name in sentences that call them by id, as commands do."""

import re
from collections import Counter, defaultdict

from trainer.app.library import Library


class ClientNames:
    """The clients of a library; where two have one name, with the title of each."""

    def __init__(self, library: Library) -> None:
        names = Counter(one.client.name for one in library.vignettes)
        called: dict[str, set[str]] = defaultdict(set)
        for one in library.vignettes:
            name = one.client.name
            called[one.id].add(name if names[name] == 1 else f"{name} ({one.title})")
        # An id of one word may be a word like any other, and one that two packs have is of neither.
        self._names = {
            client: name for client, (name, *more) in called.items() if "-" in client and not more
        }
        ids = "|".join(sorted(map(re.escape, self._names), key=len, reverse=True))
        # Neither within a longer id nor in the name of a file.
        self._ids = re.compile(rf"(?<![\w./\\-])(?:{ids})(?![\w/\\-]|\.\w)") if ids else None

    def told(self, text: str) -> str:
        """The same sentences, with the names."""
        if self._ids is None:
            return text
        return self._ids.sub(lambda found: self._names[found.group()], text)
