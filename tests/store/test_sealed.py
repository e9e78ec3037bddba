"""Locked files: what was put in comes out again, and what is damaged or another's says so."""

import hashlib
import os

import pyrage
import pytest

from trainer.domain.errors import KnownError
from trainer.store import sealed
from trainer.store.key import Key, new_key

SIZES = (0, 1, 65_535, 65_536, 65_537, 3_000_000)


@pytest.fixture(scope="module")
def key() -> Key:
    return new_key()


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_out_as_it_went_in(tmp_path, key, size):
    data = os.urandom(size)
    plain = tmp_path / "Übung Таня.flac"
    plain.write_bytes(data)
    locked = sealed.seal(plain, key)
    assert locked.name == "Übung Таня.flac.age"
    assert not plain.exists()
    assert sealed.stored(plain) == locked
    assert sealed.size_of(locked) == size
    assert sealed.sha256_of(locked, key) == (hashlib.sha256(data).hexdigest(), size)
    assert sealed.read(locked, key) == data
    assert pyrage.decrypt(locked.read_bytes(), [key.identity]) == data  # any age program
    assert sealed.unseal(locked, key).read_bytes() == data
    assert [path.name for path in tmp_path.iterdir()] == [plain.name]


def test_nothing_of_it_can_be_read_in_the_file(tmp_path, key):
    plain = tmp_path / "note.txt"
    plain.write_bytes(b"what the client said " * 10_000)
    assert b"client" not in sealed.seal(plain, key).read_bytes()


@pytest.mark.parametrize("harm", ["a byte", "half", "its head", "all", "another's"])
def test_a_damaged_file_says_so_and_stays(tmp_path, key, harm):
    plain = tmp_path / "a.flac"
    plain.write_bytes(os.urandom(200_000))
    wanted = plain.stat().st_size
    locked = sealed.seal(plain, new_key() if harm == "another's" else key)
    data = bytearray(locked.read_bytes())
    data[100_000] ^= 1
    harmed = {"a byte": data, "half": data[:100_001], "its head": data[300:], "all": b""}
    locked.write_bytes(harmed.get(harm, locked.read_bytes()))
    before = locked.read_bytes()
    assert sealed.sha256_of(locked, key) == ("", sealed.DAMAGED)
    with pytest.raises(KnownError, match="cannot be decrypted"):
        sealed.read(locked, key)
    with pytest.raises(KnownError, match="cannot be decrypted"):
        sealed.unseal(locked, key)
    assert locked.read_bytes() == before
    assert not plain.exists()
    if harm in ("half", "its head", "all"):
        assert sealed.size_of(locked) != wanted


def test_one_that_was_killed_half_way_is_done_again(tmp_path, key):
    plain = tmp_path / "a.flac"
    plain.write_bytes(b"sound")
    locked = sealed.sealed_name(plain)
    locked.write_bytes(b"what another kill left")
    assert sealed.seal(plain, key) == locked
    assert sealed.read(locked, key) == b"sound"
    assert not plain.exists()
    plain.write_bytes(b"sound")  # killed before the old one was deleted
    stood = locked.read_bytes()
    sealed.seal(plain, key)
    assert locked.read_bytes() == stood
    assert not plain.exists()


@pytest.mark.parametrize("turn", [sealed.seal, sealed.unseal])
def test_another_file_under_its_new_name_is_not_overwritten(tmp_path, key, turn):
    plain = tmp_path / "a.flac"
    plain.write_bytes(b"another")
    locked = sealed.seal(plain, key)
    plain.write_bytes(b"sound")
    with pytest.raises(sealed.InTheWay):
        turn(plain if turn is sealed.seal else locked, key)
    assert (plain.read_bytes(), sealed.read(locked, key)) == (b"sound", b"another")
    assert sealed.free_name(plain) == tmp_path / "a-2.flac"
    assert sealed.free_name(locked) == tmp_path / "a-2.flac.age"


def test_a_file_that_went_meanwhile_is_told_in_a_sentence(tmp_path, key):
    with pytest.raises(KnownError, match="no such file"):
        sealed.seal(tmp_path / "a.flac", key)


def test_a_full_disk_leaves_the_file_as_it_was(mounted, key):
    plain = mounted / "a.flac"
    data = os.urandom(250_000)  # of 400 kB
    plain.write_bytes(data)
    with pytest.raises(KnownError, match="disk is full"):
        sealed.seal(plain, key)
    assert plain.read_bytes() == data
    assert [path.name for path in mounted.iterdir()] == ["a.flac"]


def test_the_key_is_not_printed(key):
    assert key.secret not in repr(key)


def test_the_files_name_alone_tells(tmp_path):
    assert sealed.is_sealed(tmp_path / "a.flac.age")
    assert sealed.plain_name(tmp_path / "a.flac.age") == tmp_path / "a.flac"
