"""Data folders with every kind of file in them, locked and searched. No test is in here."""

import shutil
from pathlib import Path

from tests.app.backed import contents, fill
from tests.app.forgotten import Someone, files, two_people
from tests.store import made
from trainer.app import locking
from trainer.app.paths import Home
from trainer.domain.response import Response
from trainer.media.flac import to_flac
from trainer.store import connect, key, recordings, responses, sealed
from trainer.store.db import open_log
from trainer.store.key import Key

PASSPHRASE = "correct horse battery staple"
# What may lie readable in a locked folder, as the README says.
READABLE = ("settings.json", "attune.log", "recordings/open/", "packs/")
# Long enough to be in no encrypted megabyte by chance: four bytes were, once in some hundred runs.
MAGIC = (
    b'fLaC\0\0\0"', b"RIFF of", b"WAVEfmt", b"SQLite format 3", b"CREATE TABLE",
    b"no real film of",
)  # fmt: skip


def lock(home: Home, of: Key | None = None) -> Home:
    """Lock as ``lock_on`` does, but for the two seconds that a passphrase costs."""
    of = of or key.new_key()
    home.folder.mkdir(parents=True, exist_ok=True)
    (home.folder / key.ENTERING).write_bytes(b"stands for a lock")
    return locking.settle(Home(home.folder, of))


def unlock(home: Home) -> Home:
    """Take it off again."""
    return locking.lock_off(home)


def well_used(home: Home, of: Key | None = None) -> tuple[Home, dict[str, list[str]]]:
    """Two answers and a filmed one, locked, and what was in there before."""
    fill(home, 2)
    log = open_log(home.folder)
    plan = made.plan(made.begun(log, made.later(50)))
    wav = recordings.begin_take(log.folder, plan)
    made.film(log.folder, plan.response_id)
    made.filmed(log, made.take_in(log, plan, made.write_wav(wav)))
    log.close()
    store_small(home)
    before = contents(home)
    return lock(home, of), before


def copied(home: Home, to: Path) -> Home:
    """The same data folder elsewhere."""
    shutil.copytree(home.folder, to)
    return Home(to, home.key)


def crowded(home: Home) -> tuple[Someone, Someone]:
    """Two people with films, WAVs and FLACs, backups old and new, reports, damaged logs, scraps."""
    ada, bob = two_people(home)
    home.settings_file.write_text('{"captions": true}')  # else it names one of them by id
    (home.folder / "log.db.damaged-20260101T000000-wal").write_bytes(ada.note(1).encode())
    (home.folder / "microphone-check.wav").write_bytes(b"RIFF of a voice")
    orphan = home.recordings / "lost" / "an orphan, Ü.wav"
    orphan.parent.mkdir()
    orphan.write_bytes(b"RIFF of nobody known")
    killed = home.backups / ".attune-killed" / "log"
    killed.mkdir(parents=True)
    shutil.copyfile(home.folder / "log.db", killed / "log.db")
    (home.backups / "attune-20200101T000000000000Z.attune.part").write_bytes(ada.sound(1))
    (home.backups / "recordings" / "half.part").write_bytes(ada.sound(2))
    return ada, bob


def readable(home: Home, traces: list[bytes]) -> list[str]:
    """Where any of these bytes stands, but for the files that may be read."""
    settings = home.settings_file.read_bytes()  # as it is in backups too
    return [
        f"{name}: {trace[:40]!r}"
        for name, data in files(home.folder)
        if not name.startswith(READABLE) and not name.rpartition("!")[2].startswith("settings.json")
        for trace in traces
        if trace in data.replace(settings, b"")
    ]


def words(*people: Someone) -> list[bytes]:
    """What they said, were called, typed, and looked like; ids too, but for names of files."""
    return [
        trace
        for one in people
        for trace in (*one.traces(), f"aim of {one.name}".encode(), f"line by {one.name}".encode())
        # Their files are called by these.
        if not any(trace.decode("utf-8", "replace") in r.recording.file for r in one.responses)
    ]


def sounds(home: Home) -> dict[str, bytes]:
    """What is in every recording and film, by its plain name."""
    found = {}
    for name in made.everything(home.folder):
        path = home.recordings / name
        data = sealed.read(path, home.key) if home.key and sealed.is_sealed(path) else None
        found[name.removesuffix(sealed.SUFFIX)] = path.read_bytes() if data is None else data
    return found


def store_small(home: Home) -> None:
    """Every WAV as FLAC, as the window does it when it has time."""
    log = open_log(home.folder, home.key)
    for one in recordings.still_wav(log, limit=10_000):
        wav = recordings.path_of(log, one)
        twin = wav.with_suffix(".flac")
        recordings.replace_file(log, one.id, twin, sample_rate=to_flac(wav, twin))
    log.close()


def responses_in(home: Home) -> list[Response]:
    """Every response of the log, oldest first."""
    log = open_log(home.folder, home.key)
    found = [responses.response(log, row["id"]) for row in log.rows("SELECT id FROM responses")]
    log.close()
    return sorted(found, key=lambda one: (one.started_at, one.id))


def answered(home: Home, minutes: int = 0) -> Response:
    """One more answer, in a folder locked or not; its sound lies as the recorder left it."""
    log = open_log(home.folder, home.key)
    one = made.recorded(log, made.plan(made.begun(log, made.later(minutes))))
    log.close()
    return one


def is_locked_well(home: Home) -> bool:
    """Whether nothing in it is left to be encrypted."""
    state = locking.state(home)
    return (
        state.locked
        and not state.unfinished
        and not state.plain
        and connect.is_encrypted(home.folder / "log.db")
    )
