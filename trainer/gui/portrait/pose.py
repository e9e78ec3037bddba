"""How the client holds face and body at one instant. No Qt: numbers only."""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Pose:
    """Twenty-odd parameters of a face and body; 0 is rest, ends are +-1, or 0..1 where noted.

    Left and right are the viewer's. ``breath`` is a phase-free lift of the chest, -1..1.
    """

    gaze_x: float = 0.0  # + to the right
    gaze_y: float = 0.0  # + down
    brow_inner: float = 0.0  # + inner ends raised (distress), - drawn down and together (anger)
    brow_raise: float = 0.0  # both brows
    brow_skew: float = 0.0  # + the left brow higher than the right
    lid: float = 0.12  # upper lid, 0 wide open .. 1 shut
    squint: float = 0.0  # lower lid and cheek, 0..1
    mouth_open: float = 0.0  # 0..1
    mouth_wide: float = 0.0  # + stretched sideways, - pursed
    corner: float = 0.0  # both mouth corners, + up
    sneer: float = 0.0  # left corner tightened, left upper lip raised, 0..1
    press: float = 0.0  # lips pressed thin, 0..1
    chin: float = 0.0  # chin bunched up under the lower lip, 0..1
    yaw: float = 0.0  # head turned, + to the right
    pitch: float = 0.0  # + chin down
    tilt: float = 0.0  # + head leans to the right
    shoulder: float = 0.0  # + raised, - slumped
    lean: float = 0.0  # + towards the viewer
    twist: float = 0.0  # torso turned, + to the right
    arms: float = 0.0  # crossed, 0..1
    tension: float = 0.0  # jaw, neck and forehead, 0..1
    flush: float = 0.0  # colour in the cheeks, 0..1
    tears: float = 0.0  # wet eyes to tear tracks, 0..1
    breath: float = 0.0

    def clamped(self) -> "Pose":
        """The same pose with every parameter inside its range."""
        values = {name: _clamp(name, getattr(self, name)) for name in NAMES}
        return Pose(**values)

    def plus(self, deltas: dict[str, float], weight: float = 1.0) -> "Pose":
        """This pose with ``deltas`` x ``weight`` added, not clamped."""
        if not deltas or weight == 0.0:
            return self
        return replace(self, **{k: getattr(self, k) + v * weight for k, v in deltas.items()})


NAMES = tuple(field.name for field in fields(Pose))
_UNSIGNED = frozenset(
    "lid squint mouth_open sneer press chin arms tension flush tears".split(),
)


def _clamp(name: str, value: float) -> float:
    low = 0.0 if name in _UNSIGNED else -1.0
    return min(1.0, max(low, value))


def blend(a: Pose, b: Pose, t: float) -> Pose:
    """The pose ``t`` (0..1) of the way from ``a`` to ``b``, straight-line in every parameter."""
    if t <= 0.0:
        return a
    if t >= 1.0:
        return b
    return Pose(**{n: getattr(a, n) + (getattr(b, n) - getattr(a, n)) * t for n in NAMES})


def ease(t: float) -> float:
    """Smoothstep: 0 below 0, 1 above 1, level at both ends."""
    t = min(1.0, max(0.0, t))
    return t * t * (3.0 - 2.0 * t)
