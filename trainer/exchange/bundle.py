"""``.attune`` files: a stored zip whose first member says what every other one must be.

Never deflated: sound does not shrink, and so nothing in one can grow when it is read. Reading
trusts nothing: names, kinds, sizes and hashes are checked before a byte goes anywhere. One that
travels is signed by who wrote it and may be encrypted to who may read it (``envelope``).
"""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from trainer.domain.errors import KnownError
from trainer.domain.zips import DAMAGE, dangers
from trainer.exchange import envelope

SUFFIX = ".attune"
FORMAT = 1
MANIFEST = "manifest.json"
SIGNATURE = "signature.json"
OUTSIDE = "recordings"
MAX_MEMBERS = 500_000
# Of a backup, which names every recording there is; and of what others send. What is read of it may
# be twenty times as large in memory.
MAX_MANIFEST_BYTES = {"backup": 200_000_000}
MAX_SENT_BYTES = 16_000_000
MAX_SIGNATURE_BYTES = 1000
UNREADABLE = -1
_BLOCK = 1 << 20
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Step = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Member:
    """One file: its name in the bundle, SHA-256 (hex) and size (bytes)."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself. ``facts`` are those of its kind, as JSON has them.

    ``outside`` are files that lie beside the bundle, in ``recordings/SHA256``, not in it.
    """

    kind: str
    id: str
    made_at: str
    attune: str
    log_version: int
    facts: dict[str, Any]
    members: tuple[Member, ...]
    outside: tuple[Member, ...] = ()


def write(
    path: Path,
    manifest: Manifest,
    sources: Mapping[str, Path],
    step: Step,
    pair: envelope.Pair | None = None,
) -> dict[str, Member]:
    """Write a bundle, whole and on the disk; ``sources`` are the members' files by name.

    It is signed with ``pair``. Returns the members that were not as the manifest says (size
    UNREADABLE: could not be read); the bundle is then of no use. ``step`` is told of bytes and may
    raise to stop; nothing of the file remains then, nor after an OSError. KnownError: nobody would
    read it, for there is too much in the manifest.
    """
    unlike: dict[str, Member] = {}
    text = _as_text(manifest).encode()
    if len(text) > _most(manifest.kind):
        raise KnownError(
            f"There is too much for one file: {path.name}", "Divide it. Nothing was written."
        )
    try:
        with path.open("wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                archive.writestr(_info(MANIFEST), text)
                if pair is not None:
                    archive.writestr(_info(SIGNATURE), _signature(text, pair))
                for member in manifest.members:
                    info = _info(member.name)
                    info.file_size = member.size
                    with archive.open(info, "w") as sink:
                        found = _copy_in(member, sources[member.name], sink, step)
                    if found != member:
                        unlike[member.name] = found
            file.flush()
            os.fsync(file.fileno())
            if hasattr(os, "posix_fadvise"):  # so that verifying reads the disk, not the memory
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return unlike


def _copy_in(member: Member, source: Path, sink: IO[bytes], step: Step) -> Member:
    digest, size = hashlib.sha256(), 0
    blocks = _blocks(source)
    while size <= member.size:  # one that grows without end must not fill the disk
        try:
            block = next(blocks, b"")
        except OSError:
            return Member(member.name, "", UNREADABLE)
        if not block:
            break
        digest.update(block)
        size += len(block)
        sink.write(block)
        step(len(block))
    return Member(member.name, digest.hexdigest(), size)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield block


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o100600 << 16
    return info


def _as_text(manifest: Manifest) -> str:
    return json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1)


def _signature(text: bytes, pair: envelope.Pair) -> str:
    return json.dumps({"by": pair.signs_as, "signature": envelope.sign(text, pair)}, indent=1)


class Bundle:
    """A bundle that is being read; to be used in a ``with`` block. Made by ``open_bundle``.

    ``signed_by`` is the public half of the key that signed it, None where nobody did.
    """

    def __init__(
        self,
        path: Path,
        archive: zipfile.ZipFile,
        manifest: Manifest,
        signed_by: str | None,
        opened: ExitStack,
    ) -> None:
        self.path = path
        self.manifest = manifest
        self.signed_by = signed_by
        self._archive = archive
        self._opened = opened
        self._inside = frozenset(member.name for member in manifest.members)

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.close()

    def damaged(self, members: Iterable[Member], step: Step) -> tuple[Member, ...]:
        """Read every byte of these: those with another size or hash than theirs, or gone."""
        return tuple(member for member in members if not self._read(member, None, step))

    def take_out(self, member: Member, target: Path, step: Step, *, sync: bool = True) -> bool:
        """Write a member to ``target``; False, and no file, when its hash is wrong.

        On the disk when it returns, unless ``sync`` is left to the caller. FileExistsError when
        something is there; OSError when the disk refuses.
        """
        with target.open("xb") as sink:
            try:
                good = self._read(member, sink, step)
                sink.flush()
                if sync:
                    os.fsync(sink.fileno())
            except BaseException:
                target.unlink(missing_ok=True)
                raise
        if not good:
            target.unlink()
        return good

    def _read(self, member: Member, sink: IO[bytes] | None, step: Step) -> bool:
        digest, size = hashlib.sha256(), 0
        try:
            source = self._source(member)
        except (*DAMAGE, OSError):
            return False
        with source:
            while size <= member.size:
                try:
                    block = source.read(_BLOCK)
                except (*DAMAGE, OSError):
                    return False
                if not block:
                    break
                digest.update(block)
                size += len(block)
                if sink is not None:
                    sink.write(block)
                step(len(block))
        return (digest.hexdigest(), size) == (member.sha256, member.size)

    def _source(self, member: Member) -> IO[bytes]:
        if member.name in self._inside:
            return self._archive.open(member.name)
        return (self.path.parent / OUTSIDE / member.sha256).open("rb")


def open_bundle(
    path: Path,
    kind: str | Sequence[str],
    identities: Sequence[str] = (),
    scratch: Path | None = None,
    step: Step = lambda _: None,
) -> Bundle:
    """Open a bundle of this kind, or of one of these.

    KnownError: no such file, damaged, unsafe, newer, another kind.

    ``identities`` are the age keys (secret) that may open an encrypted one, a large one by way of
    the folder ``scratch``; ForOthers when none does. ``step`` is called meanwhile (with 0) and may
    raise to stop. The signature is verified; the hashes are not read yet: see ``Bundle.damaged``.
    """
    stack = ExitStack()
    try:
        with _refusing(path):
            file = stack.enter_context(path.open("rb"))
            plain = stack.enter_context(envelope.opened(file, path, identities, scratch, step))
            archive = stack.enter_context(zipfile.ZipFile(plain))
            kinds = (kind,) if isinstance(kind, str) else kind
            _check_list(archive, path, plain.seek(0, os.SEEK_END), max(map(_most, kinds)))
            text = archive.read(MANIFEST)
            signed_by = _signed_by(archive, text, path)
            manifest = _manifest(text, path, kinds)
            _check_members(archive, manifest, path)
    except BaseException:
        stack.close()
        raise
    return Bundle(path, archive, manifest, signed_by, stack)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except (*DAMAGE, RecursionError) as error:
        raise refusal(path, "it is damaged, or not an Attune file") from error
    except OSError as error:
        raise refusal(path, (error.strerror or "it cannot be read").lower()) from error


def refusal(path: Path, why: str) -> KnownError:
    """What is said of a bundle that is not taken."""
    return KnownError(
        f"This file cannot be used: {path} ({why})",
        "Nothing was changed. Use another copy of it.",
    )


def _signed_by(archive: zipfile.ZipFile, text: bytes, path: Path) -> str | None:
    if SIGNATURE not in archive.NameToInfo:
        return None
    found = json.loads(archive.read(SIGNATURE))
    if not (isinstance(found, dict) and set(found) == {"by", "signature"}):
        raise refusal(path, "its signature.json is not complete")
    if not envelope.is_signed(text, found["by"], found["signature"]):
        raise refusal(path, "it was changed after it was signed")
    return str(found["by"])


def _most(kind: str) -> int:
    return MAX_MANIFEST_BYTES.get(kind, MAX_SENT_BYTES)


def _check_list(archive: zipfile.ZipFile, path: Path, size: int, most: int) -> None:
    infos = archive.infolist()
    if not infos or infos[0].filename != MANIFEST:
        raise refusal(path, "it is not an Attune file: it does not begin with manifest.json")
    if len(infos) > MAX_MEMBERS:
        raise refusal(path, f"it holds {len(infos)} files, at most {MAX_MEMBERS}")
    for info in infos:
        for why in dangers(info, "file"):
            raise refusal(path, f"{info.filename!r} {why}")
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size:
            raise refusal(path, f"{info.filename!r} is compressed, which Attune never does")
    if len({info.filename.lower() for info in infos}) != len(infos):
        raise refusal(path, "it holds two files of one name")
    # Files that overlap in the zip would be more bytes than it has.
    if sum(info.file_size for info in infos) > size:
        raise refusal(path, "its files are larger than itself")
    if infos[0].file_size > most:
        raise refusal(path, "its manifest.json is too large")
    if any(i.filename == SIGNATURE and i.file_size > MAX_SIGNATURE_BYTES for i in infos):
        raise refusal(path, "its signature.json is too large")


def _manifest(data: bytes, path: Path, kinds: Sequence[str]) -> Manifest:
    found = json.loads(data)
    try:
        if found["format"] > FORMAT:
            raise KnownError(
                f"This file was made by a newer Attune: {path}",
                "Install the newer Attune to use it. Nothing was changed.",
            )
        if found["kind"] not in kinds:
            raise refusal(path, f"it is of the kind {found['kind']!r}, not {' or '.join(kinds)}")
        if not _ID.fullmatch(found["id"]):
            raise refusal(path, "its manifest.json has no id")
        manifest = Manifest(
            str(found["kind"]),
            str(found["id"]),
            str(found["made_at"]),
            str(found["attune"]),
            int(found["log_version"]),
            dict(found["facts"]),
            tuple(_member(one) for one in found["members"]),
            tuple(_member(one) for one in found["outside"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise refusal(path, f"its manifest.json is not complete: {error}") from error
    return manifest


def _member(found: dict[str, Any]) -> Member:
    name, sha256, size = found["name"], found["sha256"], found["size"]
    if not (isinstance(name, str) and _SHA256.fullmatch(sha256) and type(size) is int):
        raise ValueError("not a member")
    return Member(name, sha256, size)


def _check_members(archive: zipfile.ZipFile, manifest: Manifest, path: Path) -> None:
    found = {info.filename: info.file_size for info in archive.infolist()}
    sizes = {name: size for name, size in found.items() if name not in (MANIFEST, SIGNATURE)}
    if sizes != {member.name: member.size for member in manifest.members}:
        raise refusal(path, "it does not hold what its manifest.json says")
    names = [member.name for member in (*manifest.members, *manifest.outside)]
    if len(set(names)) != len(names):
        raise refusal(path, "its manifest.json names a file twice")
