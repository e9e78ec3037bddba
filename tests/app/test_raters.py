"""The raters of an assignment as they are typed or ticked: kept, and what is wrong with them."""

from dataclasses import replace
from pathlib import Path

from tests.app.travelled import Program, Rater, answered, library
from trainer.app import giving, raters, share, share_again
from trainer.app.forget import Choice, forget_for_good
from trainer.app.known_raters import known
from trainer.app.paths import Home
from trainer.app.raters import Draft


def test_who_rated_before_is_offered_and_kept_as_ticked_until_forgotten(
    program: Program, post: Path, tmp_path: Path
) -> None:
    asked, _, _ = answered(program, post, tmp_path)
    rae, bo, new = (Rater(Home(tmp_path / name), name=name) for name in ("Rae", "Bo", "new"))
    program.share([asked], [rae, bo], post, per_response=2)
    typed = Draft(lines=f"Bo = {bo.named().address.upper()}", per_response=1)
    with program.log() as log:
        every = known(log)
        assert [one.name for one in every] == ["Bo", "Rae"]
        (one,) = raters.offered(typed, every)  # Bo is typed already
        draft = replace(typed, chosen=(one.line,))
        raters.keep(log, "second", draft)
        assert raters.kept(log, "second") == draft
    assert raters.raters(draft) == ((rae.named(), replace(bo.named(), address=typed.lines[5:])), "")
    assert raters.faults(draft) == {}
    assert "Line 1: Bo is there twice." in raters.faults(
        replace(draft, chosen=tuple(each.line for each in every))
    )["raters"]  # fmt: skip

    with program.log() as log:  # a new computer: the address of the old one is offered no more
        again = share_again.Again((asked.id,), "Rae", new.named().address)
        share_again.give_again(program.home, log, library(), again, post)
        assert [each.address for each in known(log)] == [bo.named().address, new.named().address]
        assert raters.kept(log, "second").chosen == ()
        typed_old = f"Bo = pasted\n{rae.name} = {rae.named().address}\n"
        raters.keep(log, "third", Draft(lines=typed_old))
        assert raters.kept(log, "third").lines == f"Bo = pasted\nRae = {new.named().address}\n"
        moved = replace(typed, chosen=(known(log)[1].line,))
        raters.keep(log, "second", moved)
        both = replace(draft, chosen=(*draft.chosen, *moved.chosen))
    assert raters.faults(both)["raters"].startswith("Rae is ticked twice")
    ask = raters.ask_of(moved, (asked.id,))
    assert {each.name for each in ask.raters} == {"Rae", "Bo"}
    with program.log() as log:
        share.give_out(program.home, log, library(), ask, post)
    forget_for_good(program.home, Choice(person="Rae"), lambda _toll: True)
    with program.log() as log:
        assert [each.name for each in known(log)] == ["Bo"]
        assert raters.kept(log, "second") == Draft()  # with the name in it
        assert raters.kept(log, "third") == Draft()


def test_whoever_is_forgotten_is_in_nothing_typed_or_on_its_way_however_they_are_called(
    program: Program, post: Path, tmp_path: Path
) -> None:
    asked, _, _ = answered(program, post, tmp_path)
    bo = Rater(Home(tmp_path / "Bo"), name='Dr. "Bo" Lee')
    (given,) = program.share([asked], [bo], post)
    with program.log() as log:
        (one,) = known(log)
        raters.keep(log, "second", Draft(lines=one.line))
        raters.keep(log, "third", Draft(chosen=(one.line,)))
        # A drive that is not there: the file waits, under a name as disks take it.
        giving.expect(log, tmp_path / "gone" / given.path.name, given.share_id)
    forget_for_good(program.home, Choice(person=bo.name), lambda _toll: True)
    with program.log() as log:
        assert not log.rows("SELECT * FROM drafts WHERE instr(data, 'Lee')")
