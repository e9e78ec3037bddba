"""The practice log as the command line lists, shows and exports it."""

import csv
import json
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.domain.response import MOVED, Hole
from trainer.domain.speech import SpeechMeasures
from trainer.store import (
    consents,
    measures,
    notes,
    people,
    queries,
    ratings,
    responses,
    rounds,
    senders,
    sessions,
    videos,
)
from trainer.store.db import Log, open_log
from trainer.store.others import self_rated
from trainer.store.starts import is_closed

_PAGE = 1000
_ASIDE = "  set aside as nobody's"


def rows(home: Home, limit: int, vignette: str | None) -> list[dict[str, Any]]:
    """The newest responses of everybody in the log, newest first, also those that a program set
    aside as nobody's (``set_aside``).
    """
    log = _open(home)
    try:
        aside = senders.set_aside(log)
        found = [
            row
            for person in people.people(log)
            for row in queries.log_rows(log, person.id, limit=limit, vignette=vignette)
        ]
    finally:
        log.close()
    found.sort(key=lambda row: row.started_at, reverse=True)
    return [{**_plain(asdict(row)), "set_aside": row.id in aside} for row in found[:limit]]


def as_lines(rows: list[dict[str, Any]], vignette: str | None = None) -> list[str]:
    """The list for people; ``vignette`` is what it was narrowed down to."""
    if not rows and vignette is not None:
        return [f"No response to a vignette called {vignette!r}; 'attune bank list' names them."]
    if not rows:
        return ["No response yet: open Attune and meet the first client."]
    lines = []
    for row in rows:
        scores = "  ".join(
            f"{k} {'N/A' if v is None else f'{v:g}'}" for k, v in row["scores"].items()
        )
        lines.append(
            f"{row['id']}  {row['started_at'][:16]}  {row['vignette']:24} "
            f"attempt {row['attempt']}  {row['duration_s']:5.1f} s  {scores or 'not rated'}"
            f"{_others_said(row)}{_ASIDE if row['set_aside'] else ''}"
        )
    return lines


def _others_said(row: dict[str, Any]) -> str:
    if not row["others"]:
        return ""
    counts = {item: row["others_raters_by_item"][item] for item in row["others"]}
    alike = len(set(counts.values())) == 1
    means = "  ".join(
        f"{item} {round(mean, 2):g}{'' if alike else f' ({_mean_of(counts[item])})'}"
        for item, mean in row["others"].items()
    )
    return f"  others{f' ({_mean_of(max(counts.values()))})' if alike else ''}: {means}"


def _mean_of(raters: int) -> str:
    return "one rater" if raters == 1 else f"mean of {raters} raters"


def show(home: Home, response_id: str) -> dict[str, Any]:
    """One response with its session, every rating (also superseded ones), measures and note.

    Before its person has rated it, what others gave is left out; ``ratings_withheld`` counts it.
    Of an answer of a test what was measured is left out until others have rated it (``closed``).
    """
    log = _open(home)
    try:
        every = ratings.ratings_of(log, response_id)
        shown = every if self_rated(log, response_id) else ()
        response = responses.response(log, response_id)
        closed = is_closed(log, response_id)
        found = None if closed else measures.measures_of(log, response_id)
        note = notes.note_of(log, response_id)
        end = sessions.end_of(log, response.session_id)
        said = consents.consent_of(log, response_id)
        film = videos.video_of(log, response.recording.id)
        return {
            "response": _plain(asdict(response)),
            "session": _plain(asdict(sessions.session(log, response.session_id))),
            "reflection": _plain(asdict(end)) if end else None,
            "ratings": [
                {**_plain(asdict(r)), "round_kind": rounds.kind_of(log, r.round_id)} for r in shown
            ],
            "ratings_withheld": len(every) - len(shown),
            "measures": _measured(response.recording.file, found) if found else None,
            "note": _plain(asdict(note)) if note else None,
            "consent": _plain(asdict(said)) if said else None,
            "film": _plain(asdict(film)) if film else None,
            "closed": closed,
            "set_aside": response_id in senders.set_aside(log),
        }
    finally:
        log.close()


def _measured(file: str, found: SpeechMeasures) -> dict[str, Any]:
    """As ``attune analyze`` tells it; what it needs is slow to load."""
    from trainer.media.measure import as_json

    return as_json(file, found)


def show_lines(document: dict[str, Any]) -> list[str]:
    """One response for people."""
    response = document["response"]
    lines = [
        f"{response['vignette']['vignette']} (version {response['vignette']['vignette_version']}), "
        f"attempt {response['attempt']}, {response['started_at']}",
        f"recording  {response['recording']['file']}, {response['recording']['duration_s']:.1f} s",
    ]
    if film := document["film"]:
        lines.append(f"film       {film['file']}, {film['duration_s']:.1f} s")
    lines += [
        f"another microphone from about {hole['at_s']:.1f} s on"
        if hole["kind"] == MOVED
        else f"missing    {hole['missing_s']:.1f} s, {hole['at_s']:.1f} s into it ({hole['kind']})"
        for hole in response["recording"]["holes"] or ()
    ]
    if said := document["consent"]:
        until = f"until {said['keep_until']}" if said["keep_until"] else "until it is deleted"
        lines.append(f"agreed to  {_USES[said['use']]}, kept {until}")
    if document["set_aside"]:
        lines.append(_ASIDE.strip())
    for rating in document["ratings"]:
        scores = ", ".join(
            f"{k} {'N/A' if v is None else f'{v:g}'}" for k, v in rating["scores"].items()
        )
        lines.append(f"{rating['role']} rating ({rating['rubric']['rubric']}): {scores}")
    if document["ratings_withheld"]:
        lines.append("rated by others; shown once its own rating is locked")
    if document["closed"]:
        lines.append(
            "of a test; what was measured is shown when others have rated it (where nobody may, "
            "when the test is over)"
        )
    if found := document["measures"]:
        from trainer.app.analyze import measure_lines

        lines += ["measured", *measure_lines(found)]
    if document["note"] and document["note"]["change_next"]:
        lines.append(f"to change  {document['note']['change_next']}")
    if document["reflection"] and document["reflection"]["reflection"]:
        lines.append(f"reflection {document['reflection']['reflection']}")
    return lines


_USES = {
    "practice": "own practice only",
    "rating": "rating by a supervisor or program",
    "research": "rating and research",
}
_WIDE = ("id", "person_id", "session_id", "started_at", "pack", "vignette", "vignette_version",
         "turn", "attempt", "position", "ended_by", "change_tried", "duration_s", "gaps",
         "missing_s", "holes", "stopped_at_s", "latency_s", "use", "keep_until",
         "rubric", "rubric_version")  # fmt: skip


def export(home: Home, out: Path, *, long: bool) -> int:
    """Write every response: one row a score, or one a response. Returns the rows.

    Without what a program set aside as nobody's.
    As CSV (UTF-8), unless the name ends in ``.parquet`` or ``.sav`` (SPSS).
    """
    log = _open(home)
    try:
        aside = senders.set_aside(log)
        every = (row for person in people.people(log) for row in _all_rows(log, person.id))
        found = [row for row in every if row["id"] not in aside]
    finally:
        log.close()
    names, rows = _long_table(found) if long else _wide_table(found)
    if out.suffix.lower() in (".parquet", ".sav"):
        from trainer.app.log_table import write

        write(out, names, rows)
        return len(rows)
    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise KnownError(f"The table was not written ({out}: {error.strerror})",
                         "Choose another place with --out.") from error  # fmt: skip
    return len(rows)


def _all_rows(log: Log, person_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    before: str | None = None
    while page := queries.log_rows(log, person_id, limit=_PAGE, before=before):
        found += [{**_plain(asdict(row)), "missing_s": _missing_s(row.holes)} for row in page]
        before = page[-1].id
    return found


def _missing_s(holes: tuple[Hole, ...] | None) -> float | None:
    return None if holes is None else round(sum(hole.missing_s for hole in holes), 3)


def _wide(row: dict[str, Any]) -> dict[str, Any]:
    values = {key: row[key] for key in _WIDE}
    if values["holes"] is not None:
        values["holes"] = json.dumps(values["holes"])
    return values


def _long_table(rows: list[dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    fields = ("item", "score", "not_applicable", "others_mean", "others_raters")
    found = []
    for row in rows:
        for item, score in row["scores"].items():
            raters = row["others_raters_by_item"].get(item, 0)
            values = (item, score, score is None, row["others"].get(item), raters)
            found.append({**_wide(row), **dict(zip(fields, values, strict=True))})
    return [*_WIDE, *fields], found


def _wide_table(rows: list[dict[str, Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    items = list(dict.fromkeys(item for row in rows for item in row["scores"]))
    others = [f"others_{item}" for item in items if any(item in row["others"] for row in rows)]
    more = [*others, "others_raters"] if others else []
    found = []
    for row in rows:
        values = {k: "N/A" if v is None else v for k, v in row["scores"].items()}
        if others:
            values |= {f"others_{item}": mean for item, mean in row["others"].items()}
            values["others_raters"] = row["others_raters"]
        found.append({**_wide(row), **values})
    return [*_WIDE, *items, *more], found


def check_there(home: Home) -> None:
    """KnownError when there is no log in the data folder."""
    if not (home.folder / "log.db").exists():
        raise KnownError(f"There is no log yet ({home.folder})", "Open Attune and practise once.")


def _open(home: Home) -> Log:
    check_there(home)
    return open_log(home.folder, home.key, read_only=True)


def _plain(values: Any) -> Any:
    if isinstance(values, date):  # or a datetime
        return values.isoformat()
    if isinstance(values, dict):
        return {str(key): _plain(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return [_plain(value) for value in values]
    return values
