"""Adopt a take with its film and turn it into FLAC, killed before each line of that code.

``python -m tests.store.kill_each_line FOLDER [STEP]`` forks one child per line, so it has a process
(with one thread) of its own; with STEP 2 only every second one. Prints how many lines it killed at;
a failed check is a traceback.
"""

import itertools
import shutil
import sys
from pathlib import Path

from tests.helpers.killing import killed
from tests.store import made
from trainer.domain.response import Response, TakePlan
from trainer.store import recordings, responses, videos
from trainer.store.db import Log, integrity, open_log

WATCHED = {("store", name) for name in ("recordings.py", "takes.py", "files.py", "videos.py")}


def complete(folder: Path, person_id: str) -> int:
    log = open_log(folder)
    assert integrity(log) == ()
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered) == ((), ())
    finished = recordings.finish_adoptions(log)
    left = recordings.open_takes(folder)
    for take in left:
        assert take.plan is not None
        if take.size_bytes < 44 + 9600:
            recordings.discard_take(folder, take.response_id)
        else:
            assert made.take_in(log, take.plan, take.path) == made.take_in(
                log, take.plan, take.path
            )
    assert recordings.open_takes(folder) == ()
    for response_id in videos.waiting(log):
        if videos.to_adopt(log, response_id) is None:
            videos.clear(log, response_id)
        else:
            videos.adopt(log, response_id, duration_s=9.5, width=1280, height=720)
    assert videos.waiting(log) == ()
    for one in recordings.still_wav(log, limit=10_000):
        twin = recordings.path_of(log, one).with_suffix(".flac")
        if twin.exists():  # killed between the move of the twin and its row
            recordings.replace_file(log, one.id, twin, sample_rate=16_000)
    for row in responses.responses(log, person_id, limit=10_000):
        finish_twin(log, row)
    check = recordings.missing_or_altered(log, hashes=True)
    assert (check.missing, check.altered, check.orphans) == ((), (), ())
    log.close()
    return len(finished) + len(left)


def finish_twin(log: Log, response: Response) -> None:
    path = recordings.path_of(log, response.recording)
    if path.suffix == ".flac" and path.with_suffix(".wav").exists():
        recordings.replace_file(log, response.recording.id, path, sample_rate=16_000)


def take_and_shrink(log: Log, plan: TakePlan) -> None:
    """What is killed: a take from its first sample to its FLAC twin."""
    wav = made.write_wav(recordings.begin_take(log.folder, plan), frames=4800)
    made.film(log.folder, plan.response_id)
    one = made.take_in(log, plan, wav).recording
    made.filmed(log, responses.response(log, plan.response_id))
    twin = log.folder / "twin.flac"
    twin.write_bytes(b"fLaC")
    recordings.replace_file(log, one.id, twin, sample_rate=16_000)


def survives(folder: Path, plan: TakePlan, number: int) -> bool:
    """Whether the whole work ran before it came to that line; checks what a kill left."""
    ended = not killed(lambda: take_and_shrink(open_log(folder), plan), WATCHED, number)
    begun = (folder / "recordings" / "open" / f"{plan.response_id}.wav").exists()
    filmed = any((folder / "recordings").rglob("*.mkv"))
    complete(folder, plan.person_id)
    log = open_log(folder)
    kept = responses.find_response(log, plan.response_id)
    assert kept or not begun, f"lost at line {number}"
    assert len(made.everything(folder)) == (1 + filmed if kept else 0), f"left at line {number}"
    film = videos.video_of(log, kept.recording.id) if kept else None
    assert filmed == (film is not None), f"film lost at line {number}"
    log.close()
    return ended


def main() -> None:
    root, step = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    log = open_log(root / "clean")
    plan = made.plan(made.begun(log))
    log.close()
    for number in itertools.count(1, step):
        shutil.copytree(root / "clean", root / "killed")
        if survives(root / "killed", plan, number):
            break
        shutil.rmtree(root / "killed")
    sys.stdout.write(f"{number // step}\n")


if __name__ == "__main__":
    main()
