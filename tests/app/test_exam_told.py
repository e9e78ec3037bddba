"""What a program is told of how its assignment was sat: what broke in, what was not asked for."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.examined import CLIENTS, Room
from tests.app.fakes import FakeCamera
from tests.app.travelled import Program, Trainee, library, refused
from tests.store import made
from trainer.app import submit as submitting
from trainer.app.arrivals import as_line
from trainer.app.arrivals import take_in as take_in_files
from trainer.app.assigned import assigned
from trainer.app.cohort_figures import figures, overview, read_cohort
from trainer.app.cohort_report import make_report
from trainer.app.cohort_told import overview_as_line
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.practice import State
from trainer.app.program import overview as given_out
from trainer.app.program import reminder
from trainer.app.roster import OVER, roster
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.domain.submission import TakenOn
from trainer.exchange.cohort_report import render_html
from trainer.store import assignments, people, sessions
from trainer.store.db import open_log

FIRST, SECOND = CLIENTS


def test_the_program_is_told_what_broke_in_also_when_that_is_all_there_is(
    room: Room, program: Program, trainee: Trainee, post: Path
) -> None:
    room.sit()
    room.begin()
    room.exam.leave()
    alone = trainee.submit(room.asked, post / "one.attune")
    assert alone.responses == ()
    done = program.receive(alone.path)
    on = f"was interrupted on {room.clock.now().astimezone():%Y-%m-%d}"
    said = (
        f"{FIRST} {on} while the client spoke (left by the trainee), without an answer, and does "
        "not come again"
    )
    assert (done.responses, done.notes) == (0, (f"1 interruption: {said}",))
    with pytest.raises(KnownError, match="no response to this assignment yet"):
        trainee.submit(room.asked, post / "none.attune")
    with program.log() as log:
        found = roster(log, room.asked.id)
        (whole,) = given_out(log)
        after = overview(log, room.asked.id)
    assert found.lines[0].missing == (SECOND,)
    told = "T1: 0 of 2 (1 was interrupted and does not come again)"
    assert told in reminder(found)
    assert (found.count(OVER), whole.over, len(after.flow.over)) == (0, 0, 0)

    room.sit()
    room.listen()
    room.exam.leave()
    trainee.submit(room.asked, post / "two.attune")
    with program.log() as log:
        (told,) = take_in_files(program.home, log, [post / "two.attune"], lambda *_: None)
    more = f"{SECOND} {on} in the answer (left by the trainee), answer kept"
    assert as_line(told).endswith(f"1 of them new; 2 interruptions: {said}; {more}")
    with program.log() as log:
        found = roster(log, room.asked.id)
        (whole,) = given_out(log)
        cohort = figures(read_cohort(log, library(), room.asked.id))
    line = found.lines[0]
    assert set(line.problems) == {said, more}
    # Nothing more comes of T1, and nobody is to remind T1 of it.
    assert (line.state, line.missing, line.answered) == (OVER, (), 1)
    assert list(line.interrupted) == [FIRST]
    assert "T1" not in reminder(found)
    everybody = len(found.lines)
    assert (whole.over, whole.partly, whole.nothing) == (1, 0, everybody - 1)
    assert cohort.now.flow.over == {"T1"}
    assert "of 1 no more comes (interrupted)" in overview_as_line(cohort.now)
    page = render_html(make_report(cohort), for_print=False)
    assert "T1 (1 of 2, 1 interrupted)" in page
    assert "1 interrupted in the test, so that no more comes" in page
    assert "gave a part" not in page  # nobody is in both
    with trainee.log() as log:
        (one,) = assigned(log, library(), trainee.person_id)
    assert (one.done, one.interrupted, one.answered, one.of) == (True, 1, 1, 2)

    with program.log() as log:  # by code in the letter's name, whatever they are called
        people.rename(log, trainee.person_id, "Anna Berg")
    program.home.reports.mkdir()
    letters = [program.home.reports / f"attune-feedback-{code}--course-2099-01-01.pdf"
               for code in ("t1", "t2")]  # fmt: skip
    for letter in letters:
        letter.write_bytes(b"paper")
    forget_for_good(program.home, Choice(person="Anna Berg"), lambda _toll: True)
    assert [letter.exists() for letter in letters] == [False, True]
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
    asked, out = program.give_out(
        post / "out.attune", codes=["T1"], recorded=recorded, attempts=2, forms={"A": [FIRST]},
        window_s=45.0,
    )  # fmt: skip
    trainee.begin(out, "T1")
    with trainee.log() as log:
        room = Room(log, asked, trainee.person_id)
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
        trainee.answer(asked, 1)
        sent = trainee.submit(asked, post)
    notes = program.receive(sent.path).notes
    assert f"{FIRST} was answered 3 times, asked was at most 2 times" in notes
    assert any(said in note for note in notes)


def test_a_stranger_s_test_is_looked_at_as_everything_else(
    room: Room, program: Program, trainee: Trainee, post: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.sit()
    room.begin()
    room.exam.leave()
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
