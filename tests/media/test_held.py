"""A sound in memory says the same as its file, also of what is wrong with it."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.media import synth
from trainer.domain.errors import KnownError
from trainer.media import decode
from trainer.media import measure as measuring
from trainer.media.conversation import write_conversation
from trainer.media.flac import to_flac
from trainer.media.held import Held
from trainer.media.measure import measure
from trainer.media.overheard import Played

RATE = 48_000


def held(path: Path) -> Held:
    return Held(path.name, path.read_bytes())


@pytest.fixture(scope="module", params=["wav", "flac"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoken") / "answer, ü.wav"
    made = synth.speech(21, onset_s=1.0, phrases=2)
    soundfile.write(path, np.stack([made.samples, made.samples / 2], axis=1), made.rate)
    if request.param == "flac":
        to_flac(path, path.with_suffix(".flac"))
        return path.with_suffix(".flac")
    return path


def test_it_is_read_bit_by_bit_as_its_file(spoken: Path) -> None:
    ours, theirs = decode.read(held(spoken)), decode.read(spoken)
    assert ours.rate == theirs.rate
    assert np.array_equal(ours.samples, theirs.samples)
    assert decode.duration(held(spoken)) == decode.duration(spoken)


def test_it_is_measured_as_its_file(spoken: Path) -> None:
    assert measure(held(spoken), speech_from_s=0.4) == measure(spoken, speech_from_s=0.4)


def test_a_long_one_is_measured_as_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "_HELD_S", 30.0)  # from there on it is read in blocks
    made = synth.speech(3, onset_s=1.0, phrases=2)
    long = np.tile(made.samples, int(45 * made.rate / len(made.samples)) + 1)
    soundfile.write(tmp_path / "long.flac", long, made.rate)
    played = Played(tmp_path / "long.flac", 2.0)
    path = tmp_path / "long.flac"
    assert measure(held(path), speech_from_s=2.0, played=played) == measure(
        path, speech_from_s=2.0, played=played
    )


def test_it_is_in_a_conversation_as_its_file(spoken: Path, tmp_path: Path) -> None:
    outs = []
    for number, source in enumerate((held(spoken), spoken)):
        outs.append(tmp_path / f"{number}.mp3")
        write_conversation(spoken, source, 0.5, outs[-1])
    assert outs[0].read_bytes() == outs[1].read_bytes()


def trouble(source: Path | Held) -> str:
    with pytest.raises(KnownError) as caught:
        decode.read(source)
    return str(caught.value)


# Of a FLAC without its head ffmpeg still finds some in a file; in memory it is not asked.
@pytest.mark.parametrize("kind", ["wav", "flac"])
@pytest.mark.parametrize("harm", ["empty", "half", "head", "zeros", "silent"])
def test_what_is_wrong_with_it_is_said_as_of_its_file(tmp_path: Path, kind: str, harm: str) -> None:
    path = tmp_path / f"answer.{kind}"
    noise = np.random.default_rng(2).normal(0, 0.1, 5 * RATE)
    soundfile.write(path, noise[: 0 if harm == "silent" else None], RATE)
    data = bytearray(path.read_bytes())
    match harm:
        case "empty":
            data.clear()
        case "half":
            del data[len(data) // 2 :]
        case "head":
            del data[4:]
        case "zeros":
            data[:] = bytes(5000)
    path.write_bytes(data)
    assert trouble(held(path)) == trouble(path)
