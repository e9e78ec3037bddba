"""What of a share or of ratings is not taken, and that nothing of it is kept."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.app.travelled import Program, Rater, answered, library, refused
from tests.store import made
from trainer.app import shared, travelling
from trainer.app.keys import identities, own_pair
from trainer.app.paths import Home
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.exchange.bundle import Manifest, open_bundle
from trainer.exchange.envelope import Pair, new_pair
from trainer.store import people, rounds


def facts_of(desk, path: Path) -> tuple[Manifest, dict[str, Any]]:
    with desk.log() as log, open_bundle(path, ("share", "ratings"), identities(log)) as found:
        return found.manifest, copy.deepcopy(found.manifest.facts)


def forged(
    desk, like: Manifest, facts: dict[str, Any], pair: Pair, to: str, members=(), sources=None
) -> Path:
    """A file as a stranger could make it, encrypted to ``to``."""
    out = desk.home.folder.parent / f"forged {len(list(desk.home.folder.parent.iterdir()))}.attune"
    made = Manifest(like.kind, like.id, like.made_at, "1", like.log_version, facts, members)
    with travelling.scratch(desk.home.folder.parent) as place:
        travelling.write(out, made, sources or {}, pair, [to], place)
    return out


@pytest.fixture
def rater(tmp_path: Path) -> Rater:
    return Rater(Home(tmp_path / "rater"))


def test_a_share_is_for_its_rater_by_its_program_and_whole(program, rater, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], [rater], post)
    other = Rater(Home(tmp_path / "other"))
    other.named()
    refused(other, one.path, "for somebody else")
    refused(program, one.path, "for somebody else")
    damaged = post / "damaged.attune"
    damaged.write_bytes(one.path.read_bytes()[:-200] + bytes(200))
    refused(rater, damaged, "altered or damaged")

    like, facts = facts_of(rater, one.path)
    with rater.log() as log, other.log() as second, program.log() as third:
        mine, theirs, programs = own_pair(log), own_pair(second), own_pair(third)

    def twisted(said: str, pair: Pair = programs, **changed: object) -> None:
        twisted_facts = {"share": {**facts["share"], **changed}}
        refused(rater, forged(rater, like, twisted_facts, pair, mine.read_by), said)

    twisted("not signed by the program", pair=new_pair())
    twisted("not those of its responses")  # none of its sounds is in it
    first = facts["share"]["items"][0]
    for field, value, said in (
        ("code", "../../log.db", "code"), ("code", like.id, "code"), ("sha256", "x", "sha256"),
        ("duration_s", float("inf"), "duration_s"), ("turn", "a/b", "turn"),
        ("vignette", {}, "pack"), ("film", [], "film"),
    ):  # fmt: skip
        twisted(said, items=[{**first, field: value}])
    twisted("each response is wanted once", items=[first, first])
    for program_named in ("Institute\x1b[2J", "Institute\nNotice"):
        twisted("signs that cannot be shown", program=program_named)
    twisted("a time with its offset", due_at="tomorrow")
    refused(other, forged(other, like, facts, programs, theirs.read_by), "sent on")
    undated = replace(like, id="another", made_at="soon")
    refused(rater, forged(rater, undated, facts, programs, mine.read_by), "when it was made")
    assert rater.receive(one.path).new
    assert not list(rater.home.folder.glob(".attune-*"))


def test_ratings_are_by_the_rater_on_the_share_and_as_the_rubric_asks(
    program, rater, post, tmp_path
):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], [rater], post)
    of = rater.begin(one.path)
    rater.rate(of, rater.codes(one.share_id))
    sent = rater.send(one.share_id, post / "ratings.attune")
    other = Program(Home(tmp_path / "other"))
    with other.log() as log:
        stranger = own_pair(log)
    refused(other, sent, "for somebody else")
    refused(rater, sent, "for somebody else")

    like, facts = facts_of(program, sent)
    with rater.log() as log, program.log() as second:
        mine, programs = own_pair(log), own_pair(second)

    def twisted(said: str, pair: Pair = mine, **changed: object) -> None:
        found = {"ratings": {**facts["ratings"], **changed}}
        refused(program, forged(program, like, found, pair, programs.read_by), said)

    passed_on = forged(other, like, facts, mine, stranger.read_by)
    refused(other, passed_on, "not given out here")
    twisted("another key than their rater's", pair=new_pair())
    twisted("not given out here", share_id="01a217b6-4100-710c-86e1-4e14c2378f49")
    twisted("sent on", to=stranger.read_by)
    twisted("another rubric", rubric={"pack": "core", "rubric": "facilitative-eight", "version": 1})
    first, second = facts["ratings"]["ratings"]
    unknown = "11111111-1111-4111-8111-111111111111"
    for field, value, said in (
        ("scores", {**first["scores"], "warmth": 9}, "cannot be rated 9"),
        ("scores", {**first["scores"], "warmth": 2.25}, "cannot be rated 2.25"),
        ("scores", {**first["scores"], "warmth": None}, "always applies"),
        ("scores", {**first["scores"], "charm": 3}, "no item charm"),
        ("scores", {"warmth": 3}, "Not rated yet"), ("scores", [3], "a score for each item"),
        ("code", unknown, "not in the share"), ("locked_at", "2026-11-26", "locked_at"),
        ("locked_at", "2026-11-26T09:00:00+23:59:40", "locked_at"),
        ("supersedes", second["id"], "of another response"), ("round_id", "r9", "of no round"),
        ("blind", 1, "true or false"), ("beyond_s", "long", "a number"),
    ):  # fmt: skip
        twisted(said, ratings=[second, {**first, field: value}])
    twisted("there twice", ratings=[first, first])
    undated = forged(program, replace(like, made_at="soon"), facts, mine, programs.read_by)
    refused(program, undated, "when it was made")
    said = facts["ratings"]["comments"][0]
    for field, value, why in (
        ("marker", "reference:withdrawn", "none that can be heard"), ("at_s", -1e9, "a number"),
        ("text", "x" * 6000, "at most 5000"), ("code", unknown, "not in the share"),
    ):  # fmt: skip
        twisted(why, comments=[{**said, field: value}])
    (held,) = facts["ratings"]["rounds"]
    twisted("none in which others are rated", rounds=[{**held, "kind": "gate"}])
    assert program.receive(sent).added == 2
    # What is here is never replaced: not by the rater either.
    twisted("do not fit", ratings=[{**first, "scores": {**first["scores"], "warmth": 1}}])
    twisted("do not fit", rounds=[{**held, "began_at": "2026-01-01T00:00:00+00:00"}])


def test_a_share_is_rated_by_the_one_person_who_began_with_it(program, rater, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], [rater], post)
    second = Rater(rater.home, name="Bo")
    of = rater.begin(one.path)
    codes = rater.codes(one.share_id)
    with rater.log() as log:
        bo = made.person("Name of Bo")
        people.add_person(log, bo)
        assert shared.find(log, library(), bo.id, one.share_id).notes == (
            "Name of Rae has begun with it: it is theirs to rate",
        )
        assert not shared.find(log, library(), rater.person_id, one.share_id).notes
    second.person_id = bo.id
    with pytest.raises(KnownError, match="Name of Rae has begun with this share"):
        second.begin(one.path)
    rater.rate(of, codes)
    program.receive(rater.send(one.share_id, post / "rae.attune"))
    # A data folder in which two had begun before it was asked.
    with rater.log() as log:
        rounds.add_round(log, replace(of, id=new_id(), rater_id=bo.id))
        again = rounds.rounds_of(log, bo.id)[0]
    second.rate(again, codes)
    refused(program, second.send(one.share_id, post / "bo.attune"), "Somebody else than before")
    rater.rate(of, codes[:1], warmth=4.0)
    assert program.receive(rater.send(one.share_id, post / "more.attune")).added == 1
