"""The key of a locked folder: what opens it, what does not, and that it is never shown."""

import unicodedata

import pyrage
import pytest

from tests.store import light_lock
from trainer.domain.errors import KnownError
from trainer.store import key
from trainer.store.key import Key, new_key, open_key, open_lock, weakness, write_key

PASSPHRASE = "Übung macht die Meisterin"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A lock by another age program than ours, as it would be to open it again."""
    of = new_key()
    folder = tmp_path_factory.mktemp("locked, Ü")
    (folder / key.LOCK).write_bytes(light_lock.encrypt(f"{of.secret}\r\n".encode(), PASSPHRASE))
    return folder, of


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_passphrase_opens_it_in_whichever_coding_it_is_typed(made, form):
    folder, of = made
    assert open_key(folder, unicodedata.normalize(form, PASSPHRASE)) == of


def test_what_is_written_opens_here_and_in_any_age_program_and_costs_work(tmp_path):
    of = new_key()
    write_key(tmp_path / key.LOCK, of, unicodedata.normalize("NFD", PASSPHRASE))
    assert open_key(tmp_path, PASSPHRASE) == of
    data = (tmp_path / key.LOCK).read_bytes()
    assert pyrage.passphrase.decrypt(data, PASSPHRASE).decode().strip() == of.secret
    work = int(data.splitlines()[1].split()[-1])
    assert work >= 14  # 19 on a computer with nothing else to do


@pytest.mark.parametrize("wrong", ["", PASSPHRASE.lower(), "a\udc80" * 12])
def test_another_passphrase_is_told_and_stands_in_no_sentence(made, wrong):
    with pytest.raises(KnownError, match="not the passphrase") as told:
        open_key(made[0], wrong)
    assert not wrong.strip() or wrong not in str(told.value)


def test_the_recovery_key_opens_it_however_it_is_typed(made):
    folder, of = made
    groups = " ".join(of.secret[n : n + 6] for n in range(0, len(of.secret), 6))
    for typed in (of.secret, of.secret.lower(), f"  {of.secret}\n", groups):
        assert open_key(folder, typed) == of


def test_a_slip_in_the_recovery_key_is_told_and_does_not_show_it(made):
    folder, of = made
    other = "Q" if of.secret[30] != "Q" else "P"
    begins, another = "AGE-SECRET-KEY-1", of.secret[:30] + other + of.secret[31:]
    slips = (of.secret[:-1], of.secret + "Q", another, begins, f"{begins}Ü", begins + "Q" * 9999)
    for typed in slips:
        with pytest.raises(KnownError, match="slip") as told:
            open_key(folder, typed)
        assert typed[16:] not in str(told.value) or not typed[16:]


HEAD = b"age-encryption.org/v1\n-> scrypt vR62GsxHBVKC5Tjre0SwoA "


@pytest.mark.parametrize(
    "data", [b"", b"nothing", HEAD, HEAD + b"24\n" + b"q" * 43, HEAD + b"99\n", b"\0" * 20_000_000]
)
def test_a_damaged_lock_is_told_at_once(tmp_path, data):
    (tmp_path / key.LOCK).write_bytes(data)
    with pytest.raises(KnownError, match="damaged"):
        open_key(tmp_path, PASSPHRASE)


def test_a_lock_cut_short_opens_with_the_recovery_key_alone(made, tmp_path):
    folder, of = made
    (tmp_path / key.LOCK).write_bytes((folder / key.LOCK).read_bytes()[:-9])
    with pytest.raises(KnownError, match="recovery key"):
        open_key(tmp_path, PASSPHRASE)
    assert open_key(tmp_path, of.secret) == of


def test_a_computer_too_busy_for_the_passphrase_does_not_call_it_wrong(made, tmp_path, monkeypatch):
    monkeypatch.setattr(key, "_MOST_WORK", 40)  # far beyond what age does here
    data = (made[0] / key.LOCK).read_bytes()
    (tmp_path / key.LOCK).write_bytes(data.replace(b" 4\n", b" 38\n", 1))
    with pytest.raises(KnownError, match="too busy"):
        open_key(tmp_path, PASSPHRASE)


def test_what_holds_no_key_is_damaged(tmp_path):
    lock = tmp_path / key.LOCK
    lock.write_bytes(light_lock.encrypt(b"AGE-SECRET-KEY-1 \xff", PASSPHRASE))
    with pytest.raises(KnownError, match="damaged"):
        open_lock(lock, PASSPHRASE)


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("", "12 letters"), ("elf letters", "12 letters"), ("abababababab", "repeats"),
        ("U\u0308" * 6 + "abcde", "12 letters"), ("age-secret-key-1 and more", "recovery key"),
        (" AGE-SECRET-KEY-1 and more", "recovery key"), ("a\udc80bcdefghijkl", "none"),
    ],
)  # fmt: skip
def test_a_weak_passphrase_is_refused_and_writes_nothing(tmp_path, passphrase, why):
    assert why in (weakness(passphrase) or "")
    with pytest.raises(KnownError, match=why):
        write_key(tmp_path / key.LOCK, new_key(), passphrase)
    assert list(tmp_path.iterdir()) == []


def test_a_good_one_is_not():
    assert weakness(PASSPHRASE) is None
    assert weakness("four words at random") is None


def test_the_names_of_a_lock_being_put_on_or_taken_off_are_a_lock_too(tmp_path):
    assert not key.is_locked(tmp_path)
    for name in (key.LOCK, key.ENTERING, key.LEAVING):
        (tmp_path / name).write_bytes(b"")
        assert key.lock_of(tmp_path) == tmp_path / name
        (tmp_path / name).unlink()
    with pytest.raises(KnownError, match="not locked"):
        open_key(tmp_path, PASSPHRASE)


def test_the_key_of_the_log_tells_nothing_of_the_other_and_neither_is_printed():
    of = new_key()
    assert len(of.of_log) == 64
    assert Key(of.secret).of_log == of.of_log != new_key().of_log
    assert of.recipient.startswith("age1")
    for text in (repr(of), str(of), f"{of!r:>200}"):
        assert of.secret not in text
        assert of.of_log not in text
