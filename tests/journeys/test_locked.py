"""What is heard, seen and measured of a locked folder leaves nothing on any disk."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.practised import begin
from tests.gui.test_feedback import rated
from tests.journeys.pictures import clock_film
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.media import decode
from trainer.store.key import new_key

LONG_S = 310.0  # what is longer than five minutes waits on the disk, of a folder that lies open


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows refuses no program its writing")
def test_a_locked_answer_is_measured_drawn_played_and_reported_without_writing_a_byte(
    tmp_path: Path,
) -> None:
    home, key = tmp_path / "home", new_key()
    made = begin(home, load_library(pack_folders(Home(home))), key=key)
    response = rated(made, seconds=LONG_S)
    made.film(response, clock_film(tmp_path / "film.mkv", 3.0))
    made.seal()
    made.log.close()
    for name in ("scratch", "user", "out"):
        (tmp_path / name).mkdir()
    before = tree(home)
    assert {Path(name).suffix for name in before if "recordings" in name} == {".age"}
    env = {
        **os.environ, "TMPDIR": str(tmp_path / "scratch"), "HOME": str(tmp_path / "user"),
        "XDG_CACHE_HOME": str(tmp_path / "user"), "PYTHONDONTWRITEBYTECODE": "1",
        "QT_QPA_PLATFORM": "offscreen", "PULSE_SERVER": "unix:/nowhere",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.locked_child", home, key.secret, response.id,
         tmp_path / "out"],
        env=env, capture_output=True, text=True, check=False, timeout=110,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["written"] == []
    assert (said["drawn"], said["problems"]) == (True, [])
    assert said["measured_s"] == pytest.approx(LONG_S, abs=0.1)
    assert said["page"] > 10_000
    assert said["sound_s"] > 1.0
    assert said["film_s"] > 1.0
    after = {n: held for n, held in tree(home).items() if n not in ("log.db-wal", "log.db-shm")}
    assert after == before
    assert tree(tmp_path / "scratch") == tree(tmp_path / "user") == {}
    assert list(tree(tmp_path / "out")) == [Path(said["sound"]).name]
    assert decode.duration(Path(said["sound"])) > LONG_S
