"""Where a shared place is: a folder, or a URL that may hold a password, which is never shown."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from urllib.request import url2pathname

from trainer.domain.errors import KnownError

FOLDER, WEBDAV, S3, SFTP, OTHER = "folder", "webdav", "s3", "sftp", "other"
# A place on the web is reached by WebDAV: nothing can be put anywhere by plain HTTP.
_KINDS = {
    "file": FOLDER, "s3": S3, "sftp": SFTP, "ssh": SFTP, "https": WEBDAV, "http": WEBDAV,
    "davs": WEBDAV, "dav": WEBDAV, "webdavs": WEBDAV, "webdav": WEBDAV,
}  # fmt: skip
_SECURE = frozenset({"https", "davs", "webdavs"})
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_SHOWN_OPTIONS = frozenset({"endpoint", "profile", "region"})
HIDDEN = "***"
NAME, PASSWORD = "ATTUNE_PLACE_NAME", "ATTUNE_PLACE_PASSWORD"


@dataclass(frozen=True, slots=True)
class Address:
    """A place taken apart. ``shown`` is how it may be told: without what lets one in.

    ``options`` are those after the ``?`` of an S3 place: endpoint, profile, region, key, secret.
    """

    kind: str
    shown: str
    path: str
    url: str = field(default="", repr=False)
    host: str = ""
    port: int | None = None
    user: str = ""
    password: str = field(default="", repr=False)
    secure: bool = True
    options: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def identity(self) -> str:
        """The same for the same place, whoever looks into it and by which key."""
        return f"{self.kind} {self.host} {self.port} {self.path.rstrip('/')}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must not stand in any sentence."""
        hidden = [v for k, v in self.options.items() if k not in _SHOWN_OPTIONS]
        return tuple(one for one in (self.password, *hidden) if one)


def is_url(text: str) -> bool:
    """Whether it names a place by URL; else it is a path."""
    return "://" in text


def shown(text: str) -> str:
    """A place as it may be told, whatever is wrong with it."""
    try:
        return read_address(text).shown
    except KnownError:
        head, there, rest = text.partition("://")
        return f"{head}://{HIDDEN}@{rest.rsplit('@', 1)[-1].partition('?')[0]}" if there else text


def read_address(text: str) -> Address:
    """Take a folder's path or a URL apart; KnownError when it cannot be one."""
    text = text.strip()
    if not is_url(text):
        try:
            folder = str(Path(text).expanduser().absolute())
        except RuntimeError as error:
            raise KnownError(
                f"Nobody of this name has a folder here: {text}", "Write the path without '~'."
            ) from error
        return Address(FOLDER, folder, folder)
    scheme = text.partition("://")[0].lower()
    try:
        parts = urlsplit(text)
        port, options = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError as error:
        raise KnownError(
            f"This is no address of a shared place ({scheme}://…)",
            "It is such as s3://BUCKET/FOLDER, davs://HOST/FOLDER or sftp://NAME@HOST/FOLDER.",
        ) from error
    kind = _KINDS.get(scheme, OTHER)
    if kind == FOLDER:
        folder = url2pathname(parts.path)
        return Address(FOLDER, folder, folder)
    path = unquote(parts.path)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if kind in (WEBDAV, SFTP):
        user = user or os.environ.get(NAME, "")
        password = password or os.environ.get(PASSWORD, "")
    host = parts.hostname or ""
    secure = kind != WEBDAV or scheme in _SECURE
    if not host and kind != OTHER:
        raise KnownError(f"This address names no {'bucket' if kind == S3 else 'computer'}", text)
    if password and not secure and host not in _HERE:
        raise KnownError(
            f"The password would travel openly to {host}", "Use davs:// or https:// in its place."
        )
    told = _told(scheme, parts.netloc, host, port, user, parts.path, options)
    return Address(
        kind, told, path, text, host, port, user, password, secure, options
    )  # fmt: skip


def _told(
    scheme: str, netloc: str, host: str, port: int | None, user: str, path: str,
    options: dict[str, str],
) -> str:  # fmt: skip
    who = ""
    if "@" in netloc:
        who = f"{user}:{HIDDEN}@" if ":" in netloc.rsplit("@", 1)[0] else f"{user}@"
    at = f"[{host}]" if ":" in host else host
    where = f"{at}:{port}" if port else at
    asked = "&".join(f"{k}={v if k in _SHOWN_OPTIONS else HIDDEN}" for k, v in options.items())
    return f"{scheme}://{who}{where}{path}{'?' if asked else ''}{asked}"
