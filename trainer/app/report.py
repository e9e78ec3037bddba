"""One response's report: read once from the log, written as a page (HTML) and as paper (PDF)."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from trainer import __version__
from trainer.app import waveform
from trainer.app.desk import Desk
from trainer.app.feedback import Feedback
from trainer.app.library import Library, load_library, pack_folders
from trainer.app.on_record import check_open
from trainer.app.paths import Home, named_path
from trainer.app.review import review
from trainer.app.takes import sound_file
from trainer.app.travelling import occasion_beside
from trainer.domain.consensus import in_force
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.domain.others import JUDGING
from trainer.domain.rating import SELF, Rating
from trainer.domain.vignette import Turn
from trainer.exchange.report import Rated, ResponseReport, Wave, Waves, render_html
from trainer.exchange.waveform_svg import COLUMNS
from trainer.media.conversation import write_conversation
from trainer.media.held import Held
from trainer.store import people, ratings, sessions, videos
from trainer.store.db import Log, open_log
from trainer.store.files import write_whole
from trainer.store.others import self_rated

WritePdf = Callable[[str, Path], None]
# Bytes of a client's name in a file's name: file systems allow 255 for the whole.
NAME_BYTES = 80
NO_WAVES = Waves(None, None, 0.0, 0.0, aligned=False)


def response_report(
    home: Home, response_id: str, out: Path, write_pdf: WritePdf
) -> dict[str, Path]:
    """Write one response's report into the folder ``out``; its files by ``html`` and ``pdf``.

    KnownError: no such response, not rated yet, ``out`` can't be written to or lies in a locked
    data folder.
    """
    check_outside(home, out)
    library = load_library(pack_folders(home))
    log = open_log(home.folder, home.key, read_only=True)
    try:
        report = make_report(log, library, home, response_id)
    finally:
        log.close()
    return add_sound(write_report(report, out, write_pdf), report, home)


def save_later(
    desk: Desk,
    response_id: str,
    out: Path,
    write_pdf: WritePdf,
    done: Callable[[dict[str, Path]], None],
    alive: Callable[[], bool],
) -> None:
    """Write the files into the folder ``out``: rows on the log's thread, the rest beside it."""

    def write(report: ResponseReport) -> None:
        desk.runner.background(
            lambda _cancel: write_report(with_sounds(report, desk.home), out, write_pdf),
            lambda files: desk.runner.apart(
                partial(add_sound, files, report, desk.home), done, alive=alive
            ),
            alive=alive,
        )

    desk.runner.database(
        lambda log: read_report(log, desk.library, response_id), write, alive=alive
    )


def make_report(log: Log, library: Library, home: Home, response_id: str) -> ResponseReport:
    """All that a report says, with the drawn sounds; on the log's thread.

    It decodes two sound files. A window reads with ``read_report`` on the log's thread and goes on
    with ``with_sounds`` on a worker.
    """
    return with_sounds(read_report(log, library, response_id), home)


def read_report(log: Log, library: Library, response_id: str) -> ResponseReport:
    """All that a report says but for the sounds; on the log's thread, a few milliseconds.

    KnownError when its person hasn't rated it, or others have not where it is of a test: a report
    shows what must not be seen before that.
    """
    check_open(log, response_id)
    found = review(log, library, response_id)
    shown = found.feedback
    response = shown.response
    standing = ratings.standing(ratings.ratings_of(log, response_id))
    if not self_rated(log, response_id):
        raise KnownError(
            "This response is not rated yet",
            "Rate it first; its report shows what is seen only afterwards.",
        )
    end = sessions.end_of(log, response.session_id)
    return ResponseReport(
        person=people.person(log, response.person_id).name,
        response=response,
        vignette=shown.vignette,
        turn=_turn(shown),
        ratings=_rated(log, library, standing),
        measures=shown.measures,
        figures=shown.figures,
        earlier=found.earlier,
        suggestion=shown.suggestion,
        note=shown.note,
        set_title=found.set_title,
        objective=sessions.session(log, response.session_id).objective,
        reflection=end.reflection if end else "",
        waves=NO_WAVES,
        made_at=local_now(),
        attune_version=__version__,
        film=videos.video_of(log, response.recording.id),
    )


def with_sounds(report: ResponseReport, home: Home) -> ResponseReport:
    """The report with both sounds read and drawn; on any thread, some tenths of a second."""
    response, found = report.response, report.measures
    line = waveform.time_line(
        report.turn.media.clip if report.turn else None,
        partial(sound_file, home, response.recording),
        response.stimulus_end_s,
        stopped_at_s=response.stopped_at_s,
    )
    at = line.response_at_s
    onset = found.onset_s if found else None
    waves = Waves(
        client=_wave(line.client),
        response=_wave(line.response),
        client_end_s=line.client_end_s,
        response_at_s=at,
        aligned=line.aligned,
        onset_s=None if onset is None else at + onset,
        onset_error_s=(found.onset_error_s or 0.0) if found else 0.0,
        pauses=tuple((at + p.start_s, at + p.end_s) for p in found.pauses) if found else (),
        problems=line.problems,
    )
    return replace(report, waves=waves)


def write_report(report: ResponseReport, out: Path, write_pdf: WritePdf) -> dict[str, Path]:
    """Write page and paper under one name into the folder ``out``, both or neither."""
    return write_both(file_stem(report), partial(render_html, report), out, write_pdf)


def check_outside(home: Home, out: Path) -> None:
    """Raise KnownError when ``out`` is in a locked data folder, where nothing readable may lie, or
    one may not look there.
    """
    inside = named_path(out).resolve().is_relative_to(home.folder.resolve())
    if home.key is not None and inside:
        raise KnownError(
            f"A report is not locked, and {out} lies in the locked data folder",
            "Choose a folder outside it.",
        )


def write_both(
    stem: str, render: Callable[..., str], out: Path, write_pdf: WritePdf
) -> dict[str, Path]:
    """Write what ``render(for_print=...)`` gives as page and paper, both or neither.

    Under ``stem``, or with a number after it when that name is taken.
    """
    with _writing(out):
        stem = next(name for name in numbered(stem) if not _taken(out, name))
        page, paper = out / f"{stem}.html", out / f"{stem}.pdf"
        page.parent.mkdir(parents=True, exist_ok=True)
        write_whole(page, render(for_print=False).encode())
        try:
            write_pdf(render(for_print=True), paper)
        except BaseException:
            page.unlink(missing_ok=True)
            raise
    return {"html": page, "pdf": paper}


def write_one(render: Callable[..., str], path: Path, write_pdf: WritePdf) -> Path:
    """Write what ``render(for_print=...)`` gives to one new file, a .html or a .pdf.

    KnownError: it is there already, or cannot be written.
    """
    if path.exists():
        raise KnownError(
            f"There is a file of this name already: {path}",
            "Nothing was overwritten. Choose another name.",
        )
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix.lower() == ".pdf":
            write_pdf(render(for_print=True), path)
        else:
            write_whole(path, render(for_print=False).encode())
    return path


def add_sound(files: dict[str, Path], report: ResponseReport, home: Home) -> dict[str, Path]:
    """Write client and answer as one MP3 beside the report, for whoever is to listen to it.

    Left out when one of the two sounds is gone: the report itself says so already.
    """
    recording = sound_file(home, report.response.recording)
    there = isinstance(recording, Held) or recording.is_file()
    if report.turn is None or not (report.turn.media.clip.is_file() and there):
        return files
    out = files["html"].with_suffix(".mp3")
    write_conversation(
        report.turn.media.clip,
        recording,
        report.response.stimulus_end_s,
        out,
        stopped_at_s=report.response.stopped_at_s,
    )
    return {**files, "sound": out}


def file_stem(report: ResponseReport) -> str:
    """``attune-<client>-<date>-attempt<n>``, safe as a file's name, in the client's own script."""
    day = report.response.started_at.date().isoformat()
    return f"attune-{safe_name(report.client)}-{day}-attempt{report.response.attempt}"


def safe_name(name: str, otherwise: str = "client", most: int = NAME_BYTES) -> str:
    """Letters, marks and digits of any script, ``most`` bytes; everything else is a hyphen."""
    whole = unicodedata.normalize("NFC", name)
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in whole)
    words = "-".join(part for part in kept.lower().split("-") if part)
    cut = words.encode()[:most].decode(errors="ignore").rstrip("-")
    return cut or otherwise


def occasion_name(title: str, occasion: str) -> str:
    """An assignment and its occasion as the files of its reports are named after them."""
    beside = safe_name(occasion_beside(title, occasion), "", 40)
    return "-".join(filter(None, (safe_name(title, "cohort", 60), beside)))


def _turn(found: Feedback) -> Turn | None:
    turns = found.vignette.turns if found.vignette else ()
    return next((turn for turn in turns if turn.id == found.response.turn), None)


def _rated(log: Log, library: Library, standing: tuple[Rating, ...]) -> tuple[Rated, ...]:
    """What counts, with its wording and its raters' names, the person's own first.

    Neither what others gave while they learnt to rate nor what it is as a reference is about the
    person.
    """
    names = {person.id: person.name for person in people.people(log)}
    wording = {rubric.ref: rubric for rubric in library.rubrics}
    counts = [one for one in in_force(standing) if one.role in (SELF, *JUDGING)]
    ordered = sorted(counts, key=lambda rating: (rating.role != SELF, rating.locked_at))
    return tuple(Rated(r, wording.get(r.rubric), names.get(r.rater_id, "")) for r in ordered)


def _wave(track: waveform.Track | None) -> Wave | None:
    return Wave(track.duration_s, track.columns(COLUMNS)) if track else None


def numbered(stem: str) -> Iterator[str]:
    """Names to choose from where nothing is to be overwritten: this one, then with a number."""
    yield stem
    number = 2
    while True:
        yield f"{stem}-{number}"
        number += 1


def _taken(out: Path, stem: str) -> bool:
    return any((out / f"{stem}.{kind}").exists() for kind in ("html", "pdf"))


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KnownError(
            f"The report can't be written ({error.filename or out}: {error.strerror or error})",
            "Choose another folder, or make room or permission for it.",
        ) from error
