"""Shared places, each on a real server of this machine: a folder, WebDAV, S3 and SFTP."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import places
from tests.helpers.places import ANNA, Way
from trainer.domain.errors import KnownError
from trainer.domain.ids import new_id
from trainer.exchange import place as rules
from trainer.exchange.place import Lying
from trainer.exchange.place_address import read_address, shown
from trainer.exchange.places import open_place

KINDS = ("folder", "webdav", "s3", "sftp")
FAR = KINDS[1:]
SECRET = ANNA["password"]


@dataclass
class Servers:
    """One of each, and a way to each that can break."""

    folder: Path
    ways: dict[str, Way]
    key: Any
    at: str = ""  # another folder for each test

    @property
    def lies(self) -> Path:
        return self.folder / self.at

    def url(self, kind: str) -> str:
        password = SECRET.replace(" ", "%20")
        port = self.ways[kind].port if kind in self.ways else 0
        return {
            "folder": str(self.lies),
            "webdav": f"dav://anna:{password}@127.0.0.1:{port}/{self.at}",
            "s3": f"s3://course/{self.at}?endpoint=http://127.0.0.1:{port}&key=k&secret={password}"
            "&region=us-east-1",
            "sftp": f"sftp://anna:{password}@127.0.0.1:{port}/{self.at}",
        }[kind]

    def know(self) -> None:
        """As if somebody had said yes to ssh's question."""
        known = Path.home() / ".ssh" / "known_hosts"
        known.parent.mkdir(exist_ok=True)
        name = f"[127.0.0.1]:{self.ways['sftp'].port}"
        known.write_text(f"{name} {self.key.get_name()} {self.key.get_base64()}\n")


@pytest.fixture(scope="module")
def _servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("served")
    with ExitStack() as stack:
        port, key = stack.enter_context(places.sftp(folder))
        ports = {"webdav": stack.enter_context(places.webdav(folder)),
                 "s3": stack.enter_context(places.s3()), "sftp": port}  # fmt: skip
        ways = {kind: Way(port) for kind, port in ports.items()}
        for way in ways.values():
            stack.callback(way.close)
        yield Servers(folder, ways, key)


@pytest.fixture
def servers(_servers: Servers, forbidden: Any) -> Iterator[Servers]:
    forbidden.ports |= {way.port for way in _servers.ways.values()}
    forbidden.ports |= {way._to for way in _servers.ways.values()}
    _servers.know()
    _servers.at = new_id()
    _servers.lies.mkdir()
    yield _servers
    for way in _servers.ways.values():
        way.most = way.back = 1 << 40


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(os.urandom(1_000_000))
    return path


def unheard(_: int) -> None:
    """Nobody listens."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_there_whole_or_not_at_all(
    servers: Servers, kind: str, source: Path, tmp_path: Path
) -> None:
    name, sent, seen = "Autumn ü course T1.attune", [], []
    with open_place(servers.url(kind)) as place:
        one = place.put(source, name, sent.append, lambda: seen.append(place.lying()))
        assert (seen, sum(sent)) == ([()], 1_000_000)
        assert place.lying() == (one,)
        assert place.head(one) == source.read_bytes()[: rules.HEAD]
        place.fetch(one, tmp_path / "got", unheard)
        assert (tmp_path / "got").read_bytes() == source.read_bytes()
        with pytest.raises(KnownError, match="a file of this name already"):
            place.put(source, name, unheard)
        source.write_bytes(b"another")
        other = place.put(source, name, unheard, replace=True)
        assert (other.size, place.lying()) == (7, (other,))
        assert other != one

        def stop(_: int) -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            place.put(source, "B.attune", stop)
        assert place.lying() == (other,)
    if kind != "webdav":  # whose server may still be at it when it is told to delete it
        assert [p.name for p in servers.lies.glob(".*")] == []


@pytest.mark.parametrize("kind", FAR)
def test_cut_in_the_middle_it_is_said_and_goes_on(
    servers: Servers, kind: str, source: Path, tmp_path: Path
) -> None:
    way, url, target = servers.ways[kind], servers.url(kind), tmp_path / "got"
    way.most = 400_000
    with (
        pytest.raises(KnownError, match="shared place cannot be") as told,
        open_place(url) as there,
    ):
        there.put(source, "A.attune", unheard)
    assert SECRET not in str(told.value)
    way.most = 1 << 40
    with open_place(url) as there:
        assert there.lying() == ()
        if kind == "s3":  # as somebody who was killed leaves it
            key = f"{servers.at}/A.attune"
            there.files.call_s3("create_multipart_upload", Bucket="course", Key=key)
        one = there.put(source, "A.attune", unheard)
        assert there.lying() == (one,)
        if kind == "s3":  # nobody sees it, and somebody pays for it
            left = there.files.call_s3("list_multipart_uploads", Bucket="course")
            assert not left.get("Uploads")
        way.back = 400_000
        with pytest.raises(KnownError):
            there.fetch(one, target, unheard)
    kept = target.with_name("got.part").stat().st_size
    assert not target.exists()
    way.back, heard = 1 << 40, []
    with open_place(url) as there:
        there.fetch(one, target, heard.append)
    assert (target.read_bytes(), heard[0]) == (source.read_bytes(), kept)


@pytest.mark.parametrize(("kind", "size", "sent"), [
    ("webdav", 1_000_000, 400_000), ("s3", 18 << 20, 17 << 20),  # within the second part of two
])  # fmt: skip
def test_killed_in_the_middle_nothing_is_seen_and_the_next_one_is_whole(
    servers: Servers, kind: str, size: int, sent: int, tmp_path: Path
) -> None:
    url, source = servers.url(kind), tmp_path / "A.attune"
    source.write_bytes(os.urandom(size))
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from trainer.exchange.places import open_place\n"
        "url, path, left = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])\n"
        "def step(count):\n"
        "    global left; left -= count\n"
        "    if left <= 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "open_place(url).put(path, path.name, step)"
    )
    done = subprocess.run([sys.executable, "-c", code, url, str(source), str(sent)], check=False)
    assert done.returncode == -signal.SIGKILL

    def unfinished(place: Any) -> list[Any]:
        """Parts that nobody sees, and somebody pays for."""
        if kind != "s3":
            return []
        found = place.files.call_s3("list_multipart_uploads", Bucket="course", Prefix=servers.at)
        return list(found.get("Uploads", []))

    with open_place(url) as place:
        assert place.lying() == ()
        assert not place.files.exists(place._path(source.name))
        assert len(unfinished(place)) == (kind == "s3")
        one = place.put(source, source.name, unheard)
        assert (place.lying(), unfinished(place)) == ((one,), [])
        place.fetch(one, tmp_path / "got", unheard)
    assert (tmp_path / "got").read_bytes() == source.read_bytes()
    assert [path.name for path in servers.lies.iterdir()] == ["A.attune"] * (kind != "s3")


def test_what_a_stranger_may_leave_there(servers: Servers, tmp_path: Path) -> None:
    """On a folder, where anything can be called anything."""
    lies = servers.lies
    for name in ("A.attune", "..attune", ".B.attune", "C.zip", "D: E.attune", "nul.attune",
                 "F\x1b[2J.attune", "G\u202eenutta.exe.attune", "x" * 230 + ".attune"):  # fmt: skip
        (lies / name).write_bytes(b"x")
    (lies / "empty.attune").touch()
    (lies / "folder.attune").mkdir()
    os.mkfifo(lies / "waits.attune")
    (lies / "endless.attune").symlink_to("/dev/zero")
    (lies / "dangling.attune").symlink_to(tmp_path / "nowhere")
    with (lies / "huge.attune").open("wb") as file:
        file.truncate(rules.MAX_BYTES + 1)
    with open_place(servers.url("folder")) as place:
        (one,) = place.lying()
        assert one.name == "A.attune"
        (lies / "A.attune").write_bytes(b"x" * 100)  # it grew since
        place.fetch(one, tmp_path / "got", unheard)
        assert (tmp_path / "got").stat().st_size == 1
        with pytest.raises(KnownError, match="no room here"):
            place.fetch(Lying("A.attune", 1 << 60, ""), tmp_path / "more", unheard)


def test_a_computer_that_is_not_known_is_told_nothing(servers: Servers) -> None:
    known = Path.home() / ".ssh" / "known_hosts"
    known.unlink()
    with pytest.raises(KnownError, match="not found in known_hosts") as told:
        open_place(servers.url("sftp"))
    assert SECRET not in str(told.value)
    name, other = servers.key.get_name(), type(servers.key).generate().get_base64()
    known.write_text(f"[127.0.0.1]:{servers.ways['sftp'].port} {name} {other}\n")
    with pytest.raises(KnownError, match="does not match"):
        open_place(servers.url("sftp"))


def test_no_sentence_tells_what_lets_one_in(
    servers: Servers, monkeypatch: Any, forbidden: Any
) -> None:
    wrong = servers.url("webdav").replace("s3cret", "hushhush")
    with pytest.raises(KnownError, match="401") as told, open_place(wrong) as place:
        place.lying()
    assert "hushhush" not in str(told.value)
    assert f"dav://anna:***@127.0.0.1:{servers.ways['webdav'].port}" in str(told.value)
    with (
        pytest.raises(KnownError, match="no such folder"),
        open_place(servers.url("webdav") + "/nowhere") as place,
    ):
        place.lying()
    for url in (
        "s3://k:hushhush@b/p", "s3://b?secret=hushhush&key=k", "sftp://a:hushhush@h/",
        "https://a:hush%68ush@h/x", "davs://a:hushhush@h:99999/", "x://a:hushhush@h/",
    ):  # fmt: skip
        assert "hush" not in shown(url)
    with pytest.raises(KnownError, match="no address of a shared place") as told:
        read_address("davs://a:hushhush@h:99999/")
    assert "hush" not in str(told.value)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        forbidden.ports.add(nobody.getsockname()[1])
        for scheme in ("dav", "sftp"):
            dead = f"{scheme}://a:hushhush@127.0.0.1:{nobody.getsockname()[1]}/"
            why = "refused|nable to connect"
            with pytest.raises(KnownError, match=why) as told, open_place(dead) as place:
                place.lying()
            assert "hush" not in str(told.value)
    with pytest.raises(KnownError, match="would travel openly"):
        read_address("http://anna:x@example.org/")
    monkeypatch.setenv("ATTUNE_PLACE_NAME", "anna")
    monkeypatch.setenv("ATTUNE_PLACE_PASSWORD", SECRET)
    bare = servers.url("webdav").replace("anna:s3cret%20words@", "")
    with open_place(bare) as place:
        assert place.lying() == ()
