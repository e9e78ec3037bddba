"""The commands by which work travels: assign, import, submit, open, and Attune on the desktop."""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trainer.cli_common import common, finish, following, lines_of, on_log, tell, until
from trainer.domain import assignment as rules
from trainer.domain.consent import MONTHS, USES
from trainer.domain.counted import by_count, counted
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now

if TYPE_CHECKING:
    from trainer.app.enrolled import Trainees
    from trainer.app.library import Library

_FILE = click.Path(path_type=Path)


@click.command()
@click.option("--title", required=True, help="What the assignment is called.")
@click.option("--program", required=True, help="Who gives it out.")
@click.option("--form", "forms", multiple=True, metavar="A=ID,ID", help="A form and its clients.")
@click.option("--balanced", metavar="2x4", help="So many forms of so many clients, matched.")
@click.option("--trainee", "codes", multiple=True, help="A code, CODE=Name, or =Name.")
@click.option("--trainees", type=_FILE, help="A text file of such lines.")
@click.option("--after", default="", help="An earlier one (id, title): all as there, forms turned.")
@click.option("--occasion", default="", help="Such as before or after.")
@click.option("--mode", type=click.Choice(rules.MODES), help="Practice if nothing is said.")
@click.option(
    "--window",
    "window_s",
    type=click.FloatRange(0, rules.MOST_WINDOW_S),
    help="Seconds for an answer, 5 or more (0, the default: what each client has).",
)
@click.option(
    "--attempts",
    type=click.IntRange(0, rules.MOST_ATTEMPTS),
    help="Takes of a client, at most (0, the default: any number; a test has one).",
)
@click.option(
    "--recorded",
    type=click.Choice(rules.RECORDED),
    help="Sound alone, film, or as each trainee likes (either, the default).",
)
@click.option("--order", type=click.Choice(rules.ORDERS), help="Of clients (default: fixed).")
@click.option("--rubric", help="What is rated (default: alliance-skills).")
@click.option("--due", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="Until when.")
@click.option("--late", type=click.Choice(rules.LATE), help="What comes late (default: marked).")
@click.option("--consent", help="What trainees agree to, in your words.")
@click.option("--use", type=click.Choice(USES), help="What may be done with it (default: rating).")
@click.option("--keep", type=click.Choice([str(n) for n in MONTHS]), help="Months (default: 12).")
@click.option("--with-packs", is_flag=True, help="With the packs of your own that it rests on.")
@click.option("--out", required=True, help="The file, folder or shared place (URL) to write to.")
@on_log
def assign(
    home: Any,
    as_json: bool,
    forms: tuple[str, ...],
    balanced: str | None,
    codes: tuple[str, ...],
    trainees: Path | None,
    due: datetime | None,
    keep: str | None,
    with_packs: bool,
    out: str,
    **asked: Any,
) -> None:
    """Write an assignment for a cohort as one signed file; who is behind a code stays here.

    What is not said is as in the assignment it comes --after, and is told.
    """
    from trainer.app import assign as use_case
    from trainer.app import assign_after
    from trainer.app.enrolled import names
    from trainer.app.library import load_library, pack_folders
    from trainer.app.packs_inside import pack_up
    from trainer.app.travelling import scratch, writing
    from trainer.app.which import given_out_id

    due_at = _due(due)
    lines = [*codes, *(lines_of(trainees, "codes", "one code a line") if trainees else ())]
    _check_words(forms, balanced, asked["window_s"])
    consent, after = asked.pop("consent"), asked.pop("after")
    if consent is None and not after:
        raise click.UsageError("Missing option '--consent': what trainees agree to")
    with writing(home) as log, scratch(home.folder) as work:
        earlier = use_case.given_out(log, given_out_id(log, after)) if after else None
        said = {**asked, "keep_months": None if keep is None else int(keep)}
        settings, taken = assign_after.settled(said, earlier)
        words, same = assign_after.consent_words(consent, {**asked, **settings}, earlier)
        taken |= same
        who = _read(lines, names(log))
        _check_known(who, earlier)
        library = load_library(pack_folders(home))
        by_name = _proposed(library, balanced) if balanced else _forms(forms)
        ask = use_case.Ask(
            forms=by_name,
            codes=who.codes,
            due_at=due_at,
            consent_text=words,
            after=earlier.id if earlier else "",
            **{**asked, **settings},
        )
        made = use_case.compose(log, library, ask)
        packs = pack_up(home, made, work) if with_packs else {}
        path = _given_out(home, log, made, out, who.names, packs)
    over = assign_after.as_lines(made, earlier, taken, forms=not by_name) if earlier else []
    taken |= set() if by_name or not earlier else {"forms"}
    _tell_assigned(as_json, made, path, who.names, packs, taken, over)


def _tell_assigned(
    as_json: bool, made: Any, path: str, names: Any, packs: Any, taken: set[str], over: Any
) -> None:
    """The file, who has which form, and what is as in the assignment before (``taken``)."""
    drawn = {one.code: one.form for one in made.enrolled}
    document = {
        "id": made.id, "file": path, "forms": drawn, "names": dict(names), "packs": list(packs),
        "taken_over": sorted(taken),
    }  # fmt: skip
    told = [f"{c}: {f}" + (f", {names[c]}" if c in names else "") for c, f in drawn.items()]
    tell(as_json, document, [path, f"id {made.id}", *over, *packs, *told])


def _due(given: datetime | None) -> datetime | None:
    due_at = until(given)
    if due_at is not None and due_at <= local_now():
        raise KnownError(f"This due date is over already: {due_at:%Y-%m-%d}", "Name a later one.")
    return due_at


def _check_words(forms: tuple[str, ...], balanced: str | None, window_s: float | None) -> None:
    if window_s is not None and 0 < window_s < 5:
        raise click.BadParameter("an answer takes 5 seconds or more (0: what each client has)")
    if forms and balanced:
        raise click.UsageError("--form and --balanced each say which clients: give one of them")


def _check_known(who: "Trainees", earlier: rules.Assignment | None) -> None:
    """Whoever comes after an assignment is of its trainees."""
    strange = set(who.codes) - {one.code for one in earlier.enrolled} if earlier else set()
    if earlier and strange:
        not_in = f"{', '.join(sorted(strange))}: not in {earlier.title}"
        raise click.UsageError(f"{not_in}, whose trainees --after takes")


def _given_out(
    home: Any, log: Any, made: Any, out: str, names: Mapping[str, str], packs: Mapping[str, Path]
) -> str:
    """Where the assignment lies now, as it may be told."""
    from trainer.app import assign as use_case
    from trainer.app import place

    where = place.named_by(home, out)
    if where is None:
        return str(use_case.give_out(log, made, Path(out), names, packs))
    with following("Uploading") as progress:
        place.give_out_at(home, log, made, where, names, packs, progress)
    return place.shown(where)


@click.command("import")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--code", default="", help="Take the one assignment on under this code: a yes to its consent."
)
@click.option("--person", help="Who takes it on, by name or id (default: the only one).")
@on_log
def take_in(
    home: Any, as_json: bool, files: tuple[str, ...], code: str, person: str | None
) -> None:
    """Take in whatever is sent (see the README): files, folders or shared places (URLs).

    Exit 1 if one is refused.
    """
    from trainer.app import arrivals as use_case
    from trainer.app import place
    from trainer.app.travelling import writing

    trouble, agreed = None, []
    with writing(home) as log, following("Importing") as progress:
        paths = [Path(one) for one in files if not place.is_url(one)]
        arrived = use_case.take_in(home, log, paths, progress)
        for one in files:
            if place.is_url(one):
                arrived += place.take_in_from(home, log, one, progress)
        try:
            agreed = _taken_on(log, arrived, person, code) if code else _asks(arrived)
        except KnownError as error:  # what came is here all the same, and is told before
            trouble = error
    lines = [*use_case.as_lines(arrived), *agreed]
    told = [use_case.as_json(each) for each in use_case.to_tell(arrived)]
    tell(as_json, told, lines or ["Nothing new came."])
    if trouble is not None:
        raise trouble
    sys.exit(1 if any(each.refused for each in arrived) else 0)


def _asks(arrived: Any) -> list[str]:
    """What whoever takes on an assignment that is new says yes to."""
    from trainer.app.which import called

    every = [each.received for each in arrived if each.received and each.received.new]
    return [
        f"Whoever takes {called(got.assignment)} on (import it with --code) agrees to: "
        f"{got.assignment.consent_text}"
        for got in every
        if got.kind == "assignment"
    ]


def _taken_on(log: Any, arrived: Any, person: str | None, code: str) -> list[str]:
    """Take the one assignment that came on under a code; what is to be told of it."""
    from trainer.app import assign as trainee
    from trainer.app.persons import find

    came = [got.assignment for each in arrived if (got := each.received) and not got.code]
    who = find(log, person)
    asked = trainee.meant_by(log, [one for one in came if one], who.id, code)
    if asked is None:
        return []
    taken = trainee.take_on(log, asked, who.id, code).value
    return [f"Taken on as {taken.code} by {who.name}, who agrees to: {taken.agreed_to}"]


@click.command()
@click.argument("assignment", default="")
@click.option("--back", is_flag=True, help="Take it up again.")
@on_log
def away(home: Any, as_json: bool, assignment: str, back: bool) -> None:
    """Put an ASSIGNMENT (id, title) that came and is for others away from Today.

    Without one: what came, and what of it is put away.
    """
    from trainer.app import assign as use_case
    from trainer.app.travelling import writing
    from trainer.app.which import came_id

    if back and not assignment:
        raise click.UsageError("Say which is taken up again.")
    with writing(home) as log:
        which = came_id(log, assignment) if assignment else ""
        if which:
            if not back:
                use_case.check_for_others(log, which)
            (use_case.take_up if back else use_case.put_away)(log, which)
        every = [one for one in use_case.came(log) if which in ("", one.id)]
        lines = [use_case.as_line(log, one) for one in every]
        documents = [use_case.as_json(log, one) for one in every]
    tell(as_json, documents[0] if assignment else documents, lines or ["No assignment came here."])


@click.command()
@click.option("--assignment", default="", help="Which, by id or title (default: the only one).")
@click.option("--person", help="Whose responses, by name or id (default: the only one).")
@click.option("--again", is_flag=True, help="All of them, also those that were sent before.")
@click.option("--out", required=True, help="The file, folder or shared place (URL) to write to.")
@on_log
def submit(
    home: Any, as_json: bool, assignment: str, person: str | None, again: bool, out: str
) -> None:
    """Write what you gave for an assignment as one file that only the program can open."""
    from trainer.app import place
    from trainer.app import submit as use_case
    from trainer.app.assign import the_one
    from trainer.app.persons import find
    from trainer.app.travelling import writing
    from trainer.app.which import came_id

    with writing(home) as log:
        which = came_id(log, assignment) if assignment else the_one(log, "")
        who = find(log, person)
        if where := place.named_by(home, out):
            sending = place.send(home, log, where, which, who.id, again=again)
            with following("Uploading") as progress:
                sending.deliver(progress, replace=True)
            done, file = sending.keep().value, place.shown(where)
        else:
            done = use_case.submit(home, log, which, who.id, Path(out), again=again).value
            file = str(done.path)
    document = {
        "file": file, "responses": list(done.responses), "withheld": done.withheld,
        "said": done.said, "interruptions": done.interruptions,
    }  # fmt: skip
    told, broke = counted(len(done.responses), "response"), done.interruptions
    told += f", {counted(broke, 'interruption')}" if broke else ""
    lines = [f"{file}: {told}"]
    if done.said:
        lines.append(f"It tells what {done.said} that were sent before may be used for now.")
    if done.withheld:
        lines.append(
            by_count(
                done.withheld,
                "1 is kept back: it may not be used as the program asks",
                f"{done.withheld} are kept back: they may not be used as the program asks",
            )
        )
    tell(as_json, document, lines)


@click.command("open")
@click.argument("files", nargs=-1, type=_FILE)
@common
def open_files(home: Any, as_json: bool, files: tuple[Path, ...]) -> None:
    """Open the window, or go to the one that is open, and take these files in there.

    'attune FILE.attune' does the same.
    """
    from trainer.app.paths import named_path
    from trainer.gui.application import run

    del as_json  # nothing is printed
    sys.exit(run(home, [named_path(path) for path in files]))


@click.command()
@click.option("--install", "wanted", flag_value="install", help="For you, in your own folders.")
@click.option("--remove", "wanted", flag_value="remove", help="Take it away again.")
@common
def desktop(home: Any, as_json: bool, wanted: str | None) -> None:
    """Attune in the menu of a Linux desktop, and a double click on .attune files opens them.

    Without an option it only says whether that is so. Exit 1 if it is not.
    """
    from trainer.app import desktop as use_case

    del home
    done = {"install": use_case.install, "remove": use_case.remove}.get(wanted or "", tuple)()
    there = use_case.is_installed()
    document = {"installed": there, "files": [str(path) for path in done]}
    said = "It opens .attune files." if there else "It is not in the desktop's menu."
    lines = [*map(str, done), said]
    finish(as_json, document, lines, whole=there or wanted == "remove")


def _read(lines: list[str], known: dict[str, str]) -> "Trainees":
    from trainer.app.enrolled import read_trainees

    who = read_trainees(lines, known)
    if who.problems:
        more = f" (and {len(who.problems) - 1} more)" if who.problems[1:] else ""
        raise KnownError(
            f"The trainees cannot be read: {who.problems[0]}{more}",
            "One a line: CODE, 'CODE = Name', or '= Name' for a code that is made here.",
        )
    return who


def _forms(given: tuple[str, ...]) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = {}
    for one in given:
        name, equals, clients = one.partition("=")
        if not equals:
            raise click.BadParameter(f"{one!r} is not such as A=marcus-nodding,eli-bike-racks")
        if name.strip() in forms:
            raise click.BadParameter(f"the form {name.strip()} is there twice")
        forms[name.strip()] = [part.strip() for part in clients.split(",") if part.strip()]
    return forms


def _proposed(library: "Library", asked: str) -> dict[str, list[str]]:
    from trainer.app.forms import LETTERS, balance_told, clients
    from trainer.domain.forms import propose

    count, _, size = asked.partition("x")
    if not (count.isdecimal() and size.isdecimal() and 1 <= int(count) <= len(LETTERS)):
        raise click.BadParameter(f"{asked!r} is not such as 2x4, of {len(LETTERS)} forms at most")
    found = dict(zip(LETTERS, propose(clients(library), int(count), int(size)), strict=False))
    for sentence in balance_told(found):
        click.echo(sentence, err=True)
    return {name: [one.id for one in form] for name, form in found.items()}
