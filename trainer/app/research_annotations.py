"""What is annotated along the sound of one response: who speaks, and what raters said of it."""

import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from trainer.app.research_case import Case
from trainer.app.research_codes import Codes
from trainer.domain.speech import spoken
from trainer.exchange import annotations
from trainer.exchange.annotations import Annotated, Tier, milliseconds, moments, stretches
from trainer.store import recordings, sealed
from trainer.store.db import Log

FOLDER = "annotations"
TIERS = {
    "client": "the end of what the client says, as far as it is in the recording",
    "speech": "stretches of the trainee's speech, as measured",
    "pauses": "pauses of 0.25 s or more within it",
    "missing": "silence that stands for sound which did not arrive",
    "markers CODE": "what this rater heard, as marks",
    "comments CODE": "what this rater said, in words (only when comments were asked for)",
}


def write(
    page: Iterable[Case], codes: Codes, folder: Path, made_at: str, *, comments: bool
) -> None:
    """Files for each response, named by its code. OSError: the disk refuses."""
    for case in page:
        length = milliseconds(case.response.recording.duration_s)
        tiers = (*_heard(case), *_said(case, codes, comments=comments))
        about = Annotated(length, sound_name(case), tiers, made_at)
        annotations.write(about, folder / case.code)


def copy_sound(log: Log, case: Case, folder: Path) -> bool:
    """Put the recording beside its annotations, to be played anywhere; False when it is missing.

    Always FLAC and never the file itself: what is written around its sound could name the speaker.
    KnownError: the disk refuses, or it is damaged. OSError likewise.
    """
    from trainer.media import flac

    path = sealed.stored(recordings.path_of(log, case.response.recording))
    if not path.exists():
        return False
    target = folder / sound_name(case)
    is_flac = PurePosixPath(case.response.recording.file).suffix == target.suffix
    make = flac.without_marks if is_flac else flac.to_flac
    if not sealed.is_sealed(path):
        make(path, target)
        return True
    assert log.key is not None  # it is locked, so the log was opened with it
    with tempfile.TemporaryDirectory(prefix=".attune-", dir=folder) as place:
        plain = Path(place) / "plain"
        sealed.copy(path, plain, log.key)
        make(plain, target)
    return True


def sound_name(case: Case) -> str:
    """What the recording is called beside its annotations."""
    return f"{case.code}.flac"


def _heard(case: Case) -> list[Tier]:
    """What is known of the sound; a tier is left out where nothing is."""
    holes = [
        (hole.at_s, hole.at_s + hole.silence_s)
        for hole in case.response.recording.holes or ()
        if hole.silence_s
    ]
    found = []
    if case.response.stimulus_end_s is not None:
        found.append(stretches("client", "client", [(0.0, case.response.stimulus_end_s)]))
    if case.measured is not None:
        measures = case.measured[1]
        pauses = [(pause.start_s, pause.end_s) for pause in measures.pauses]
        found.append(stretches("speech", "speech", spoken(measures, holes)))
        found.append(stretches("pauses", "pause", pauses))
    if holes:
        found.append(stretches("missing", "missing", holes))
    return found


def _said(case: Case, codes: Codes, *, comments: bool) -> list[Tier]:
    """Two tiers a rater, the marks and the words."""
    raters = sorted({codes.person(one.rater_id) for one in case.comments})
    found = []
    for rater in raters:
        said = [one for one in case.comments if codes.person(one.rater_id) == rater]
        marks = [(one.at_s, one.marker) for one in said if one.marker]
        words = [(one.at_s, one.text) for one in said if one.text]
        if marks:
            found.append(moments(f"markers {rater}", marks))
        if words and comments:
            found.append(moments(f"comments {rater}", words))
    return found
