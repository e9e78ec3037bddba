"""What the pages of all reports share: where they are laid out, and what each of them says."""

from collections.abc import Mapping
from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ku", "ps", "ug", "ur", "yi")
SYNTHETIC = "Synthetic voice: for practice, not equivalent to filmed clients."


def page(template: str, words: Mapping[str, object]) -> str:
    """A template laid out with these words; every one of them is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # 80 ms, only when needed

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(words)
