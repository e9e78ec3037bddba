"""``attune agreement`` and ``attune gstudy``: how far ratings in a table can be trusted."""

from pathlib import Path
from typing import Any

import click

from trainer.cli_common import common, tell

_FILE = click.Path(exists=False, path_type=Path)


@click.command()
@click.argument("table", metavar="CSV", type=_FILE)
@click.option("--out", type=_FILE, help="Also write each response's raw and fair score, as CSV.")
@common
def agreement(home: Any, as_json: bool, table: Path, out: Path | None) -> None:
    """How far raters agree: ICC, alpha, kappa, severity, drift, halo, with 95 % intervals.

    CSV has a row a score: response, rater, item, score, and where known trainee, vignette,
    occasion, role, blind, rated.
    """
    from trainer.app import reliability as use_case
    from trainer.app.reliability_lines import agreement_lines

    del home  # the table is all there is to know
    told = use_case.agree(table)
    lines = agreement_lines(told)
    if out is not None:
        lines.append(f"{out}: {use_case.write_fair_scores(told, out)} raw and fair scores")
    tell(as_json, use_case.as_json(told), lines)


@click.command()
@click.argument("table", metavar="CSV", type=_FILE)
@click.option(
    "--g", "target", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.80,
    show_default=True, help="The G to be reached.",
)  # fmt: skip
@common
def gstudy(home: Any, as_json: bool, table: Path, target: float) -> None:
    """Where differences come from, and how many vignettes and raters a decision takes.

    CSV as for agreement, with trainee and vignette.
    """
    from trainer.app import reliability as use_case
    from trainer.app.reliability_lines import study_lines

    del home
    found = use_case.study(table, target)
    tell(as_json, use_case.study_as_json(found), study_lines(found))
