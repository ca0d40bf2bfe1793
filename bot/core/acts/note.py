"""Writing something down, about a step or about the run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.acting.act import Act
from bot.core.acting.asking import (
    Answer,
    Asking,
    OnRun,
    OnStep,
    Question,
    listed,
    on_step,
    row_of,
    while_open,
)
from bot.core.acting.intents import Do, Form
from bot.core.acting.inwords import InWords, or_the_run
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ABOUT, OPEN, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.steps import place
from bot.core.acting.thread import Scene, said, step_name
from bot.core.blockkit.blocks import checkbox_input, section, text_input
from bot.core.blockkit.modal import View, modal
from bot.core.blockkit.picture import Picture
from bot.core.kinds.controls import Control
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import WORDS_LIMIT, worded
from bot.core.text import escape

CONTROL = Control("Note…", "note", "Add a note to step {}")


@dataclass(frozen=True, slots=True)
class AddNote:
    """Write something down about a step, or about the run."""

    step: str | None
    by: e.Person
    text: str
    shared: bool = False


def _rule(run: Run, command: AddNote, at: datetime) -> Sequence[e.Event]:
    if command.step is not None:
        place(run, command.step)
    note = e.NoteAdded(step=command.step, by=command.by, text=worded(command.text, "the note"))
    # What an entry did not say before, it says only where it is so.
    return (note.model_copy(update={"shared": True}) if command.shared else note,)


def _any(row: Row, by: e.Person) -> bool:
    return True


def _opens(run: str, rest: str, by: e.Person) -> Form:
    """The form, about a step where one is named."""
    return Form(run, "note", rest or None)


def _form(run: Run, which: str | None, by: e.Person) -> View:
    """Something to write down."""
    row = None if which is None else row_of(run, which)
    ask = text_input(
        "text",
        "Note",
        multiline=True,
        limit=WORDS_LIMIT,
        hint="The record and the post-mortem have all of it.",
    )
    share = checkbox_input("shared", "Thread", "Post it in the thread too")
    blocks = on_step(row, ask) if row else [section(f"About *{run.id}*"), ask]
    step = row.ref if row else None
    return modal("note", "Add a note", "Add", [*blocks, share], run=run.id, step=step)


def _read(answer: Answer) -> AddNote:
    return AddNote(answer.step, answer.by, answer.said("text"), "shared" in answer.values)


def _in_words(run: Run, row: Row | None, words: str, by: e.Person) -> Do[AddNote] | Form:
    step = None if row is None else row.ref
    return Do(run.id, AddNote(step, by, words)) if words else Form(run.id, "note", step)


ON_RUN = OnRun("Add a note…", "", "note", while_open)

NOTE = Act(
    AddNote,
    rule=_rule,
    when_closed=False,
    needs=None,
    asking=Asking(
        verbs={CONTROL.verb: _opens},
        questions=[Question("note", when_closed=False, draw=_form, read=_read)],
        lines=[
            OnStep(_any, listed(CONTROL)),
            ON_RUN,
        ],
        words=[
            InWords(
                said=("note", "add a note", "add note", "write down", "fyi"),
                after="TEXT",
                runs="open",
                step=or_the_run,
                lacking="",
                means=_in_words,
                control=(ON_RUN.label, ON_RUN.verb),
                told="Noted.",
            )
        ],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _added(run: Run, event: e.NoteAdded, at: datetime) -> Run:
    note = (event.by, event.text)
    if event.step is None:
        return replace(run, notes=(*run.notes, note))
    step = run.steps[event.step]
    return replace(run, steps={**run.steps, event.step: replace(step, notes=(*step.notes, note))})


def _touches(run: Run | None, event: e.NoteAdded, number: int) -> Sequence[str]:
    return [f"notice/{number}"] * event.shared


def _notice(scene: Scene, event: e.NoteAdded) -> Picture:
    about = f"step {step_name(scene.run, event.step)}" if event.step else "a note"
    by = by_name(scene.run, event.by)
    return said(f"📝 {scene.run.id}: {about} · {by}:\n{escape(event.text)}")


def _sentence(around: Around, event: e.NoteAdded, it: Inline) -> Inline:
    about = "" if event.step is None else (" on ", it)
    return "noted", about, ": ", around.names.opening(event.text)


def _text(event: e.NoteAdded) -> str:
    return event.text


ADDED = Meaning(
    e.NoteAdded,
    sealed={**ABOUT, "text": WORDS, "shared": OPEN},
    changes=_added,
    matters=None,
    touches=_touches,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    account=_text,
    brings_looks=False,
)
