"""The commands by which a code is put right: attune cohort senders and whose, and attune code."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trainer.cli_cohort import cohort
from trainer.cli_common import finish, on_log, tell
from trainer.domain.errors import KnownError

if TYPE_CHECKING:
    from trainer.app.whose import Decision
    from trainer.store.db import Log


@cohort.command("senders")
@click.argument("code", default="")
@on_log
def cohort_senders(home: Any, as_json: bool, code: str) -> None:
    """Who sent responses as which code, by which key, and whose they are (of one CODE alone)."""
    from trainer.app import whose
    from trainer.app.cohort_read import reading

    with reading(home) as log:
        found = whose.senders(log, code)
    nothing = [f"Nothing came under {code}." if code else "Nothing came yet ('attune import')."]
    tell(as_json, [whose.as_json(one) for one in found], [*map(whose.told, found)] or nothing)


@cohort.command("whose")
@click.argument("what")
@click.argument("code", default="")
@click.option("--nobody", is_flag=True, help="Nobody's: in no table, share, figure or export.")
@click.option("--sender", default="", metavar="FINGERPRINT", help="Which of several senders.")
@click.option("--fingerprint", default="", help="Of a new key, as the trainee reads it to you.")
@click.option("--both", is_flag=True, help="Although both have answered the same clients.")
@click.option("--yes", is_flag=True, help="Do not ask: for scripts.")
@on_log
def cohort_whose(
    home: Any, as_json: bool, what: str, code: str, nobody: bool, sender: str, fingerprint: str,
    both: bool, yes: bool,
) -> None:  # fmt: skip
    """What was sent as WHAT (a code, or a file that was refused) is CODE's: all of its sender's.

    Says what that does, and asks. A file that is somebody's is taken in then. Exit 1 if it was not
    decided, or the file was refused all the same.
    """
    from trainer.app import whose
    from trainer.app.arrivals import Arrived, File, as_line, take_one
    from trainer.app.paths import named_path
    from trainer.app.travelling import unheard, writing
    from trainer.app.work import at_hand

    if not what.strip():  # as an unset variable of a script gives it
        raise click.UsageError("Say of what: a code that was sent, or a file.")
    if nobody == bool(code):
        raise click.UsageError("Say whose it is: name a CODE, or --nobody.")
    file = named_path(Path(what))
    with writing(home) as log:
        asked = _asked(home, log, what, code, sender)
        if asked is None:
            raise KnownError(f"There is nothing to decide of {file}", "It was taken in.")
        asked = whose.with_said(asked, heard=fingerprint, both=both)
        found = whose.consequence(log, asked)
        sure = yes or (not as_json and _is_sure((*found.lines, *found.clashes)))
        came: Arrived | None = None
        if sure:
            whose.decide(log, asked)
            if code and file.is_file():
                came = take_one(home, at_hand(log), File(file, 0, False), unheard).value
    document = {
        "decided": sure, "code": code or None, "does": list(found.lines),
        "both_answered": list(found.clashes), "other_key": found.other_key,
        "taken_in": came is not None and came.received is not None,
    }  # fmt: skip
    lines = [*found.lines, *([as_line(came)] if came else [])]
    whole = sure and (came is None or came.refused is None)
    finish(as_json, document, lines if sure else ["Nothing was changed."], whole=whole)


def _asked(home: Any, log: "Log", what: str, code: str, sender: str) -> "Decision | None":
    """Of whom it is to be decided; None: it is a file of which nothing is to be decided."""
    from trainer.app import whose
    from trainer.app.paths import named_path
    from trainer.app.receive import receive

    file = named_path(Path(what))
    if not file.is_file():
        return whose.decision(whose.one_sender(log, what, sender), code)
    try:
        receive(home, log, file)
    except whose.InDoubt as doubt:
        return whose.decision(doubt, code)
    return None


def _is_sure(lines: tuple[str, ...]) -> bool:
    click.echo("This would be so:\n  " + "\n  ".join(lines), err=True)
    try:
        return click.confirm("Decide it?", default=False, err=True)
    except click.Abort:  # Ctrl+C is a no as well, and so is nobody there to be asked
        click.echo(err=True)
        return False


@click.command("code")
@click.argument("code")
@click.option("--assignment", default="", help="Which (default: the only one there is).")
@click.option("--person", help="Whose code, by name or id (default: the only one).")
@on_log
def own_code(home: Any, as_json: bool, code: str, assignment: str, person: str | None) -> None:
    """Your code for an assignment is CODE: you had mistyped it."""
    from trainer.app.assign import the_one
    from trainer.app.own_code import put_right
    from trainer.app.persons import find
    from trainer.app.travelling import writing
    from trainer.app.which import came_id

    with writing(home) as log:
        which = came_id(log, assignment) if assignment else the_one(log, "")
        who = find(log, person)
        done = put_right(log, which, who.id, code).value
    document = {"was": done.was, "code": done.code, "send_again": done.sent}
    tell(as_json, document, [f"Your code is {done.code} (it was {done.was}).", *done.lines])
