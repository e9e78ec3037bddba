"""A rater's computer is lost, new, one of two or locked: what is shared is rated all the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.locked import lock
from tests.app.travelled import Program, Rater, answered, library
from trainer.app import round_work, rounds, share, share_again, shared
from trainer.app.backup import backup
from trainer.app.keys import own_fingerprint
from trainer.app.known_raters import known
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.rounds import begun
from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError
from trainer.domain.rounds import standing
from trainer.store import comments, ratings, recordings, shares


def test_a_new_computer_has_the_backup_and_takes_the_file_in_again(program, panel, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], panel[:1], post)
    rater = panel[0]
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


def test_a_rater_goes_on_with_what_was_rated_on_two_laptops(program, panel, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], panel[:1], post)
    rater = panel[0]
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


@pytest.mark.parametrize("merged", [False, True])
def test_what_a_rater_corrected_on_two_laptops_comes_from_both(
    program, panel, post, tmp_path, merged
):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    (one,) = program.share([asked], panel[:1], post)
    rater = panel[0]
    of, codes = rater.begin(one.path), rater.codes(one.share_id)
    rater.rate(of, codes, 2.0)
    backup(rater.home, tmp_path / "kept.attune")
    second = Rater(Home(tmp_path / "second"), rater.person_id, name="Rae")
    restore(second.home, tmp_path / "kept.attune")
    for desk, warmth in ((rater, 4.0), (second, 5.0)):
        desk.rate(of, codes[:1], warmth)
        with desk.log() as log:
            said = comments.comments_of(log, codes[0])[0]
            rounds.correct(log, said, f"now {warmth}", "")
    if merged:
        backup(second.home, tmp_path / "second.attune")
        restore(rater.home, tmp_path / "second.attune")
        sent = [rater.send(one.share_id, post / "1.attune")]
    else:
        sent = [desk.send(one.share_id, post / f"{desk.home.folder.name}.attune")
                for desk in (rater, second)]  # fmt: skip
    assert sum(program.receive(file).added for file in sent) == 4
    assert [program.receive(file).added for file in sent] == [0] * len(sent)
    with program.log() as log:
        response = shares.codes_of(log, one.share_id)[codes[0]]
        every = ratings.ratings_of(log, response)
        assert [one.scores["warmth"] for one in ratings.standing(every)][-2:] == [4.0, 5.0]
        text = {one.text for one in standing(comments.comments_of(log, response))}
        assert {"now 4.0", "now 5.0"} <= text


def test_a_lost_file_or_a_new_computer_gets_what_is_not_rated_once_more(
    program, panel, post, tmp_path
):
    asked, _, _ = answered(program, post, tmp_path)
    (one,) = program.share([asked], panel[:1], post)
    rater, new = panel[0], Rater(Home(tmp_path / "new"), name="Rae")
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


def test_what_is_written_anew_of_an_earlier_assignment_goes_to_the_new_computer(
    program, panel, post, tmp_path
):
    first, trainees, _ = answered(program, post, tmp_path, ("T1",))
    second, out = program.give_out(post, title="Second")
    trainees["T1"].begin(out, "T1")
    trainees["T1"].answer(second)
    program.receive(trainees["T1"].submit(second, post / "t1.attune").path)
    for asked in (first, second):
        program.share([asked], panel[:1], post)
    new = Rater(Home(tmp_path / "new"), name="Rae")

    def again(of: Assignment, to: str = "") -> Path:
        wanted = share_again.Again((of.id,), "Rae", to)
        with program.log() as log:
            (one,) = share_again.give_again(program.home, log, library(), wanted, post).value
            assert [each.address for each in known(log)] == [new.named().address]
        return one.path

    again(second, new.named().address)
    assert new.take(again(first))


def test_another_address_under_a_known_name_is_asked_about(program, panel, post, tmp_path):
    """It may be a new computer of theirs, or somebody else of that name."""
    first, trainees, _ = answered(program, post, tmp_path, ("T1",))
    (given,) = program.share([first], panel[:1], post)
    rae, new = panel[0], Rater(Home(tmp_path / "new"), name="Rae")
    second, out = program.give_out(post, title="Second")
    trainees["T1"].begin(out, "T1")
    trainees["T1"].answer(second)
    program.receive(trainees["T1"].submit(second, post / "t1.attune").path)
    with rae.log() as log:
        old_key = own_fingerprint(log, "")
    with new.log() as log:
        new_key = own_fingerprint(log, "")
    files = sorted(post.iterdir())
    with pytest.raises(KnownError, match=f"by the key {old_key}, and this .* key {new_key}") as no:
        program.share([second], [new], post)
    assert "'attune ratings share --again', Rae and this address" in no.value.hint
    assert "another name" in no.value.hint
    assert sorted(post.iterdir()) == files
    (somebody,) = program.share([second], [replace(new, name="Rae 2")], post)
    assert somebody.responses == 2
    assert len(share_progress(program)) == 2

    # A new computer, when all was rated, and for an assignment of which nothing was given yet.
    other = Rater(Home(tmp_path / "other"), name="Rae")
    rae.rate(rae.begin(given.path), rae.codes(given.share_id))
    program.receive(rae.send(given.share_id, post / "1.attune"))
    for of in (first, second):
        wanted = share_again.Again((of.id,), "Rae", other.named().address)
        with program.log() as log:
            given_anew = share_again.give_again(program.home, log, library(), wanted, post).value
            assert given_anew == ()
            assert share_again.move(log, wanted) is (of is first)
            (known_now,) = (each for each in known(log) if each.name == "Rae")
        assert known_now.address == other.named().address
    third, out = program.give_out(post, title="Third")
    trainees["T1"].begin(out, "T1")
    trainees["T1"].answer(third)
    program.receive(trainees["T1"].submit(third, post / "t2.attune").path)
    (last,) = program.share([third], [other], post)
    assert len(other.codes(other.take(last.path))) == 2
    assert [(one.name, one.given) for one in share_progress(program)] == [("Rae", 4), ("Rae 2", 2)]


def share_progress(program: Program) -> tuple[share.RaterProgress, ...]:
    with program.log() as log:
        return share.progress(log)


def test_a_locked_folder_gives_takes_and_rates_as_an_open_one(program, panel, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    program.home, rater = lock(program.home), panel[0]
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
