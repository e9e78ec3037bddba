"""The film of an answer, beside its sound. Nothing of it holds up or harms the take.

A film begins after its sound and ends with it. It is closed a moment later, read through, and
adopted once its response is in the log; if that was interrupted, at the next start.
"""

from collections.abc import Callable
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING

from trainer.app.paths import Home
from trainer.app.work import Outcome, Runner
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.response import TakePlan, Video
from trainer.media.ports import Camera, Moment
from trainer.store import sealed, takes, videos
from trainer.store.db import Log
from trainer.store.responses import find_response

if TYPE_CHECKING:
    from trainer.media.film import FilmFacts

NO_PICTURE_BYTES = 4096  # what a film without any picture takes: its head alone


class Filming:
    """A camera's part in a sitting; without a camera every call does nothing."""

    def __init__(
        self,
        camera: Camera | None,
        place: Callable[[Moment], Moment],
        runner: Runner,
        home: Home,
        trouble: Callable[[KnownError], None],
    ) -> None:
        """``place`` tells where in the running take a moment lies."""
        self._camera, self._place = camera, place
        self._runner, self._home, self._trouble = runner, home, trouble
        self._plan: TakePlan | None = None
        if camera is not None:
            camera.on_begun, camera.on_trouble = self._begun, trouble

    @property
    def runs(self) -> bool:
        """Whether the camera sees the person now."""
        return self._camera is not None and self._camera.runs

    def prepare(self) -> None:
        """The client begins: the camera has until their end to wake."""
        if self._camera is not None:
            self._camera.open()

    def begin(self, plan: TakePlan) -> None:
        """The answer begins."""
        if self._camera is not None:
            self._plan = plan
            self._camera.begin(videos.film_path(self._home.folder, plan.response_id))

    def end(self) -> None:
        """The take is closed, or there is none: the camera is let go of, and the film is kept."""
        if self._camera is None:
            return
        plan, self._plan = self._plan, None
        if plan is not None:
            keep = partial(keep_later, self._runner, self._home, plan.response_id, self._failed)
            self._camera.finish(keep)
        self._camera.close()

    def _begun(self, moment: Moment) -> None:
        if self._plan is None:
            return
        at, response_id = self._place(moment), self._plan.response_id
        if isfinite(at.error_s):
            start = videos.Start(at.at_s, at.error_s)
            folder = self._home.folder
            self._runner.database(
                lambda _log: videos.note_start(folder, response_id, start), failed=self._failed
            )

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            raise error
        self._trouble(error)


def _nothing() -> None:
    """What comes after a job that nothing waits for."""


def keep_later(
    runner: Runner,
    home: Home,
    response_id: str,
    failed: Callable[[Exception], None],
    then: Callable[[], None] = _nothing,
) -> None:
    """Keep the closed film of a response, if there is one, and then call ``then``.

    It is read through beside, where a strange one holds up nobody, and adopted on the log's thread;
    in a locked folder it is then encrypted, beside again.
    """

    def lock(kept: Video | None) -> None:
        if kept is not None and home.key is not None:  # not done: it is done at the next start
            path, key = home.recordings / kept.file, home.key
            runner.background(lambda _cancel: sealed.seal(path, key), failed=failed)
        then()

    runner.change_after(
        lambda log: videos.to_adopt(log, response_id),
        _facts,
        lambda log, facts: _keep_film(log, response_id, facts),
        lock,
        failed,
    )


def _facts(film: Path | None) -> "FilmFacts | None":
    from trainer.media.film import film_facts

    return film_facts(film) if film else None


def _keep_film(log: Log, response_id: str, facts: "FilmFacts | None") -> Outcome[Video | None]:
    """Adopt the closed film that was read; to be run on the log's thread.

    The film of a take that was discarded meanwhile goes with it; that of one which is still open
    waits with it. KnownError: nothing in it can be read (it is kept), disk full.
    """
    film = videos.to_adopt(log, response_id)
    if film is None:
        _clear(log, response_id)
        return Outcome(None, Changes.NOTHING)
    if facts is None:  # it came only just now, and is kept at the next start
        return Outcome(None, Changes.NOTHING)
    if facts.pictures:
        kept = videos.adopt(
            log, response_id, duration_s=facts.duration_s, width=facts.width, height=facts.height
        )
        return Outcome(kept, Changes.RESPONSES)
    if film.stat().st_size <= NO_PICTURE_BYTES:
        videos.discard(log.folder, response_id)
        raise KnownError(
            "This answer has no film: no picture came from the camera",
            "Its sound is kept. Check the camera in Settings.",
        )
    kept_as = videos.set_aside(log, response_id)
    raise KnownError(
        f"The film of this answer cannot be read; it is kept as {kept_as}",
        "The sound is kept as well. Try the file with another program, or delete it.",
    )


def _clear(log: Log, response_id: str) -> None:
    """Remove what is left among the open takes when there is no film to adopt."""
    still_open = {take.response_id for take in takes.open_takes(log.folder)}
    if response_id in still_open:
        return  # its sound is offered at the next start, and the film goes with it
    if find_response(log, response_id):
        videos.clear(log, response_id)
    else:
        videos.discard(log.folder, response_id)
