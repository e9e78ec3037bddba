"""The client's clip and the response on one time axis, as an SVG picture with words in it.

Only what SVG Tiny 1.2 knows: browsers and QtSvg draw the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from trainer.domain.moments import clock

WIDTH, HEIGHT = 640.0, 196.0
COLUMNS = 640
_LEFT, _RIGHT = 4.0, WIDTH - 4.0
_LANE = 54.0
_CLIENT_TOP, _RESPONSE_TOP = 20.0, 108.0
_AXIS_Y = _RESPONSE_TOP + _LANE
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_TICK_APART = 46.0
_NAME_LENGTH = 38
# A label's room is guessed: a narrow sans at this size is about so wide (pixels a character).
_CHARACTER = 5.6

GROUND, LINE, TEXT, QUIET = "#f5f3ef", "#ddd7cc", "#22272b", "#5b6268"
CLIENT, OWN = "#8a5a3c", "#2b6a6e"


@dataclass(frozen=True, slots=True)
class Wave:
    """One sound: seconds, and (low, high) of each of its equal parts, -1..1 of its own loudest."""

    duration_s: float
    columns: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Waves:
    """Both sounds on one axis (seconds): 0 is the first sample of the client's clip.

    ``response_at_s`` is where the response's file begins. ``client_end_s`` and ``aligned`` as in
    the window: not aligned means that the pause between the two is not known. Times of the onset
    and of pauses are of the axis. ``problems`` are sentences about what can't be shown.
    """

    client: Wave | None
    response: Wave | None
    client_end_s: float
    response_at_s: float
    aligned: bool
    onset_s: float | None = None
    onset_error_s: float = 0.0
    pauses: tuple[tuple[float, float], ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def start_s(self) -> float:
        """Where the axis begins."""
        return min(0.0, self.response_at_s) if self.response else 0.0

    @property
    def end_s(self) -> float:
        """Where the axis ends."""
        spoken = self.response_at_s + self.response.duration_s if self.response else 0.0
        return max(self.client_end_s, spoken, self.start_s + 1.0)

    def x(self, at_s: float) -> float:
        """Where a second of the axis lies, in the picture's pixels; never outside its frame."""
        share = (at_s - self.start_s) / (self.end_s - self.start_s)
        return _LEFT + min(max(share, 0.0), 1.0) * (_RIGHT - _LEFT)


def waveform_svg(waves: Waves, client: str, response: str, onset: str, alt: str) -> str:
    """The picture. ``client`` and ``response`` name the lanes, ``onset`` labels the onset."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}" height="{HEIGHT:g}" role="img" aria-label="{escape(alt)}" '
        'font-family="Attune Inter" font-size="10.5">',  # one name: QtSvg knows no list
        *_lane(client, _CLIENT_TOP, CLIENT),
        *_lane(response, _RESPONSE_TOP, OWN),
        *(_pause(waves, start, end) for start, end in waves.pauses),
        _wave(waves, waves.client, 0.0, _CLIENT_TOP, CLIENT),
        _wave(waves, waves.response, waves.response_at_s, _RESPONSE_TOP, OWN),
        *_client_end(waves),
        *_onset(waves, onset, len(_short(response))),
        *_axis(waves),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _lane(name: str, top: float, colour: str) -> list[str]:
    return [
        f'<rect x="{_LEFT}" y="{top - 14}" width="8" height="8" rx="2" fill="{colour}"/>',
        _text(_LEFT + 13, top - 6.5, _short(name), fill=TEXT),
        f'<rect x="{_LEFT}" y="{top}" width="{_RIGHT - _LEFT}" height="{_LANE}" rx="4" '
        f'fill="{GROUND}"/>',
    ]


def _wave(waves: Waves, wave: Wave | None, at_s: float, top: float, colour: str) -> str:
    middle = top + _LANE / 2
    if wave is None or not wave.columns:
        return _text(WIDTH / 2, middle + 4, "cannot be shown", anchor="middle", fill=QUIET)
    left, right = waves.x(at_s), waves.x(at_s + wave.duration_s)
    columns = _fewer(wave.columns, max(2, round(right - left)))
    half, step = _LANE / 2 - 3, (right - left) / len(columns)
    xs = [left + (index + 0.5) * step for index in range(len(columns))]
    upper = [f"{x:.1f},{middle - c[1] * half - 0.4:.1f}" for x, c in zip(xs, columns, strict=True)]
    lower = [f"{x:.1f},{middle - c[0] * half + 0.4:.1f}" for x, c in zip(xs, columns, strict=True)]
    return f'<polygon points="{" ".join(upper + lower[::-1])}" fill="{colour}"/>'


def _fewer(columns: Sequence[tuple[float, float]], count: int) -> list[tuple[float, float]]:
    """At most ``count`` columns that cover the same sound: the lowest and highest of each group."""
    count = min(count, len(columns))
    edges = [index * len(columns) // count for index in range(count + 1)]
    groups = [columns[a:b] for a, b in pairwise(edges)]
    return [(min(low for low, _ in g), max(high for _, high in g)) for g in groups]


def _pause(waves: Waves, start: float, end: float) -> str:
    x, width = waves.x(start), waves.x(end) - waves.x(start)
    return (
        f'<rect x="{x:.1f}" y="{_RESPONSE_TOP}" width="{width:.1f}" height="{_LANE}" '
        f'fill="{LINE}" fill-opacity="0.7"/>'
    )


def _client_end(waves: Waves) -> list[str]:
    """A dashed line where the client's sound ends, labelled on the side that has room."""
    if not waves.aligned or waves.client is None:
        return []
    x, label = waves.x(waves.client_end_s), "client ends"
    left_side = x + 6 + len(label) * _CHARACTER > _RIGHT
    return [
        f'<line x1="{x:.1f}" y1="{_CLIENT_TOP - 4}" x2="{x:.1f}" y2="{_AXIS_Y}" '
        f'stroke="{QUIET}" stroke-width="1" stroke-dasharray="3 3"/>',
        _text(x + (-6 if left_side else 6), _CLIENT_TOP + _LANE + 13, label,
              anchor="end" if left_side else "start", fill=QUIET),
    ]  # fmt: skip


def _onset(waves: Waves, label: str, name_length: int) -> list[str]:
    """A line with a pointer at the first speech, its error as a band, its label in words."""
    if waves.onset_s is None or waves.response is None:
        return []
    x, error = waves.x(waves.onset_s), waves.onset_error_s
    low, high = waves.x(waves.onset_s - error), waves.x(waves.onset_s + error)
    top = _RESPONSE_TOP
    parts = [
        f'<rect x="{low:.1f}" y="{top}" width="{high - low:.1f}" height="{_LANE}" '
        f'fill="{OWN}" fill-opacity="0.28"/>',
        f'<line x1="{x:.1f}" y1="{top - 6}" x2="{x:.1f}" y2="{_AXIS_Y}" stroke="{TEXT}"/>',
        f'<polygon points="{x:.1f},{top - 1} {x - 4:.1f},{top - 8} {x + 4:.1f},{top - 8}" '
        f'fill="{TEXT}"/>',
    ]
    left = min(x, waves.x(waves.client_end_s) if waves.aligned else x) - 8
    width, taken = len(label) * _CHARACTER, _LEFT + 24 + name_length * _CHARACTER
    if max(x + 8, taken) + width <= _RIGHT:
        parts.append(_text(max(x + 8, taken), top - 6.5, label, fill=TEXT))
    elif left - width >= taken:
        parts.append(_text(left, top - 6.5, label, anchor="end", fill=TEXT))
    return parts


def _axis(waves: Waves) -> list[str]:
    per_second = (_RIGHT - _LEFT) / (waves.end_s - waves.start_s)
    step = next((s for s in _STEPS if s * per_second >= _TICK_APART), _STEPS[-1])
    zero_s = waves.client_end_s  # the clock begins with the answer, as in the window
    parts, at = [], -int(zero_s // step) * step
    while zero_s + at <= waves.end_s:
        x = waves.x(zero_s + at)
        anchor = "start" if x < 20 else "end" if x > WIDTH - 20 else "middle"
        parts += [
            f'<line x1="{x:.1f}" y1="{_AXIS_Y + 2}" x2="{x:.1f}" y2="{_AXIS_Y + 6}" '
            f'stroke="{QUIET}"/>',
            _text(x, _AXIS_Y + 18, clock(at), anchor=anchor, fill=QUIET),
        ]
        at += step
    words = "minutes:seconds from where the client ends" if waves.client else "minutes:seconds"
    parts.append(_text(WIDTH / 2, HEIGHT - 3, words, anchor="middle", fill=QUIET))
    return parts


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LENGTH else name[: _NAME_LENGTH - 1].rstrip() + "…"


def _text(x: float, y: float, words: str, *, fill: str, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{fill}">{escape(words)}</text>'
