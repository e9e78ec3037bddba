"""The feedback reports of a cohort's trainees, each called by code or by name, as the cohort is."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from trainer.app.assign import given_out
from trainer.app.cohort_read import reading
from trainer.app.library import load_library, pack_folders
from trainer.app.paths import Home
from trainer.app.report import WritePdf, check_outside, occasion_name, safe_name
from trainer.app.trainee_report import Draft, Sheet, make_report, read_edited, sheet, write_sheet
from trainer.domain.errors import KnownError
from trainer.exchange.trainee_report import TraineeReport
from trainer.store import cohort
from trainer.store.db import Log
from trainer.store.enrolled import names as enrolled_names
from trainer.store.senders import first_of

Letters = dict[str, "dict[str, Path] | KnownError"]


def trainee_reports(
    home: Home, assignment_id: str, out: Path, write_pdf: WritePdf, *, names: bool = False
) -> Letters:
    """Write the feedback report of each trainee who sent something into the folder ``out``.

    By code, in the assignment's order: the files, or why there is none. With ``names`` a letter and
    its files say the name, where one is known; else they say the code, and no letter is written in
    which a name was typed.
    KnownError: ``out`` lies in a locked data folder.
    """
    check_outside(home, out)
    with reading(home) as log:
        asked = given_out(log, assignment_id)
        same = first_of(log)  # of whom several keys are known all is in one report
        people = {code: same.get(one, one) for code, one in cohort.people(log, asked.id).items()}
        known = _known(log, assignment_id)
    library, of_what = load_library(pack_folders(home)), occasion_name(asked.title, asked.occasion)
    done: Letters = {}
    first = [one.code for one in asked.enrolled if one.code in people]
    for code in dict.fromkeys((*first, *people)):
        person_id = people[code]
        every = known.get(code, ())
        name = every[0] if names and every else code
        try:
            material, draft = read_edited(home, person_id, library)
            draft = _named(draft, code, name) if names else _nameless(draft, code, every)
            of = sheet(replace(material, name=name), draft)
            if not names:
                _check_nameless(of, code, every)
            beside = (*([] if name == code else [safe_name(name, "", 60)]), of_what)
            done[code] = write_sheet(of, out, write_pdf, code, "-".join(filter(None, beside)))
        except KnownError as error:
            done[code] = error
    return done


def _known(log: Log, assignment_id: str) -> dict[str, tuple[str, ...]]:
    """The names that are known, by code, the one to use first."""
    first, other = enrolled_names(log), cohort.names(log, assignment_id)
    return {
        code: tuple(
            dict.fromkeys(name for one in (first, other) if (name := one.get(code, code)) != code)
        )
        for code in {**first, **other}
    }


def _named(draft: Draft, code: str, name: str) -> Draft:
    """The draft, its greeting by name where that was left as it was suggested, by code."""
    greeting = f"Dear {code},"
    if draft.opening is None or not draft.opening.startswith(greeting):
        return draft
    return replace(draft, opening=f"Dear {name},{draft.opening.removeprefix(greeting)}")


def _nameless(draft: Draft, code: str, names: Iterable[str]) -> Draft:
    """The draft, with the code wherever the trainee's whole name was typed."""
    longest_first = sorted(names, key=len, reverse=True)
    words = "|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest_first)
    pattern = re.compile(words or r"(?!)")

    def said(text: str | None) -> str | None:
        return None if text is None else pattern.sub(lambda _found: code, text)

    return replace(
        draft,
        opening=said(draft.opening),
        practise=said(draft.practise),
        closing=said(draft.closing),
        texts={one: said(text) or "" for one, text in draft.texts.items()},
    )


def _check_nameless(of: Sheet, code: str, names: Iterable[str]) -> None:
    """KnownError where what was typed, or is quoted, says the trainee's name or a word of it.

    Not for a word that every letter has, or the client's name, nor for a small one such as "de".
    """
    plain = make_report(replace(of, draft=Draft(chosen=of.draft.chosen)))
    own = {word for text, _ in _texts(plain) for word in _words(text)}
    own |= {word for one in plain.answers for word in _words(f"{one.client} {one.title}")}
    telling = {word for name in names for word in _telling(name)} - own
    wholes = [unicodedata.normalize("NFC", name) for name in names]
    for text, where in (*_texts(make_report(of)), *_quoted(of)):
        said = next((one for one in wholes if _says(text, one)), "")
        said = said or next((word for word in _words(text) if word in telling), "")
        if said:
            what = "is their name" if said in wholes else "is a part of their name"
            raise KnownError(
                f"The letter to {code} says '{said}' in {where}, which {what}",
                "Change it in their feedback report in the window (of what a rater said, leave "
                "the moment out), or write it with --names.",
            )


def _telling(name: str) -> set[str]:
    """The words of a name that tell who it is; none is a small one if it has others."""
    every = {word for word in _words(name) if len(word) > 1}
    large = {word for word in every if not word.islower()}
    return large or every | {word.capitalize() for word in every}


def _texts(report: TraineeReport) -> list[tuple[str, str]]:
    """What can be typed in a letter, and where it stands."""
    return [
        (report.opening, "the opening"),
        (report.practise, "what to practise"),
        (report.closing, "the closing"),
        *((one.text, f"the words on the answer to {one.client}") for one in report.answers),
    ]


def _quoted(of: Sheet) -> list[tuple[str, str]]:
    return [
        (quote.text, f"what a rater said of the answer to {one.client} ({quote.text[:40]})")
        for one in make_report(of).answers
        for quote in one.quotes
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def _says(text: str, name: str) -> bool:
    whole = rf"(?<!\w){re.escape(name)}(?!\w)"
    return re.search(whole, unicodedata.normalize("NFC", text)) is not None
