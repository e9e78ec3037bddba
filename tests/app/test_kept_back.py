"""Clients of a test are kept from its trainee before the code is typed, and between occasions."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.app.examined import CLIENTS, TEST, Room
from tests.app.travelled import Program, Rater, Trainee, library
from tests.store import made
from trainer.app import today
from trainer.app.assigned import assigned, sitting_for
from trainer.app.kept_back import (
    COURSE,
    LATER,
    TO_SIT,
    UNRATED,
    check_free,
    kept_back,
    to_come,
    why_kept,
)
from trainer.app.paths import Home
from trainer.domain.assignment import vignettes_for
from trainer.domain.errors import KnownError
from trainer.store import people


def test_from_the_file_on_and_the_other_form_until_it_was_met(
    program: Program, trainee: Trainee, post: Path
) -> None:
    rubric = library().rubric("alliance-skills")
    clients = [one.id for one in library().vignettes if one.ref.pack == "core"]
    person = made.person("A. B.")
    with trainee.log() as log:
        people.add_person(log, person)
        first_set = [one.id for one in today.today(log, library(), person.id, 3).vignettes]
    trainee.person_id = person.id
    forms = {"A": first_set[:2], "B": [one for one in clients if one not in first_set][:2]}
    first, out = program.give_out(post / "1.attune", codes=["T1", "T2"], mode="test", forms=forms)
    every = {*forms["A"], *forms["B"]}

    def kept(at: datetime | None = None) -> dict[str, str]:
        with trainee.log() as log:
            found = kept_back(log, person.id, at)
            to_be_met = {one for one, why in found.items() if why.why != UNRATED}
            assert at or to_be_met == to_come(log, person.id)  # neither heard while rating
        return {client: why.why for (_, client), why in found.items()}

    assert kept() == {}
    trainee.receive(out)  # no code is typed yet
    assert kept() == dict.fromkeys(every, TO_SIT)
    with trainee.log() as log:
        now = today.today(log, library(), person.id, 3)
        assert not {one.id for one in now.vignettes} & every
        assert now.vignettes
        with pytest.raises(KnownError, match="kept for a test. They may come in Autumn course"):
            today.single(log, person.id, library().find_vignette(first_set[0]), rubric)
    trainee.begin(out, "T1")
    assert kept() == dict.fromkeys(every, TO_SIT)  # which form it is is not given away
    free = next(one for one in clients if one not in every)
    other_program = Program(Home(post / "other program"))
    homework, out = other_program.give_out(post / "3.attune", forms={"A": [*every, free]})
    trainee.begin(out, "T1")
    with trainee.log() as log:
        offered = sitting_for(log, library(), homework.id, person.id)
        (card,) = (o for o in assigned(log, library(), person.id) if o.assignment == homework)
    assert ([one.id for one in offered.vignettes], len(card.kept)) == ([free], 4)
    with pytest.raises(KnownError, match="is kept for a test. They may come in Autumn course"):
        check_free(trainee.home, library().find_vignette(first_set[0]))
    check_free(trainee.home, library().find_vignette(free))
    mine = {ref.vignette for ref in vignettes_for(first, "T1")}
    other = every - mine
    trainee.answer(first)
    assert kept() == dict.fromkeys(mine, UNRATED) | dict.fromkeys(other, LATER)
    with trainee.log() as log, pytest.raises(KnownError, match="another form of Autumn course"):
        today.single(log, person.id, library().find_vignette(min(other)), rubric)
    over = first.made_at + COURSE + timedelta(days=1)
    assert kept(over) == dict.fromkeys(mine, UNRATED)
    second, out = program.give_out(
        post / "2.attune", after=first.id, codes=(), mode="test", forms={}, occasion="after"
    )
    trainee.begin(out, "T1")
    trainee.answer(second)
    assert kept() == dict.fromkeys(every, UNRATED)


def test_who_was_cut_off_in_a_test_is_free_with_the_others(
    program: Program, trainee: Trainee, panel: list[Rater], post: Path
) -> None:
    asked, out = program.give_out(post / "1.attune", **TEST)
    trainee.begin(out, "T1")

    def kept(at: datetime | None = None) -> dict[str, str]:
        with trainee.log() as log:
            found = kept_back(log, trainee.person_id, at)
        return {client: why.why for (_, client), why in found.items()}

    with trainee.log() as log:
        room = Room(log, asked, trainee.person_id)
        room.sit()
        room.answer()
        room.rate()
        room.begin()  # and the computer dies while the second client speaks
        room.restart()
        assert (len(room.given()), room.left()) == (1, [])
        cut_off = ({*CLIENTS} - {room.given()[0][0]}).pop()
    assert kept() == dict.fromkeys(CLIENTS, UNRATED)
    with trainee.log() as log:
        why = kept_back(log, trainee.person_id)["core", cut_off]
    assert "when ratings of your answers there have come back" in why_kept(why)
    assert cut_off not in kept(asked.made_at + COURSE + timedelta(days=1))  # never rated

    program.receive(trainee.submit(asked, post).path)
    rae = panel[0]
    (given,) = program.share([asked], [rae], post)
    rae.rate(rae.begin(given.path), rae.codes(given.share_id))
    program.receive(rae.send(given.share_id, post))
    (back,) = program.give_back([asked], post).files
    trainee.receive(back.path)
    assert kept() == {}
