"""What was agreed to for each recording: chosen once, said of each one, changed at any time."""

from trainer.app.settings import Settings
from trainer.app.work import Outcome
from trainer.domain.changes import Changes
from trainer.domain.consent import Consent, months_after
from trainer.domain.errors import KnownError
from trainer.domain.ids import local_now
from trainer.store import consents, senders
from trainer.store.db import Log


def chosen(settings: Settings) -> Consent:
    """What is said of recordings from now on."""
    return Consent(settings.text("consent"), settings.number("keep_months"))


def state_for_one(log: Log, response_id: str, consent: Consent) -> Outcome[None]:
    """Say it of one response; its last day counts from when it was made."""
    consents.state(log, (response_id,), consent, local_now())
    return Outcome(None, Changes.RESPONSES)


def state_for_all(log: Log, person_id: str, consent: Consent) -> Outcome[int]:
    """Say it of every response that a person has made so far; how many they are."""
    every = consents.responses_of(log, person_id)
    return Outcome(consents.state(log, every, consent, local_now()), Changes.RESPONSES)


def check_agreed(log: Log, response_id: str) -> None:
    """KnownError where whoever gave a response has not agreed to be rated, or only until a day that
    is over; or where it was set aside as nobody's.
    """
    if response_id in senders.set_aside(log):
        raise KnownError(
            "This response was set aside as nobody's",
            "What was rated stays. In Program, 'Whose are they' takes that back.",
        )
    if consents.held_back(log, (response_id,)):
        raise KnownError(
            "Who gave this response has not agreed to be rated, or its last day is over",
            "They can agree to it in Review, or for all of theirs in Settings.",
        )


def keep_another_year(log: Log, response_ids: tuple[str, ...]) -> Outcome[None]:
    """Keep responses whose day is over for a year from today."""
    now = local_now()
    consents.keep_until(log, response_ids, months_after(now.date(), 12), now)
    return Outcome(None, Changes.RESPONSES)
