"""What each marker says was heard, in words to the one who answered."""

# As in "at 0:14 you ..."; among themselves raters say it with ``domain.rounds.MARKER_WORDS``.
TOLD = {
    "validates": "say that what the client feels makes sense",
    "explores-now": "ask what is happening now",
    "owns-part": "own a part in it",
    "names-the-moment": "name what just happened",
    "speaks-of-us": "speak of the two of you",
    "invites-more": "invite the client to say more",
    "stays-with-feeling": "stay with the feeling",
    "explains": "explain",
    "defends": "defend yourself",
    "reassures": "reassure",
    "advises": "advise",
    "changes-subject": "change the subject",
    "passes-over": "pass over it",
    "turns-it-back": "turn it back on the client",
}


def told(marker: str) -> str:
    """A marker as it is said to the one who answered; an unknown one as it is, none is empty."""
    return TOLD.get(marker, marker)
