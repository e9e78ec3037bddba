"""Bundles that travel: signed by who wrote them, closed to all but those they are for."""

import hashlib
import json
import random
import zipfile
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from trainer.domain.errors import KnownError
from trainer.exchange import bundle, envelope
from trainer.exchange.bundle import Manifest, Member

KIND = "submission"
SOUND = {"recordings/a.flac": b"a sound" * 1000, "recordings/b.flac": b"another" * 30_000}


def unheard(_: int) -> None:
    """Nobody is told how far it is."""


@pytest.fixture(scope="module")
def sender():
    return envelope.new_pair()


@pytest.fixture(scope="module")
def reader():
    return envelope.new_pair()


def plain(folder: Path, pair: envelope.Pair | None, kind: str = KIND) -> Path:
    """A bundle with two members, not encrypted."""
    sources = {}
    for name, data in SOUND.items():
        sources[name] = folder / name.replace("/", "_")
        sources[name].write_bytes(data)
    members = tuple(
        Member(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in SOUND.items()
    )
    manifest = Manifest(kind, "id", "2026-11-26T09:00:00Z", "1", 7, {"for": "Anna"}, members)
    path = folder / "plain.attune"
    assert not bundle.write(path, manifest, sources, unheard, pair)
    return path


def sent(folder: Path, pair: envelope.Pair, *readers: envelope.Pair) -> Path:
    """The same, closed to ``readers``."""
    path = folder / "sent.attune"
    envelope.close_to(plain(folder, pair), path, [one.read_by for one in readers])
    return path


def refused(path: Path, *identities: str) -> str:
    with pytest.raises(KnownError) as told:
        bundle.open_bundle(path, KIND, identities)
    return f"{told.value} {told.value.hint}"


def rewritten(path: Path, change) -> Path:
    """Another zip, its members as ``change`` makes them of (name, bytes)."""
    target = path.with_name("changed.attune")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def test_what_was_closed_is_read_by_those_it_is_for_and_says_who_signed(tmp_path, sender, reader):
    second = envelope.new_pair()
    path = sent(tmp_path, sender, reader, second)
    whole = path.read_bytes()
    assert not [word for word in (b"Anna", b"recordings", b"a sound") if word in whole]
    for one in (reader, second):
        with bundle.open_bundle(path, KIND, [envelope.new_pair().reads, one.reads]) as found:
            assert found.signed_by == sender.signs_as
            assert found.manifest.facts == {"for": "Anna"}
            assert found.damaged(found.manifest.members, unheard) == ()
            assert found.take_out(
                found.manifest.members[0], tmp_path / f"out{one.read_by}", unheard
            )


def test_an_unsigned_plain_bundle_is_read_and_says_that_nobody_signed(tmp_path):
    with bundle.open_bundle(plain(tmp_path, None), KIND) as found:
        assert found.signed_by is None


def test_it_is_told_that_it_is_for_somebody_else(tmp_path, sender, reader):
    path = sent(tmp_path, sender, reader)
    assert "for somebody else" in refused(path, sender.reads)
    assert "for somebody else" in refused(path)


@pytest.mark.parametrize("at", [0.3, 0.6, 0.999])
def test_one_changed_on_its_way_is_told_as_such(tmp_path, sender, reader, at):
    path = sent(tmp_path, sender, reader)
    data = bytearray(path.read_bytes())
    data[int(at * len(data))] ^= 1
    path.write_bytes(data)
    assert "altered or damaged on its way" in refused(path, reader.reads)


def test_one_cut_short_is_told_as_such(tmp_path, sender, reader):
    path = sent(tmp_path, sender, reader)
    path.write_bytes(path.read_bytes()[:-100])
    assert "altered or damaged on its way" in refused(path, reader.reads)


def test_a_changed_manifest_breaks_the_signature(tmp_path, sender):
    def other(name: str, data: bytes) -> bytes:
        return data.replace(b"Anna", b"Bert") if name == bundle.MANIFEST else data

    assert "changed after it was signed" in refused(rewritten(plain(tmp_path, sender), other))


def test_a_signature_of_another_key_is_no_signature(tmp_path, sender, reader):
    def other(name: str, data: bytes) -> bytes:
        if name != bundle.SIGNATURE:
            return data
        return json.dumps({**json.loads(data), "by": reader.signs_as}).encode()

    assert "changed after it was signed" in refused(rewritten(plain(tmp_path, sender), other))


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        '{"by": 1, "signature": null}',
        '{"by": "a", "signature": "b"}',
        "no json",
        "9" * 999,
    ],
)
def test_a_signature_that_is_none_is_refused(tmp_path, sender, text):
    def other(name: str, data: bytes) -> bytes:
        return text.encode() if name == bundle.SIGNATURE else data

    assert "cannot be used" in refused(rewritten(plain(tmp_path, sender), other))


def test_a_changed_member_is_found_by_its_hash_before_it_is_taken(tmp_path, sender):
    def other(name: str, data: bytes) -> bytes:
        return data[:-1] + b"?" if name.endswith("b.flac") else data

    with bundle.open_bundle(rewritten(plain(tmp_path, sender), other), KIND) as found:
        assert [one.name for one in found.damaged(found.manifest.members, unheard)] == [
            "recordings/b.flac"
        ]


def test_a_signature_counts_for_bundles_only(sender):
    assert envelope.is_signed(b"text", sender.signs_as, envelope.sign(b"text", sender))
    assert not envelope.is_signed(
        b"attune bundle 1\ntext", sender.signs_as, envelope.sign(b"text", sender)
    )
    assert not envelope.is_signed(b"text", "no key", envelope.sign(b"text", sender))


def test_nothing_remains_when_it_cannot_be_closed(tmp_path, sender):
    source = plain(tmp_path, sender)
    for readers in ([], ["age1nobody"]):
        with pytest.raises(ValueError, match="nobody could read it|not a key"):
            envelope.close_to(source, tmp_path / "no.attune", readers)
        assert not (tmp_path / "no.attune").exists()


def test_a_large_one_goes_by_way_of_the_folder_given_and_leaves_nothing_there(
    tmp_path, sender, reader, monkeypatch
):
    monkeypatch.setattr(envelope, "IN_MEMORY", 1000)
    path = sent(tmp_path, sender, reader)
    scratch = tmp_path / "scratch"
    with pytest.raises(KnownError, match="no such file"):  # elsewhere it would have been written
        bundle.open_bundle(path, KIND, [reader.reads], scratch)
    scratch.mkdir()
    with bundle.open_bundle(path, KIND, [reader.reads], scratch) as found:
        assert found.damaged(found.manifest.members, unheard) == ()
    assert list(scratch.iterdir()) == []


def test_secrets_are_not_shown(sender):
    assert not [secret for secret in (sender.reads, sender.signs) if secret in repr(sender)]


@pytest.mark.parametrize("closed", [False, True], ids=["signed", "encrypted"])
def test_mutated_bundles_are_refused_in_a_sentence(tmp_path, sender, reader, closed):
    path = sent(tmp_path, sender, reader) if closed else plain(tmp_path, sender)
    whole, rng = path.read_bytes(), random.Random(5)
    other = tmp_path / "mutated.attune"
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            # Where a zip or an age file keeps what it says of itself: its ends.
            at = rng.choice((rng.randrange(1200), -rng.randint(1, 400), rng.randrange(len(data))))
            data[at] = rng.randrange(256)
        if rng.random() < 0.2:
            data = data[: rng.randrange(len(data))]
        other.write_bytes(data)
        said = damage(other, reader)
        assert said is None or str(other) in said
    there = {name.replace("/", "_") for name in SOUND} | {"mutated.attune", "plain.attune"}
    assert {one.name for one in tmp_path.iterdir()} - {"sent.attune"} == there


def damage(path: Path, reader: envelope.Pair) -> str | None:
    """What is said of a bundle; None where every hash is right or told as wrong."""
    try:
        with bundle.open_bundle(path, KIND, [reader.reads]) as found:
            found.damaged(found.manifest.members, unheard)
    except KnownError as error:
        return str(error)
    return None


def test_it_can_be_stopped_while_it_is_decrypted(tmp_path, reader):
    whole, closed = tmp_path / "whole", tmp_path / "closed"
    whole.write_bytes(bytes(3_000_000))
    envelope.close_to(whole, closed, [reader.read_by])
    told: list[int] = []

    def step(count: int) -> None:
        told.append(count)
        if len(told) == 2:
            raise CancelledError

    with (
        closed.open("rb") as file,
        pytest.raises(CancelledError),
        envelope.opened(file, closed, [reader.reads], tmp_path, step),
    ):
        raise AssertionError("it was not stopped")
    assert told == [0, 0]
