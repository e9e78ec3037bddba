"""A log in which two supervisors rate a class, as the rounds leave it. No test is in here."""

from dataclasses import dataclass, field

from tests.app import judged
from tests.app.judged import Scores
from tests.gui.practised import BEGAN, Practised
from tests.store.made import TO_BE_RATED
from trainer.app import rounds
from trainer.app.library import Library, load_library
from trainer.app.paths import Home, bundled
from trainer.app.settings import Settings
from trainer.domain.ids import new_id
from trainer.domain.rating import Rating
from trainer.domain.response import Person, Response
from trainer.domain.rounds import Round
from trainer.domain.rubric import Rubric
from trainer.store import people
from trainer.store.db import Log, open_log

CLIENTS = (
    "dana-parking", "eli-bike-racks", "ruth-corrected-letter", "marcus-nodding",
    "tom-eleven-across", "jonas-eel", "priya-middle-circle", "ines-laminated",
)  # fmt: skip


@dataclass
class Raters:
    """The log of M. K., who sits at this computer, and of Ada; ``given`` are by trainee."""

    home: Home
    log: Log
    library: Library
    rubric: Rubric
    me: Person
    ada: Person
    trainees: list[Person]
    given: dict[str, list[Response]] = field(default_factory=dict)
    rounds: dict[str, Round] = field(default_factory=dict)

    def set_out(self) -> None:
        """Both begin a round of all there is."""
        for person in (self.me, self.ada):
            self.rounds[person.id] = judged.begin(
                self.log, self.home, self.library, self.rubric, person.id
            )

    def rate(
        self, rater: Person, response: Response, *scores: float | None, second: bool = False
    ) -> Rating:
        of = self.rounds[rater.id]
        return judged.lock(self.log, of, self.rubric, response.id, scores, second=second)

    def both(self, response: Response, mine: Scores, hers: Scores) -> tuple[Rating, Rating]:
        return self.rate(self.me, response, *mine), self.rate(self.ada, response, *hers)

    def say(self, rater: Person, response: Response, at_s: float, text: str, marker: str) -> str:
        of = self.rounds[rater.id]
        return rounds.comment(self.log, of, response.id, at_s, text, marker).value.id


def settled(
    home: Home,
    *,
    names: tuple[str, ...] = ("Trainee One", "Trainee Two"),
    clients: int = 3,
    seconds: float = 6.0,
    own: Scores | None = (3, 3, 3),
    library: Library | None = None,
) -> Raters:
    """Trainees who each answered some clients and rated themselves; nobody else has yet."""
    library = library or load_library([bundled("scenarios") / "core"])
    rubric = library.rubric("alliance-skills")
    log = open_log(home.folder)
    everybody = [Person(new_id(), name, BEGAN) for name in ("M. K.", "Ada", *names)]
    for person in everybody:
        people.add_person(log, person)
    Settings(home.settings_file).set("person", everybody[0].id)
    made = Raters(home, log, library, rubric, everybody[0], everybody[1], everybody[2:])
    known = CLIENTS
    for person in made.trainees:
        practised = Practised(log, home, library, person, agreed=TO_BE_RATED)
        for client in known[:clients]:
            response = practised.respond(library.find_vignette(client), seconds=seconds)
            if own is not None:
                practised.rate(response, rubric, *own)
            made.given.setdefault(person.id, []).append(response)
    made.set_out()
    return made
