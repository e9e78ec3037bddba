"""A cohort from the log to its figures in one go, for commands."""

from collections.abc import Iterator
from contextlib import contextmanager

from trainer.app.cohort_figures import Cohort, Overview, earlier, figures, overview
from trainer.app.cohort_material import read
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.store.db import Log, open_log


@contextmanager
def reading(home: Home) -> Iterator[Log]:
    """The log for a command that changes nothing; the window may be open beside it."""
    log = open_log(home.folder, home.key, read_only=True)
    try:
        yield log
    finally:
        log.close()


def read_whole(
    home: Home, assignment_id: str, before_id: str | None, *, names: bool = False
) -> tuple[Cohort, Overview, Overview | None]:
    """The figures of a cohort, and how far it is, and was at the occasion before.

    ``before_id`` None: the assignment whose trainees it has, each with the form after theirs;
    empty: none. KnownError: see ``cohort_material.read``.
    """
    viewer = Settings(home.settings_file).text("person")
    with reading(home) as log:
        of = overview(log, assignment_id)
        if before_id is None:
            first = earlier(log, of.assignment)
            before_id = first.id if first else ""
        library = load_library(pack_folders(home))
        material = read(log, library, assignment_id, before_id, viewer, names=names)
        before = overview(log, before_id) if before_id else None
    return figures(material), of, before
