"""What is known of a film by reading it through, also of one that was cut off."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trainer.domain.errors import KnownError

PATIENCE_S = 10.0  # two minutes of film take 0.05 s


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """From the first picture to the last (seconds), their size in pixels, and how many there are.

    No pictures: nothing in the file can be read.
    """

    duration_s: float
    width: int
    height: int
    pictures: int


def film_facts(path: Path) -> FilmFacts:
    """Read a Matroska film through without decoding it; KnownError when that takes too long."""
    try:
        done = _ffmpeg(path, "-map", "0:v:0", "-c", "copy", "-f", "framecrc", "pipe:1")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise KnownError(
            f"The film {path.name} could not be read through in {path.parent}",
            "It is kept, and looked at again when Attune starts.",
        ) from error
    return _facts(done.stdout.decode("ascii", "replace").splitlines())


def without_marks(film: Path, target: Path) -> bool:
    """Write the pictures of a Matroska film anew, without what the file tells beside them.

    That is when and by which program it was made, and its sound, which lies in a file of its own.
    False, and no ``target``, when there is no picture that can be read. OSError: the disk.
    """
    marks = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact")
    try:
        done = _ffmpeg(
            film, "-map", "0:v:0", "-c", "copy", *marks, "-f", "matroska", f"file:{target}"
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode or not film_facts(target).pictures:
        target.unlink(missing_ok=True)
        return False
    return True


def _ffmpeg(film: Path, *rest: str) -> "subprocess.CompletedProcess[bytes]":
    import imageio_ffmpeg

    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-v", "quiet", "-y",
        # A playlist posing as a film could make ffmpeg open other files or the network.
        "-protocol_whitelist", "file,pipe", "-format_whitelist", "matroska,webm",
        "-i", f"file:{film}", *rest,
    ]  # fmt: skip
    options: dict[str, Any] = {}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False,
        timeout=PATIENCE_S, **options,
    )  # fmt: skip


def _facts(lines: list[str]) -> FilmFacts:
    """Out of what ffmpeg writes of each packet: stream, dts, pts, duration, size, checksum."""
    said = {
        key: value
        for key, _, value in (line[1:].partition(" 0: ") for line in lines if line.startswith("#"))
    }
    times = [int(line.split(",")[2]) for line in lines if line[:1].isdigit()]
    if not times or "dimensions" not in said:
        return FilmFacts(0.0, 0, 0, 0)
    above, below = (int(part) for part in said["tb"].split("/"))
    width, height = (int(part) for part in said["dimensions"].split("x"))
    return FilmFacts((max(times) - min(times)) * above / below, width, height, len(times))
