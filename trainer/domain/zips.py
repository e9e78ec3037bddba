"""What must not be in a zip that somebody else made, told from its list of files alone."""

import stat
import zipfile
import zlib
from collections.abc import Iterator

# What reading a zip that is no zip, or a damaged one, may raise.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)


def dangers(info: zipfile.ZipInfo, inside: str) -> Iterator[str]:
    """Why a member must not be unpacked; nothing when it may. ``inside`` is what the zip is called.

    Sizes are not looked at: what is too large depends on what the zip is for.
    """
    name = info.filename
    parts = name.rstrip("/").split("/")
    # ZipInfo turns the system's own separator into '/', so on Windows a backslash has gone by here.
    if name.startswith("/") or set(name) & set('\\:*?"<>|') or any(ord(c) < 32 for c in name):
        yield f"has a name that leads out of the {inside} or that not every computer can write"
    elif any(part in ("", ".", "..") for part in parts):
        yield f"has a name that leads out of the {inside}"
    elif any(p[-1] in ". " or p.split(".")[0].lower() in _RESERVED for p in parts):
        yield "has a name that Windows cannot write"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield "is a link or a device, not a file"
    if info.flag_bits & 0x1:
        yield "is encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield "is packed in an unusual way; use an ordinary zip"
