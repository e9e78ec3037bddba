"""Results of one trainee that come late, from a wrong clock, or on several laptops."""

import shutil
from datetime import timedelta
from pathlib import Path

from tests.app.travelled import FORMS, Program, Rater, Trainee
from tests.store import made
from trainer.app import results
from trainer.app.keys import own_pair
from trainer.app.paths import Home
from trainer.domain.ids import local_now
from trainer.store import people, ratings


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
