"""Assignments and responses by way of a shared place, between data folders that share only that."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.app.travelled import Program, Trainee, ask, library, sounds_of
from tests.helpers import places
from tests.helpers.places import ANNA, Way
from trainer.app import assign, place
from trainer.app.assign import find_came
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.store import people
from trainer.store.responses import find_response


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(Home(tmp_path / "program"))


@pytest.fixture
def trainee(tmp_path: Path) -> Trainee:
    return Trainee(Home(tmp_path / "trainee"))


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared ü"
    folder.mkdir()
    return folder


def unheard(_done: int, _whole: int) -> None:
    """Nobody listens."""


def look(desk: Any, where: str) -> list[str]:
    """What a look brings: a sentence each."""
    with desk.log() as log:
        every = place.take_in_from(desk.home, log, where, unheard)
    return [one.path.name if one.received else str(one.refused) for one in every]


def give_out(program: Program, where: str, **changed: object) -> str:
    with program.log() as log:
        made = assign.compose(log, library(), ask(**changed))
        place.give_out_at(program.home, log, made, where, {}, {}, unheard)
    return made.id


def send(trainee: Trainee, where: str, assignment_id: str, **how: bool) -> tuple[str, ...]:
    with trainee.log() as log:
        sending = place.send(trainee.home, log, where, assignment_id, trainee.person_id, **how)
        return sending.deliver(unheard, replace=True).keep().value.responses


def begin(trainee: Trainee, assignment_id: str, code: str, count: int = 2) -> list[str]:
    with trainee.log() as log:
        from tests.store import made

        one = made.person(f"Name of {code}")
        people.add_person(log, one)
        asked = find_came(log, assignment_id)
        assign.take_on(log, asked, one.id, code)
    trainee.person_id, trainee.code = one.id, code
    return trainee.answer(asked, count)


def test_there_and_back_each_file_once(
    program: Program, trainee: Trainee, shared: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    where = str(shared)
    given = give_out(program, where)
    with pytest.raises(KnownError, match="a file of this name already"):
        give_out(program, where)
    assert look(program, where) == []  # its own
    (shared / "letter.attune").write_bytes(b"no bundle")
    (shared / "half.attune").write_bytes((shared / "Autumn course before.attune").read_bytes()[:-9])
    said = look(trainee, where)
    assert said[0] == "Autumn course before.attune"
    assert ["half.attune" in said[1], "letter.attune" in said[2]] == [True, True]
    assert str(trainee.home.folder) not in "".join(said)
    assert len(look(trainee, where)) == 2  # what was refused is looked at again when one asks
    with place.Look(trainee.home, where, []) as again:
        assert again.next() is None  # and else is not

    ids = begin(trainee, given, "T1", 1)
    assert list(send(trainee, where, given)) == ids
    with pytest.raises(KnownError, match="sent already"):
        send(trainee, where, given)
    more = trainee.answer(find(trainee, given), 2)
    assert send(trainee, where, given) == tuple(more)
    names = sorted(path.name for path in shared.iterdir())
    assert len([name for name in names if name.startswith("Autumn course before T1 ")]) == 2
    assert len(look(trainee, where)) == 2  # the two that are none, and not its own

    other = Trainee(Home(tmp_path / "other"))
    fetched: list[str] = []
    fetch = place.Place.fetch
    monkeypatch.setattr(
        place.Place, "fetch", lambda s, one, *a: (fetched.append(one.name), fetch(s, one, *a))
    )
    assert [name for name in look(other, where) if name.endswith(".attune")] == [
        "Autumn course before.attune"
    ]
    assert sorted(fetched) == ["Autumn course before.attune", "half.attune", "letter.attune"]

    arrived = look(program, where)
    assert [name for name in arrived if name.startswith("Autumn course before T1")] == names[:2]
    assert sounds_of(program, ids + more) == sounds_of(trainee, ids + more)
    assert list((program.home.folder / place.INCOMING).iterdir()) == []
    assert (program.home.folder / place.KNOWN).read_text().isascii()
    assert "Autumn" not in (trainee.home.folder / place.KNOWN).read_text()


def test_what_is_for_others_is_counted_and_what_is_damaged_is_told(
    program: Program, trainee: Trainee, shared: Path, tmp_path: Path, attune: Any, monkeypatch: Any
) -> None:
    """Of files that were written into a folder by path, looked at by path and as a place."""
    asked, file = program.give_out(shared)
    other = Trainee(Home(tmp_path / "other"))
    for one, code in ((trainee, "T1"), (other, "T2")):
        one.begin(file, code)
        one.answer(asked, 1)
        one.submit(asked, shared)
    (shared / "half.attune").write_bytes(next(shared.glob("*T1*")).read_bytes()[:-9])

    def told(desk: Any, where: str) -> list[str]:
        code, out, err = attune("--home", desk.home.folder, "import", where)
        lines = out.splitlines()
        broken = [
            line for line in lines if line.startswith("half.attune: not taken. This file was")
        ]
        assert (code, err) == (len(broken), "")
        return [line.partition(":")[0] for line in lines]

    for_one, for_three = "1 file is not for this computer", "3 files are not for this computer"
    first, second = (one.name for one in sorted(shared.glob("Autumn course before T*")))
    assert told(program, str(shared)) == [first, second, "half.attune", for_one]
    before = ["half.attune", "2 files were here before", for_one]
    assert told(program, str(shared)) == before
    # Nobody but the program can tell that one of the submissions is damaged.
    assert told(other, str(shared)) == [file.name, for_three]

    heads: list[str] = []
    head = place.Place.head
    monkeypatch.setattr(
        place.Place, "head", lambda s, one: (heads.append(one.name), head(s, one))[1]
    )
    for _ in range(2):
        assert told(program, shared.as_uri()) == before
        assert told(other, shared.as_uri())[-1] == for_three
        before = ["half.attune", for_one]
    assert len(heads) == 2 * 4 + 1  # once each, and the damaged one when it is asked for again


def find(trainee: Trainee, assignment_id: str) -> Any:
    with trainee.log() as log:
        return find_came(log, assignment_id)


def test_killed_in_the_middle_and_repeated_it_is_there_once(
    program: Program, trainee: Trainee, shared: Path, attune: Any, forbidden: Any
) -> None:
    given = give_out(program, str(shared))
    look(trainee, str(shared))
    ids = begin(trainee, given, "T1")
    with places.webdav(shared) as port:
        way = Way(port)
        way.most, way.holds = 60_000, True
        forbidden.ports |= {way.port, port}
        url = f"dav://anna:{ANNA['password'].replace(' ', '%20')}@127.0.0.1:{way.port}/"
        words = ["--home", str(trainee.home.folder), "submit", "--out", url]
        with subprocess.Popen([sys.executable, "-m", "trainer", *words]) as sending:
            assert way.stuck.wait(30)
            sending.kill()
        assert [p.name for p in shared.iterdir() if not p.name.startswith(".")] == [
            "Autumn course before.attune"
        ]
        way.most, way.holds = 1 << 40, False
        code, out, err = attune(*words, "--json")
        assert (code, err, ANNA["password"] in out) == (0, "", False)
        code, out, err = attune(*words)
        assert (code, "sent already" in err) == (1, True)
        # And back, cut off each time a little later.
        way.back = 60_000
        for _ in range(20):
            code, out, err = attune("--home", program.home.folder, "import", url)
            assert ANNA["password"] not in out + err
            if "T1, Autumn course: 2 responses, 2 of them new" in out:
                break
            way.back *= 2
        way.close()
    with program.log() as log:
        assert all(find_response(log, one) for one in ids)
    assert sounds_of(program, ids) == sounds_of(trainee, ids)
    assert sorted(p.name.startswith("Autumn course") for p in shared.iterdir()) == [True, True]


def test_nothing_that_reaches_a_network_is_loaded_unasked() -> None:
    code = (
        "import sys\n"
        "from trainer.cli import attune\n"
        "for words in (['--help'], ['import', 'nowhere.attune']):\n"
        "    try: attune.main(words, standalone_mode=False)\n"
        "    except SystemExit: pass\n"
        "heavy = ('fsspec', 's3fs', 'botocore', 'httpx', 'paramiko')\n"
        "print([name for name in heavy if name in sys.modules], 'trainer.app.place' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.splitlines()[-1] == "[] True"
