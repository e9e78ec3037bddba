"""What a rater says of a moment, by keys: the sound waits, and no word is lost."""

import pytest

from tests.gui.rounds_walked import ALL, LET_GO, Begun, at_round, locked, plays, said, text_of_focus
from trainer.domain.rounds import MARKERS

pytestmark = pytest.mark.qt_log_ignore(LET_GO, extend=True)


def test_typing_holds_the_sound_and_enter_goes_on_with_it_but_not_at_its_end(
    long_ones: Begun,
) -> None:
    it, screen, home = long_ones
    it.shows(lambda: plays(screen) and screen.page.hear.at_s > 0.5)
    it.press("T")
    assert plays(screen)  # it goes on until there is something to say
    it.type("s")
    assert not plays(screen)
    held_s = screen.page.hear.at_s
    it.type("he names 3 things, and waits")
    assert screen.page.hear.at_s == held_s
    assert screen.rating is not None
    assert screen.rating.work.draft.scores == {}  # digits in a sentence rate nothing
    it.press("Return")
    assert plays(screen)
    it.shows(lambda: len(said(home)) == 1)
    (kept,) = said(home)
    assert kept.text == "she names 3 things, and waits"
    assert kept.at_s == pytest.approx(held_s, abs=0.2)
    it.press("M", "J")
    it.shows(lambda: len(said(home)) == 2)
    assert [one.marker for one in said(home) if one.marker] == [MARKERS["abcdefghij".index("j")]]
    assert plays(screen)
    hear = screen.page.hear
    it.press(*("Right",) * 6)
    it.shows(lambda: hear.duet.at_end and not plays(screen))
    it.press("T")
    it.type("late")
    it.press("Return")
    assert not plays(screen)  # nor is it begun again from the client on
    assert hear.duet.at_end
    it.press("R", "Space", "T")
    assert not plays(screen)  # the rater has held it
    it.type("by hand")
    it.press("Return")
    assert plays(screen)


def test_a_half_typed_comment_that_was_left_holds_the_sound_again_and_enter_goes_on_there(
    long_ones: Begun,
) -> None:
    it, screen, home = long_ones
    hear = screen.page.hear
    it.shows(lambda: plays(screen) and hear.at_s > 1.0)
    it.press("T")
    it.type("half")
    held_s = hear.at_s
    it.press("Escape")  # out of the line: it sounds again, and the words stay
    assert plays(screen)
    it.press("T")
    it.type(" a")
    assert not plays(screen)  # who goes on typing holds it again
    it.press("Escape", "Escape")
    it.shows(lambda: text_of_focus() == "Go on rating")
    it.press("Return")
    screen = at_round(it, screen)
    hear = screen.page.hear
    it.shows(lambda: hear.at_s > 1.0)  # the sound is read, and stands where it was held
    assert not plays(screen)
    assert hear.at_s == pytest.approx(held_s, abs=0.1)
    it.press("T")
    it.type(" sentence")
    it.press("Return")
    assert plays(screen)
    assert hear.at_s > held_s - 0.1
    it.shows(lambda: [one.text for one in said(home)] == ["half a sentence"])
    assert said(home)[0].at_s == pytest.approx(held_s, abs=0.1)


def test_a_comment_is_said_otherwise_taken_back_and_heard_again_by_keys(begun: Begun) -> None:
    it, screen, home = begun
    it.shows(lambda: plays(screen))
    it.press("T")
    it.type("too quick")
    it.press("Return")
    it.shows(lambda: screen.page.hear.at_s > 0.5)
    it.press("M", "H")
    it.tab_to("Your comments on this response")
    it.press("Home", "F2")
    it.type(", far")
    it.press("Return")
    it.shows(lambda: [one.text for one in said(home)] == ["too quick, far", ""])
    it.tab_to("Your comments on this response")
    it.press("End", "Delete")
    it.shows(lambda: [one.text for one in said(home)] == ["too quick, far"])
    it.press("Home", "Return")
    it.shows(lambda: plays(screen))
    assert locked(home) == [[]] * ALL  # Enter in the list locks nothing
