"""Evidence in the form that marks a step done: what is asked for, and what comes of the answer."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.acting.asking import Answer
from bot.core.acting.intents import Odd, text
from bot.core.blockkit.blocks import Block, file_input, text_input
from bot.core.blockkit.modal import INSTEAD
from bot.core.procedure import Placed, evidence_of
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, Refused, worded
from bot.core.text import brief, shorten

LARGEST = 10 * 1024 * 1024
"""How many bytes of a file are read; Slack takes up no larger one in a form."""
MOST_FILES = 10
"""How many files are given for a step at once; a form of Slack's takes no more."""
_NAME_LIMIT, _TYPE_LIMIT, _LINK_LIMIT = 255, 100, 2_000
_FILE = re.compile(r"F[A-Z0-9]{1,31}")
_WEB = re.compile(r"https?://\S+")
_ASKED_SHOWN = 200


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file in Slack, as a form gives it: what Slack says of it."""

    id: str
    name: str
    size: int
    mimetype: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What someone shows for a step; `instead` is said where no file can be given."""

    text: str = ""
    files: tuple[GivenFile, ...] = ()
    instead: str = ""


NOTHING = Shown()

_TEXT, _FILE_FIELD = "evidence", "evidence_file"


def fields(run: Run, row: Row) -> list[Block]:
    """The fields of a form in which what a step asks for is given."""
    asked = evidence_of(row.leaf)
    if asked is None:
        return []
    made = []
    if asked.text is not None:
        made.append(
            text_input(
                _TEXT,
                run.words(asked.text),
                multiline=True,
                limit=WORDS_LIMIT,
                hint="Evidence: the record and the post-mortem have all of it.",
                optional=asked.optional,
            )
        )
    if asked.file is not None:
        made.append(
            file_input(
                _FILE_FIELD,
                run.words(asked.file),
                most=MOST_FILES,
                hint=f"Evidence: {MOST_FILES} files at most, of 10 MB each. They stay in Slack; "
                "the record has the SHA-256 of each.",
                optional=asked.optional,
            )
        )
    return made


def shown(answer: Answer) -> Shown:
    """What was given in those fields; raises Odd."""
    said = answer.said(_FILE_FIELD)
    files = [_read(one) for one in json.loads(said)] if said else []
    if len(files) > MOST_FILES:
        raise Odd("more files than the form takes")
    once = {file.id: file for file in files}
    return Shown(answer.said(_TEXT), tuple(once.values()), answer.said(_FILE_FIELD + INSTEAD))


def _read(of: Any) -> GivenFile:
    """A file as Slack describes it."""
    size = of["size"]
    if not _FILE.fullmatch(text(of["id"])) or not isinstance(size, int) or size < 0:
        raise Odd("no file of Slack's")
    link = of.get("permalink")
    known = isinstance(link, str) and len(link) <= _LINK_LIMIT and _WEB.fullmatch(link)
    return GivenFile(
        of["id"],
        shorten(text(of.get("name") or of["id"]), _NAME_LIMIT),
        size,
        shorten(text(of.get("mimetype") or ""), _TYPE_LIMIT),
        text(link) if known else None,
    )


def given(run: Run, placed: Placed, what: Shown, by: e.Person) -> Sequence[e.Event]:
    """The entries with what was shown for a step; raises Refused where something lacks.

    A file is an entry of its own, so that each is read, named and erased by itself.
    """
    asked = evidence_of(placed.step)
    if asked is None:
        return ()
    words = worded(what.text, "the evidence") if what.text.strip() else ""
    instead = worded(what.instead, "where the file is") if what.instead.strip() else ""
    lacking = [
        label
        for label, there in ((asked.text, words), (asked.file, what.files or instead))
        if label is not None and not there
    ]
    if lacking and not asked.optional:
        wanted = brief(run.words(lacking[0]), _ASKED_SHOWN)
        raise Refused(
            f"Step {placed.number} was not marked done: it asks for evidence ({wanted}). "
            "Press *Done…*, on the board."
        )
    told = "\n".join(filter(None, (words, instead)))
    entries = [_of_file(file) for file in what.files] or ([{}] if told else [])
    if told:
        entries[0]["text"] = told
    return tuple(e.EvidenceGiven(step=placed.step.id, by=by, **said) for said in entries)


def _of_file(file: GivenFile) -> dict[str, Any]:
    said = {"file": file.id, "name": file.name, "size": file.size, "mimetype": file.mimetype}
    return {**said, "link": file.link} if file.link else said
