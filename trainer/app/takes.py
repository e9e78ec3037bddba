"""From an open recording to a row in the log, measured and stored small."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from pathlib import Path

from trainer.app.films import keep_later
from trainer.app.paths import Home
from trainer.app.waveform import clip_of
from trainer.app.work import Outcome, Runner
from trainer.domain.changes import Changes
from trainer.domain.errors import KnownError
from trainer.domain.response import GAP, Hole, Recording, Response, TakePlan, Video
from trainer.domain.speech import SpeechMeasures
from trainer.domain.vignette import Vignette
from trainer.media.held import Held, Source
from trainer.media.ports import Moment, Take
from trainer.store import measures as measure_rows
from trainer.store import recordings, responses, sealed, videos
from trainer.store import takes as open_takes
from trainer.store.db import Log
from trainer.store.key import Key
from trainer.store.trouble import file_errors


def nothing() -> None:
    """What comes after a job that nothing waits for."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A closed take on its way into the log."""

    plan: TakePlan
    take: Take
    ended_by: str
    stimulus_end: Moment | None
    stopped_at_s: float | None = None

    def run(self, log: Log) -> Outcome[Response]:
        """Move the file to its place and add its rows; to be run on the log's thread."""
        end = self.stimulus_end
        if end is not None and not isfinite(end.error_s):  # no sample arrived to count from
            end = None
        response = recordings.adopt(
            log,
            self.plan,
            self.take.path,
            duration_s=self.take.duration_s,
            sample_rate=self.take.sample_rate,
            ended_by=self.ended_by,
            stimulus_end_s=end.at_s if end else None,
            stimulus_end_error_s=end.error_s if end else None,
            stopped_at_s=self.stopped_at_s,
            holes=self.take.holes,
        )
        return Outcome(response, Changes.RESPONSES | Changes.TAKES)


def note_begun(
    home: Home,
    plan: TakePlan,
    end: Moment,
    stopped_at_s: float | None,
    holes: tuple[Hole, ...] = (),
) -> Callable[[Log], None]:
    """The job that keeps where the client ended in a take, and its holes so far, should it be
    interrupted.
    """

    def keep(_log: Log) -> None:
        known = isfinite(end.error_s)
        begun = open_takes.Begun(end.at_s, end.error_s, stopped_at_s) if known else None
        if begun or holes:
            open_takes.note_begun(home.folder, plan, begun, holes)

    return keep


def late_sound(found: tuple[Hole, ...]) -> KnownError | None:
    """What is said of a recording in which sound did not arrive in time; of other holes it was
    said when they came.
    """
    count = sum(hole.kind == GAP for hole in found)
    if not count:
        return None
    return KnownError(
        f"The recording has {count} hole{'s' if count > 1 else ''}: sound did not arrive in time",
        "Close programs that keep the computer busy; the rest of the recording is kept.",
    )


def nothing_heard() -> KnownError:
    """What is said of a take into which no sound came."""
    return KnownError(
        "Nothing was recorded: no sound came from the microphone",
        "Check that it is connected, or choose another in Settings; then listen once more.",
    )


def measure_later(
    runner: Runner,
    home: Home,
    response: Response,
    clip: Path | None,
    failed: Callable[[Exception], None],
    then: Callable[[], None] = nothing,
) -> None:
    """Measure the speech apart, keep the figures, and then call ``then``.

    ``clip`` is what the client said, to tell whether the microphone heard it; None: not known.
    """

    def keep(found: SpeechMeasures) -> None:
        runner.change(lambda log: _keep_measures(log, response.id, found), failed=failed)
        then()

    runner.apart(partial(_measure, home, response, clip), keep, failed)


def compress_later(
    runner: Runner,
    home: Home,
    recording: Recording,
    failed: Callable[[Exception], None],
    then: Callable[[], None] = nothing,
) -> None:
    """Replace the WAV by its FLAC twin, encrypted in a locked folder.

    The WAV stays until the twin is verified and in the log.
    """
    wav = home.recordings / recording.file
    if wav.suffix != ".wav":
        return
    if sealed.is_sealed(sealed.stored(wav)):  # what is encrypted is not made smaller any more
        then()
        return
    flac, key = wav.with_suffix(".flac"), home.key
    twin = flac if key is None else sealed.sealed_name(flac)

    def keep(rate: int) -> None:
        runner.change(lambda log: _replace(log, recording.id, twin, rate), failed=failed)
        then()

    runner.apart(partial(_compress, wav, flac, key), keep, failed)


def look_after(
    runner: Runner,
    home: Home,
    response: Response,
    clip: Path | None,
    failed: Callable[[Exception], None],
    *,
    small_at_once: bool = False,
) -> None:
    """Measure a new response; in a locked folder also store it small, for till then it lies plain.

    Elsewhere that waits until nothing plays the file any more (see ``Practice``, ``catch_up``), but
    where nothing does: ``small_at_once``.
    """
    if home.key is None and not small_at_once:
        measure_later(runner, home, response, clip, failed)
        return
    small = partial(compress_later, runner, home, response.recording, failed)

    def not_measured(error: Exception) -> None:
        failed(error)
        small()

    measure_later(runner, home, response, clip, not_measured, small)


def discard(home: Home, plan: TakePlan, trouble: Callable[[KnownError], None]) -> None:
    """Delete a take of which nothing is to be kept; a disk that refuses is told, and no more.

    What stays of it is cleared away, or offered, at the next start.
    """
    try:
        open_takes.discard_take(home.folder, plan.response_id)
    except KnownError as error:
        trouble(error)


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an earlier run left to be done: responses to measure, recordings to store small, films.

    ``films`` names their responses. ``left_open`` are its takes that were never closed; those of
    this run are not among them.
    """

    unmeasured: tuple[Response, ...]
    large: tuple[Recording, ...]
    left_open: tuple[open_takes.OpenTake, ...]
    films: tuple[str, ...] = ()


def tidy_up(log: Log) -> Outcome[Waiting]:
    """At the start: complete the adoptions that a kill interrupted, and find what still waits."""
    finished = recordings.finish_adoptions(log)
    unmeasured = tuple(responses.response(log, i) for i in measure_rows.unmeasured(log))
    large = tuple(recordings.still_wav(log))
    changes = Changes.RESPONSES | Changes.TAKES if finished else Changes.NOTHING
    left_open, films = open_takes.open_takes(log.folder), videos.waiting(log)
    return Outcome(Waiting(unmeasured, large, left_open, films), changes)


def catch_up(
    runner: Runner,
    home: Home,
    vignettes: Sequence[Vignette],
    waiting: Waiting,
    failed: Callable[[Exception], None],
) -> None:
    """Do what an earlier run left, one at a time: what is practised now need not wait for all.

    ``vignettes`` are those of the library, for their clips.
    """
    steps: list[Callable[..., None]] = [
        partial(keep_later, runner, home, one) for one in waiting.films
    ]
    steps += [
        partial(measure_later, runner, home, r, clip_answered(vignettes, r))
        for r in waiting.unmeasured
    ]
    steps += [partial(compress_later, runner, home, r) for r in waiting.large]

    def next_one() -> None:
        if steps:
            steps.pop(0)(failed=failed_one, then=next_one)

    def failed_one(error: Exception) -> None:
        failed(error)
        next_one()

    next_one()


def _measure(home: Home, response: Response, clip: Path | None) -> SpeechMeasures:
    from trainer.media.measure import measure
    from trainer.media.overheard import Played

    return measure(
        sound_file(home, response.recording),
        speech_from_s=response.stimulus_end_s,
        holes=response.recording.holes or (),
        played=Played(clip, response.stopped_at_s) if clip else None,
    )


def _compress(wav: Path, flac: Path, key: Key | None) -> int:
    from trainer.media.flac import to_flac

    rate = to_flac(wav, flac)
    if key is not None:
        sealed.seal(flac, key)
    return rate


def _keep_measures(log: Log, response_id: str, found: SpeechMeasures) -> Outcome[None]:
    if responses.find_response(log, response_id) is None:  # forgotten meanwhile
        return Outcome(None, Changes.NOTHING)
    measure_rows.save_measures(log, response_id, found)
    return Outcome(None, Changes.MEASURES)


def _replace(log: Log, recording_id: str, twin: Path, rate: int) -> Outcome[None]:
    if not recordings.has_recording(log, recording_id):  # forgotten meanwhile
        twin.unlink(missing_ok=True)
        return Outcome(None, Changes.NOTHING)
    recordings.replace_file(log, recording_id, twin, sample_rate=rate)
    return Outcome(None, Changes.RESPONSES)


def clip_answered(vignettes: Sequence[Vignette], response: Response) -> Path | None:
    """What the client said before a response; None when it is no longer among ``vignettes``."""
    ref = response.vignette
    same = (v for v in vignettes if (v.ref.pack, v.ref.vignette) == (ref.pack, ref.vignette))
    return clip_of(next(same, None), response.turn)


def sound_file(home: Home, recording: Recording) -> Source:
    """A recording as it is now: its FLAC when the WAV has been replaced since it was read.

    Of a locked folder it is read whole, some tenths of a second for an hour: not for the window's
    thread. One that is missing is a path at which nothing lies. KnownError: not decrypted.
    """
    path = home.recordings / recording.file
    flac = path.with_suffix(".flac")
    if home.key is not None:
        return _held(home.key, path, flac)
    return path if path.exists() else flac


def has_film(home: Home, video: Video) -> bool:
    """Whether a film is where it belongs, encrypted or not."""
    return sealed.stored(home.recordings / video.file).is_file()


def film_file(home: Home, video: Video) -> Source:
    """A film, as ``sound_file``."""
    return read_file(home, home.recordings / video.file)


def read_file(home: Home, path: Path) -> Source:
    """Any file of the recordings, by the name that it has when it is not encrypted."""
    return path if home.key is None else _held(home.key, path)


def _held(key: Key, *names: Path) -> Source:
    """The first of ``names`` that is there, decrypted where it must be; the last of them if none.

    Also what is not encrypted yet is held, for its file may be gone when it is wanted.
    """
    ways = tuple(way for name in dict.fromkeys(names) for way in (name, sealed.sealed_name(name)))
    for path in ways + ways:  # one may become another while they are looked at
        if path.exists():
            try:
                with file_errors(path):
                    data = sealed.read(path, key) if sealed.is_sealed(path) else path.read_bytes()
            except KnownError:
                if path.exists():
                    raise
            else:
                return Held(sealed.plain_name(path).name, data)
    return names[-1]
