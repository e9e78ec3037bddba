"""What each marker says was heard, in words for the one who answered."""

# Said of the speaker, as in "at 0:14 you ...".
WORDS = {
    "validates": "say that the client's reaction makes sense",
    "explores-now": "ask about what is happening now",
    "owns-part": "say what your own part in it is",
    "names-the-moment": "name the moment",
    "speaks-of-us": "speak of the two of you",
    "invites-more": "invite the client to say more",
    "stays-with-feeling": "stay with the feeling",
    "explains": "explain",
    "defends": "defend yourself",
    "reassures": "reassure",
    "advises": "give advice",
    "changes-subject": "change the subject",
    "passes-over": "pass over what was said",
    "turns-it-back": "turn it back on the client",
}


def in_words(marker: str) -> str:
    """A marker in words; one that is not known is written as it is, and none is empty."""
    return WORDS.get(marker, marker)
