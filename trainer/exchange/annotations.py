"""What is heard and said in one recording, for programs that show it along the sound.

ELAN (.eaf), Praat (TextGrid) and WebVTT have the same tiers. Times are whole milliseconds of the
recording. A moment has no length; ELAN and WebVTT know none, so there it lasts a second, or until
the next one of its tier.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

EAF, TEXTGRID, VTT = ".eaf", ".TextGrid", ".vtt"
SUFFIXES = (EAF, TEXTGRID, VTT)
STRETCHES, MOMENTS = "stretches", "moments"
_SHOWN_MS = 1000
_MIME = {".flac": "audio/flac", ".wav": "audio/x-wav"}


@dataclass(frozen=True, slots=True)
class Span:
    """From one millisecond to another (the same, for a moment), and what is said of it."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """One line of annotations, in the order of time, none over another."""

    name: str
    kind: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Annotated:
    """One recording: how long it is, the file name of its sound, its tiers and when it was made."""

    duration_ms: int
    sound: str
    tiers: tuple[Tier, ...]
    made_at: str


def milliseconds(seconds: float) -> int:
    """The nearest whole one."""
    return round(seconds * 1000)


def moments(name: str, said: Iterable[tuple[float, str]]) -> Tier:
    """A tier of moments (s); what is said of one and the same millisecond becomes one."""
    at: dict[int, list[str]] = {}
    for second, text in said:
        at.setdefault(milliseconds(second), []).append(text)
    return Tier(
        name, MOMENTS, tuple(Span(ms, ms, " / ".join(words)) for ms, words in sorted(at.items()))
    )


def stretches(name: str, text: str, found: Iterable[tuple[float, float]]) -> Tier:
    """A tier of stretches (s) that all say the same; what has no whole millisecond is not in it."""
    spans = (Span(milliseconds(start), milliseconds(end), text) for start, end in found)
    return Tier(name, STRETCHES, tuple(span for span in spans if span.end_ms > span.start_ms))


def write(annotated: Annotated, stem: Path) -> tuple[Path, ...]:
    """Write ``stem`` with each suffix; OSError when the disk refuses."""
    paths = tuple(stem.with_name(stem.name + suffix) for suffix in SUFFIXES)
    _write_eaf(annotated, paths[0])
    paths[1].write_text(_textgrid(annotated), encoding="utf-8", newline="\n")
    _write_vtt(annotated, paths[2])
    return paths


def lasting(tier: Tier) -> Iterator[Span]:
    """The spans with a length that can be seen."""
    if tier.kind == STRETCHES:
        yield from tier.spans
        return
    ends = [after.start_ms for _, after in pairwise(tier.spans)]
    for span, until in zip(tier.spans, [*ends, None], strict=True):
        end = span.start_ms + _SHOWN_MS
        yield Span(span.start_ms, end if until is None else min(end, until), span.text)


def _write_eaf(annotated: Annotated, path: Path) -> None:
    from pympi.Elan import Eaf

    document = Eaf(author="")
    document.adocument["DATE"] = annotated.made_at
    document.remove_tier("default")
    here = f"./{annotated.sound}"
    document.add_linked_file(here, here, _MIME.get(Path(here).suffix, "audio/*"))
    for tier in annotated.tiers:
        document.add_tier(tier.name)
        for span in lasting(tier):
            document.add_annotation(tier.name, span.start_ms, span.end_ms, _printable(span.text))
    document.to_file(str(path))


def _write_vtt(annotated: Annotated, path: Path) -> None:
    import webvtt

    cues = sorted(
        (span.start_ms, span.end_ms, place, tier.name, span.text)
        for place, tier in enumerate(annotated.tiers)
        for span in lasting(tier)
    )
    captions = [
        webvtt.Caption(_stamp(start), _stamp(end), f"<v {name}>{_escaped(text)}</v>")
        for start, end, _, name, text in cues
    ]
    webvtt.WebVTT(captions=captions).save(str(path))


def _stamp(ms: int) -> str:
    minutes, ms = divmod(ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"


def _escaped(text: str) -> str:
    """On lines of their own that are not empty, and without the signs that begin a tag."""
    text = _printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "\n".join(line for line in text.splitlines() if line.strip())


def _printable(text: str) -> str:
    """Without control characters, which neither XML nor WebVTT may hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def _textgrid(annotated: Annotated) -> str:
    """Praat's long text format, in UTF-8."""
    last = max((s.end_ms for tier in annotated.tiers for s in tier.spans), default=0)
    whole = max(annotated.duration_ms, last, 1)
    lines = [
        'File type = "ooTextFile"', 'Object class = "TextGrid"', "",
        "xmin = 0", f"xmax = {_seconds(whole)}", "tiers? <exists>",
        f"size = {len(annotated.tiers)}", "item []:",
    ]  # fmt: skip
    for number, tier in enumerate(annotated.tiers, 1):
        lines.append(f"    item [{number}]:")
        lines += _praat_tier(tier, whole)
    return "\n".join([*lines, ""])


def _praat_tier(tier: Tier, whole: int) -> Iterator[str]:
    points = tier.kind == MOMENTS
    spans = tier.spans if points else _filled(tier.spans, whole)
    what = "points" if points else "intervals"
    yield f'        class = "{"TextTier" if points else "IntervalTier"}"'
    yield f'        name = "{_quoted(tier.name)}"'
    yield "        xmin = 0"
    yield f"        xmax = {_seconds(whole)}"
    yield f"        {what}: size = {len(spans)}"
    for number, span in enumerate(spans, 1):
        yield f"        {what} [{number}]:"
        if points:
            yield f"            number = {_seconds(span.start_ms)}"
            yield f'            mark = "{_quoted(span.text)}"'
        else:
            yield f"            xmin = {_seconds(span.start_ms)}"
            yield f"            xmax = {_seconds(span.end_ms)}"
            yield f'            text = "{_quoted(span.text)}"'


def _filled(spans: Sequence[Span], whole: int) -> list[Span]:
    """With empty ones between: Praat's interval tiers have no gaps."""
    found: list[Span] = []
    at = 0
    for span in (*spans, Span(whole, whole, "")):
        if span.start_ms > at:
            found.append(Span(at, span.start_ms, ""))
        if span.end_ms > span.start_ms:
            found.append(span)
        at = span.end_ms
    return found


def _seconds(ms: int) -> str:
    return f"{ms // 1000}.{ms % 1000:03}"


def _quoted(text: str) -> str:
    return _printable(text).replace('"', '""')
