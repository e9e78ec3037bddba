"""What is given to no rater, or not to this one, and what is left out of what comes back."""

from datetime import date, timedelta

import pytest

from tests.app.travelled import Rater, Trainee, answered, library, refused, shared_now
from tests.store import made
from trainer.app import assign, calibration, share, shared
from trainer.app.cohort_figures import overview
from trainer.app.forget import as_lines, forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.kept_back import kept_back
from trainer.app.paths import Home
from trainer.domain.consent import Consent, Statement
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now, new_id
from trainer.exchange.address import read_address
from trainer.store import consents, enrolled, ratings
from trainer.store import heard as heard_rows
from trainer.store import shares as rows


def test_a_trainee_who_rates_is_never_given_their_own(program, panel, post, tmp_path):
    asked, trainees, whose = answered(program, post, tmp_path)
    t1 = trainees["T1"]
    as_rater = Rater(t1.home, t1.person_id, name="T1")
    program.share([asked], [as_rater, panel[0]], post)
    given = shared_now(program)
    assert given["T1"]
    assert "T1" not in {whose[one] for one in given["T1"]}
    with program.log() as log:  # the very person who answered
        assert {row.rater_id for row in rows.shares(log, mine=True)} > {t1.person_id}
    panel[1].name = "T2"
    with pytest.raises(KnownError, match="not the address of T2"):
        program.share([asked], [panel[1], panel[0]], post)
    # Whatever they are called: it goes by the key that signed what they sent.
    with program.log() as log:
        enrolled.keep_names(log, {"T1": "Anna Berg", "T2": "Bo Lund"})
    second = trainees["T2"]
    for name in ("Anna Berg", "Bo"):
        as_bo = Rater(second.home, second.person_id, name=name)
        if name == "Bo":
            program.share([asked], [as_bo, panel[2]], post, per_response=2)
        else:
            with pytest.raises(KnownError, match="enrolled as T1, whose submissions are signed by"):
                program.share([asked], [as_bo, panel[2]], post)
    assert {whose[one] for one in shared_now(program)["Bo"]} == {"T1"}
    with program.log() as log, pytest.raises(KnownError, match="no rater's address"):
        share.named("Rae=attune1abc")
    wrong = panel[0].named().address[:-1] + ("a" if panel[0].named().address[-1] != "a" else "b")
    with pytest.raises(KnownError, match="wrong sign"):
        read_address(wrong)
    assert read_address(f" {panel[0].named().address.upper()}\n")


def test_who_withdraws_or_whose_day_is_over_is_given_to_nobody_and_left_out(
    program, panel, post, tmp_path
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
    (one,) = program.share([asked], panel[:1], post)
    assert first not in shared_now(program)["Rae"]
    rater = panel[0]
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


def test_what_was_forgotten_meanwhile_is_left_out(program, panel, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path)
    (one,) = program.share([asked], panel[:1], post)
    rater = panel[0]
    of = rater.begin(one.path)
    codes = rater.codes(one.share_id)
    rater.rate(of, codes)
    file = rater.send(one.share_id, post / "ratings.attune")
    with program.log() as log:
        gone = rows.codes_of(log, one.share_id)[codes[0]]
    forget_for_good(program.home, Choice(response=gone), lambda _toll: True)
    done = program.receive(file)
    assert (done.responses, done.added) == (3, 3)
    assert done.notes == ("1 of its responses was forgotten here meanwhile, and left out",)
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
    assert rater.receive(one.path).notes == ("1 response was forgotten here, and stays away",)


def test_a_rater_forgets_a_share_and_the_program_is_told_who_has_what(
    program, panel, post, tmp_path
):
    asked, _, whose = answered(program, post, tmp_path, ("T1",))
    first, second = whose
    with program.log() as log:
        for day, response in enumerate(whose, 1):
            until = date(2099, 1, day)
            consents.add_statement(log, Statement(new_id(), response, "rating", until, local_now()))
    (one,) = program.share([asked], panel[:1], post)
    rater = panel[0]
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


def test_who_is_to_sit_a_test_hears_no_answer_to_its_clients_before(program, post, tmp_path):
    marcus, eli = "marcus-nodding", "eli-bike-racks"
    asked, out = program.give_out(post, mode="test", forms={"A": [marcus, eli]})
    first, peer = (Trainee(Home(tmp_path / code)) for code in ("T1", "T3"))
    first.begin(out, "T1")
    heard = dict(zip((marcus, eli), first.answer(asked), strict=True))
    program.receive(first.submit(asked, post).path)
    rae = Rater(Home(tmp_path / "Rae"), name="Rae")  # no trainee, but looks into the same place
    rae.receive(out)
    peer.begin(out, "T3")
    rater = Rater(peer.home, peer.person_id, name="Tom")
    one, hers = program.share([asked], [rater, rae], post, per_response=2)
    places = rae.begin(hers.path).places
    assert {one.response_id for one in places if not one.reference} == set(rae.codes(hers.share_id))
    with rae.log() as log:
        assert set(kept_back(log, rae.person_id)) == {("core", marcus), ("core", eli)}
        assign.put_away(log, asked.id)
        assert not kept_back(log, rae.person_id)  # nobody there will sit it: they are practised
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
