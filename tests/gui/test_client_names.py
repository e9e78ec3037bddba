"""Sentences that call clients by id are shown with their names, and say nothing else anew."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.app import classed
from tests.gui.practised import Practised
from trainer.app.arrivals import Arrived
from trainer.app.library import Library
from trainer.app.received import Received
from trainer.app.submit import KIND as SUBMISSION
from trainer.domain.errors import KnownError
from trainer.gui.client_names import ClientNames
from trainer.gui.screens.program_arrived import ArrivedModel, Column


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("jonas-eel is not in this trainee's form", "Jonas is not in this trainee's form"),
        ("Autumn: eli-bike-racks, jonas-eel.", "Autumn: Eli, Jonas."),
        ("2 times: (jonas-eel); then", "2 times: (Jonas); then"),
        ("There is no file jonas-eel.flac", "There is no file jonas-eel.flac"),
        ("/home/ü/jonas-eel is no folder", "/home/ü/jonas-eel is no folder"),
        ("jonas-eel-2 and my-jonas-eel", "jonas-eel-2 and my-jonas-eel"),
        ("key 3WJU-HX2A, nobody knows", "key 3WJU-HX2A, nobody knows"),
    ],
)
def test_an_id_becomes_a_name_where_it_stands_for_a_client(
    library: Library, text: str, told: str
) -> None:
    assert ClientNames(library).told(text) == told


def test_two_of_one_name_are_told_apart_by_their_titles(library: Library) -> None:
    (pack,) = library.packs
    first, second, *rest = pack.vignettes
    alike = replace(second, client=replace(second.client, name=first.client.name))
    one_word = replace(rest[0], ref=replace(rest[0].ref, vignette="words"))
    both = Library((replace(pack, vignettes=(first, alike, one_word)),), library.problems)
    names = ClientNames(both)
    assert names.told(f"{first.id}, {second.id}") == (
        f"{first.client.name} ({first.title}), {first.client.name} ({second.title})"
    )
    assert names.told("other words") == "other words"
    assert ClientNames(Library((), ())).told("jonas-eel") == "jonas-eel"


def test_files_that_came_are_told_with_the_names_of_clients(practised: Practised) -> None:
    note = "jonas-eel is version 1, asked was 2"
    came = Received(
        Path("a.attune"), "share", None, True, notes=(note,), said="2 responses",
    )  # fmt: skip
    model = ArrivedModel(practised.desk())
    model.show_files([Arrived(Path("jonas-eel.attune"), came, None)])
    said = "2 responses; Jonas is version 1, asked was 2"
    assert model.index(0, Column.WHAT).data() == said
    told = f"jonas-eel.attune: taken in. {said}."
    assert model.index(0, Column.FILE).data(Qt.ItemDataRole.ToolTipRole) == told
    assert model.as_table().splitlines()[1] == f"jonas-eel.attune\ttaken\t\t{said}"


def test_neither_files_nor_assignments_are_called_otherwise(practised: Practised) -> None:
    """Where a program called one after a client."""
    name = "Trial of jonas-eel T1.attune"
    asked = classed.assignment(1, {"T1": "A"}, title="Trial of jonas-eel")
    came = Received(Path(name), SUBMISSION, asked, True, "T1", 1, 1, notes=("jonas-eel twice",))
    not_taken = KnownError(f"{name} is damaged", "Ask for jonas-eel again.")
    model = ArrivedModel(practised.desk())
    model.show_files([Arrived(Path(name), came, None), Arrived(Path(name), None, not_taken)])
    refused, taken = model.as_table().splitlines()[1:]
    assert taken == f"{name}\ttaken\tT1, Trial of jonas-eel\t1 response, 1 of them new; Jonas twice"
    assert refused == f"{name}\trefused\t\t{name} is damaged. Ask for Jonas again."
