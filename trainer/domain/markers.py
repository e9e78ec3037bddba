"""What each marker says was heard, in words: of the one who answered, and to them."""

# ``domain.rounds.MARKERS``: as in "at 0:14 he or she ...", and as in "at 0:14 you ...".
WORDS = {
    "validates": ("says that the client's reaction makes sense",
                  "say that the client's reaction makes sense"),
    "explores-now": ("asks about what is happening now", "ask about what is happening now"),
    "owns-part": ("says what their own part in it is", "say what your own part in it is"),
    "names-the-moment": ("names the moment", "name the moment"),
    "speaks-of-us": ("speaks of the two of them", "speak of the two of you"),
    "invites-more": ("invites the client to say more", "invite the client to say more"),
    "stays-with-feeling": ("stays with the feeling", "stay with the feeling"),
    "explains": ("explains", "explain"),
    "defends": ("defends themselves", "defend yourself"),
    "reassures": ("reassures", "reassure"),
    "advises": ("gives advice", "give advice"),
    "changes-subject": ("changes the subject", "change the subject"),
    "passes-over": ("passes over what was said", "pass over what was said"),
    "turns-it-back": ("turns it back on the client", "turn it back on the client"),
}  # fmt: skip


def heard(marker: str) -> str:
    """A marker as raters say it among themselves; an unknown one as it is, none is empty."""
    return WORDS.get(marker, (marker, marker))[0]


def told(marker: str) -> str:
    """A marker as it is said to the one who answered; an unknown one as it is, none is empty."""
    return WORDS.get(marker, (marker, marker))[1]
