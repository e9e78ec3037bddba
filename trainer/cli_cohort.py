"""``attune cohort``: what was given out, how far a cohort is, its figures, its report."""

from typing import Any

import click

from trainer.cli_common import on_log, tell


@click.group(invoke_without_command=True)
@click.pass_context
def cohort(context: click.Context) -> None:
    """Cohorts: list (also without a word after it), show, report."""
    if context.invoked_subcommand is None:
        context.invoke(cohort_list)


@cohort.command("list")
@on_log
def cohort_list(home: Any, as_json: bool) -> None:
    """The assignments given out, the newest first, and how far each is."""
    from trainer.app import cohort_figures as use_case
    from trainer.app import cohort_told
    from trainer.app.cohort_read import reading

    with reading(home) as log:
        found = [use_case.overview(log, one.id) for one in use_case.all_given_out(log)]
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
    from trainer.app.cohort_read import read_whole

    found, of = read_whole(home, assignment, before)
    tell(as_json, cohort_told.as_json(found, of), cohort_told.as_lines(found, of))
