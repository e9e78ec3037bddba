"""How each affect sounds: one row of numbers per name of the bank's closed list.

Standard library only, so that a test can compare the names with the bank's without a synthesizer.
The figures began with a prototype's measurements and were softened where the words got lost.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Affect:
    """Changes to a neutral voice. Semitones, ratios (1 = unchanged), LU, dB per octave, seconds."""

    shift_st: float = 0.0
    """Mean pitch."""
    pitch_range: float = 1.0
    """Spread of pitch around its mean."""
    rate: float = 1.0
    """Speed; below 1 is slower."""
    level_lu: float = 0.0
    """Loudness against the clip's mean."""
    tilt_db: float = 0.0
    """Spectral tilt: above 0 pressed and bright, below 0 soft and dull."""
    breath: float = 0.0
    """Share of the voiced sound above about 3 kHz that turns into noise."""
    tremor_st: float = 0.0
    """Depth of the wavering of pitch."""
    tremor_hz: float = 5.2
    """Its speed."""
    contrast: float = 1.0
    """Exponent on the energy contour: above 1 stresses hit harder."""
    accent_st: float = 0.0
    """Extra pitch on stressed (loud) syllables."""
    final_st: float = 0.0
    """Glide of pitch over the end of a phrase."""
    formant: float = 1.0
    """Length of the vocal tract: a smile shortens it."""
    pause_s: float = 0.50
    """Pause before a sentence when the script says nothing."""
    breaths: float = 0.0
    """Loudness of the inhalation that may come before a sentence; 0 is none."""


AFFECTS: dict[str, Affect] = {
    "neutral": Affect(breaths=0.5),
    "angry": Affect(
        shift_st=2.5,
        pitch_range=1.55,
        rate=1.09,
        level_lu=2.2,
        tilt_db=1.8,
        contrast=1.25,
        accent_st=1.4,
        final_st=-1.0,
        pause_s=0.32,
        breaths=0.6,
    ),
    "contempt": Affect(
        shift_st=-1.0,
        pitch_range=1.3,
        rate=0.93,
        level_lu=-0.3,
        tilt_db=0.8,
        contrast=1.1,
        accent_st=0.8,
        final_st=-1.6,
        formant=0.985,
        pause_s=0.70,
    ),
    "withdrawn": Affect(
        shift_st=-1.6,
        pitch_range=0.55,
        rate=0.84,
        level_lu=-3.5,
        tilt_db=-1.6,
        breath=0.20,
        contrast=0.9,
        final_st=-1.6,
        pause_s=1.20,
        breaths=0.7,
    ),
    "pleading": Affect(
        shift_st=2.6,
        pitch_range=1.45,
        rate=1.03,
        level_lu=0.3,
        tilt_db=0.2,
        breath=0.14,
        tremor_st=0.30,
        contrast=1.1,
        accent_st=0.8,
        final_st=1.4,
        pause_s=0.45,
        breaths=1.0,
    ),
    "tearful": Affect(
        shift_st=1.8,
        pitch_range=0.85,
        rate=0.86,
        level_lu=-2.2,
        tilt_db=-0.9,
        breath=0.26,
        tremor_st=0.75,
        contrast=0.95,
        final_st=-0.6,
        pause_s=0.95,
        breaths=1.3,
    ),
    "confused": Affect(
        shift_st=0.8,
        pitch_range=1.2,
        rate=0.91,
        level_lu=-0.8,
        tilt_db=-0.3,
        breath=0.06,
        final_st=2.2,
        pause_s=0.80,
        breaths=0.5,
    ),
    "anxious": Affect(
        shift_st=2.0,
        pitch_range=1.05,
        rate=1.13,
        level_lu=-0.6,
        tilt_db=0.5,
        breath=0.10,
        tremor_st=0.28,
        tremor_hz=7.0,
        final_st=0.6,
        pause_s=0.34,
        breaths=1.1,
    ),
    "bright": Affect(
        shift_st=1.6,
        pitch_range=1.5,
        rate=1.03,
        level_lu=0.6,
        tilt_db=0.9,
        accent_st=0.6,
        final_st=0.5,
        formant=1.015,
        pause_s=0.38,
        breaths=0.4,
    ),
}
