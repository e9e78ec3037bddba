"""Where a cohort's trainees are told to be: nobody is lost where two things are true of them."""

from pathlib import Path

import pytest

from tests.app.examined import Room
from tests.app.travelled import Program, Trainee, library
from trainer.app.cohort_figures import figures, read_cohort
from trainer.app.cohort_report import make_report
from trainer.app.cohort_told import overview_as_json, overview_as_line
from trainer.app.consent import state_for_one
from trainer.app.program import overview as given_out
from trainer.app.roster import OVER, as_json, roster
from trainer.domain.consent import Consent
from trainer.exchange.cohort_report import render_html
from trainer.store import responses

CLIENTS = ("marcus-nodding", "eli-bike-racks", "ruth-corrected-letter")


@pytest.mark.parametrize(
    ("taken_back", "said"), [(1, "1 let a part be rated"), (2, "1 did not, or took it back")]
)
def test_who_was_interrupted_and_took_consent_back_is_counted_as_both(
    program: Program, trainee: Trainee, post: Path, taken_back: int, said: str
) -> None:
    asked, out = program.give_out(
        post / "out.attune", codes=["T1", "T2"], mode="test", forms={"A": CLIENTS}
    )
    trainee.begin(out, "T1")
    rating = Consent("rating", 0)
    with trainee.log() as log:
        room = Room(log, asked, trainee.person_id)
        room.sit()
        room.begin()
        room.exam.leave()
        room.sit()
        room.to_the_end()
        given = [one.id for one in responses.responses(log, trainee.person_id)]
        for one in given:
            state_for_one(log, one, rating)
    assert len(given) == 2
    program.receive(trainee.submit(asked, post / "one.attune").path)
    with trainee.log() as log:
        for one in given[:taken_back]:
            state_for_one(log, one, Consent("practice", 0))
    program.receive(trainee.submit(asked, post / "two.attune").path)

    with program.log() as log:
        page, (whole,) = as_json(found := roster(log, asked.id)), given_out(log)
        cohort = figures(read_cohort(log, library(), asked.id))
    assert found.lines[0].state == OVER
    assert (page["interrupted"], whole.over) == (1, 1)
    document = overview_as_json(cohort.now)
    assert (document["interrupted"], document["withdrawn"]) == (1, 1)
    assert "of 1 no more comes (interrupted)" in overview_as_line(cohort.now)
    report = render_html(make_report(cohort), for_print=False)
    assert f"{said} (1 of them interrupted in the test, so that no more comes)" in report
    assert report.count("interrupted in the test") == 1
