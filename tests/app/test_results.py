"""Ratings back to trainees: the last leg, between data folders that share nothing but files."""

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.app.examined import TEST
from tests.app.travelled import Program, Rater, Trainee, answered, library, refused
from trainer.app import results_in, travelling
from trainer.app.backup import backup
from trainer.app.consensus import Draft, lock
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.kept_back import check_free
from trainer.app.keys import identities, own_pair
from trainer.app.logbook import show
from trainer.app.others import others_heard
from trainer.app.paths import Home
from trainer.app.persons import find
from trainer.app.restore import restore
from trainer.app.results import KEYLESS, UNRATED, WAITING, Held, stock
from trainer.app.rounds import comments_in, correct
from trainer.app.today import single
from trainer.domain.errors import KnownError
from trainer.domain.others import others_points
from trainer.exchange.bundle import open_bundle
from trainer.exchange.envelope import new_pair
from trainer.store import ratings, starts
from trainer.store import shares as store_shares
from trainer.store.others import others_given
from trainer.store.responses import response


@pytest.fixture
def raters(tmp_path: Path) -> list[Rater]:
    return [Rater(Home(tmp_path / f"rater {name}"), name=name) for name in ("Rae", "Søren")]


def rated(program: Program, asked, raters: list[Rater], post: Path, warmth=(4.0, 2.0)):
    """Everything that came is rated by each of the raters; with the share and round of each."""
    given = program.share([asked], raters, post, per_response=len(raters))
    held = []
    for rater, one, score in zip(raters, given, warmth, strict=False):
        of = rater.begin(one.path)
        rater.rate(of, rater.codes(one.share_id), score)
        program.receive(rater.send(one.share_id, post))
        held.append((one.share_id, of))
    return held


def reading_by(trainee: Trainee, program: Program, asked, post: Path, key: str | None) -> Path:
    """All that a trainee gave, in a file that names this key, or none as older ones do."""
    sent = trainee.submit(asked, post / f"sent {key}.attune", again=True).path
    out = post / f"T3 {key}.attune"
    with (
        trainee.log() as theirs, program.log() as log, travelling.scratch(post) as place,
        open_bundle(sent, "submission", identities(log)) as found,
    ):  # fmt: skip
        facts = {name: value for name, value in found.manifest.facts.items() if name != "read_by"}
        manifest = replace(found.manifest, facts=facts | ({"read_by": key} if key else {}))
        sources = {}
        for number, one in enumerate(manifest.members):
            sources[one.name] = place / str(number)
            assert found.take_out(one, sources[one.name], travelling.unheard)
        travelling.write(out, manifest, sources, own_pair(theirs), [asked.read_by], place)
    return out


def heard(trainee: Trainee, response_id: str) -> list[tuple[str, float | None, str]]:
    """What Review tells of others: by whom, warmth, the rest of what they said."""
    with trainee.log() as log:
        found = others_heard(log, library(), response(log, response_id))
    said = [(one.name, None, one.text) for one in found.comments]
    return [(one.name, one.rating.scores["warmth"], "") for one in found.ratings] + said


def test_a_test_opens_once_its_ratings_came_back(program, trainee, raters, post):
    asked, out = program.give_out(post / "out.attune", codes=["T1"], **TEST)
    trainee.begin(out, "T1")
    given = trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    (share_id, of), _ = rated(program, asked, raters, post)
    client = library().find_vignette("eli-bike-racks")
    rubric = library().rubric("alliance-skills")

    def closed() -> list[bool]:
        with trainee.log() as log:
            return [starts.is_closed(log, one) for one in given]

    assert closed() == [True, True]
    with pytest.raises(KnownError, match="is kept for a test"):
        check_free(trainee.home, client)
    done = program.give_back([asked], post)
    assert [(one.code, one.path.name, one.responses) for one in done.files] == [
        ("T1", "Institute Übung results T1.attune", 2)
    ]
    assert done.held == ()
    came = trainee.receive(done.files[0].path)
    assert (came.kind, came.new, came.responses, came.added, came.notes) == (
        "results", True, 2, 4, (),
    )  # fmt: skip
    assert came.said == "Ratings of 2 responses came back from Institute Übung"
    assert closed() == [False, False]
    with trainee.log() as log:
        points = others_points(others_given(log, trainee.person_id, "core", rubric.id)["warmth"])
        assert [(one.score, len(one.raters)) for one in points] == [(3.0, 2)] * 2
        assert single(log, trainee.person_id, client, rubric)  # may be practised with again
        assert find(log, None).id == trainee.person_id  # raters are nobody to sit down here
    check_free(trainee.home, client)  # nor to be kept from a client
    with trainee.log() as log:
        assert results_in.news(log, trainee.person_id) == (
            results_in.News("Institute Übung", 2),
        )  # fmt: skip
        assert results_in.told(log, trainee.person_id).value
        assert results_in.told(log, trainee.person_id).value == ()
    assert heard(trainee, given[0]) == [
        ("R1 (Institute Übung)", 4.0, ""), ("R2 (Institute Übung)", 2.0, ""),
        ("R1 (Institute Übung)", None, "here, 4.0"), ("R2 (Institute Übung)", None, "here, 2.0"),
    ]  # fmt: skip
    assert show(trainee.home, given[0])["ratings_withheld"] == 0

    # A second laptop comes into it here: it knows the first file alone.
    backup(trainee.home, post / "before.attune")
    laptop = Trainee(Home(post / "laptop"), trainee.person_id)
    restore(laptop.home, post / "before.attune")
    # Twice changes nothing, on either side; what is new is brought, and supersedes.
    assert not trainee.receive(done.files[0].path).new
    assert program.give_back([asked], post).files == ()
    raters[0].rate(of, raters[0].codes(share_id), 5.0)
    program.receive(raters[0].send(share_id, post))
    with program.log() as log:
        stand = ratings.standing(ratings.ratings_of(log, given[0]))
        theirs = [one for one in stand if one.role == "supervisor"]
        seen = tuple(one.id for one in theirs)
        scores = {"warmth": 4.0, "repair": 2.0, "metacommunication": None}
        lock(log, rubric, given[0], Draft(scores, "among ourselves"), seen)
    (again,) = program.give_back([asked], post).files
    assert again.path.name == "Institute Übung results T1 2.attune"
    assert trainee.receive(again.path).added == 3
    assert heard(trainee, given[0])[:3] == [
        ("R2 (Institute Übung)", 2.0, ""), ("R1 (Institute Übung)", 5.0, ""), ("", 4.0, ""),
    ]  # fmt: skip
    assert "among ourselves" not in json.dumps(heard(trainee, given[0]))
    # An older file that comes late takes nothing back, and logs merge without a difference.
    backup(trainee.home, post / "kept.attune")
    brought = restore(laptop.home, post / "kept.attune")
    assert (brought.added["results"], brought.differed) == (1, [])
    before = heard(laptop, given[0])
    assert laptop.receive(done.files[0].path).added == 0
    assert heard(laptop, given[0]) == before
    forget_for_good(trainee.home, Choice(response=given[0]), lambda _toll: True)
    with trainee.log() as log:
        assert given[0] not in "\n".join(log.db.conn.iterdump())
    forgotten = trainee.receive(program.give_back([asked], post, again=True).files[0].path)
    assert forgotten.notes == ("1 of its responses is not in this log, and was left out",)


def test_each_gets_their_own_alone_and_nothing_that_is_still_rated_blind(
    program, raters, post, tmp_path
):
    asked, trainees, whose = answered(program, post, tmp_path)
    third = Trainee(Home(tmp_path / "T3"))
    third.begin(post / "Autumn course before.attune", "T3")
    third.answer(asked)
    refused(program, reading_by(third, program, asked, post, "age1mistyped"), "which key")
    assert program.receive(reading_by(third, program, asked, post, None)).added == 2
    given = program.share([asked], raters, post, per_response=2)
    rae, one = raters[0], given[0]
    of, codes = rae.begin(one.path), rae.codes(one.share_id)
    with program.log() as log:
        coded = store_shares.codes_of(log, one.share_id)
    code_of = {response: code for code, response in coded.items()}
    of_t1 = [code_of[r] for r, code in whose.items() if code == "T1"]
    rae.rate(of, of_t1)
    program.receive(rae.send(one.share_id, post))
    waits = program.give_back([asked], post)
    assert waits.files == ()
    assert waits.held == (Held("T1", WAITING), Held("T2", UNRATED), Held("T3", UNRATED))
    with program.log() as log:
        assert stock(log, [asked.id]).waiting == 2
    (sent,) = program.give_back([asked], post, everything=True, code="T1").files
    with rae.log() as log:  # one said anew, one taken back
        for code, anew in zip(of_t1, ("better said", ""), strict=True):
            (before,) = comments_in(log, of, code)
            correct(log, before, anew, "")
    rae.rate(of, [code for code in codes if code not in of_t1], 1.0)
    soren, two = raters[1], given[1]
    soren.rate(soren.begin(two.path), soren.codes(two.share_id), 2.0)
    program.receive(rae.send(one.share_id, post))
    program.receive(soren.send(two.share_id, post))
    done = program.give_back([asked], post)
    assert [one.code for one in done.files] == ["T1", "T2"]
    assert done.held == (Held("T3", KEYLESS),)
    mine, theirs = (one.path for one in done.files)
    with trainees["T1"].log() as log, open_bundle(mine, "results", identities(log)) as found:
        text = json.dumps(found.manifest.facts)
    assert {r for r in whose if r in text} == {r for r, code in whose.items() if code == "T1"}
    with program.log() as log:
        strange = [row[key] for key in ("id", "name") for row in log.rows("SELECT * FROM people")]
        strange += [row["signs"] for row in log.rows("SELECT signs FROM keys")]
        strange += [row["id"] for row in log.rows("SELECT id FROM ratings")]
    # As a text of its own: "T2" stands in every time after eight in the evening.
    told = [one for one in (*strange, *codes) if f'"{one}"' in text]
    assert [one for one in told if one != "T1"] == []
    assert "better said" in text
    assert "here, 3.0" not in text
    first = next(r for r, code in code_of.items() if code == of_t1[0])
    refused(trainees["T2"], mine, "for somebody else")
    refused(program, mine, "for somebody else")
    assert trainees["T1"].receive(mine).added == 4
    texts = [said for _, _, said in heard(trainees["T1"], first) if said]
    assert sorted(texts) == ["better said", "here, 2.0"]
    # The first file, which comes late, has nothing that is not here.
    assert trainees["T1"].receive(sent.path).added == 0
    assert [said for _, _, said in heard(trainees["T1"], first) if said] == texts
    (bare,) = program.give_back([asked], post, code="T2", comments=False, again=True).files
    assert trainees["T2"].receive(bare.path).added == 4
    t2 = next(r for r, code in whose.items() if code == "T2")
    assert [said for _, _, said in heard(trainees["T2"], t2) if said] == []
    late = trainees["T2"].receive(theirs)
    assert (late.added, late.notes) == (0, ("of 2 a newer file was here before",))
    with pytest.raises(KnownError, match="no T9 in this assignment"):
        program.give_back([asked], post, code="T9")


def test_strange_altered_and_readdressed_results_are_not_taken(program, raters, post, tmp_path):
    asked, trainees, _ = answered(program, post, tmp_path)
    rated(program, asked, raters[:1], post)
    done = program.give_back([asked], post)
    trainee, other = trainees["T1"], trainees["T2"]
    path = done.files[0].path
    damaged = post / "damaged.attune"
    damaged.write_bytes(path.read_bytes()[:-200] + bytes(200))
    refused(trainee, damaged, "altered or damaged")
    with trainee.log() as log, open_bundle(path, "results", identities(log)) as found:
        like, facts = found.manifest, found.manifest.facts["results"]
    with program.log() as log, trainee.log() as second, other.log() as third:
        programs, mine, theirs = own_pair(log), own_pair(second), own_pair(third)

    def twisted(said: str, pair=programs, desk=trainee, to=mine, **changed: Any) -> None:
        made = replace(like, facts={"results": {**copy.deepcopy(facts), **changed}})
        forged = post / f"{len(list(post.iterdir()))}.attune"
        with travelling.scratch(post) as place:
            travelling.write(forged, made, {}, pair, [to.read_by], place)
        refused(desk, forged, said)

    twisted("not signed by the program", pair=new_pair())
    twisted("not signed by the program", pair=mine)
    twisted("sent on", desk=other, to=theirs)
    first, second = facts["answers"]
    elsewhere = {"assignment": first["response"]}
    twisted("that T1 did not give", answers=[{**first, **elsewhere}, second])
    twisted("not taken on here", answers=[{**first, **elsewhere}])
    twisted("None of the responses", answers=[{**first, "response": first["assignment"]}])
    twisted("there twice", answers=[first, first])
    (rating,) = first["ratings"]
    wide = copy.deepcopy(facts["rubrics"])
    wide[0]["admitted"]["scale"]["max"] = 90
    for field, value, said in (
        ("scores", {**rating["scores"], "warmth": 9}, "cannot be rated 9"),
        ("scores", {"warmth": 3}, "Not rated yet"),
        ("rubric", {**rating["rubric"], "version": 99}, "rubric is not in it"),
        ("role", "self", "nobody else's judgement"), ("rater", "0" * 32, "by nobody"),
        ("id", rating["id"].upper(), "is none"), ("of", [rating["id"]], "nothing else"),
    ):  # fmt: skip
        twisted(said, rubrics=wide, answers=[{**first, "ratings": [{**rating, field: value}]}])
    (said,) = first["comments"]
    twisted("can be heard", answers=[{**first, "comments": [{**said, "marker": "others:seen"}]}])
    twisted("one of them is none", answers=[{**first, "was": ["0" * 31]}])
    twisted("do not fit", answers=[{**first, "comments": [{**said, "supersedes": "1" * 32}]}])
    # An older Attune says nothing of what stands no more.
    older = [{key: value for key, value in one.items() if key != "was"} for one in facts["answers"]]
    made = replace(like, facts={"results": {**facts, "answers": older}})
    with travelling.scratch(post) as place:
        travelling.write(post / "older.attune", made, {}, programs, [mine.read_by], place)
    assert trainee.receive(post / "older.attune").added == 2
