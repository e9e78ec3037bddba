"""What was measured of a response's sound: derived data, so it may be replaced at any time."""

import json
from collections.abc import Iterable

from trainer.domain.speech import MEASURES_VERSION, Pause, SpeechMeasures
from trainer.store.db import Log, Row
from trainer.store.starts import CLOSED

_PLAIN = (
    "duration_s",
    "onset_s",
    "onset_error_s",
    "speech_s",
    "longest_pause_s",
    "loudness_lufs",
    "peak_dbfs",
    "clipped",
    "f0_median_hz",
    "f0_sd_semitones",
    "syllables_per_s",
    "snr_db",
)
LATENCY = "(m.onset_s - r.stimulus_end_s)"
_PAUSE = "json_extract(p.value, '$[1]') - json_extract(p.value, '$[0]')"
_SPAN = f"(m.speech_s + (SELECT COALESCE(SUM({_PAUSE}), 0) FROM json_each(m.pauses) p))"
# As the properties of these names in SpeechMeasures.
_DERIVED = {
    "latency_s": LATENCY,
    "talk_percent": f"(100 * m.speech_s / NULLIF({_SPAN}, 0))",
    "speech_rate_per_s": f"(m.syllables_per_s * m.speech_s / NULLIF({_SPAN}, 0))",
}
COLUMNS = (*_PLAIN, *_DERIVED)


def save_measures(log: Log, response_id: str, measures: SpeechMeasures) -> None:
    """Keep the measures of a response, in place of earlier ones, with this MEASURES_VERSION."""
    values: dict[str, object] = {name: getattr(measures, name) for name in _PLAIN}
    values["response_id"] = response_id
    values["version"] = MEASURES_VERSION
    values["pauses"] = json.dumps([[p.start_s, p.end_s] for p in measures.pauses])
    values["problems"] = json.dumps(list(measures.problems), ensure_ascii=False)
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    news = ", ".join(f"{name} = excluded.{name}" for name in values)
    with log.atomic():
        log.db.conn.execute(
            f"INSERT INTO measures ({names}) VALUES ({marks})"
            f" ON CONFLICT (response_id) DO UPDATE SET {news}",
            values,
        )


def measures_of(log: Log, response_id: str) -> SpeechMeasures | None:
    """The measures of a response, whichever version made them, or None."""
    found = measures_of_all(log, (response_id,)).get(response_id)
    return found[1] if found else None


def measures_of_all(log: Log, response_ids: Iterable[str]) -> dict[str, tuple[int, SpeechMeasures]]:
    """The same for several responses, each with the version that made them."""
    found = log.rows(
        "SELECT m.* FROM json_each(?) w CROSS JOIN measures m ON m.response_id = w.value",
        (json.dumps(list(response_ids)),),
    )
    return {row["response_id"]: (row["version"], _measures(row)) for row in found}


def _measures(row: Row) -> SpeechMeasures:
    return SpeechMeasures(
        **{name: row[name] for name in _PLAIN},
        pauses=tuple(Pause(start, end) for start, end in json.loads(row["pauses"])),
        problems=tuple(json.loads(row["problems"])),
    )


def unmeasured(log: Log, *, limit: int = 200) -> tuple[str, ...]:
    """Ids of responses without measures of this MEASURES_VERSION, newest first."""
    found = log.rows(
        "SELECT r.id FROM responses r LEFT JOIN measures m ON m.response_id = r.id"
        " WHERE m.version IS NOT ? ORDER BY r.id DESC LIMIT ?",
        (MEASURES_VERSION, limit),
    )
    return tuple(row["id"] for row in found)


def measure_history(
    log: Log, person_id: str, column: str, *, before_response_id: str | None = None
) -> list[float]:
    """One measure over a person's responses in which speech was found, oldest first.

    ``column`` is one of ``COLUMNS`` (``latency_s`` in seconds, from the client's true end to the
    onset). Only responses before ``before_response_id``, so that a response is not compared with
    itself; only this MEASURES_VERSION, since another one measured something else; and none of a
    test that nobody has rated yet, of which nothing may be shown.
    """
    if column not in COLUMNS:
        raise ValueError(f"no such measure: {column}")
    value = _DERIVED.get(column, f"m.{column}")
    found = log.rows(
        f"""SELECT {value} AS value FROM responses r CROSS JOIN measures m ON m.response_id = r.id
        WHERE r.person_id = :person AND m.version = :version AND {value} IS NOT NULL
          AND m.speech_s > 0 AND NOT {CLOSED} AND (:before IS NULL OR (r.started_at, r.id) <
            (SELECT b.started_at, b.id FROM responses b WHERE b.id = :before))
        ORDER BY r.started_at, r.id""",
        {"person": person_id, "version": MEASURES_VERSION, "before": before_response_id},
    )
    return [float(row["value"]) for row in found]
