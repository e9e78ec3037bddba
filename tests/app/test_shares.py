"""Responses out to raters and ratings back: between data folders that share nothing but files."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.app.locked import lock
from tests.app.travelled import Program, Rater, Trainee, ask, library, refused
from tests.store import made
from trainer.app import (
    assign,
    calibration,
    giving,
    round_work,
    share,
    share_again,
    share_packed,
    shared,
)
from trainer.app.backup import backup
from trainer.app.cohort_figures import overview
from trainer.app.forget import Choice, as_lines, forget_for_good
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.rounds import begun
from trainer.domain.assignment import read_document
from trainer.domain.consent import Consent, Statement
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.domain.share import Attest
from trainer.domain.shares import groups
from trainer.exchange.address import read_address
from trainer.store import consents, enrolled, ratings, recordings, rounds
from trainer.store import heard as heard_rows
from trainer.store import shares as rows
from trainer.store.files import sha256_of


@pytest.fixture
def raters(tmp_path: Path) -> list[Rater]:
    return [Rater(Home(tmp_path / f"rater {name}"), name=name) for name in ("Rae", "Søren", "Ute")]


def answered(program: Program, post: Path, tmp_path: Path, codes=("T1", "T2")):
    """An assignment that these trainees have answered; with them, and whose each response is."""
    asked, out = program.give_out(post)
    trainees = {code: Trainee(Home(tmp_path / code)) for code in codes}
    whose = {}
    for code, one in trainees.items():
        one.begin(out, code)
        whose |= dict.fromkeys(one.answer(asked), code)
        program.receive(one.submit(asked, post).path)
    return asked, trainees, whose


def shared_now(program: Program) -> dict[str, set[str]]:
    """By rater's name, the responses that they were given."""
    with program.log() as log:
        names = {row["id"]: row["name"] for row in log.rows("SELECT id, name FROM people")}
        return {names[rater]: set(ids) for rater, ids in rows.given_to(log).items()}


def test_ratings_come_back_to_the_responses_they_are_of(program, raters, post, tmp_path):
    asked, _, whose = answered(program, post, tmp_path)
    given = program.share([asked], raters, post, per_response=2)
    assert len(groups(shared_now(program))) == 1
    rater, one = raters[0], given[0]
    of = rater.begin(one.path)
    codes = rater.codes(one.share_id)
    assert len(codes) == one.responses
    first = rater.rate(of, codes[:2])
    gate = Attest(True, made.EVENING, 12, 0.95, 0.81, 0.62)
    part = rater.send(one.share_id, post / "part.attune", gate)
    rater.rate(of, codes[:1], warmth=4.0)  # a correction
    rater.rate(of, codes[2:])
    whole = rater.send(one.share_id, post / "whole.attune", gate)

    # In any order, and twice.
    done = program.receive(whole)
    assert (done.kind, done.new, done.responses, done.added) == (
        "ratings", True, one.responses, one.responses + 1,
    )  # fmt: skip
    assert "ratings by Rae on" in done.said
    assert program.receive(part).added == 0
    assert not program.receive(whole).new
    with program.log() as log:
        (progress, *others) = share.progress(log, [asked.id])
        assert (progress.name, progress.returned, progress.outstanding) == (
            "Rae", one.responses, 0,
        )  # fmt: skip
        assert progress.gate == gate
        assert [each.returned for each in others] == [0, 0]
        response_of = rows.codes_of(log, one.share_id)
        every = ratings.ratings_of(log, response_of[codes[0]])
        mine = [each for each in every if each.role == "supervisor"]
        assert [each.scores["warmth"] for each in mine] == [3.0, 4.0]
        assert mine[1].supersedes == mine[0].id == first[0]
        assert {each.rater_id for each in mine} == {progress.rater_id}
        assert (mine[0].blind, mine[0].beyond_s) == (True, 4.0)
        assert rounds.kind_of(log, mine[0].round_id) == "ungated"
        said = log.rows("SELECT text, marker FROM comments WHERE response_id = ?",
                        (response_of[codes[0]],))  # fmt: skip
        assert said == [{"text": f"here, {w}", "marker": "explains"} for w in (3.0, 4.0)]
        assert set(response_of.values()) <= set(whose)


def test_later_only_what_is_new_is_given_and_twice_changes_nothing(program, raters, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path)
    first = program.share([asked], raters, post, per_response=2, overlap=0.25)
    before = shared_now(program)
    assert program.share([asked], raters, post, per_response=2, overlap=0.25) == ()
    with pytest.raises(KnownError, match="that of Rae already, not of Raymond"):
        program.share([asked], [Rater(raters[0].home, name="Raymond")], post)
    late = Trainee(Home(tmp_path / "T3"))
    late.begin(post / "Autumn course.attune", "T3")
    new = set(late.answer(asked))
    program.receive(late.submit(asked, post).path)
    with program.log() as log:
        assert share.stock(program.home, log, [asked.id]) == share.Stock(6, 2, 0, 0)
    again = program.share([asked], raters, post, per_response=2, overlap=0.25)
    after = shared_now(program)
    assert all(before[name] <= after[name] for name in before)
    assert set.union(*after.values()) - set.union(*before.values()) == new
    assert set.union(*(after[name] - before[name] for name in before)) == new
    assert sum(one.responses for one in (*first, *again)) == sum(map(len, after.values()))
    assert len(groups(after)) == 1
    assert {one.path.name for one in again} <= {
        f"Institute Übung {one.name} 2.attune" for one in raters
    }


def test_what_was_planned_before_others_shared_is_not_given(program, raters, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    ask = share.Ask((asked.id,), (raters[0].named(),), 1, 0.0)
    with program.log() as log:
        planned = share.plan(program.home, log, library(), ask, post)
        program.share([asked], raters[1:2], post)
        written = share.write(program.home, planned)
        # Nobody sees a file that the log does not know of.
        assert [one.given.path.exists() for one in written.made] == [False]
        assert not list(post.glob("*Rae*"))
        with pytest.raises(KnownError, match="shared in the meantime"):
            share.keep(log, written)
        assert not written.made[0].given.path.exists()
    with pytest.raises(ZeroDivisionError):
        share.write(program.home, planned, lambda done, of: 1 // done)
    assert {one.name for one in post.glob("*Übung*")} == {"Institute Übung Søren.attune"}
    assert not list(post.glob("*.part"))


def test_killed_while_giving_out_and_done_again_it_ends_the_same(program, raters, post, tmp_path):
    with program.log() as log, pytest.raises(ZeroDivisionError), log.atomic():
        assign.prepare(log, assign.compose(log, library(), ask()), post)
        raise ZeroDivisionError  # killed: what is written there is not in the log
    assert not list(post.glob("*.attune"))
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    ask_raters = share.Ask((asked.id,), (raters[0].named(),), 1, 0.0)
    with program.log() as log:  # killed before the log knew, and then after it did
        share.write(program.home, share.plan(program.home, log, library(), ask_raters, post))
        for row in log.rows("SELECT document FROM assignments"):
            one = assign.prepare(log, read_document(json.loads(row["document"])), tmp_path)
    assert not one.exists()
    (given,) = program.share([asked], raters[:1], post)
    assert one.is_file()
    assert given.path.name == "Institute Übung Rae.attune"
    with program.log() as log:
        giving.expect(log, given.path, given.share_id)
        given.path.rename(giving.hidden(given.path, given.share_id))
    assert program.share([asked], raters[:1], post) == (given,)
    assert program.share([asked], raters[:1], post) == ()
    assert raters[0].take(given.path) == given.share_id


def test_a_trainee_who_rates_is_never_given_their_own(program, raters, post, tmp_path):
    asked, trainees, whose = answered(program, post, tmp_path)
    t1 = trainees["T1"]
    as_rater = Rater(t1.home, t1.person_id, name="T1")
    program.share([asked], [as_rater, raters[0]], post)
    given = shared_now(program)
    assert given["T1"]
    assert "T1" not in {whose[one] for one in given["T1"]}
    with program.log() as log:  # the very person who answered
        assert {row.rater_id for row in rows.shares(log, mine=True)} > {t1.person_id}
    raters[1].name = "T2"
    with pytest.raises(KnownError, match="not the address of T2"):
        program.share([asked], [raters[1], raters[0]], post)
    # Whatever they are called: it goes by the key that signed what they sent.
    with program.log() as log:
        enrolled.keep_names(log, {"T1": "Anna Berg", "T2": "Bo Lund"})
    second = trainees["T2"]
    for name in ("Anna Berg", "Bo"):
        as_bo = Rater(second.home, second.person_id, name=name)
        if name == "Bo":
            program.share([asked], [as_bo, raters[2]], post, per_response=2)
        else:
            with pytest.raises(KnownError, match="enrolled as T1, whose submissions are signed by"):
                program.share([asked], [as_bo, raters[2]], post)
    assert {whose[one] for one in shared_now(program)["Bo"]} == {"T1"}
    with program.log() as log, pytest.raises(KnownError, match="no rater's address"):
        share.named("Rae=attune1abc")
    wrong = raters[0].named().address[:-1] + ("a" if raters[0].named().address[-1] != "a" else "b")
    with pytest.raises(KnownError, match="wrong sign"):
        read_address(wrong)
    assert read_address(f" {raters[0].named().address.upper()}\n")


def test_what_was_forgotten_or_withdrawn_meanwhile_is_left_out(program, raters, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path)
    (one,) = program.share([asked], raters[:1], post)
    rater = raters[0]
    of = rater.begin(one.path)
    codes = rater.codes(one.share_id)
    rater.rate(of, codes)
    file = rater.send(one.share_id, post / "ratings.attune")
    with program.log() as log:
        gone = rows.codes_of(log, one.share_id)[codes[0]]
    forget_for_good(program.home, Choice(response=gone), lambda _toll: True)
    done = program.receive(file)
    assert (done.responses, done.added) == (3, 3)
    assert done.notes == ("1 of its responses were forgotten here meanwhile, and left out",)
    with program.log() as log:
        assert share.progress(log)[0].given == 3
        text = "\n".join(log.db.conn.iterdump())
        assert gone not in text
    forget_for_good(program.home, Choice(person="Rae"), lambda _toll: True)
    refused(program, file, "rater of this file was forgotten")
    with program.log() as log:
        assert log.row("SELECT COUNT(*) n FROM ratings WHERE role = 'supervisor'") == {"n": 3}
        assert share.progress(log)[0].name is None
    # The rater forgets one too: its sound goes, and stays away.
    forget_for_good(rater.home, Choice(response=codes[1]), lambda _toll: True)
    assert not list(rater.home.folder.rglob(f"*{codes[1]}*"))
    assert rater.receive(one.path).notes == ("1 responses were forgotten here, and stay away",)


def test_a_rater_forgets_a_share_and_the_program_is_told_who_has_what(
    program, raters, post, tmp_path
):
    asked, _, whose = answered(program, post, tmp_path, ("T1",))
    first, second = whose
    with program.log() as log:
        for day, response in enumerate(whose, 1):
            until = date(2099, 1, day)
            consents.add_statement(log, Statement(new_id(), response, "rating", until, local_now()))
    (one,) = program.share([asked], raters[:1], post)
    rater = raters[0]
    assert rater.take(one.path) == one.share_id
    codes = rater.codes(one.share_id)

    def forgotten(desk, **chosen: object):
        return forget_for_good(desk.home, Choice(**chosen), lambda _toll: True)

    with program.log() as log:
        code_of = {response: code for code, response in rows.codes_of(log, one.share_id).items()}
        days = consents.last_days(log, whose)
    with rater.log() as log:  # it tells of none of them when it was given
        until = {each.keep_until for each in shared.items_of(log, one.share_id)}
        assert until == {min(days.values())}
        assert rows.codes_past(log, min(days.values())) == ()
        assert set(rows.codes_past(log, min(days.values()) + timedelta(days=1))) == set(codes)
    done = forgotten(program, response=first)
    assert done.toll.given == (("Rae", code_of[first]),)
    assert f"attune forget {code_of[first]}" in "\n".join(as_lines(done))
    # One by its code before anything was begun, the rest by the share.
    assert forgotten(rater, response=code_of[first]).toll.heard == (code_of[first],)
    rater.rate(rater.begin(one.path), [code_of[second]])
    rater.send(one.share_id, tmp_path)
    done = forgotten(rater, response=one.share_id)
    assert (done.done, done.left, done.toll.answers) == (True, (), 1)
    assert not list((rater.home.recordings / "shared").glob("*"))
    with rater.log() as log:
        for table in ("shares", "shared", "returned", "ratings", "comments"):
            assert log.row(f"SELECT COUNT(*) n FROM {table}") == {"n": 0}


def test_a_new_computer_has_the_backup_and_takes_the_file_in_again(program, raters, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], raters[:1], post)
    rater = raters[0]
    of = rater.begin(one.path)
    codes = rater.codes(one.share_id)
    rater.rate(of, codes[:1])
    sounds = {p.name: p.read_bytes() for p in (rater.home.recordings / "shared").iterdir()}
    assert set(sounds) == {f"{code}.flac" for code in codes}
    backup(rater.home, tmp_path / "kept.attune")
    laptop = Rater(Home(tmp_path / "laptop"), rater.person_id, name="Rae")
    restore(laptop.home, tmp_path / "kept.attune")

    def lost() -> tuple[int, int]:
        with laptop.log() as log:
            (round_begun,) = begun(log, laptop.person_id)
            return shared.find(log, library(), laptop.person_id, one.share_id).lost, (
                round_begun.astray
            )

    assert lost() == (2, 2)
    assert not laptop.receive(one.path).new
    assert lost() == (0, 0)
    there = {p.name: p.read_bytes() for p in (laptop.home.recordings / "shared").iterdir()}
    assert there == sounds
    laptop.rate(of, codes[1:])
    assert program.receive(laptop.send(one.share_id, post / "r.attune")).added == 2


def test_a_rater_goes_on_with_what_was_rated_on_two_laptops(program, raters, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], raters[:1], post)
    rater = raters[0]
    rater.take(one.path)
    backup(rater.home, tmp_path / "kept.attune")
    second = Rater(Home(tmp_path / "second"), rater.person_id, name="Rae")
    restore(second.home, tmp_path / "kept.attune")
    codes = rater.codes(one.share_id)
    for desk, code, file in ((rater, codes[0], "1.attune"), (second, codes[1], "2.attune")):
        desk.rate(desk.begin(one.path), [code])
        assert program.receive(desk.send(one.share_id, post / file)).added == 1
    backup(second.home, tmp_path / "second.attune")
    done = restore(rater.home, tmp_path / "second.attune")
    assert (done.whole, done.differed) == (True, [])
    with rater.log() as log:
        assert shared.find(log, library(), rater.person_id, one.share_id).rated == 2


def test_a_lost_file_or_a_new_computer_gets_what_is_not_rated_once_more(
    program, raters, post, tmp_path
):
    asked, _, _ = answered(program, post, tmp_path)
    (one,) = program.share([asked], raters[:1], post)
    rater, new = raters[0], Rater(Home(tmp_path / "new"), name="Rae")
    of = rater.begin(one.path)
    codes = rater.codes(one.share_id)
    rater.rate(of, codes[:1])
    assert program.receive(rater.send(one.share_id, post / "1.attune")).added == 1

    def again(to: str = "", rater: str = "Rae") -> tuple[share.Given, ...]:
        wanted = share_again.Again((asked.id,), rater, to)
        with program.log() as log:
            return share_again.give_again(program.home, log, library(), wanted, post).value

    with pytest.raises(KnownError, match="Sven was given nothing"):
        again(rater="Sven")
    (lost,) = again()  # for the same address
    assert (lost.responses, lost.path.name) == (3, "Institute Übung Rae 2.attune")
    assert rater.take(lost.path) == lost.share_id
    (moved,) = again(new.named().address)
    new.rate(new.begin(moved.path), new.codes(moved.share_id)[:2])
    assert program.receive(new.send(moved.share_id, post / "2.attune")).added == 2
    rater.rate(of, codes[:2], warmth=4.0)  # the first file's ratings are still taken
    assert program.receive(rater.send(one.share_id, post / "3.attune")).added == 2
    with program.log() as log:
        (progress,) = share.progress(log)
        assert (progress.name, progress.given) == ("Rae", 4)
        assert progress.returned in (3, 4)  # whichever two were rated on the new one
    rater.rate(of, codes)
    program.receive(rater.send(one.share_id, post / "4.attune"))
    assert again() == ()


def test_a_stored_flac_goes_on_without_what_is_written_into_it(program, post, tmp_path):
    _, _, whose = answered(program, post, tmp_path, ("T1",))
    one_id = next(iter(whose))
    with program.log() as log:
        (kept,) = share_packed.answers_of(log, [one_id]).values()
    wav = program.home.recordings / kept.response.recording.file
    samples, rate = soundfile.read(wav, dtype="int16")
    for tail in (b"", b"TAG" + b"Anna Berg".ljust(125)):  # such as other programs put behind it
        path = program.home.recordings / "kept.flac"
        with soundfile.SoundFile(path, "w", rate, 1, format="FLAC") as file:
            file.artist = "Anna Berg"
            file.write(samples)
        path.write_bytes(path.read_bytes() + tail)
        sha256, size = sha256_of(path)
        flac = replace(kept.response.recording, file=path.name, sha256=sha256, size_bytes=size)
        answer = replace(kept, response=replace(kept.response, recording=flac))
        packed = share_packed.pack(program.home, [answer], tmp_path)
        (item,), (sound,) = packed.items, packed.sources.values()
        assert item.sha256 == sha256_of(sound)[0] != sha256
        assert b"Anna" not in sound.read_bytes()
        assert np.array_equal(soundfile.read(sound, dtype="int16")[0], samples)


def test_a_locked_folder_gives_takes_and_rates_as_an_open_one(program, raters, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    program.home, rater = lock(program.home), raters[0]
    rater.named()
    rater.home = lock(rater.home)
    (one,) = program.share([asked], [rater], post)
    of = rater.begin(one.path)
    codes = rater.codes(one.share_id)
    sounds = sorted(path.name for path in (rater.home.recordings / "shared").iterdir())
    assert sounds == [f"{code}.flac.age" for code in codes]
    with rater.log() as log:
        opened = round_work.open_round(log, rater.home, library(), of.id)
        heard = [opened.candidates[code].sound().data for code in codes]
        assert [sound[:4] for sound in heard] == [b"fLaC"] * 2
        assert [each.astray for each in begun(log, rater.person_id)] == [0]
        assert not recordings.missing_or_altered(log, hashes=True).orphans
    rater.rate(of, codes)
    assert program.receive(rater.send(one.share_id, post / "r.attune")).added == 2


def test_who_withdraws_or_whose_day_is_over_is_given_to_nobody_and_left_out(
    program, raters, post, tmp_path
):
    asked, _, whose = answered(program, post, tmp_path)
    first, second = (next(r for r, who in whose.items() if who == code) for code in ("T1", "T2"))
    with program.log() as log:
        consents.state(log, [first], Consent("practice", 12), local_now())
        assert share.stock(program.home, log, [asked.id]) == share.Stock(3, 3, 1, 0)
        third = next(r for r, who in whose.items() if who == "T1" and r != first)
        now = local_now()
        consents.keep_until(log, [third], now.date() - timedelta(days=1), now)  # its day is over
        assert share.stock(program.home, log, [asked.id]) == share.Stock(2, 2, 2, 0)
        found = overview(log, asked.id)
        assert (found.responses, found.held_back) == (2, 2)
        assert found.flow.why_held == {"taken back": 1, "over": 1}
        consents.keep_until(log, [third], now.date(), now)
        assert share.stock(program.home, log, [asked.id]) == share.Stock(3, 3, 1, 0)
    (one,) = program.share([asked], raters[:1], post)
    assert first not in shared_now(program)["Rae"]
    rater = raters[0]
    rater.rate(rater.begin(one.path), rater.codes(one.share_id))
    file = rater.send(one.share_id, post / "r.attune")
    with program.log() as log:
        consents.state(log, [second], Consent("practice", 12), local_now())
    done = program.receive(file)
    assert (done.added, len(done.notes)) == (2, 1)
    assert "1 of its responses may not be rated any more" in done.notes[0]
    with program.log() as log:  # they agree again: the same file brings it
        consents.state(log, [second], Consent("rating", 12), local_now())
    assert program.receive(file).added == 1


def test_who_is_to_sit_a_test_hears_no_answer_to_its_clients_before(program, post, tmp_path):
    marcus, eli = "marcus-nodding", "eli-bike-racks"
    asked, out = program.give_out(post, mode="test", forms={"A": [marcus, eli]})
    first, peer = (Trainee(Home(tmp_path / code)) for code in ("T1", "T3"))
    first.begin(out, "T1")
    heard = dict(zip((marcus, eli), first.answer(asked), strict=True))
    program.receive(first.submit(asked, post).path)
    peer.begin(out, "T3")
    rater = Rater(peer.home, peer.person_id, name="Tom")
    (one,) = program.share([asked], [rater], post)
    with pytest.raises(KnownError, match="nothing that you can rate yet.*still to sit"):
        rater.begin(one.path)
    rubric = library().rubric("alliance-skills")
    with rater.log() as log:
        (came,) = shared.came(log, library(), rater.person_id)
        assert "2 of its responses: Answers to clients of a test" in came.notes[-1]
        trained = calibration.training(log, rater.home, library(), rubric, rater.person_id).value
        clients = heard_rows.clients_of(log, [place.response_id for place in trained.places])
        assert clients
        assert not {name for _, name in clients.values()} & {marcus, eli}
    peer.answer(asked, 1)
    of = rater.begin(one.path)
    (met,) = (place.response_id for place in of.places if not place.reference)  # of Marcus alone
    rater.rate(of, [met])
    with rater.log() as log:
        assert shared.find(log, library(), rater.person_id, one.share_id).round_id == of.id
    peer.answer(asked)
    with rater.log() as log:  # the other one can be begun with now
        came = shared.find(log, library(), rater.person_id, one.share_id)
        assert (came.round_id, came.rated, came.responses) == (None, 1, 2)
    assert met not in {place.response_id for place in rater.begin(one.path).places}

    with program.log() as log:  # an older Attune let them rate before
        tom = rows.shares(log, mine=True)[0].rater_id
        early = made.rating(heard[eli], tom, role="supervisor", at=made.later(-60))
        ratings.add_rating(log, early)
    notes = program.receive(peer.submit(asked, post).path).notes
    assert [note for note in notes if "heard before this test" in note] == [
        f"{eli} was heard before this test, in answers to be rated"
    ]
