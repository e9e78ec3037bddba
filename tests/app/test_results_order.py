"""Results of one trainee that come late, from a wrong clock, or on several laptops."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.app.travelled import FORMS, Program, Rater, Trainee, library
from tests.store import made
from trainer.app import results
from trainer.app.backup import backup
from trainer.app.consensus import Draft, lock
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.keys import own_pair
from trainer.app.others import others_heard
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.app.rounds import comments_in, correct
from trainer.domain.ids import local_now, new_id
from trainer.domain.response import Person
from trainer.store import comments, people, ratings
from trainer.store.responses import response


def warmth(desk: Trainee, response_id: str) -> list[float | None]:
    """What raters gave it, as it stands."""
    with desk.log() as log:
        every = ratings.standing(ratings.ratings_of(log, response_id))
        return [one.scores["warmth"] for one in every if one.role == "supervisor"]


def test_what_was_said_last_counts_although_the_clock_was_set_back_since(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, monkeypatch
):
    rae = Rater(Home(tmp_path / "rater"), name="Rae")
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    answer = trainee.answer(asked)[0]
    program.receive(trainee.submit(asked, post).path)
    (given,) = program.share([asked], [rae], post, per_response=1)
    of, codes = rae.begin(given.path), rae.codes(given.share_id)
    files = []
    for said, wrong in ((2.0, timedelta(days=2)), (5.0, timedelta())):
        rae.rate(of, codes, said)
        program.receive(rae.send(given.share_id, post))
        monkeypatch.setattr(results, "local_now", lambda wrong=wrong: local_now() + wrong)
        (sent,) = program.give_back([asked], post).files
        files.append(sent.path)
    first, second = files
    trainee.receive(first)
    assert trainee.receive(second).notes == ()
    assert warmth(trainee, answer) == [5.0]
    trainee.receive(first)
    assert warmth(trainee, answer) == [5.0]


def test_results_of_two_assignments_reach_each_laptop_that_answered_one(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
):
    rae = Rater(Home(tmp_path / "rater"), name="Rae")
    with trainee.log() as log:
        one = made.person("Anna")
        people.add_person(log, one)
        own_pair(log)
    trainee.person_id = one.id
    shutil.copytree(trainee.home.folder, tmp_path / "second laptop")
    other = Trainee(Home(tmp_path / "second laptop"), one.id)
    whole, given = [], []
    for title, laptop in (("Before", trainee), ("After", other)):
        asked, out = program.give_out(post, title=title, forms=FORMS)
        laptop.begin(out, "T1")
        given.append((laptop, laptop.answer(asked)))
        program.receive(laptop.submit(asked, post).path)
        whole.append(asked)
    (share,) = program.share(whole, [rae], post, per_response=1)
    rae.rate(rae.begin(share.path), rae.codes(share.share_id), 4.0)
    program.receive(rae.send(share.share_id, post))
    (sent,) = program.give_back(whole, post).files
    for laptop, ids in given:
        done = laptop.receive(sent.path)
        assert done.notes == ("2 of its responses are not in this log, and were left out",)
        assert [warmth(laptop, one) for one in ids] == [[4.0], [4.0]]


@pytest.mark.parametrize("newer_first", [False, True])
def test_what_two_laptops_of_a_program_know_stands_side_by_side_in_either_order(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, newer_first: bool
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    answer = trainee.answer(asked)[0]
    program.receive(trainee.submit(asked, post).path)
    laptop = Program(Home(tmp_path / "laptop"))
    restore(laptop.home, backup(program.home, tmp_path / "program.attune").path)
    raters, files = [], []
    for desk, name, score in ((program, "Rae", 4.0), (laptop, "Bo", 2.0)):
        rater, place = Rater(Home(tmp_path / name), name=name), tmp_path / f"from {name}"
        place.mkdir()
        (given,) = desk.share([asked], [rater], place, per_response=1)
        of, codes = rater.begin(given.path), rater.codes(given.share_id)
        rater.rate(of, codes, score)
        desk.receive(rater.send(given.share_id, place))
        (sent,) = desk.give_back([asked], place).files
        raters.append((rater, of, codes, given))
        files.append(sent.path)
    came = [trainee.receive(one) for one in (files[::-1] if newer_first else files)]
    assert [(one.added, one.notes) for one in came] == [(2, ())] * 2
    assert sorted(warmth(trainee, answer)) == [2.0, 4.0]
    said = ["here, 2.0", "here, 4.0"]
    assert heard(trainee, answer) == (["R1 (Institute Übung)", "R2 (Institute Übung)"], said)
    # What the one says anew takes the place of what it said, and the other's stays as it is.
    rae, of, codes, given = raters[0]
    rae.rate(of, codes, 5.0)
    with rae.log() as log:
        for code in codes:
            correct(log, comments_in(log, of, code)[0], "", "")
    program.receive(rae.send(given.share_id, post))
    (anew,) = program.give_back([asked], post).files
    assert trainee.receive(anew.path).added == 2
    for late in (*files, anew.path):
        assert trainee.receive(late).added == 0
    assert sorted(warmth(trainee, answer)) == [2.0, 5.0]
    assert heard(trainee, answer)[1] == ["here, 2.0", "here, 5.0"]


def test_what_stands_no_more_does_not_come_back_with_a_file_that_comes_late(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    answer = trainee.answer(asked)[0]
    program.receive(trainee.submit(asked, post).path)
    raters = [Rater(Home(tmp_path / name), name=name) for name in ("Rae", "Bo")]
    given = program.share([asked], raters, post, per_response=2)
    begun = [one.begin(share.path) for one, share in zip(raters, given, strict=True)]
    codes = [one.codes(share.share_id) for one, share in zip(raters, given, strict=True)]

    def send(at: int, score: float) -> None:
        raters[at].rate(begun[at], codes[at], score)
        program.receive(raters[at].send(given[at].share_id, post))

    def give_back() -> Path:
        (sent,) = program.give_back([asked], post).files
        return sent.path

    send(0, 2.0)
    send(1, 3.0)
    files = [give_back()]
    with program.log() as log:
        rubric = library().rubric("alliance-skills")
        seen = tuple(o.id for o in ratings.ratings_of(log, answer) if o.role == "supervisor")
        scores = {"warmth": 2.5, "repair": 2.0, "metacommunication": None}
        lock(log, rubric, answer, Draft({**scores, "warmth": 3.0}), seen)
    files.append(give_back())
    send(0, 5.0)
    (rae,) = [one for one in people_of(program) if one.name == "Rae"]
    forget_for_good(program.home, Choice(person=rae.id), lambda _toll: True)
    files.append(give_back())
    for one in reversed(files):
        trainee.receive(one)
    assert sorted(warmth(trainee, answer)) == [3.0, 5.0]
    # They are the two who are known by the newest file, and nobody agreed on anything since.
    assert heard(trainee, answer)[0] == ["R1 (Institute Übung)", "R2 (Institute Übung)"]


def people_of(desk: Program) -> tuple[Person, ...]:
    """Everybody whom a program knows."""
    with desk.log() as log:
        return people.people(log)


def heard(desk: Trainee, response_id: str) -> tuple[list[str], list[str]]:
    """Who rated it, and what was said of moments of it, in Review."""
    with desk.log() as log:
        found = others_heard(log, library(), response(log, response_id))
    return sorted(one.name for one in found.ratings), sorted(one.text for one in found.comments)


@pytest.mark.parametrize("merged", [False, True])
def test_what_was_corrected_on_two_laptops_is_told_as_each_said_it(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, merged: bool
):
    asked, out = program.give_out(post)
    trainee.begin(out, "T1")
    answer = trainee.answer(asked)[0]
    program.receive(trainee.submit(asked, post).path)
    rater = Rater(Home(tmp_path / "Rae"), name="Rae")
    (given,) = program.share([asked], [rater], post, per_response=1)
    rater.rate(rater.begin(given.path), rater.codes(given.share_id))
    program.receive(rater.send(given.share_id, post))
    laptop = Program(Home(tmp_path / "laptop"))
    restore(laptop.home, backup(program.home, post / "1.attune").path)
    for desk, text in ((program, "here"), (laptop, "there")):
        with desk.log() as log:
            (first,) = comments.comments_of(log, answer)
            anew = replace(first, id=new_id(), text=text, supersedes=first.id)
            comments.add_comment(log, anew)
    if merged:
        restore(program.home, backup(laptop.home, post / "2.attune").path)
    for desk in [program] if merged else [program, laptop]:
        place = desk.home.folder / "given back"
        place.mkdir()
        (sent,) = desk.give_back([asked], place).files
        trainee.receive(sent.path)
    assert heard(trainee, answer)[1] == ["here", "there"]
    assert trainee.receive(sent.path).added == 0
    assert heard(trainee, answer)[1] == ["here", "there"]
