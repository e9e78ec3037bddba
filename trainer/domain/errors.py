"""Errors that the person at the screen can solve, apart from bugs."""

from dataclasses import dataclass


class KnownError(Exception):
    """A problem that is the person's to solve: one sentence of what happened, and what to do.

    ``text`` says what and where, without a final full stop; ``hint`` is a sentence or empty.
    Shown as a banner in the window, as ``attune: text. hint`` on standard error by the commands.
    """

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text, hint)
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.text}. {self.hint}" if self.hint else f"{self.text}."


class ForOthers(KnownError):
    """A file in order, and not for this data folder: told to who chose it, and only then."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one file: where it is, in which field, and what to do about it."""

    file: str
    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.what}"


class ContentError(KnownError):
    """A pack, vignette, rubric or set that cannot be used, with every problem found in it."""

    def __init__(self, problems: tuple[Problem, ...], hint: str = "") -> None:
        first = problems[0]
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{first}{more}", hint or f"Run 'attune check {first.file}' to see all.")
        self.problems = problems
