"""Program: whose a file is that came under another's code, said where it is told and taken back."""

from pathlib import Path

from tests.app.travelled import Trainee
from tests.gui.fakes import Opened, drop
from tests.gui.test_program import cells, entered, given_out, words
from trainer.app.keys import own_fingerprint
from trainer.app.paths import Home


def sent(folder: Path, out: Path, code: str, post: Path) -> tuple[Trainee, Path]:
    """A trainee's answer to the first of two clients, in a file."""
    one = Trainee(Home(folder))
    asked = one.begin(out, code)
    one.answer(asked, 1)
    return one, one.submit(asked, post / f"{folder.name}.attune").path


def test_a_file_under_anothers_code_waits_until_it_is_said_whose_it_is(
    window: Opened, home_of_mk: Home, tmp_path: Path
) -> None:
    out, post = tmp_path / "out.attune", tmp_path / "post"
    post.mkdir()
    given_out(home_of_mk, out)
    _, first = sent(tmp_path / "anna", out, "T2", post)
    laptop, second = sent(tmp_path / "ben", out, "T2", post)
    with laptop.log() as log:
        key = own_fingerprint(log, laptop.person_id)
    screen = entered(window)
    window.shows(lambda: "Who has given what" in window.buttons())
    drop(window, first)
    window.shows(lambda: "Taken in: 1." in words(screen.arrived))
    window.control("1")
    window.shows(lambda: window.screen() == "TodayScreen")
    drop(window, second)
    window.shows(lambda: "another key than before" in window.banner())
    window.press("F6")
    window.tab_to("Say whose it is …")
    window.press("Return")
    window.shows(lambda: "Refused: 1." in words(screen.arrived))
    form = screen.arrived.whose
    window.tab_to("Say whose it is …")
    window.press("Return")
    window.shows(form.code.hasFocus)
    assert f"Its key is {key}" in words(form)
    assert not form.decide.isEnabled()
    form.code.setCurrentIndex(form.code.findData("T2"))  # who has a new computer
    window.shows(lambda: "signed with another key so far" in words(form))
    assert not form.decide.isEnabled()
    assert key in form.same_key.accessibleName()
    form.code.setCurrentIndex(form.code.findData("T7"))  # who mistyped it
    window.shows(lambda: "1 response to Autumn course is T7's." in words(form))
    assert not form.same_key.isVisible()
    window.tab_to("Decide it")
    window.press("Return")
    window.shows(lambda: "Taken in: 1." in words(screen.arrived))
    assert "1 response came as T2 and is T7's, as you decided" in words(screen.arrived)

    window.press("Escape")
    window.shows(lambda: "Who has given what" in window.buttons())
    window.tab_to("Autumn course: Who has given what")
    window.press("Return")
    who = screen.one.who
    window.shows(lambda: cells(who.table, 2)[1:7:5] == ["1 of 2", "1 of 2"])
    who.table.setCurrentIndex(who.model.index(6, 0))
    assert cells(who.table, 5)[6] == "1 response came as T2 and is T7's, as you decided"
    told = f"1 response sent as T2, key {key}; T7's as decided on "
    assert told in words(who.trainee)
    button = next(b for b in window.buttons() if b == "Whose are they …")
    assert button
    who.trainee.doubted.emit(who.roster.of("T7")[0])
    window.shows(who.whose.code.hasFocus)
    who.whose.code.setCurrentIndex(who.whose.code.findData("T2"))
    window.shows(lambda: "Both have answered the same clients" in words(who.whose))
    for tick in (who.whose.both, who.whose.same_key):
        assert not who.whose.decide.isEnabled()
        tick.click()
    assert who.whose.decide.isEnabled()
    who.whose.code.setCurrentIndex(who.whose.code.findData(""))
    window.shows(lambda: "is nobody's" in words(who.whose))
    who.whose.decide.click()
    window.shows(lambda: "Set aside" in words(screen.one))
    assert cells(who.table, 2)[1:7:5] == ["1 of 2", "0 of 2"]
    assert f"1 response sent as T2, key {key}; nobody's as decided on " in words(screen.one)
    assert "on record" in window.banner()
