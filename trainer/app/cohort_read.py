"""A cohort from the log to its figures in one go, for commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from trainer.app.assign import given_out
from trainer.app.cohort_figures import Cohort, figures, read_cohort
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.app.travelling import writing
from trainer.app.which import given_out_id
from trainer.store.db import Log, open_log


@contextmanager
def reading(home: Home) -> Iterator[Log]:
    """The log for a command that changes nothing; the window may be open beside it."""
    log = open_log(home.folder, home.key, read_only=True)
    try:
        yield log
    finally:
        log.close()


def which(home: Home, named: str, before: str | None) -> tuple[str, str | None]:
    """The ids of assignments that are named by id or title; an empty ``before`` stays so.

    KnownError: none, or several, are called so.
    """
    with reading(home) as log:
        return given_out_id(log, named), given_out_id(log, before) if before else before


def read_whole(
    home: Home, assignment_id: str, before_id: str | None, *, names: bool = False
) -> Cohort:
    """The figures of a cohort. KnownError: see ``cohort_figures.read_cohort``."""
    viewer = Settings(home.settings_file).text("person")
    with reading(home) as log:
        given_out(log, assignment_id)  # before the library is read
        library = load_library(pack_folders(home))
    with writing(home) if viewer else reading(home) as log:  # what they saw is kept
        found = read_cohort(log, library, assignment_id, before_id, viewer, names=names)
    return figures(found)
