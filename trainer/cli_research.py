"""The command that writes what the log holds for a statistics program: tables, annotations."""

from pathlib import Path
from typing import Any

import click

from trainer.cli_common import following, on_log, tell
from trainer.domain.consent import USES


@click.command()
@click.option("--assignment", "assignments", multiple=True, help="Only of this one (id, title).")
@click.option("--names", is_flag=True, help="Names beside the codes, and raters' words.")
@click.option("--comments", is_flag=True, help="Raters' words, which may name people.")
@click.option("--dates", is_flag=True, help="Dates beside the relative days.")
@click.option("--recordings", "sounds", is_flag=True, help="The recordings beside them.")
@click.option("--use", type=click.Choice(USES), default="research", help="What it is for.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="The folder to be made."
)
@on_log
def export(home: Any, as_json: bool, out: Path, **asked: Any) -> None:
    """A folder of tables, annotations and a codebook: CSV, Parquet, SPSS, ELAN, Praat, WebVTT."""
    from trainer.app import logbook
    from trainer.app import research as use_case
    from trainer.app.travelling import writing
    from trainer.app.which import any_ids

    logbook.check_there(home)
    with writing(home) as log, following("Exporting") as progress:
        asked["assignments"] = any_ids(log, asked["assignments"])
        done = use_case.export(home, log, out, progress=progress, **asked)
    tell(as_json, use_case.as_json(done), use_case.as_lines(done))
