"""Results of one trainee who has sent with two keys: each key gets what it sent, and no more."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.test_whose import ONE_FORM, decide, doubt
from tests.app.travelled import Program, Rater, Trainee, copied, library, refused
from trainer.app import results, whose
from trainer.app.keys import own_fingerprint
from trainer.app.paths import Home
from trainer.app.results import BEFORE, Ask, Done, Held, Written
from trainer.domain.assignment import Assignment
from trainer.domain.rounds import Round


def key(desk: Trainee) -> str:
    """The fingerprint of whoever sends there."""
    with desk.log() as log:
        return own_fingerprint(log, desk.person_id)


def accept(program: Program, desk: Trainee, asked: Assignment, post: Path) -> None:
    """What they send is T1's, although another key holds the code."""
    sent = desk.submit(asked, post).path
    found = doubt(program, sent)
    decide(program, found, "T1", heard=key(desk), both=True)
    program.receive(sent)


def rated(program: Program, rater: Rater, asked: Assignment, post: Path) -> tuple[str, Round]:
    """All that came is rated; the share and its round."""
    (share,) = program.share([asked], [rater], post)
    of = rater.begin(share.path)
    rater.rate(of, rater.codes(share.share_id), 2.0)
    program.receive(rater.send(share.share_id, post))
    return share.share_id, of


def anew(program: Program, rater: Rater, share: tuple[str, Round], post: Path, of: str) -> None:
    """One response (id) is rated once more."""
    share_id, begun = share
    with program.log() as log:
        (row,) = log.rows("SELECT code FROM shared WHERE response_id = ?", (of,))
    rater.rate(begun, [row["code"]], 5.0)
    program.receive(rater.send(share_id, post))


def each(done: Done) -> dict[str, tuple[str, int]]:
    """By key, for whom a file was written and on how many responses."""
    return {one.key: (one.code, one.responses) for one in done.files}


def path_for(done: Done, desk: Trainee) -> Path:
    (found,) = [one.path for one in done.files if one.key == key(desk)]
    return found


@pytest.mark.parametrize("copy_first", [False, True])
@pytest.mark.parametrize("is_copy", [True, False])
def test_each_key_of_one_trainee_gets_what_it_sent(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path, is_copy: bool, copy_first: bool
) -> None:
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    (both,) = trainee.answer(asked, 1)  # lies in the copy as well
    if is_copy:
        copy = copied(trainee, tmp_path / "copy")
    else:  # a new computer, on which they are somebody else
        copy = Trainee(Home(tmp_path / "copy"))
        copy.begin(out, "T1")
    first = trainee.answer(asked)
    (second,) = copy.answer(asked, 1)
    early, late = (copy, trainee) if copy_first else (trainee, copy)
    program.receive(early.submit(asked, post).path)
    accept(program, late, asked, post)
    rae = Rater(Home(tmp_path / "rae"))
    share = rated(program, rae, asked, post)
    with program.log() as log:
        assert results.stock(log, [asked.id]) == results.Stock(4, 1, 0)

    done = program.give_back([asked], post)
    of_copy = 2 if is_copy else 1
    assert each(done) == {key(trainee): ("T1", 3), key(copy): ("T1", of_copy)}
    assert results.as_line(done.files[0], "file").endswith(f" for T1 (key {done.files[0].key})")
    refused(copy, path_for(done, trainee), "for somebody else")
    for desk, count in ((trainee, 3), (copy, of_copy)):
        came = desk.receive(path_for(done, desk))
        assert (came.responses, came.added, came.notes) == (count, count, ())
    again = program.give_back([asked], post)
    assert again.files == ()
    assert set(again.held) == {Held("T1", BEFORE, key(one)) for one in (trainee, copy)}

    # Only that key gets more which sent what was rated anew, whichever has sent last.
    after, out = program.give_out(post, occasion="after", after=asked.id, codes=(), **ONE_FORM)
    early.begin(out, "T1")
    early.answer(after)
    program.receive(early.submit(after, post).path)
    anew(program, rae, share, post, first[0])
    assert each(program.give_back([asked], post)) == {key(trainee): ("T1", 3)}
    anew(program, rae, share, post, second)
    assert each(program.give_back([asked, after], post)) == {key(copy): ("T1", of_copy)}
    anew(program, rae, share, post, both)
    more = {key(copy): ("T1", of_copy)} if is_copy else {}
    assert each(program.give_back([asked], post)) == {key(trainee): ("T1", 3), **more}

    # Set aside, it gets nothing; what both have sent is the other's still.
    with program.log() as log:
        (sender,) = [one for one in whose.senders(log, "T1") if one.fingerprint == key(copy)]
    decide(program, sender, whose.NOBODY)
    (alone,) = program.give_back([asked], post, again=True).files
    assert (alone.code, alone.key, alone.responses) == ("T1", "", 3)
    assert trainee.receive(alone.path).responses == 3
    decide(program, sender, "T1", heard=key(copy), both=True)
    assert program.give_back([asked], post).files == ()


def test_what_only_the_copy_could_open_goes_to_the_old_key_once_both_are_told_apart(
    program: Program, trainee: Trainee, post: Path, tmp_path: Path
) -> None:
    """A log of an earlier version does not say to which key a file went."""
    asked, out = program.give_out(post, **ONE_FORM)
    trainee.begin(out, "T1")
    copy = copied(trainee, tmp_path / "copy")
    trainee.answer(asked)
    program.receive(trainee.submit(asked, post).path)
    rae = Rater(Home(tmp_path / "rae"))
    rated(program, rae, asked, post)

    def as_before() -> None:
        with program.log() as log:
            asks = Ask((asked.id,), again=True)
            found = results.write(program.home, results.plan(log, library(), asks, post))
            made = [(a, replace(row, document={"code": "T1"}), c) for a, row, c in found.made]
            results.keep(log, Written(tuple(made), ()))

    as_before()
    assert program.give_back([asked], post).files == ()  # there is one key, so it had it
    copy.answer(asked, 1)
    accept(program, copy, asked, post)
    rated(program, rae, asked, post)
    as_before()
    done = program.give_back([asked], post)
    assert each(done) == {key(trainee): ("T1", 2), key(copy): ("T1", 1)}
    assert trainee.receive(path_for(done, trainee)).responses == 2
