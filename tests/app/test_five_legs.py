"""A program, a trainee and a rater who share nothing but a place: a real WebDAV server."""

import json
from pathlib import Path
from typing import Any

from tests.app.travelled import Program, Rater, Trainee
from tests.helpers import places
from tests.helpers.places import ANNA, Way
from tests.store import made
from trainer.app.assign import came
from trainer.app.paths import Home
from trainer.store import people
from trainer.store import results as rows
from trainer.store import shares as share_rows


def somebody(desk: Any, name: str) -> None:
    with desk.log() as log:
        one = made.person(name)
        people.add_person(log, one)
    desk.person_id = one.id


def test_each_of_the_five_legs_by_the_place_alone(
    attune: Any, tmp_path: Path, forbidden: Any
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    with places.webdav(served) as port:
        way = Way(port)
        forbidden.ports |= {way.port, port}
        five_legs(attune, tmp_path, served, way)
        way.close()


def five_legs(attune: Any, tmp_path: Path, served: Path, way: Way) -> None:
    url = f"dav://anna:{ANNA['password'].replace(' ', '%20')}@127.0.0.1:{way.port}/"
    program, trainee = Program(Home(tmp_path / "program")), Trainee(Home(tmp_path / "trainee"))
    rater, other = Rater(Home(tmp_path / "rater"), name="Rae"), Rater(Home(tmp_path / "other"))
    for desk, name in ((trainee, "Toni"), (rater, "Rae Rowan"), (other, "Otto")):
        somebody(desk, name)

    def run(desk: Any, *words: object) -> Any:
        code, out, err = attune("--home", desk.home.folder, *words, "--json")
        assert (code, err) == (0, ""), err
        assert "words@" not in out
        return json.loads(out)

    def look(desk: Any) -> list[str]:
        return [row["kind"] for row in run(desk, "import", url)]

    addresses = [run(one, "ratings", "key")["address"] for one in (rater, other)]
    asked = run(
        program, "assign", "--title", "Autumn", "--program", "Institute", "--trainee", "T1",
        "--trainee", "T2", "--form", "A=marcus-nodding,eli-bike-racks", "--consent", "Yes?",
        "--out", url,
    )["id"]  # fmt: skip
    assert look(program) == []
    code, _, _ = attune("--home", trainee.home.folder, "import", url, "--code", "T1")
    assert code == 0
    trainee.code = "T1"
    with trainee.log() as log:
        (there,) = came(log)
    ids = trainee.answer(there)
    run(trainee, "submit", "--out", url)
    assert look(trainee) == []
    assert look(program) == ["submission"]

    give = ("ratings", "share", "--assignment", asked, "--per-response", 1,
            "--overlap", 0, "--out", url)  # fmt: skip
    named = [f"--rater={name}={one}" for name, one in zip(("Rae", "Otto"), addresses, strict=True)]
    way.most = 4_000  # the way breaks within the first
    code, _, err = attune("--home", program.home.folder, *give, *named)
    assert (code, "2 files are not in it yet" in err, "words@" in err) == (1, True, False)
    assert not list(served.glob("*share*.attune"))
    given = run(program, "ratings", "progress")
    assert sum(one["given"] for one in given) == 3  # one answer links them
    way.most = 1 << 40
    code, out, _ = attune("--home", program.home.folder, *give, *named)
    names = sorted(one.name for one in served.glob("Institute share *.attune"))
    assert (code, len(names)) == (0, 2)
    assert [f"{name}: had waited, and is in the shared place now" in out for name in names] == [
        True, True
    ]  # fmt: skip
    assert look(rater) == ["assignment", "share"]  # whose the assignment is only a code tells
    assert look(other) == ["assignment", "share"]
    assert look(trainee) == look(program) == []
    for one in (rater, other):
        with one.log() as log:
            share_id = share_rows.shares(log, mine=False)[-1].id
        begun = one.begin_it(share_id)
        one.rate(begun, one.codes(share_id))
        run(one, "ratings", "send", "--out", url)
    assert look(program) == ["ratings", "ratings"]
    back = run(program, "ratings", "return", "--assignment", asked, "--out", url)
    assert [(one["code"], one["responses"]) for one in back["files"]] == [("T1", 2)]
    assert look(rater) == look(program) == look(other) == []
    assert look(trainee) == ["results"]
    with trainee.log() as log:
        (file,) = rows.results(log, trainee.person_id, mine=False)
        assert sorted(rows.told_of(log, file.id)) == sorted(ids)
    for desk in (program, trainee, rater, other):
        assert not [one for one in desk.home.outgoing.rglob("*") if one.is_file()]
