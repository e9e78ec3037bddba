"""The command line: one command, one use case; the window calls the same ones.

Nothing heavy is imported before a command needs it, so that the window opens at once.
"""

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from trainer import __version__
from trainer.cli_cohort import cohort
from trainer.cli_common import common, finish, following, on_log, opened, passphrase, tell
from trainer.cli_lock import lock
from trainer.cli_program import assign, away, desktop, open_files, submit, take_in
from trainer.cli_ratings import ratings
from trainer.cli_research import export as research
from trainer.cli_scoring import agreement, gstudy
from trainer.cli_whose import own_code
from trainer.domain.counted import counted
from trainer.domain.errors import ContentError, KnownError
from trainer.domain.vignette import LEVELS, QUADRANTS, RUPTURES, SKILLS

F = TypeVar("F", bound=Callable[..., Any])
_EXISTING = click.Path(exists=False, path_type=Path)
_HOLES = {
    "gap": "sound came too late, {:.1f} s are missing",
    "lost": "the microphone was gone for {:.1f} s",
    "asleep": "the computer was asleep for {:.1f} s",
    "muted": "the microphone was muted for {:.1f} s",
    "moved": "another microphone from here on",
}


def main() -> None:
    """Run the command line; a known problem is one line on standard error and exit code 1."""
    try:
        attune.main(prog_name="attune", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ContentError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(1)
    except KnownError as error:
        click.echo(f"attune: {error}", err=True)
        sys.exit(1)


class _Commands(click.Group):
    """The commands, and files in place of one: what a double click on them says."""

    def resolve_command(
        self, context: click.Context, words: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if words[0].endswith(".attune"):
            return "open", self.commands["open"], words
        return super().resolve_command(context, words)


@click.group(
    cls=_Commands, invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
@click.option("--home", type=click.Path(path_type=Path), help="The data folder.")
@click.version_option(__version__, prog_name="Attune")
@click.pass_context
def attune(context: click.Context, home: Path | None) -> None:
    """Train warmth, repair and metacommunication with challenging clients.

    Without a command, the window opens where work was left.
    """
    if context.invoked_subcommand is None:
        from trainer.app.paths import find_home
        from trainer.gui.application import run

        sys.exit(run(find_home(home)))


for _command in (
    lock, agreement, gstudy, assign, take_in, away, own_code, submit, desktop, open_files, ratings,
    cohort,
):  # fmt: skip
    attune.add_command(_command)


@attune.command()
@click.option("--out", type=_EXISTING, required=True, help="Folder for pictures and report.")
@click.option("--speech", type=_EXISTING, help="What is answered (default: bundled speech).")
@click.option("--vignette", help="Which client (default: the first of the first set).")
@common
def demo(home: Any, as_json: bool, out: Path, speech: Path | None, vignette: str | None) -> None:
    """The main job without a screen or a microphone, in real time, through the same classes."""
    from trainer.gui.demo import run_demo

    del home  # a demo never writes into a person's log
    result = run_demo(out, speech, vignette, tell=lambda line: click.echo(line, err=True))
    tell(as_json, result, [f"{key}: {value}" for key, value in result["files"].items()])


@attune.command()
@click.argument("paths", nargs=-1, type=_EXISTING)
@click.option("--coverage", is_flag=True, help="Also print what the bank covers.")
@common
def check(home: Any, as_json: bool, paths: tuple[Path, ...], coverage: bool) -> None:
    """Check packs and their files; every problem as file:line: field: what. Exit 1 if any."""
    from trainer.app import content

    found = content.check(home, paths)
    document: dict[str, Any] = {
        "problems": [content.as_json(p) for p in found.problems],
        "checked": found.checked,
    }
    lines = [str(p) for p in found.problems]
    if coverage:
        counts, table = content.coverage(home, paths)
        document["coverage"] = counts
        lines.append(table)
    if not found.problems:
        lines.append(f"No problem in {', '.join(found.checked)}.")
    tell(as_json, document, lines)
    sys.exit(1 if found.problems else 0)


@attune.group()
def bank() -> None:
    """The library: list, show, schema."""


@bank.command("list")
@click.option("--level", type=click.Choice(LEVELS), help="Only this level.")
@click.option("--rupture", type=click.Choice(RUPTURES), help="Only this kind of rupture.")
@click.option("--quadrant", type=click.Choice(QUADRANTS), help="Only this interpersonal quadrant.")
@click.option("--skill", type=click.Choice(SKILLS), help="Only those that ask for this skill.")
@common
def bank_list(home: Any, as_json: bool, **filters: str | None) -> None:
    """The vignettes, with filters."""
    from trainer.app import content

    rows = content.rows(home, **filters)
    lines = [f"{r['id']:24} {r['level']:13} {r['rupture']:14} {r['quadrant']:20} {r['client']}"
             for r in rows]  # fmt: skip
    tell(as_json, rows, lines or ["No vignette fits."])


@bank.command("show")
@click.argument("vignette")
@common
def bank_show(home: Any, as_json: bool, vignette: str) -> None:
    """One vignette, whole; not the client of a test that somebody here has still to answer."""
    from trainer.app import content
    from trainer.app.kept_back import check_free

    found = content.vignette(home, vignette)
    check_free(home, found, opened)
    tell(as_json, content.as_json(found), content.as_lines(found))


@bank.command("schema")
@click.argument("kind", type=click.Choice(["vignette", "rubric", "set", "reference-set", "pack"]))
@common
def bank_schema(home: Any, as_json: bool, kind: str) -> None:
    """The JSON Schema of a kind of YAML file, for an editor's completion."""
    from trainer.app import content

    del home, as_json  # it is JSON either way
    tell(True, content.schema(kind), [])


@attune.command()
@click.option("--out", type=_EXISTING, required=True, help="The sound file to write (WAV).")
@click.option("--seconds", type=click.FloatRange(min=0.1), help="Stop after so long.")
@common
def record(home: Any, as_json: bool, out: Path, seconds: float | None) -> None:
    """Record with the app's own recorder, with a level; for checking a set-up. Ctrl+C stops.

    A microphone that goes and comes back leaves a hole, which is told. Exit 1: nothing came.
    """
    from trainer.gui.console import record_to

    def told(error: KnownError) -> None:
        click.echo(f"{'' if as_json else chr(10)}attune: {error}", err=True)  # not into the level

    take = record_to(out, seconds, home, None if as_json else _show_level, told)
    if not as_json:
        click.echo(err=True)
    document = {
        "file": str(take.path), "duration_s": round(take.duration_s, 3), "gaps": take.gaps,
        "holes": [asdict(hole) for hole in take.holes or ()],
        "sample_rate": take.sample_rate, "channels": take.channels,
    }  # fmt: skip
    holes = [
        f"at {hole.at_s:.1f} s: {_HOLES[hole.kind].format(hole.missing_s)}"
        for hole in take.holes or ()
    ]
    tell(as_json, document, [f"{take.path}: {take.duration_s:.1f} s", *holes])


def _show_level(dbfs: float, seconds: float) -> None:
    bar = "#" * max(0, round((dbfs + 60) / 2))
    click.echo(f"\r{seconds:7.1f} s  {dbfs:6.1f} dBFS  {bar:30}", nl=False, err=True)


@attune.command()
@click.argument("files", nargs=-1, required=True, type=_EXISTING)
@common
def analyze(home: Any, as_json: bool, files: tuple[Path, ...]) -> None:
    """Speech measures of any sound or video file. Shown, never scored."""
    from trainer.app import analyze as use_case
    from trainer.app.on_record import check_open_file

    for file in files:
        check_open_file(home, file)
    documents = [use_case.analyze(file) for file in files]
    tell(as_json, documents, [line for d in documents for line in use_case.as_lines(d)])


@attune.group()
def log() -> None:
    """The practice log: list, show, export, research."""


@log.command("list")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True)
@click.option("--vignette", help="Only responses to this vignette.")
@on_log
def log_list(home: Any, as_json: bool, limit: int, vignette: str | None) -> None:
    """The newest responses."""
    from trainer.app import logbook

    rows = logbook.rows(home, limit, vignette)
    tell(as_json, rows, logbook.as_lines(rows, vignette))


@log.command("show")
@click.argument("response")
@on_log
def log_show(home: Any, as_json: bool, response: str) -> None:
    """One response with its ratings, measures and notes."""
    from trainer.app import logbook

    document = logbook.show(home, response)
    tell(as_json, document, logbook.show_lines(document))


log.add_command(research, "research")


@log.command("export")
@click.option(
    "--out", type=_EXISTING, required=True, help="The file to write: .csv, .parquet or .sav."
)
@click.option("--long", is_flag=True, help="One row a score (the default).")
@click.option("--wide", is_flag=True, help="One row a response.")
@on_log
def log_export(home: Any, as_json: bool, out: Path, long: bool, wide: bool) -> None:
    """Every response and rating as one table: CSV, or Parquet or SPSS by the file's suffix."""
    from trainer.app import logbook

    if long and wide:
        raise click.UsageError("Choose one of --long and --wide.")
    count = logbook.export(home, out, long=not wide)
    tell(as_json, {"file": str(out), "rows": count}, [f"{out}: {counted(count, 'row')}"])


@attune.command()
@click.argument("response", required=False)
@click.option("--trainee", help="The feedback report of a person, by name or id, as edited.")
@click.option("--out", type=_EXISTING, required=True, help="Folder for the report.")
@on_log
def report(home: Any, as_json: bool, response: str | None, trainee: str | None, out: Path) -> None:
    """One response's report, or one trainee's, as HTML and PDF."""
    from trainer.app import report as of_response
    from trainer.gui.pdf import write_pdf

    if (response is None) == (trainee is None):
        raise click.UsageError("Name a RESPONSE, or a --trainee.")
    if response is not None:
        files = of_response.response_report(home, response, out, write_pdf)
    else:
        from trainer.app import trainee_report as of_trainee

        files = of_trainee.trainee_report(home, str(trainee), out, write_pdf)
    tell(
        as_json, {"files": {k: str(v) for k, v in files.items()}}, [str(f) for f in files.values()]
    )
    if home.key is not None and not as_json:
        click.echo("They are not locked there: whoever has them can read them.", err=True)


@attune.command()
@click.option("--out", type=_EXISTING, help="The file or folder to write (default: this folder).")
@on_log
def backup(home: Any, as_json: bool, out: Path | None) -> None:
    """The log and every recording as one file, read back. Exit 1 if a recording is not well."""
    from trainer.app import backup as use_case

    with following("Backing up") as progress:
        done = use_case.backup(home, out, progress)
    finish(as_json, use_case.as_json(done), use_case.as_lines(done), whole=done.whole)


@attune.command()
@click.argument("file", type=_EXISTING)
@click.option("--into", type=_EXISTING, help="Another data folder to restore into.")
@click.option("--forgotten", is_flag=True, help="Also bring back what was forgotten here.")
@common
def restore(home: Any, as_json: bool, file: Path, into: Path | None, forgotten: bool) -> None:
    """Add what a backup holds and the log lacks; overwrite nothing. Exit 1 if not all of it."""
    from trainer.app import restore as use_case
    from trainer.app import restored
    from trainer.app.paths import find_home

    home = opened(find_home(into) if into else home)
    with following("Restoring") as progress:
        done = use_case.restore(
            home, file, progress, forgotten=forgotten,
            passphrase=lambda: passphrase("Passphrase of the backup", "ATTUNE_BACKUP_PASSPHRASE"),
        )  # fmt: skip
    document = {"into": str(home.folder), **restored.as_json(done)}
    lines = [f"Restored into {home.folder}:", *restored.as_lines(done)]
    finish(as_json, document, lines, whole=done.whole)


@attune.command()
@click.argument("response", required=False)
@click.option("--person", help="All of a person, by name, code or id.")
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]), help="All that began before a day.")
@click.option("--expired", is_flag=True, help="All that was to be kept until a day now over.")
@click.option("--yes", is_flag=True, help="Do not ask: for scripts.")
@on_log
def forget(
    home: Any,
    as_json: bool,
    response: str | None,
    person: str | None,
    before: datetime | None,
    expired: bool,
    yes: bool,
) -> None:
    """Delete for good: recordings, rows, reports, and what the backups here hold of them.

    Shows what would go and asks. With --json and without --yes it only shows. Exit 1 if anything
    of it is left, or the answer is no.
    """  # fmt: skip
    from trainer.app import forget as use_case
    from trainer.app.forget_choice import Choice

    if sum((response is not None, person is not None, before is not None, expired)) != 1:
        raise click.UsageError("Name a RESPONSE, or one of --person, --before, --expired.")
    day = before.date() if before else None
    choice = Choice(response, person, day, expired)
    done = use_case.forget_for_good(
        home,
        choice,
        lambda toll: yes or (not as_json and _is_sure(use_case.toll_lines(toll), toll.answers)),
    )
    whole = not done.left and (as_json or done.done)
    finish(as_json, use_case.as_json(done), use_case.as_lines(done), whole=whole)


def _is_sure(lines: list[str], count: int) -> bool:
    """Ask before something is deleted; for more than one response, the number is to be typed."""
    click.echo("This would be deleted for good:\n  " + "\n  ".join(lines), err=True)
    try:
        if count <= 1:
            return click.confirm("Delete it?", default=False, err=True)
        asked = f"Type {count} to delete them"
        typed = click.prompt(asked, default="", show_default=False, err=True)
    except click.Abort:  # Ctrl+C is a no as well, and so is nobody there to be asked
        click.echo(err=True)
        return False
    return str(typed).strip() == str(count)


@attune.command()
@click.option("--hashes", is_flag=True, help="Also read every recording and compare its hash.")
@click.option("--repair", is_flag=True, help="Put in order what can be; delete no recording.")
@on_log
def doctor(home: Any, as_json: bool, hashes: bool, repair: bool) -> None:
    """Look whether everything is in order: log, recordings, content, devices. Exit 1 if not."""
    from trainer.app import doctor as use_case
    from trainer.gui.console import device_checks

    deeds = use_case.put_right(home) if repair else ()
    checks = deeds + use_case.doctor(home, hashes=hashes) + device_checks()
    document = [{"name": c.name, "ok": c.ok, "text": c.text} for c in checks]
    tell(as_json, document, [f"{'ok ' if c.ok else 'BAD'}  {c.name:18} {c.text}" for c in checks])
    sys.exit(0 if all(c.ok for c in checks) else 1)
