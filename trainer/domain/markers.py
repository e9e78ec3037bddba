"""What raters mark in a response, in words that its speaker understands."""

# By the ids of ``rounds.MARKERS``; each goes on from "At 0:12 your answer …".
MARKER_WORDS = {
    "validates": "validates what the client feels",
    "explores-now": "explores what is happening between you now",
    "owns-part": "owns a part in it",
    "names-the-moment": "names what is going on in this moment",
    "speaks-of-us": "speaks of the two of you",
    "invites-more": "invites the client to say more",
    "stays-with-feeling": "stays with the feeling",
    "explains": "explains instead of listening",
    "defends": "defends itself",
    "reassures": "reassures too soon",
    "advises": "gives advice",
    "changes-subject": "changes the subject",
    "passes-over": "passes over what was said",
    "turns-it-back": "turns it back on the client",
}


def marker_words(marker: str) -> str:
    """What a marker says; one of a later version is shown as it is, empty stays empty."""
    return MARKER_WORDS.get(marker, marker.replace("-", " "))
