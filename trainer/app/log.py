"""The practice log as lines: who was met, when, how it was rated; a page at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from trainer.app.desk import Desk
from trainer.app.library import Library
from trainer.app.on_record import check_open
from trainer.app.takes import sound_file
from trainer.domain.response import Response
from trainer.domain.rubric import Rubric
from trainer.media.held import Source
from trainer.store import queries, responses
from trainer.store.db import Log

PAGE = 100
# A rare word in a long log is looked for in stretches, so that other jobs get their turn.
SCAN = 2000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One response. ``scores`` are (item title, points or None for N/A), empty before rating.

    ``others`` has the same items with the mean that ``raters`` others gave (None: nobody did), or
    where that differs between items at most so many (``uneven``); it is empty before one's own
    rating and where nobody else rated it with the same rubric.
    ``closed``: an answer of a test that nobody else has rated yet; it is not played.
    ``client`` is empty when the vignette is no longer in the library; ``title`` is then its id.
    """

    id: str
    at: datetime
    client: str
    title: str
    attempt: int
    interrupted: bool
    duration_s: float
    waited_s: float | None
    scores: tuple[tuple[str, float | None], ...]
    has_note: bool
    change_tried: str
    others: tuple[tuple[str, float | None], ...] = ()
    raters: int = 0
    uneven: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines newest first. ``next_before`` asks for the page after this one; None: that was all."""

    lines: tuple[LogLine, ...]
    next_before: str | None


@dataclass(frozen=True, slots=True)
class Met:
    """A vignette that this person has responded to, for choosing one."""

    pack: str
    vignette: str
    client: str
    title: str
    attempts: int


def log_page(
    log: Log,
    library: Library,
    person_id: str,
    *,
    before: str | None = None,
    vignette: tuple[str, str] | None = None,
    text: str = "",
    limit: int = PAGE,
) -> LogPage:
    """Up to ``limit`` lines, of one (pack, vignette) or with ``text`` in client, title or aim.

    With ``text`` a page may hold fewer lines, even none, and still have a page after it.
    """
    wanted = text.strip().casefold()
    asked = SCAN if wanted else limit
    rows = queries.log_rows(
        log,
        person_id,
        limit=asked,
        before=before,
        pack=vignette[0] if vignette else None,
        vignette=vignette[1] if vignette else None,
    )
    lines = []
    for row in rows:
        line = _line(library, row)
        if not wanted or wanted in f"{line.client} {line.title} {line.change_tried}".casefold():
            lines.append(line)
    return LogPage(tuple(lines), rows[-1].id if len(rows) == asked else None)


def met(log: Log, library: Library, person_id: str) -> tuple[Met, ...]:
    """The vignettes a person has responded to, by client and title."""
    found = []
    for (pack, vignette), practised in queries.last_practised(log, person_id).items():
        known = library.vignette(pack, vignette)
        client, title = (known.client.name, known.title) if known else ("", vignette)
        found.append(Met(pack, vignette, client, title, practised.attempts))
    return tuple(sorted(found, key=lambda m: (m.client, m.title)))


def sound_later(
    desk: Desk,
    response_id: str,
    done: Callable[[Source, float], None],
    failed: Callable[[Exception], None],
    alive: Callable[[], bool],
) -> None:
    """Give ``done`` the sound of a response, and the second at which the client had ended in it.

    ``failed`` is given a KnownError for an answer of a test that waits for others' ratings.
    """

    def load(response: Response) -> None:
        desk.runner.background(
            lambda _cancel: sound_file(desk.home, response.recording),
            lambda sound: done(sound, response.stimulus_end_s or 0.0),
            failed,
            alive,
        )

    def find(log: Log) -> Response:
        check_open(log, response_id)
        return responses.response(log, response_id)

    desk.runner.database(find, load, failed, alive)


def rubrics_used(log: Log, library: Library, person_id: str) -> tuple[Rubric, ...]:
    """The rubrics of a person's ratings that the library still holds, the most used first."""
    known = {(r.ref.pack, r.id): r for r in library.rubrics}
    uses = queries.rubrics_used(log, person_id)
    return tuple(known[u.pack, u.rubric] for u in uses if (u.pack, u.rubric) in known)


def _line(library: Library, row: queries.LogRow) -> LogLine:
    vignette = library.vignette(row.pack, row.vignette)
    raters = {row.others_raters_by_item[item] for item in row.others}
    return LogLine(
        id=row.id,
        at=row.started_at,
        client=vignette.client.name if vignette else "",
        title=vignette.title if vignette else row.vignette,
        attempt=row.attempt,
        interrupted=row.ended_by == "interrupted",
        duration_s=row.duration_s,
        waited_s=row.latency_s,
        scores=_titled(library, row, row.scores),
        has_note=row.has_note,
        change_tried=row.change_tried,
        others=_titled(
            library, row, {i: row.others.get(i) for i in row.scores} if row.others else {}
        ),
        raters=max(raters, default=0),
        uneven=len(raters) > 1,
        closed=row.closed,
    )


def _titled(
    library: Library, row: queries.LogRow, scores: Mapping[str, float | None]
) -> tuple[tuple[str, float | None], ...]:
    rubric = next(
        (r for r in library.rubrics if (r.ref.pack, r.id) == (row.rubric_pack, row.rubric)), None
    )
    titles = {item.id: item.title for item in rubric.items} if rubric else {}
    return tuple((titles.get(item, item), score) for item, score in scores.items())
