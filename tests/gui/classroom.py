"""A log in which several trainees answered the same clients, opened by somebody who rates them."""

from pathlib import Path

from tests.app.fakes import make_film
from tests.gui.practised import Practised, begin, catch_up, speech
from tests.store.made import TO_BE_RATED
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.settings import Settings
from trainer.domain.consent import Consent
from trainer.domain.ids import new_id
from trainer.domain.response import Person, Response
from trainer.store import responses

TRAINEES = ("Zebulon Quick", "Ásta Ödegård", "Wilhelmina Xiang")
SUPERVISOR = "Dr. Supervisor"
CLIENTS = ("dana-parking", "marcus-nodding")


def classroom(
    folder: Path,
    seconds: float = 2.0,
    trainees: tuple[str, ...] = TRAINEES,
    rated: bool = True,
    filmed: bool = False,
    agreed: Consent | None = TO_BE_RATED,
) -> tuple[Home, tuple[Response, ...]]:
    """A data folder whose person is a supervisor, and the responses of the trainees in it.

    ``rated``: the trainees have rated themselves; ``agreed`` is what they said of recordings.
    """
    home = Home(folder)
    library = load_library(pack_folders(home))
    it = begin(folder, library, SUPERVISOR)
    supervisor, it.agreed = it.person, agreed
    given = []
    try:
        for name in trainees:
            given += _answers(it, name, seconds, rated=rated, filmed=filmed)
        catch_up(it.log)
        given = [responses.response(it.log, one.id) for one in given]
    finally:
        it.log.close()
    Settings(home.settings_file).set("person", supervisor.id)
    return home, tuple(given)


def _answers(
    it: Practised, name: str, seconds: float, *, rated: bool, filmed: bool
) -> list[Response]:
    from trainer.store import people

    it.person = Person(new_id(), name, it.at)
    it.attempts = {}
    people.add_person(it.log, it.person)
    found = []
    for client in CLIENTS:
        vignette = it.library.find_vignette(client)
        sound = speech(seconds, 0.5, seed=sum(map(ord, name)) + len(found))
        response = it.respond(vignette, seconds=seconds, stimulus_end_s=0.3, sound=sound)
        if filmed:
            film = it.home.folder / "a film.mkv"
            make_film(film, seconds - 0.5)
            it.film(response, film, 0.4)
        if rated:
            it.rate(response, it.library.rubric("alliance-skills"), 5, 4, None)
        found.append(response)
    return found
