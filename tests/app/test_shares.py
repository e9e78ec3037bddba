"""Responses out to raters and ratings back: between data folders that share nothing but files."""

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from tests.app.travelled import Rater, Trainee, answered, ask, library, shared_now
from tests.store import made
from trainer.app import assign, giving, share, share_packed
from trainer.app.paths import Home
from trainer.domain.assignment import read_document
from trainer.domain.errors import KnownError
from trainer.domain.share import Attest
from trainer.domain.shares import groups
from trainer.store import ratings, rounds
from trainer.store import shares as rows
from trainer.store.files import sha256_of


def test_ratings_come_back_to_the_responses_they_are_of(program, panel, post, tmp_path):
    asked, _, whose = answered(program, post, tmp_path)
    given = program.share([asked], panel, post, per_response=2)
    assert len(groups(shared_now(program))) == 1
    rater, one = panel[0], given[0]
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


def test_later_only_what_is_new_is_given_and_twice_changes_nothing(program, panel, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path)
    first = program.share([asked], panel, post, per_response=2, overlap=0.25)
    before = shared_now(program)
    assert program.share([asked], panel, post, per_response=2, overlap=0.25) == ()
    with pytest.raises(KnownError, match="that of Rae already, not of Raymond"):
        program.share([asked], [Rater(panel[0].home, name="Raymond")], post)
    late = Trainee(Home(tmp_path / "T3"))
    late.begin(post / "Autumn course before.attune", "T3")
    new = set(late.answer(asked))
    program.receive(late.submit(asked, post).path)
    with program.log() as log:
        assert share.stock(program.home, log, [asked.id]) == share.Stock(6, 2, 0, 0)
    again = program.share([asked], panel, post, per_response=2, overlap=0.25)
    after = shared_now(program)
    assert all(before[name] <= after[name] for name in before)
    assert set.union(*after.values()) - set.union(*before.values()) == new
    assert set.union(*(after[name] - before[name] for name in before)) == new
    assert sum(one.responses for one in (*first, *again)) == sum(map(len, after.values()))
    assert len(groups(after)) == 1
    assert {one.path.name for one in again} <= {
        f"Institute Übung {one.name} 2.attune" for one in panel
    }


def test_what_was_planned_before_others_shared_is_not_given(program, panel, post, tmp_path):
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    ask = share.Ask((asked.id,), (panel[0].named(),), 1, 0.0)
    with program.log() as log:
        planned = share.plan(program.home, log, library(), ask, post)
        program.share([asked], panel[1:2], post)
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


def test_killed_while_giving_out_and_done_again_it_ends_the_same(program, panel, post, tmp_path):
    with program.log() as log, pytest.raises(ZeroDivisionError), log.atomic():
        assign.prepare(log, assign.compose(log, library(), ask()), post)
        raise ZeroDivisionError  # killed: what is written there is not in the log
    assert not list(post.glob("*.attune"))
    asked, _, _ = answered(program, post, tmp_path, ("T1",))
    ask_raters = share.Ask((asked.id,), (panel[0].named(),), 1, 0.0)
    with program.log() as log:  # killed before the log knew, and then after it did
        share.write(program.home, share.plan(program.home, log, library(), ask_raters, post))
        for row in log.rows("SELECT document FROM assignments"):
            one = assign.prepare(log, read_document(json.loads(row["document"])), tmp_path)
    assert not one.exists()
    (given,) = program.share([asked], panel[:1], post)
    assert one.is_file()
    assert given.path.name == "Institute Übung Rae.attune"
    with program.log() as log:
        giving.expect(log, given.path, given.share_id)
        given.path.rename(giving.hidden(given.path, given.share_id))
    assert program.share([asked], panel[:1], post) == (given,)
    assert program.share([asked], panel[:1], post) == ()
    assert panel[0].take(given.path) == given.share_id


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
