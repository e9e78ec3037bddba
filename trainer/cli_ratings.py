"""The commands by which responses go out to raters and ratings come back: attune ratings ..."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from trainer.cli_common import following, lines_of, on_log, tell, until
from trainer.domain.counted import by_count, counted
from trainer.domain.errors import KnownError

_FILE = click.Path(path_type=Path)


@click.group()
def ratings() -> None:
    """Responses out to raters, and ratings back: key, share, send, progress, return."""


@ratings.command()
@on_log
def key(home: Any, as_json: bool) -> None:
    """The address of this data folder: give it to a program that wants you as a rater."""
    from trainer.app.keys import address
    from trainer.app.travelling import writing

    with writing(home) as log:
        found = address(log)
    tell(as_json, {"address": found}, [found])


@ratings.command()
@click.option("--assignment", "assignments", multiple=True, required=True,
              help="An assignment (id, title); several are rated together, unmarked.")  # fmt: skip
@click.option("--rater", "raters", multiple=True, metavar="NAME=ADDRESS",
              help="One rater; the name alone of one who got something before.")  # fmt: skip
@click.option("--raters", "file", type=_FILE, help="A text file with one such a line.")
@click.option("--per-response", type=click.IntRange(1, 50), default=2, help="Raters for each.")
@click.option("--overlap", type=click.FloatRange(0, 1), default=0.2, help="Share for one more.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Until when.")
@click.option("--again", metavar="RATER",
              help="Only what this rater was given and has not rated, once more.")  # fmt: skip
@click.option("--out", required=True, help="The folder or shared place (URL) for the files.")
@on_log
def share(
    home: Any, as_json: bool, assignments: tuple[str, ...], raters: tuple[str, ...],
    file: Path | None, per_response: int, overlap: float, due: datetime | None,
    again: str | None, out: str,
) -> None:  # fmt: skip
    """Write a file for each rater with what is new for them, blind, which only they can open."""
    from trainer.app import known_raters, outgoing, place, share_again
    from trainer.app import share as use_case
    from trainer.app.library import load_library, pack_folders
    from trainer.app.share_raters import by_name
    from trainer.app.travelling import writing
    from trainer.app.which import given_out_ids

    if file is not None:
        raters += tuple(lines_of(file, "raters", "one NAME=ADDRESS a line"))
    named = tuple(by_name(one) for one in raters)
    used: tuple[known_raters.Known, ...] = ()
    before = outgoing.Before()
    with writing(home) as log, following("Writing") as progress:
        assignments = given_out_ids(log, assignments)
        if again is None:
            named, used = known_raters.with_addresses(log, named)
        ask = use_case.Ask(assignments, named, per_response, overlap, until(due))
        anew = None if again is None else share_again.Again(
            assignments, again, _address_of(again, named), ask.due_at
        )  # fmt: skip
        library = load_library(pack_folders(home))

        def plan(folder: Path) -> use_case.Plan:
            if anew is None:
                return use_case.plan(home, log, library, ask, folder)
            return share_again.plan_again(home, log, library, anew, folder)

        where = place.named_by(home, out)
        if where:
            done, before = outgoing.give_out(home, log, where, plan, progress)
        else:
            written = use_case.write(home, plan(Path(out)), progress)
            done = use_case.keep(log, written).value
        moved = anew is not None and share_again.move(log, anew)
    _warn(before, as_json)
    nothing = _nothing(again, moved=moved)
    _tell_shared(as_json, where, done, used, before.lines, nothing)


def _tell_shared(
    as_json: bool, where: str | None, done: Any, used: Any, before: Sequence[str], nothing: str
) -> None:
    """Which file is whose, at which address that was known here, and what is not in it."""
    from trainer.app.known_raters import told

    since = {one.name: one.last.isoformat() for one in used}
    documents = [
        {"id": one.share_id, "rater": one.rater, "file": _lies(where, one.path),
         "responses": one.responses, "filmless": one.filmless,
         "address_of": since.get(one.rater)}
        for one in done
    ]  # fmt: skip
    addresses = [told(one) for one in used]
    lines = [
        f"{_lies(where, one.path)}: {counted(one.responses, 'response')} for {one.rater}"
        for one in done
    ]
    lines += before
    lines += [
        f"{one.rater}: {counted(one.filmless, 'film')} could not be read and "
        f"{by_count(one.filmless, 'is', 'are')} left out"
        for one in done
        if one.filmless
    ]
    tell(as_json, documents, addresses + (lines or [nothing]))


def _nothing(again: str | None, *, moved: bool) -> str:
    """Why no file was written."""
    if again is None:
        return "Nothing is new: every response is with its raters."
    if moved:
        return f"Nothing was to be written anew; what comes later for {again} goes to this address."
    return f"Everything that {again} was given is rated."


def _warn(before: Any, as_json: bool) -> None:
    """What did not go to raters is told beside the document, too."""
    from trainer.app.outgoing import not_sent

    if as_json and (error := not_sent(before.withheld)) is not None:
        click.echo(f"attune: {error}", err=True)


def _lies(where: str | None, path: Path) -> str:
    """Where a file lies now: in a folder, or under its name in a shared place."""
    from trainer.app import place

    return f"{path.name} in {place.shown(where)}" if where else str(path)


def _address_of(rater: str, named: Sequence[Any]) -> str:
    """Where a rater reads now; empty where it is not said. KnownError: others are named too."""
    if any(one.name != rater for one in named):
        raise KnownError(
            f"With --again only {rater} gets a file", f"Name no other rater than {rater}."
        )
    return named[0].address if named else ""


@ratings.command()
@click.option("--share", "share_id", default="", help="Which (default: each with something new).")
@click.option("--person", help="Whose ratings, by name or id (default: the only one).")
@click.option("--again", is_flag=True, help="Also where nothing is new.")
@click.option("--out", required=True, help="The file, folder or shared place (URL) to write to.")
@on_log
def send(
    home: Any, as_json: bool, share_id: str, person: str | None, again: bool, out: str
) -> None:
    """Write what you gave on a share as one file that only its program can open."""
    from trainer.app import place, shared
    from trainer.app import rated_back as use_case
    from trainer.app.gate import gate
    from trainer.app.library import load_library, pack_folders
    from trainer.app.persons import find
    from trainer.app.travelling import writing

    library = load_library(pack_folders(home))
    done = []
    with writing(home) as log:
        who = find(log, person)
        every = shared.came(log, library, who.id)
        if share_id:
            wanted = [shared.find(log, library, who.id, share_id)]
        else:
            wanted = [one for one in every if one.rated and (again or one.unsent)]
        if not wanted:
            raise KnownError("There is nothing new to send", "With --again all is written anew.")
        for one in wanted:
            found = gate(log, library, shared.rubric_of(library, one), who.id)
            told = use_case.attest(found)
            if where := place.named_by(home, out):
                sending = place.send_ratings(home, log, where, one.id, who.id, told)
                with following("Uploading") as uploaded:
                    sending.deliver(uploaded, replace=True)
                sent, file = sending.keep().value, place.shown(where)
            else:
                sent = use_case.send(home, log, one.id, who.id, told, Path(out)).value
                file = str(sent.path)
            done.append((file, sent))
    documents = [
        {"file": file, "program": one.program, "responses": one.responses, "of": one.of}
        for file, one in done
    ]
    tell(
        as_json,
        documents,
        [f"{file}: {d.responses} of {counted(d.of, 'response')}" for file, d in done],
    )


@ratings.command()
@click.option("--assignment", "assignments", multiple=True, help="Only these (default: all).")
@on_log
def progress(home: Any, as_json: bool, assignments: tuple[str, ...]) -> None:
    """What each rater was given, and what came back."""
    from trainer.app import share as use_case
    from trainer.app.travelling import writing
    from trainer.app.which import given_out_ids

    with writing(home) as log:
        found = use_case.progress(log, given_out_ids(log, assignments))
    lines = [use_case.as_line(one) for one in found]
    tell(as_json, [use_case.as_json(one) for one in found], lines or ["Nothing is shared yet."])


@ratings.command("return")
@click.option("--assignment", "assignments", multiple=True, required=True,
              help="An assignment (id, title); of several each trainee gets one file.")  # fmt: skip
@click.option("--code", default="", help="Only this trainee's.")
@click.option("--comments/--no-comments", default=True, help="With what raters said of moments.")
@click.option("--all", "everything", is_flag=True, help="Also what a rater has still to rate.")
@click.option("--again", is_flag=True, help="Also where nothing is new.")
@click.option("--out", required=True, help="The folder or shared place (URL) for the files.")
@on_log
def give_back(
    home: Any, as_json: bool, assignments: tuple[str, ...], code: str, comments: bool,
    everything: bool, again: bool, out: str,
) -> None:  # fmt: skip
    """Write what was rated back to trainees: a file for each, raters by code alone."""
    from trainer.app import outgoing, place
    from trainer.app import results as use_case
    from trainer.app.library import load_library, pack_folders
    from trainer.app.travelling import writing
    from trainer.app.which import given_out_ids

    before = outgoing.Before()
    with writing(home) as log, following("Writing") as progress:
        given = given_out_ids(log, assignments)
        ask = use_case.Ask(given, code, comments, everything, again)
        library = load_library(pack_folders(home))
        where = place.named_by(home, out)
        if where:
            done, before = outgoing.give_back(
                home, log, where, lambda folder: use_case.plan(log, library, ask, folder), progress
            )
        else:
            done = use_case.give_back(home, log, library, ask, Path(out), progress).value
    document = {
        "files": [
            {"code": one.code, "file": _lies(where, one.path), "responses": one.responses,
             "waiting": one.waiting, "key": one.key or None}
            for one in done.files
        ],
        "held": [{"code": one.code, "why": one.why, "key": one.key or None} for one in done.held],
    }  # fmt: skip
    lines = [use_case.as_line(one, _lies(where, one.path)) for one in done.files]
    lines += before.lines
    _warn(before, as_json)
    tell(as_json, document, [*lines, *use_case.held_told(done.held)] or ["Nothing came yet."])
