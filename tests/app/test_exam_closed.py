"""What stays closed of a test: its answers until others have rated them, and its clients."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.examined import CLIENTS, Room
from tests.app.travelled import Program, Trainee, library
from tests.store import made
from trainer.app import assign, queue, today
from trainer.app.analyze import analyze
from trainer.app.backup import backup
from trainer.app.calibration import waiting
from trainer.app.forget import forget_for_good
from trainer.app.forget_choice import Choice
from trainer.app.log import log_page
from trainer.app.logbook import rows as log_list
from trainer.app.logbook import show
from trainer.app.on_record import check_open_file, check_place
from trainer.app.rate import unrated
from trainer.app.report import read_report
from trainer.app.restore import restore
from trainer.app.review import review
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.store import exported, measures, people, ratings, responses, rounds
from trainer.store.db import open_log
from trainer.store.forget import mark_of, marks
from trainer.store.starts import begun

FIRST, SECOND = CLIENTS


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


def test_what_was_measured_in_a_closed_answer_is_not_told_beside_an_open_one_either(
    room: Room,
) -> None:
    room.sit()
    for _ in CLIENTS:
        room.answer()
        room.rate()
    later, earlier = (one.id for one in responses.responses(room.log, room.person_id))
    for one in (earlier, later):
        measures.save_measures(room.log, one, made.measures())

    def opened(response_id: str) -> set[int]:
        """Beside how many earlier answers what was measured stands, once others rated it."""
        one = made.rating(response_id, "r1", role="supervisor")
        ratings.add_rating(room.log, replace(one, rubric=room.asked.rubric))
        return set(review(room.log, library(), later).earlier.values())

    assert opened(later) == {0}
    assert opened(earlier) == {1}


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
