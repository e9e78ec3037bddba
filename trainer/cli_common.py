"""What the commands of the command line share: options, passphrases, how they tell and end."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

import click

from trainer.domain.errors import KnownError

_PLACES = frozenset({"files", "out", "what"})  # a file's name may be any bytes
F = TypeVar("F", bound=Callable[..., Any])


def common(command: F) -> F:
    """The two options that every command has: ``--home`` and ``--json``."""

    @click.option("--home", type=click.Path(path_type=Path), help="The data folder.")
    @click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
    @click.pass_context
    @wraps(command)
    def with_options(
        context: click.Context, /, *args: Any, home: Path | None, as_json: bool, **options: Any
    ) -> Any:
        from trainer.app.paths import find_home

        _say_any_name()
        _check_text({name: value for name, value in options.items() if name not in _PLACES})
        given, above = home, context.parent
        while given is None and above is not None:  # before the command's name, or its group's
            given, above = above.params.get("home"), above.parent
        return command(*args, home=find_home(given), as_json=as_json, **options)

    return with_options  # type: ignore[return-value]  # click's decorators keep the function's role


def _check_text(options: Mapping[str, object]) -> None:
    """KnownError: a word is no text, which an old terminal's or a script's may be."""
    from trainer.app.paths import is_text

    for name, value in options.items():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, str) and not is_text(one):
                raise KnownError(
                    f"What is given as {name.replace('_', ' ')} is no text: {one[:40]!r}",
                    "Write it in UTF-8.",
                )


def on_log(command: F) -> F:
    """``common`` for a command that opens the log: a locked data folder asks for its passphrase."""

    @wraps(command)
    def unlocked(*args: Any, home: Any, **options: Any) -> Any:
        return command(*args, home=opened(home), **options)

    return common(unlocked)  # type: ignore[return-value]  # click's decorators keep the role


def opened(home: Any) -> Any:
    """The data folder with what opens it, which is asked for when it is locked."""
    if not home.is_locked:
        return home
    from trainer.app import locking

    return locking.unlock(home, passphrase("Passphrase or recovery key", "ATTUNE_PASSPHRASE"))


def passphrase(what: str, variable: str, *, new: bool = False) -> str:
    """A passphrase out of the environment, or typed unseen; twice when it is a new one."""
    if given := os.environ.get(variable):
        return given
    if not sys.stdin.isatty():
        raise KnownError(
            "A passphrase is needed, and there is no terminal to type it into",
            f"Put it into the environment as {variable}.",
        )
    again = "Once more" if new else False
    typed: str = click.prompt(what, hide_input=True, confirmation_prompt=again, err=True)
    return typed


def _say_any_name() -> None:
    """Let what is printed hold names of files that are no text; their odd bytes are escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def tell(as_json: bool, document: object, lines: list[str]) -> None:
    """Print the JSON document, or its lines for people."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else "\n".join(lines))


def finish(as_json: bool, document: object, lines: list[str], *, whole: bool) -> None:
    """Tell, and end with exit code 0, or 1 when it was not done whole."""
    tell(as_json, document, lines)
    sys.exit(0 if whole else 1)


def lines_of(path: Path, what: str, how: str) -> list[str]:
    """The lines of a text file that are not empty; KnownError: ``what`` it has, and ``how``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnownError(
            f"The {what} cannot be read: {path}", f"It is a text file with {how}."
        ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def until(day: datetime | None) -> datetime | None:
    """A day without a time is over at its end; both in the time of this computer."""
    if day is None:
        return None
    if (day.hour, day.minute) == (0, 0):
        day = day.replace(hour=23, minute=59, second=59)
    return day.astimezone()


@contextmanager
def following(what: str) -> Iterator[Callable[[int, int], None]]:
    """A line on standard error that counts per cents, on a terminal only."""
    shown = -1

    def show(done: int, whole: int) -> None:
        nonlocal shown
        percent = 100 * done // max(whole, 1)
        if percent != shown and sys.stderr.isatty():
            shown = percent
            click.echo(f"\r{what}: {percent} % ", nl=False, err=True)

    try:
        yield show
    finally:
        if shown >= 0:
            click.echo(err=True)
