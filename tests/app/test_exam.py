"""A test as it is sat: heard once, answered once, nothing shown; what breaks in is told."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.examined import CLIENTS, TEST, Room
from tests.app.fakes import FakeCamera
from tests.app.travelled import Program, Trainee, library, refused
from tests.store import made
from trainer.app import assign, queue, today
from trainer.app import submit as submitting
from trainer.app.analyze import analyze
from trainer.app.arrivals import as_line
from trainer.app.arrivals import take_in as take_in_files
from trainer.app.assigned import assigned
from trainer.app.backup import backup
from trainer.app.calibration import waiting
from trainer.app.forget import Choice, forget_for_good
from trainer.app.log import log_page
from trainer.app.logbook import rows as log_list
from trainer.app.logbook import show
from trainer.app.on_record import check_open_file, check_place
from trainer.app.paths import Home
from trainer.app.practice import State
from trainer.app.rate import unrated
from trainer.app.report import read_report
from trainer.app.restore import restore
from trainer.app.review import review
from trainer.app.roster import roster
from trainer.domain.assignment import Assignment
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.domain.response import LOST, MOVED, Hole, Response
from trainer.domain.submission import TakenOn
from trainer.store import (
    assignments,
    exported,
    measures,
    people,
    ratings,
    recordings,
    rounds,
    sessions,
    starts,
)
from trainer.store.db import Log, open_log
from trainer.store.forget import mark_of, marks
from trainer.store.starts import begun

FIRST, SECOND = CLIENTS
GONE = KnownError("No microphone was found", "Connect one, or choose one in Settings.")


@pytest.fixture(scope="module")
def taken_on(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, Assignment]:
    """The folders of a program and of a trainee who has taken a test of two clients on."""
    place = tmp_path_factory.mktemp("taken on")
    program, trainee = Program(Home(place / "program")), Trainee(Home(place / "trainee"))
    asked, out = program.give_out(place / "out.attune", codes=["T1"], **TEST)
    trainee.begin(out, "T1")
    return place, trainee.person_id, asked


@pytest.fixture
def room(
    taken_on: tuple[Path, str, Assignment], program: Program, trainee: Trainee
) -> Iterator[Room]:
    """A trainee before that test."""
    place, trainee.person_id, asked = taken_on
    trainee.code = "T1"
    for name, desk in (("program", program), ("trainee", trainee)):
        shutil.copytree(place / name, desk.home.folder)
    with trainee.log() as log:
        yield Room(log, asked, trainee.person_id)


def ready(program: Program, trainee: Trainee, post: Path, log: Log, **asked: object) -> Room:
    """The same of any other assignment."""
    given, out = program.give_out(post / "out.attune", codes=["T1"], **asked)
    trainee.begin(out, "T1")
    return Room(log, given, trainee.person_id)


# What is allowed


def test_each_client_speaks_once_to_the_end_is_answered_once_and_nothing_is_shown(
    room: Room,
) -> None:
    exam = room.sit()
    room.begin()
    exam.respond_now()  # in a test that does nothing
    assert exam.state is State.PLAYING
    room.player.end()
    assert exam.seconds_left() == 20  # the assignment's, not the client's own
    for _ in range(2):
        room.clock.pass_s(10.05)
        exam.tick()
    assert (exam.state, exam.time_over) == (State.REVIEWING, True)
    room.clock.pass_s(1)
    exam.tick()
    room.rate()
    assert (exam.state, exam.vignette.id) == (State.READY, SECOND)  # no feedback in between
    room.answer()
    room.rate()
    assert exam.state is State.DONE
    assert room.given() == [(FIRST, "window"), (SECOND, "person")]
    assert (room.begun(), room.broke(), room.left()) == (list(CLIENTS), [], [])
    end = sessions.end_of(room.log, exam.sitting.session.id)
    assert end is not None
    assert end.felt == ""
    with pytest.raises(KnownError, match="Everything is answered"):
        room.sit()


def test_a_client_does_not_speak_before_it_is_on_the_disk(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = room.late()
    exam = room.sit()
    exam.play()
    exam.play()  # a second press while the disk is waited for
    assert (exam.state, room.player.clip, room.begun()) == (State.READY, None, [])
    late.land()
    assert (exam.state, room.begun()) == (State.PLAYING, [FIRST])
    exam.leave()
    late.land()

    def full(_log: Log, _start: object) -> None:
        raise KnownError("The disk is full", "Make room.")

    monkeypatch.setattr(starts, "add_start", full)
    exam = room.sit()
    exam.play()
    late.land()
    assert (exam.state, exam.vignette.id, room.player.clip) == (State.READY, SECOND, None)
    assert [one.text for one in room.troubles] == ["The disk is full"]
    assert not room.recorder.is_open


# What breaks in


def leaves(room: Room) -> None:
    room.begin()
    room.exam.leave()


def leaves_in_the_answer(room: Room) -> None:
    room.listen()
    room.exam.leave()


def sleeps(room: Room) -> None:
    room.begin()
    room.slept_s = 3600.0
    room.exam.tick()
    assert room.player.clip is None


def stands_still(room: Room) -> None:
    room.begin()
    room.clock.pass_s(20)
    room.exam.tick()


def sleeps_in_the_answer(room: Room) -> None:
    room.listen()
    room.slept_s = 3600.0
    room.exam.tick()
    room.clock.pass_s(1)
    room.exam.tick()
    room.rate()


def is_unplugged(room: Room) -> None:
    room.recorder.refuses["begin"] = GONE
    room.begin()
    room.player.end()
    room.recorder.refuses.clear()


def is_unplugged_in_the_answer(room: Room) -> None:
    room.recorder.holes = (Hole(LOST, 3.0, 2.0, 2.0), Hole(MOVED, 6.0, 0.0))
    room.answer()
    room.rate()
    room.recorder.holes = ()


def hears_nothing(room: Room) -> None:
    room.recorder.deaf = True
    room.answer()
    room.recorder.deaf = False


def stalls(room: Room) -> None:
    room.begin()
    room.player.fail(at_s=2.0)


@pytest.mark.parametrize(
    ("happens", "broke", "kept"),
    [
        (leaves, ("left", "client"), ""),
        (leaves_in_the_answer, ("left", "answer"), "interrupted"),
        (sleeps, ("asleep", "client"), ""),
        (stands_still, ("asleep", "client"), ""),
        (sleeps_in_the_answer, ("asleep", "answer"), "interrupted"),
        (is_unplugged, ("microphone", "answer"), ""),
        (is_unplugged_in_the_answer, ("microphone", "answer"), "person"),
        (hears_nothing, ("microphone", "answer"), ""),
        (stalls, ("clip", "client"), ""),
    ],
)
def test_what_breaks_in_is_on_record_and_the_next_client_comes(
    room: Room, happens: Callable[[Room], None], broke: tuple[str, str], kept: str
) -> None:
    exam = room.sit()
    happens(room)
    assert room.broke() == [(FIRST, *broke)]
    assert room.given() == ([(FIRST, kept)] if kept else [])
    assert room.left() == [SECOND]
    if exam.state is State.LEFT:
        exam = room.sit()
    assert (exam.state, exam.vignette.id) == (State.READY, SECOND)
    room.answer()
    room.rate()
    assert exam.state is State.DONE
    assert room.begun() == list(CLIENTS)
    assert room.restart().kept == ()
    assert len(room.broke()) == 1


def test_a_clip_that_never_sounded_and_a_microphone_that_is_not_there_cost_nobody_a_client(
    room: Room,
) -> None:
    exam = room.sit()
    room.recorder.refuses["open"] = GONE
    exam.play()
    assert (exam.state, room.begun()) == (State.READY, [])
    room.recorder.refuses.clear()
    exam.play()
    room.player.fail()
    assert room.broke() == [(FIRST, "clip", "before")]
    assert (exam.vignette.id, room.left()) == (FIRST, list(CLIENTS))
    room.to_the_end()
    assert room.begun() == [FIRST, FIRST, SECOND]  # the second start is on record too
    assert room.given() == [(FIRST, "person"), (SECOND, "person")]


@pytest.mark.skipif(os.name == "nt", reason="no fork, no kill -9")
def test_killed_before_any_line_it_is_gone_on_with_and_nobody_is_heard_twice() -> None:
    # By hand before every one of them: see kill_exam.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as place:
        done = subprocess.run(
            [sys.executable, "-m", "tests.app.kill_exam", place, "20"],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) > 9


def test_what_cannot_be_kept_now_is_kept_at_the_next_start(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.sit()
    room.listen()  # and here it is killed
    room.recorder.finish()
    adopt, full = recordings.adopt, KnownError("The disk is full", "Make room.")

    def refuses(*_: object, **__: object) -> Response:
        raise full

    monkeypatch.setattr(recordings, "adopt", refuses)
    found = room.restart()
    assert (found.kept, found.offered, found.wrong) == ((), (), (full,))
    assert room.broke() == []
    monkeypatch.setattr(recordings, "adopt", adopt)
    assert len(room.restart().kept) == 1
    assert (room.given(), room.broke()) == (
        [(FIRST, "interrupted")], [(FIRST, "stopped", "answer")],
    )  # fmt: skip


# What comes to the program


def test_the_program_is_told_what_broke_in_also_when_that_is_all_there_is(
    room: Room, program: Program, trainee: Trainee, post: Path
) -> None:
    room.sit()
    leaves(room)
    alone = trainee.submit(room.asked, post / "one.attune")
    assert alone.responses == ()
    done = program.receive(alone.path)
    said = f"{FIRST} while the client spoke (left by the trainee), without an answer"
    assert (done.responses, done.notes) == (0, (f"1 interruption: {said}",))
    with pytest.raises(KnownError, match="no response to this assignment yet"):
        trainee.submit(room.asked, post / "none.attune")

    room.sit()
    leaves_in_the_answer(room)
    trainee.submit(room.asked, post / "two.attune")
    with program.log() as log:
        (told,) = take_in_files(program.home, log, [post / "two.attune"], lambda *_: None)
    more = f"{SECOND} in the answer (left by the trainee), answer kept"
    assert as_line(told).endswith(f"1 of them new; 2 interruptions: {said}; {more}")
    with program.log() as log:
        assert set(roster(log, room.asked.id).lines[0].problems) == {said, more}
    with trainee.log() as log:
        (one,) = assigned(log, library(), trainee.person_id)
    assert (one.done, one.interrupted, one.answered, one.of) == (True, 1, 1, 2)

    forget_for_good(program.home, Choice(person="T1"), lambda _toll: True)
    with program.log() as log:
        assert not log.rows("SELECT 1 FROM starts UNION ALL SELECT 1 FROM interruptions")


def test_what_was_not_asked_for_is_told(
    room: Room, program: Program, trainee: Trainee, post: Path
) -> None:
    room.sit()
    room.answer()
    trainee.answer(room.asked, 1)  # the same client once more, past every rule
    early = made.plan(sessions.session(room.log, room.exam.sitting.session.id))
    given = made.take_in(
        room.log,
        replace(early, vignette=room.asked.forms[0].vignettes[1], attempt=3,
                consent=room.exam.sitting.consent),
        made.write_wav(room.home.recordings / "open" / "x.wav"),
    )  # fmt: skip
    assert given.attempt == 3
    notes = program.receive(trainee.submit(room.asked, post).path).notes
    assert f"{FIRST} was answered 2 times, asked was once" in notes
    assert f"{SECOND} was met before this test: it is attempt 3" in notes
    with trainee.log() as log:  # an older Attune let a second one in under the code
        second = made.person("Second")
        people.add_person(log, second)
        at = TakenOn(new_id(), room.asked.id, second.id, "T1", "", second.created_at)
        assignments.take_on(log, at)
    other = Trainee(trainee.home, second.id)
    other.code = "T1"
    other.answer(room.asked, 1)
    notes = program.receive(other.submit(room.asked, post / "other.attune").path).notes
    assert "under T1 2 people have answered" in notes
    assert f"{FIRST} was answered 3 times, asked was once" in notes


@pytest.mark.parametrize(
    ("recorded", "camera", "said"), [("film", False, "has no film"), ("sound", True, "has a film")]
)
def test_of_practice_too_many_takes_and_what_was_recorded_are_told(
    program: Program, trainee: Trainee, post: Path, recorded: str, camera: bool, said: str
) -> None:
    with trainee.log() as log:
        room = ready(program, trainee, post, log, recorded=recorded, attempts=2,
                     forms={"A": [FIRST]}, window_s=45.0)  # fmt: skip
        room.camera = FakeCamera(room.clock) if camera else None
        practice = room.sit()
        assert practice.seconds_left() == 45
        for attempt in (1, 2):
            room.answer()
            room.rate()
            assert practice.state is State.RATED  # in practice the feedback is as always
            assert practice.sitting.may_repeat(practice.vignette, attempt) is (attempt == 1)
            practice.again("slower")
        assert practice.state is State.RATED  # a third take is not begun
        trainee.answer(room.asked, 1)
        sent = trainee.submit(room.asked, post)
    notes = program.receive(sent.path).notes
    assert f"{FIRST} was answered 3 times, asked was at most 2 times" in notes
    assert any(said in note for note in notes)


def test_a_stranger_s_test_is_looked_at_as_everything_else(
    room: Room, program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.sit()
    leaves(room)
    extract = submitting.extract
    for statement, said in (
        ("DROP TRIGGER starts_no_update; UPDATE starts SET assignment_id = 'x'", "other assign"),
        ("DROP TRIGGER interruptions_no_update; UPDATE interruptions SET what = 'x'", "holds 'x'"),
    ):

        def hostile(*about: object, statement: str = statement) -> Path:
            path = extract(*about)  # type: ignore[arg-type]  # whatever it is given
            with closing(open_log(path.parent)) as part:
                for one in statement.split(";"):
                    part.db.conn.execute(one)
                part.db.conn.commit()
                part.db.conn.execute("PRAGMA journal_mode = DELETE")
            return path

        monkeypatch.setattr(submitting, "extract", hostile)
        sent = trainee.submit(room.asked, post / "bad.attune", again=True).path
        refused(program, sent, said)
        sent.unlink()


# What stays closed


def is_shut(room: Room, response_id: str, path: Path) -> None:
    """Through no door is any of it seen."""
    log, home = room.log, room.home
    found = review(log, library(), response_id)
    told = found.feedback
    assert found.closed
    assert (told.measures, told.figures, told.suggestion, told.video) == (None, (), None, None)
    shown = show(home, response_id)
    assert (shown["closed"], shown["measures"]) == (True, None)
    (listed,) = (row for row in log_list(home, 9, None) if row["id"] == response_id)
    assert listed["latency_s"] is None
    line = next(
        one for one in log_page(log, library(), room.person_id).lines if one.id == response_id
    )
    assert (line.closed, line.waited_s) == (True, None)
    with pytest.raises(KnownError, match="shown when others have rated it"):
        read_report(log, library(), response_id)
    with pytest.raises(KnownError, match="shown when others have rated it"):
        check_open_file(home, path)
    assert response_id not in {one.id for one in exported.candidates(log)}
    for folder in (home.folder, home.recordings):  # to rate what lies there
        with pytest.raises(KnownError, match="answers of a test of your own"):
            check_place(home, folder)


def test_an_answer_of_a_test_is_closed_until_others_have_rated_it(
    room: Room, program: Program, trainee: Trainee, post: Path
) -> None:
    exam = room.sit()
    room.answer()
    given = exam.response
    assert given is not None
    measures.save_measures(room.log, given.id, made.measures())
    path = room.home.recordings / given.recording.file
    assert unrated(room.log, library(), given.id, "facilitative-eight").closed
    assert unrated(room.log, library(), given.id, "facilitative-eight").rubric.id == (
        room.asked.rubric.rubric
    )
    room.rate()
    is_shut(room, given.id, path)
    check_open_file(room.home, post / "a recording of anything.wav")
    anna = library().find_vignette(FIRST)
    rubric = library().rubric("alliance-skills")
    for client in CLIENTS:
        with pytest.raises(KnownError, match="kept for a test"):
            today.single(room.log, room.person_id, library().find_vignette(client), rubric)
    plan = today.today(room.log, library(), room.person_id, 8)
    assert not {one.id for one in plan.vignettes} & set(CLIENTS)

    program.receive(trainee.submit(room.asked, post).path)
    with program.log() as log:  # who is to rate it is not kept from it
        assert not review(log, library(), given.id).closed
        assert given.id in {one.id for one in exported.candidates(log)}
        assert review(log, library(), given.id).feedback.measures is not None

    second = made.person("Somebody else here")
    people.add_person(room.log, second)
    with pytest.raises(KnownError, match="Somebody else has taken this assignment on as T1"):
        assign.take_on(room.log, room.asked, second.id, "T1")
    assert queue.own(room.log, room.home, library(), second.id) == ()
    assert waiting(room.log, library(), rubric, second.id).count == 0
    here = made.round_of(given.id, rater_id=second.id)
    rounds.add_round(room.log, here)
    one = replace(made.rating(given.id, "r1", role="supervisor"), rubric=room.asked.rubric)
    own = replace(one, id=new_id(), rater_id=second.id, round_id=here.id)
    ratings.add_rating(room.log, own)
    assert review(room.log, library(), given.id).closed
    ratings.add_rating(room.log, one)  # as it comes by a file
    found = review(room.log, library(), given.id)
    assert not found.closed
    assert found.feedback.measures is not None
    assert show(room.home, given.id)["measures"] is not None
    check_open_file(room.home, path)
    assert check_place(room.home, room.home.folder) == room.home.folder
    assert analyze(path)["duration_s"] > 0
    assert today.single(room.log, room.person_id, anna, rubric).vignettes == (anna,)


def test_who_deletes_an_answer_or_restores_a_backup_does_not_hear_the_client_again(
    room: Room, post: Path
) -> None:
    exam = room.sit()
    room.answer()
    assert exam.response is not None
    exam.leave()
    other = open_log(post / "laptop")
    people.add_person(other, made.person())
    other.close()
    room.log.close()
    saved = backup(room.home, post).path
    forget_for_good(room.home, Choice(response=exam.response.id), lambda _toll: True)
    room.log = open_log(room.home.folder)
    assert room.broke() == [(FIRST, "deleted", "after")]
    assert room.left() == [SECOND]
    assert exam.response.id not in "\n".join(room.log.db.iterdump())
    room.log.close()
    # Nor who deletes themselves, and comes back as somebody new.
    forget_for_good(room.home, Choice(person=room.person_id), lambda _toll: True)
    with closing(open_log(room.home.folder)) as log:
        people.add_person(log, again := made.person())
        with pytest.raises(KnownError, match="was begun here as T1, and what was said was deleted"):
            assign.take_on(log, room.asked, again.id, "T1")
        assert not marks(log) & {mark_of(begun(room.asked.id, "T2"))}
    room.home = replace(room.home, folder=post / "laptop")
    restore(room.home, saved)
    room.log = open_log(room.home.folder)
    assert (room.begun(), room.left()) == ([FIRST], [SECOND])
