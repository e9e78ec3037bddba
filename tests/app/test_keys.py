"""The keys of an installation: a pair of its own, and those of laptops it took the place of."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.app.backed import fill
from trainer.app.backup import backup
from trainer.app.keys import identities, own_pair
from trainer.app.paths import Home
from trainer.app.restore import restore
from trainer.exchange.envelope import Pair
from trainer.store.db import open_log


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    fill(home)
    return home


def pair_of(home: Home) -> Pair:
    with closing(open_log(home.folder)) as log:
        return own_pair(log)


def test_a_pair_is_made_once_and_stays(home):
    first = pair_of(home)
    assert first.read_by.startswith("age1")
    assert pair_of(home) == first
    with closing(open_log(home.folder)) as log:
        assert identities(log) == (first.reads,)


def test_two_programs_that_need_keys_at_once_agree(home):
    with closing(open_log(home.folder)) as one, closing(open_log(home.folder)) as two:
        assert own_pair(one) == own_pair(two)


def test_a_new_laptop_has_the_keys_of_the_lost_one(home, tmp_path):
    lost = pair_of(home)
    backup(home, tmp_path / "kept.attune")
    new = Home(tmp_path / "new")
    restore(new, tmp_path / "kept.attune")
    assert pair_of(new) == lost


def test_keys_that_come_with_a_backup_read_but_do_not_become_ones_own(home, tmp_path):
    theirs = pair_of(home)
    backup(home, tmp_path / "kept.attune")
    other = Home(tmp_path / "other")
    fill(other)
    own = pair_of(other)
    restore(other, tmp_path / "kept.attune")
    assert pair_of(other) == own
    with closing(open_log(other.folder)) as log:
        assert identities(log) == (own.reads, theirs.reads)
