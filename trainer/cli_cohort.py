"""``attune cohort``: what was given out, how far a cohort is, its figures, its report."""

from pathlib import Path
from typing import Any

import click

from trainer.cli_common import common, finish, on_log, opened, tell


@click.group(invoke_without_command=True)
@click.pass_context
@common
def cohort(context: click.Context, home: Any, as_json: bool) -> None:
    """Cohorts: list (also without a word after it), show, report."""
    if context.invoked_subcommand is None:
        _list(opened(home), as_json)


@cohort.command("list")
@on_log
def cohort_list(home: Any, as_json: bool) -> None:
    """The assignments given out, the newest first, and how far each is."""
    _list(home, as_json)


def _list(home: Any, as_json: bool) -> None:
    from trainer.app import cohort_figures as use_case
    from trainer.app import cohort_told
    from trainer.app.cohort_read import reading

    with reading(home) as log:
        found = [use_case.overview(log, one) for one in use_case.all_given_out(log)]
    lines = [cohort_told.overview_as_line(one) for one in found]
    document = [cohort_told.overview_as_json(one) for one in found]
    tell(as_json, document, lines or ["No assignment was given out here ('attune assign')."])


@cohort.command("show")
@click.argument("assignment")
@click.option("--before", help="The assignment before it (default: the one it came --after).")
@on_log
def cohort_show(home: Any, as_json: bool, assignment: str, before: str | None) -> None:
    """Completion, scores, change, vignettes, raters and own ratings, each with its interval."""
    from trainer.app import cohort_told
    from trainer.app.cohort_read import read_whole, which

    found = read_whole(home, *which(home, assignment, before))
    tell(as_json, cohort_told.as_json(found), cohort_told.as_lines(found))


@cohort.command("report")
@click.argument("assignment")
@click.option("--before", help="The assignment before it (default: the one it came --after).")
@click.option("--names", is_flag=True, help="Call people by name where one is known.")
@click.option("--trainees", is_flag=True, help="Also each trainee's feedback report, beside it.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="A .html or .pdf file, or folder."
)
@on_log
def cohort_report(
    home: Any,
    as_json: bool,
    assignment: str,
    before: str | None,
    names: bool,
    trainees: bool,
    out: Path,
) -> None:
    """The report of a cohort as HTML, PDF or both. Exit 1 if a trainee's could not be written."""
    from trainer.app import cohort_report as use_case
    from trainer.app.cohort_letters import trainee_reports
    from trainer.app.cohort_read import which
    from trainer.domain.errors import KnownError
    from trainer.gui.pdf import write_pdf

    assignment, before = which(home, assignment, before)
    files = use_case.cohort_report(home, assignment, before, out, write_pdf, names=names)
    beside = next(iter(files.values())).parent
    each = trainee_reports(home, assignment, beside, write_pdf, names=names) if trainees else {}
    lines = [str(path) for path in files.values()]
    document: dict[str, Any] = {}
    for code, done in each.items():
        if isinstance(done, KnownError):
            lines.append(f"{code}: no report. {done}")
            document[code] = {"files": {}, "problem": str(done)}
        else:
            lines += [f"{code}: {path}" for path in done.values()]
            document[code] = {"files": {k: str(v) for k, v in done.items()}, "problem": None}
    told = {"files": {k: str(v) for k, v in files.items()}, "trainees": document}
    whole = not any(isinstance(done, KnownError) for done in each.values())
    if home.key is not None and not as_json:
        click.echo("They are not locked there: whoever has them can read them.", err=True)
    finish(as_json, told, lines, whole=whole)
