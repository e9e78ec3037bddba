"""What a client says, why it is hard, and what a good response to it looks like.

The closed lists below are the vocabulary of the bank: coverage is counted by them. Marker families
follow the rupture literature in our own words (Eubanks, Muran & Safran 2018 for the two kinds).
"""

from dataclasses import dataclass
from pathlib import Path

RUPTURES = ("withdrawal", "confrontation", "mixed", "none")
WITHDRAWAL_MARKERS = (
    "denial",
    "minimal-response",
    "abstract-talk",
    "topic-shift",
    "deference",
    "mismatched-affect",
    "self-criticism",
)
CONFRONTATION_MARKERS = (
    "complaint-about-therapist",
    "complaint-about-tasks",
    "complaint-about-arrangements",
    "complaint-about-progress",
    "rejects-intervention",
    "defends-self",
    "pressure-or-control",
)
MARKERS = WITHDRAWAL_MARKERS + CONFRONTATION_MARKERS
QUADRANTS = (
    "hostile-dominant",
    "hostile-submissive",
    "friendly-submissive",
    "friendly-dominant",
)
ATTACHMENTS = ("secure", "preoccupied", "dismissing", "fearful")
PRESENTATIONS = (
    "depression",
    "depression-chronic",
    "anxiety",
    "ocd",
    "ptsd",
    "borderline",
    "narcissistic",
    "antisocial",
    "avoidant-or-dependent",
    "psychosis",
    "substance-use",
    "eating-disorder",
    "grief",
    "no-diagnosis",
)
MODALITIES = (
    "cbt",
    "psychodynamic",
    "person-centred",
    "emotion-focused",
    "dbt",
    "act",
    "mindfulness-based",
    "medication-visit",
    "supportive",
)
SETTINGS = ("in-person", "video", "phone", "text", "group", "couple-or-family")
PHASES = ("first-sessions", "middle", "ending")
SKILLS = ("warmth", "repair", "metacommunication")
LEVELS = ("beginner", "intermediate", "advanced")
METACOMMUNICATION = ("indicated", "optional", "not-indicated")
AFFECTS = (
    "neutral",
    "angry",
    "contempt",
    "withdrawn",
    "pleading",
    "tearful",
    "confused",
    "anxious",
    "bright",
)


@dataclass(frozen=True, slots=True)
class Client:
    """Who speaks. ``look`` and ``voice`` name a drawn portrait and a synthetic voice."""

    name: str
    age: int
    pronouns: str
    look: str
    voice: str
    background: str


@dataclass(frozen=True, slots=True)
class Tags:
    """Where a vignette stands in the bank; every value is from a closed list of this module."""

    rupture: str
    markers: tuple[str, ...]
    quadrant: str
    attachment: str
    presentation: tuple[str, ...]
    modality: str
    setting: str
    phase: str
    skills: tuple[str, ...]
    level: str
    metacommunication: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as spoken; ``start_s`` and ``end_s`` (in the clip) come from the captions."""

    text: str
    affect: str
    direction: str = ""
    pause_before_s: float | None = None
    start_s: float = 0.0
    end_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Media:
    """The clip of one turn: existing files. Exactly one of ``audio`` and ``video`` is set."""

    audio: Path | None
    video: Path | None
    captions: Path | None

    @property
    def clip(self) -> Path:
        """The file that is played."""
        clip = self.video or self.audio
        assert clip is not None, "the bank admits no turn without a clip"
        return clip


@dataclass(frozen=True, slots=True)
class MarkerAt:
    """The second of the clip at which a rupture marker shows."""

    marker: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A model response at one level, with the score it would get on each item and why."""

    level: int
    items: dict[str, int]
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of client speech and the response that is asked for. Times in seconds."""

    id: str
    says: tuple[Sentence, ...]
    media: Media
    markers_at: tuple[MarkerAt, ...]
    window_s: float
    unspoken: str
    trap: str
    criteria: tuple[str, ...]
    exemplars: tuple[Exemplar, ...]
    next: dict[str, str]

    def exemplar(self, level: int) -> Exemplar | None:
        """The first exemplar at ``level``, or None."""
        return next((e for e in self.exemplars if e.level == level), None)


@dataclass(frozen=True, slots=True)
class VignetteRef:
    """The exact text that a row in the log rests on."""

    pack: str
    pack_version: int
    vignette: str
    vignette_version: int


@dataclass(frozen=True, slots=True)
class Vignette:
    """A standardized challenging moment with one client."""

    ref: VignetteRef
    title: str
    language: str
    client: Client
    context: str
    tags: Tags
    content_notes: tuple[str, ...]
    turns: tuple[Turn, ...]
    authors: tuple[str, ...]
    licence: str

    @property
    def id(self) -> str:
        """The vignette's own id, unique in its pack."""
        return self.ref.vignette

    @property
    def synthetic(self) -> bool:
        """Whether it is spoken by a synthetic voice (and so not comparable to filmed clients)."""
        return any(turn.media.video is None for turn in self.turns)

    def turn(self, turn_id: str) -> Turn:
        """The turn called ``turn_id``; KeyError when there is none."""
        for turn in self.turns:
            if turn.id == turn_id:
                return turn
        raise KeyError(turn_id)
