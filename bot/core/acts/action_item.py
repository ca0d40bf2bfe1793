"""Action items: what will be done after a run, by whom and by when, and whether it was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.core.acting.act import Act
from bot.core.acting.asking import (
    Answer,
    Asking,
    Means,
    OnRun,
    Question,
    at_any_time,
    in_a_form,
    opens,
    opens_about,
)
from bot.core.acting.intents import Do, Form, Odd
from bot.core.acting.inwords import TOLD, InWords
from bot.core.acting.item_forms import (
    DUE_IN,
    TEXT_LIMIT,
    add_form,
    edit_form,
    in_words,
    item_of,
    list_form,
    read_due,
    read_idea,
    read_owner,
    words,
)
from bot.core.acting.lacking import ITEMS
from bot.core.acting.meaning import Meaning, all_stay, by_person
from bot.core.acting.messages import to_write
from bot.core.acting.naming import by_name
from bot.core.acting.sealed import ASKED, OPEN, PERSON, WORDS
from bot.core.acting.sentences import Around
from bot.core.acting.suggested import suggestion_of
from bot.core.acting.thread import Scene, said
from bot.core.blockkit.picture import Picture
from bot.core.markup.model import Inline
from bot.core.run import events as e
from bot.core.run.items import ITEMS_LIMIT, ActionItem, ItemState
from bot.core.run.model import Run
from bot.core.run.outline import Row
from bot.core.run.refusals import Refused, is_mine, worded
from bot.core.text import mention


@dataclass(frozen=True, slots=True)
class AddItem:
    """Say what will be done, by whom and by when; `idea` is the suggestion that it takes up."""

    by: e.Person
    text: str
    owner: e.Person | None = None
    due: date | None = None
    idea: str | None = None


@dataclass(frozen=True, slots=True)
class AcceptItem:
    """Take up a suggestion as it is: it is the work of whoever does."""

    by: e.Person
    idea: str


@dataclass(frozen=True, slots=True)
class EditItem:
    """Say anew what will be done, by whom and by when."""

    by: e.Person
    item: int
    text: str
    owner: e.Person | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class MarkItem:
    """Say that an item was done or dropped, or that it is open again."""

    by: e.Person
    item: int
    state: ItemState


def _text(text: str) -> str:
    text = worded(text, "the action item")
    if len(text) > TEXT_LIMIT:
        raise Refused(
            f"Nothing was recorded: an action item takes {TEXT_LIMIT} characters, and this has "
            f"{len(text):,}. Make two of it, or put the rest into the thread.",
            "text",
        )
    return text


def _given(owner: e.Person | None, due: date | None) -> dict[str, Any]:
    """What an entry says only where it is known."""
    return ({"owner": owner} if owner else {}) | ({"due": due} if due else {})


def _add_rule(run: Run, command: AddItem, at: datetime) -> Sequence[e.Event]:
    if len(run.items) >= ITEMS_LIMIT:
        raise Refused(f"Nothing was recorded: {run.id} has {ITEMS_LIMIT} action items already.")
    known = suggestion_of(run, command.idea) if command.idea else None
    idea = {"suggestion": known.name} if known else {}
    given = _given(command.owner, command.due)
    return (e.ActionItemAdded(by=command.by, text=_text(command.text), **given, **idea),)


def _accept_rule(run: Run, command: AcceptItem, at: datetime) -> Sequence[e.Event]:
    """Once: whoever was second finds that it is taken up."""
    idea = suggestion_of(run, command.idea)
    if idea is None:
        return ()
    due = (at + DUE_IN).date()
    added = AddItem(command.by, idea.text[:TEXT_LIMIT], command.by, due, idea.name)
    return _add_rule(run, added, at)


def _edit_rule(run: Run, command: EditItem, at: datetime) -> Sequence[e.Event]:
    item, text = item_of(run, command.item), _text(command.text)
    same = is_mine(item.owner, command.owner) if command.owner else item.owner is None
    if (text, command.due) == (item.text, item.due) and same:
        return ()
    given = _given(command.owner, command.due)
    return (e.ActionItemChanged(by=command.by, item=item.number, text=text, **given),)


def _mark_rule(run: Run, command: MarkItem, at: datetime) -> Sequence[e.Event]:
    item = item_of(run, command.item)
    if item.state == command.state:
        return ()
    return (e.ActionItemMarked(by=command.by, item=item.number, state=command.state),)


# How it is asked for. ---------------------------------------------------------------------------


def _read_added(answer: Answer) -> AddItem:
    owner, due, idea = read_owner(answer), read_due(answer), read_idea(answer.about)
    return AddItem(answer.by, answer.said("text"), owner, due, idea)


def _read_edited(answer: Answer) -> EditItem:
    entry = answer.about["entry"]
    if not isinstance(entry, int):
        raise Odd("not the number of an entry")
    return EditItem(answer.by, entry, answer.said("text"), read_owner(answer), read_due(answer))


def _marks(state: ItemState) -> Means[MarkItem]:
    def means(run: str, rest: str, by: e.Person) -> Do[MarkItem]:
        if not rest.isdecimal() or len(rest) > _DIGITS:
            raise Odd("not the number of an entry")
        return Do(run, MarkItem(by, int(rest), state))

    return means


_DIGITS = 9


def _accepts(run: str, rest: str, by: e.Person) -> Do[AcceptItem]:
    return Do(run, AcceptItem(by, rest))


def _in_words(run: Run, row: Row | None, typed: str, by: e.Person) -> Do[AddItem] | Form:
    text, owner, due = in_words(typed)
    return Do(run.id, AddItem(by, text, owner, due)) if text else Form(run.id, "item_add")


ON_RUN = OnRun(
    ITEMS[0],
    "What will be done afterwards, by whom and by when; the record suggests some.",
    ITEMS[1],
    at_any_time,
)

ADD = Act(
    AddItem,
    rule=_add_rule,
    when_closed=True,
    needs=None,
    asking=Asking(
        verbs={ON_RUN.verb: opens("items"), "item_add": opens_about("item_add")},
        questions=[
            Question("items", when_closed=True, draw=list_form, read=None),
            Question("item_add", when_closed=True, draw=add_form, read=_read_added),
        ],
        lines=[ON_RUN],
        words=[
            InWords(
                said=("action", "action item", "add an action item", "add action item"),
                after=TOLD,
                runs="any",
                step=None,
                lacking="",
                means=_in_words,
                control=("Add an action item…", "item_add"),
                told="It is an action item now.",
            ),
            in_a_form(ON_RUN, "items", "action items", "actions", runs="any"),
        ],
    ),
)

ACCEPT = Act(
    AcceptItem,
    rule=_accept_rule,
    when_closed=True,
    needs=None,
    asking=Asking(verbs={"item_accept": _accepts}, questions=[], lines=[], words=[]),
)

EDIT = Act(
    EditItem,
    rule=_edit_rule,
    when_closed=True,
    needs=None,
    asking=Asking(
        verbs={"item_edit": opens_about("item_edit")},
        questions=[Question("item_edit", when_closed=True, draw=edit_form, read=_read_edited)],
        lines=[],
        words=[],
    ),
)

MARK = Act(
    MarkItem,
    rule=_mark_rule,
    when_closed=True,
    needs=None,
    asking=Asking(
        verbs={
            "item_done": _marks("done"),
            "item_drop": _marks("dropped"),
            "item_again": _marks("open"),
        },
        questions=[],
        lines=[],
        words=[],
    ),
)


# What it makes. ---------------------------------------------------------------------------------


def _with(run: Run, item: ActionItem) -> Run:
    return replace(run, items={**run.items, item.number: item})


def _added(run: Run, event: e.ActionItemAdded, at: datetime) -> Run:
    said = (event.text, event.owner, event.due, event.suggestion)
    return _with(run, ActionItem(run.seq + 1, event.by, *said))


def _changed(run: Run, event: e.ActionItemChanged, at: datetime) -> Run:
    before = run.items[event.item]
    return _with(run, replace(before, text=event.text, owner=event.owner, due=event.due))


def _marked(run: Run, event: e.ActionItemMarked, at: datetime) -> Run:
    before = run.items[event.item]
    return _with(run, replace(before, state=event.state, marked_by=event.by, marked_at=at))


_Worded = e.ActionItemAdded | e.ActionItemChanged


def _tells(run: Run | None, event: _Worded, number: int) -> Sequence[str]:
    """Whoever is to do it hears of it, if that is another than the one who says so."""
    shown = to_write(run)
    if event.owner is None or is_mine(event.owner, event.by) or run is None:
        return shown
    before = run.items.get(event.item) if isinstance(event, e.ActionItemChanged) else None
    known = before is not None and is_mine(before.owner, event.owner)
    return shown if known else (f"notice/{number}", *shown)


def _touches_mark(run: Run | None, event: e.ActionItemMarked, number: int) -> Sequence[str]:
    return to_write(run)


def _notice(scene: Scene, event: _Worded) -> Picture:
    run = scene.run
    if event.owner is None:
        return said(f"📋 {run.id}: {words(run, event.text)}")
    due = f", due {event.due.isoformat()}" if event.due else ""
    head = f"📋 {run.id}: {mention(event.owner)}, {by_name(run, event.by)} gave you an action item"
    return said(f"{head}{due}:\n{words(run, event.text)}")


def _whose(around: Around, event: _Worded) -> Inline:
    owner: Inline = (" for ", around.names.of(event.owner)) if event.owner else ""
    return owner, f", due {event.due.isoformat()}" if event.due else ""


def _sentence(around: Around, event: e.ActionItemAdded, it: Inline) -> Inline:
    return "added an action item", _whose(around, event), ": ", around.names.opening(event.text)


def _of_change(around: Around, event: e.ActionItemChanged, it: Inline) -> Inline:
    what = f"changed the action item of entry {event.item}"
    return what, _whose(around, event), ": ", around.names.opening(event.text)


def _of_mark(around: Around, event: e.ActionItemMarked, it: Inline) -> Inline:
    how = {"open": "opened again", "done": "finished", "dropped": "dropped"}[event.state]
    return f"{how} the action item of entry {event.item}"


_WORDED = {**ASKED, "text": WORDS, "owner": PERSON, "due": OPEN}


ADDED = Meaning(
    e.ActionItemAdded,
    sealed={**_WORDED, "suggestion": OPEN},
    changes=_added,
    matters=None,
    touches=_tells,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_sentence,
    who=by_person,
    # The document has it whole in its own place, as it stands.
    account=None,
    brings_looks=False,
)

CHANGED = Meaning(
    e.ActionItemChanged,
    sealed={**_WORDED, "item": OPEN},
    changes=_changed,
    matters=None,
    touches=_tells,
    offers=all_stay,
    opens=None,
    notice=_notice,
    messages={},
    sentence=_of_change,
    who=by_person,
    account=None,
    brings_looks=False,
)

MARKED = Meaning(
    e.ActionItemMarked,
    sealed={**ASKED, "item": OPEN, "state": OPEN},
    changes=_marked,
    matters=None,
    touches=_touches_mark,
    offers=all_stay,
    opens=None,
    notice=None,
    messages={},
    sentence=_of_mark,
    who=by_person,
    account=None,
    brings_looks=False,
)
