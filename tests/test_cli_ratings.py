"""``attune ratings``, as a program and a rater run it."""

import json
import re
from pathlib import Path
from typing import Any

from tests.app.travelled import Program, Rater, Trainee
from tests.store import made
from trainer.app.keys import own_fingerprint
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.store import people


def test_from_a_program_to_a_rater_and_back(attune: Any, tmp_path: Path) -> None:
    post, program = tmp_path / "post ü", Program(Home(tmp_path / "program"))
    post.mkdir()
    asked, out = program.give_out(post)
    trainee = Trainee(Home(tmp_path / "trainee"))
    trainee.begin(out, "T1")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    rater = Rater(Home(tmp_path / "rater"), name="Rae")
    ours, hers = ("--home", program.home.folder), ("--home", rater.home.folder)
    give = ("ratings", "share", "--assignment", asked.id, "--per-response", "1", "--out", post)

    code, address, err = attune(*hers, "ratings", "key")
    assert (code, err) == (0, "")
    code, out, err = attune(*ours, *give, "--rater", "Rae")
    assert (code, "No address of Rae is known here" in err) == (1, True)
    assert attune(*ours, *give, "--rater", "=x")[2].startswith("attune: This names no rater")
    code, out, err = attune(*ours, *give, "--rater", f"Rae={address[:-3]}")
    assert (code, "no rater's address" in err) == (1, True)
    named = tmp_path / "raters.txt"
    named.write_text(f"Rae = {address}\n")
    code, out, err = attune(*ours, *give, "--raters", named, "--due", "2031-05-06", "--json")
    assert (code, err) == (0, "")
    (given,) = json.loads(out)
    assert (given["rater"], given["responses"]) == ("Rae", 2)
    code, out, err = attune(*ours, *give, "--raters", named)
    assert (code, out) == (0, "Nothing is new: every response is with its raters.\n")

    with rater.log() as log:
        one = made.person("Rae Rowan")
        people.add_person(log, one)
    rater.person_id = one.id
    code, out, err = attune(*hers, "import", given["file"])
    assert (code, "2 responses to rate, from Institute Übung" in out) == (0, True)
    code, _, err = attune(*hers, "ratings", "send", "--out", post)
    assert (code, "nothing new to send" in err) == (1, True)
    begun = rater.begin(Path(given["file"]))
    rater.rate(begun, rater.codes(given["id"])[:1])
    code, out, err = attune(*hers, "ratings", "send", "--out", post, "--json")
    assert (code, err) == (0, "")
    (sent,) = json.loads(out)
    assert (sent["program"], sent["responses"], sent["of"]) == ("Institute Übung", 1, 2)
    code, out, _ = attune(*ours, "import", sent["file"], "--json")
    assert [row["kind"] for row in json.loads(out)] == ["ratings"]
    code, out, _ = attune(*ours, "ratings", "progress")
    assert out.startswith("Rae: 1 of 2 rated, newest file")
    assert "due 06 May 2031" in out
    code, out, _ = attune(*ours, "ratings", "progress", "--assignment", asked.id, "--json")
    assert [row["outstanding"] for row in json.loads(out)] == [1]

    back = ("ratings", "return", "--assignment", asked.id)
    code, out, err = attune(*ours, *back, "--out", tmp_path / "none")
    assert (code, "There is no folder" in err) == (1, True)
    code, out, err = attune(*ours, *back, "--no-comments", "--out", post, "--json")
    assert (code, err) == (0, "")
    done = json.loads(out)
    assert [(row["code"], row["responses"], row["waiting"]) for row in done["files"]] == [
        ("T1", 1, 0)
    ]
    assert done["held"] == []
    code, out, _ = attune(*ours, *back, "--code", "T1", "--no-comments", "--out", post)
    assert (code, out) == (0, "No file for T1: they have been sent everything already\n")
    code, out, _ = attune("--home", trainee.home.folder, "import", done["files"][0]["file"])
    assert (code, out.partition(": ")[2]) == (
        0, "Ratings of one response came back from Institute Übung\n",
    )  # fmt: skip

    rater.rate(begun, rater.codes(given["id"])[1:])
    shared = tmp_path / "shared"
    shared.mkdir()
    # The folder that Settings call the place is written to as a place is: nobody's name in it.
    for one in (program, trainee, rater):
        Settings(one.home.settings_file).set("place", shared.as_uri())
    again = (*give[:-2], "--again", "Rae", "--out", shared / ".." / "shared")
    code, out, err = attune(*ours, *again, "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)[0]["rater"] == "Rae"
    code, out, err = attune(*ours, *back, "--again", "--all", "--out", shared)
    assert (code, err, f" in {shared}" in out) == (0, "", True)
    code, _, err = attune("--home", trainee.home.folder, "submit", "--again", "--out", shared)
    assert (code, err) == (0, "")
    names = sorted(re.sub(r"[0-9a-f]{8}", "MARK", path.stem) for path in shared.iterdir())
    assert names == [
        "Autumn course before T1 MARK", "Institute Übung results T1 MARK 2",
        "Institute Übung share MARK",
    ]  # fmt: skip
    for path in shared.iterdir():
        path.unlink()
    code, out, err = attune(*hers, "ratings", "send", "--out", shared)
    assert re.search(" [0-9a-f]{8} 2$", next(shared.glob("*.attune")).stem)
    assert (code, err, "2 of 2 responses" in out) == (0, "", True)
    assert attune(*hers, "ratings", "send", "--out", shared.as_uri())[0] == 1  # nothing is new
    code, out, err = attune(*ours, "import", shared.as_uri())
    assert (code, "ratings by Rae on 2 of 2 responses" in out) == (0, True)


def test_a_rater_who_is_known_is_named_without_the_address(attune: Any, tmp_path: Path) -> None:
    post, program = tmp_path / "post", Program(Home(tmp_path / "program"))
    post.mkdir()
    rae, new, bo = (Rater(Home(tmp_path / name), name=name) for name in ("Rae", "new", "Bo"))
    address, newer = rae.named().address, new.named().address
    ours = ("--home", program.home.folder)

    def occasion(name: str, client: str) -> tuple[object, ...]:
        asked, out = program.give_out(post, occasion=name, forms={"A": [client]})
        trainee = Trainee(Home(tmp_path / "trainee"))
        if trainee.home.folder.exists():
            with trainee.log() as log:
                trainee.person_id = people.people(log)[0].id
        trainee.begin(out, "T1")
        trainee.answer(asked)
        program.receive(trainee.submit(asked, post).path)
        share = ("ratings", "share", "--assignment", asked.id, "--per-response", "1")
        return (*ours, *share, "--overlap", "0", "--out", post)

    before, after = occasion("before", "marcus-nodding"), occasion("after", "jonas-eel")
    assert attune(*before, "--rater", f"Rae={address}")[0] == 0
    code, _, err = attune(*after, "--rater", "Ray")
    assert (code, "Known are: Rae." in err) == (1, True)
    code, out, err = attune(*after, "--rater", "Rae")
    assert (code, err) == (0, "")
    first, second = out.splitlines()
    with rae.log() as log:
        key = own_fingerprint(log, "")
    assert re.fullmatch(rf"Rae: at the address of \d{{4}}-\d\d-\d\d, key {key}", first)
    assert second.endswith("1 response for Rae")

    code, _, err = attune(*after, "--rater", f"Rae={newer}")  # which may be somebody else's
    assert (code, f"Rae is known here by the key {key}, and this" in err) == (1, True)
    assert "'attune ratings share --again', Rae and this address" in err
    # A new computer takes the place of the old one; the old address does not come back.
    again = (*before, "--again", "Rae", "--rater", f"Rae={newer}", "--json")
    assert json.loads(attune(*again)[1])[0]["address_of"] is None
    third = occasion("third", "eli-bike-racks")
    (given,) = json.loads(attune(*third, "--rater", "Rae", "--json")[1])
    assert given["address_of"] is not None
    new.begin(Path(given["file"]))
    # Two that are both in use are asked about.
    fourth = occasion("fourth", "ruth-corrected-letter")
    assert attune(*fourth, "--rater", f"Rae={address}")[0] == 0
    fifth = occasion("fifth", "tom-eleven-across")
    code, _, err = attune(*fifth, "--rater", "Rae")
    assert (code, "2 addresses of Rae are known here" in err) == (1, True)
    assert f"Rae={address}" in err
    assert f"Rae={newer}" in err
    # Whoever was forgotten is not known any more.
    assert attune(*fifth, "--rater", f"Bo={bo.named().address}")[0] == 0
    assert attune(*ours, "forget", "--person", "Bo", "--yes")[0] == 0
    code, _, err = attune(*fifth, "--rater", "Bo")
    assert (code, "No address of Bo is known here" in err) == (1, True)
