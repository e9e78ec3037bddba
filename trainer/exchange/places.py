"""The kinds of shared places there are, and what each does in its own way."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from trainer.domain.errors import KnownError
from trainer.exchange.place import HEAD, MAX_LISTED, Lying, Place, Step, copy, telling
from trainer.exchange.place_address import FOLDER, S3, SFTP, WEBDAV, Address, read_address

_S3_PART, _S3_READ = 16 << 20, 8 << 20
_TRIES = 2
_SFTP_READ = 128 << 10
_CONNECT_S, _READ_S = 10, 30


def open_place(text: str) -> "Place":
    """The place at a path or URL; KnownError when it is none. S3 and the web are not asked yet."""
    address = read_address(text)
    _hush()
    makers = {FOLDER: _folder, WEBDAV: _webdav, S3: _s3, SFTP: _sftp}
    with telling(address, "opened", (OSError, ValueError, ImportError, EOFError, *_ssh(address))):
        return makers.get(address.kind, _other)(address)


class _Folder(Place):
    """A folder of this computer, or one that the system keeps the same as others' by itself."""

    errors = (OSError,)

    def _list(self) -> Iterator[Mapping[str, Any]]:
        with os.scandir(self._folder) as found:
            for one in found:
                # What a link leads to is a file like any other; a pipe would be waited for.
                if one.is_file():
                    yield self._info(one.name)

    def _info(self, name: str) -> Mapping[str, Any]:
        at = Path(self._path(name)).stat()
        return {"name": name, "size": at.st_size, "type": "file", "mtime": at.st_mtime_ns}

    def _write(self, source: Path, name: str, step: Step) -> None:
        with source.open("rb") as file, Path(self._path(name)).open("wb") as sink:
            copy(file, sink, step)
            sink.flush()
            os.fsync(sink.fileno())

    def _rename(self, old: str, new: str) -> None:
        Path(old).replace(new)


class _Webdav(Place):
    def close(self) -> None:
        self.files.client.http.close()

    def _write(self, source: Path, name: str, step: Step) -> None:
        with source.open("rb") as file:
            size = source.stat().st_size
            self.files.client.upload_fileobj(
                file, self._path(name), overwrite=True, callback=step, size=size
            )

    def _rename(self, old: str, new: str) -> None:
        # Not files.mv, which copies and then deletes.
        self.files.client.move(old, new, overwrite=True)


class _Sftp(Place):
    def close(self) -> None:
        self.files.client.close()

    def _list(self) -> Iterator[Mapping[str, Any]]:
        for one in self.files.ftp.listdir_iter(self._folder or "."):
            yield self.files._decode_stat(one, self._folder)

    def _open(self, name: str) -> Any:
        file = self.files.ftp.open(self._path(name), "rb")
        # At once, for each waits for its answer; paramiko's reading ahead dies loudly when cut off.
        file.MAX_REQUEST_SIZE = _SFTP_READ
        return file

    def _write(self, source: Path, name: str, step: Step) -> None:
        with source.open("rb") as file, self.files.open(self._path(name), "wb") as sink:
            sink.set_pipelined(True)
            copy(file, sink, step)

    def _rename(self, old: str, new: str) -> None:
        try:
            self.files.ftp.posix_rename(old, new)
        except OSError:  # not every server has that; its own leaves alone what is there
            self.files.ftp.rename(old, new)


class _S3(Place):
    """An object is there whole or not at all, so it needs no other name first."""

    def close(self) -> None:
        if self.files._s3 is not None:
            self.files.close_session(self.files.loop, self.files._s3)

    def _list(self) -> Iterable[Mapping[str, Any]]:
        from fsspec.asyn import sync

        most = {"refresh": True, "max_items": MAX_LISTED}
        found: list[dict[str, Any]] = sync(
            self.files.loop, self.files._lsdir, self._folder, **most
        )  # fmt: skip
        return found

    def _open(self, name: str) -> Any:
        return self.files.open(self._path(name), "rb", block_size=_S3_READ, cache_type="readahead")

    def head(self, one: Lying) -> bytes:
        """Not by way of a file, which would read ahead."""
        with self._telling("read"):
            return bytes(self.files.cat_file(self._path(one.name), start=0, end=HEAD))

    def _put(self, source: Path, name: str, step: Step, ready: Callable[[], object]) -> None:
        """Its parts are held against their checksums by S3 itself."""
        path = self._path(name)
        self._end_earlier(path)
        sink = self.files.open(path, "wb", block_size=_S3_PART, autocommit=False)
        try:
            with source.open("rb") as file:
                copy(file, sink, step)
            sink.close()
            ready()
            sink.commit()
        except BaseException:
            sink.closed = True  # else what was written becomes a file when it is thrown away
            with suppress(*self._errors):  # not to be reached any more: ended the next time
                sink.discard()
            raise

    def _end_earlier(self, path: str) -> None:
        """Parts that a killed upload of this name left, which nobody sees but who pays for them."""
        bucket, key, _ = self.files.split_path(path)
        with suppress(PermissionError):  # who may only write cannot see them either
            found = self.files.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=key)
            for one in found.get("Uploads", []):
                if one["Key"] == key:
                    self.files.abort_mpu(bucket, key, one["UploadId"])


def _folder(address: Address) -> Place:
    from fsspec.implementations.local import LocalFileSystem

    if not Path(address.path).is_dir():
        raise KnownError(f"There is no folder {address.path}", "Make it, or choose another place.")
    return _Folder(address, LocalFileSystem(skip_instance_cache=True), address.path)


def _webdav(address: Address) -> Place:
    import httpx
    from webdav4.client import ClientError
    from webdav4.fsspec import WebdavFileSystem

    port = f":{address.port}" if address.port else ""
    host = f"[{address.host}]" if ":" in address.host else address.host
    base = f"{'https' if address.secure else 'http'}://{host}{port}{address.path}"
    auth = (address.user, address.password) if address.user else None
    patience = httpx.Timeout(_READ_S, connect=_CONNECT_S)
    files = WebdavFileSystem(base, auth=auth, skip_instance_cache=True, timeout=patience)
    errors = (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL, ClientError)
    return _Webdav(address, files, "", errors)


def _s3(address: Address) -> Place:
    import asyncio

    from aiohttp import ClientError as Web
    from botocore.exceptions import BotoCoreError, ClientError
    from s3fs import S3FileSystem

    options = address.options
    files = S3FileSystem(
        key=options.get("key") or address.user or None,
        secret=options.get("secret") or address.password or None,
        endpoint_url=options.get("endpoint"),
        profile=options.get("profile"),
        client_kwargs={"region_name": options["region"]} if "region" in options else {},
        config_kwargs={
            "connect_timeout": _CONNECT_S,
            "read_timeout": _READ_S,
            "retries": {"mode": "standard", "max_attempts": _TRIES},
        },
        skip_instance_cache=True,
        use_listings_cache=False,
    )
    files.retries = _TRIES  # with its own five, of five each, a dead network takes a minute
    errors = (OSError, ValueError, BotoCoreError, ClientError, Web, asyncio.TimeoutError)
    return _S3(address, files, f"{address.host}{address.path}", errors)


def _sftp(address: Address) -> Place:
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class Checked(SFTPFileSystem):  # type: ignore[misc]  # fsspec has no types
        """It talks only to a computer whose key is known; fsspec's own takes any."""

        def _connect(self) -> None:
            self.client = paramiko.SSHClient()
            self.client.load_system_host_keys()
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
            self.client.connect(self.host, **self.ssh_kwargs)
            self.ftp = self.client.open_sftp()
            self.ftp.get_channel().settimeout(_READ_S)

    files = Checked(
        address.host,
        port=address.port or 22,
        username=address.user or None,
        password=address.password or None,
        timeout=_CONNECT_S, banner_timeout=_CONNECT_S, auth_timeout=_CONNECT_S,
        skip_instance_cache=True,
    )  # fmt: skip
    return _Sftp(address, files, address.path, (OSError, EOFError, paramiko.SSHException))


def _other(address: Address) -> Place:
    """Whatever else fsspec knows, if what it needs for that is installed."""
    from fsspec.core import url_to_fs

    if "::" in address.url:
        raise KnownError("A shared place is one address, not several in a row", "Name the last.")
    files, folder = url_to_fs(address.url, skip_instance_cache=True, use_listings_cache=False)
    return Place(address, files, folder)


# Inside


def _ssh(address: Address) -> tuple[type[Exception], ...]:
    if address.kind != SFTP:
        return ()
    import paramiko

    return (paramiko.SSHException,)


def _hush() -> None:
    """What these libraries log names hosts and files, which the app's diary must not."""
    for name in ("paramiko", "botocore", "aiobotocore", "s3fs", "fsspec", "httpx", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
