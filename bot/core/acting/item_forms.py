"""Action items as they are asked for: the list of them, and the form of one."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.core.acting.asking import Answer
from bot.core.acting.intents import Odd
from bot.core.acting.inwords import named_in
from bot.core.acting.suggested import Suggestion, suggested, suggestion_of
from bot.core.blockkit.blocks import (
    Block,
    actions,
    button,
    context,
    day_input,
    person_input,
    section,
    text_input,
)
from bot.core.blockkit.modal import View, modal
from bot.core.run import events as e
from bot.core.run.items import ActionItem
from bot.core.run.model import Run
from bot.core.run.refusals import Refused
from bot.core.text import brief, counted, mention, plain

TEXT_LIMIT = 500
"""The longest action item, in characters: what will be done, not why."""
DUE_IN = timedelta(days=14)
"""When an item is due that was taken up with one press."""
SHOWN, SUGGESTED_SHOWN = 25, 15
"""How many items and suggestions the list shows."""
_TEXT_SHOWN = 300
_DUE = re.compile(r"[\s,;(]*\b(?:by|due|until)\s+(\d{4}-\d{2}-\d{2})\)?(?=[\s.,;]|$)")
_WHO = re.compile(r"<@[^<>]*>")


def item_of(run: Run, number: int) -> ActionItem:
    """The item that an entry added; raises Refused."""
    item = run.items.get(number)
    if item is None:
        raise Refused(f"Nothing was changed: {run.id} has no such action item.")
    return item


def listed(run: Run) -> Sequence[ActionItem]:
    """All of them: what is to be done first, the earliest due on top; what is over last."""
    return sorted(
        run.items.values(), key=lambda one: (not one.is_open, one.due or date.max, one.number)
    )


def words(run: Run, text: str) -> str:
    """An item in one line, ready for mrkdwn; it notifies nobody."""
    names = {person.id: person.name for person in run.people.values() if person.name}
    return brief(plain(text, names), _TEXT_SHOWN)


def quiet(item: ActionItem) -> str:
    """Whose it is, and when it is due."""
    if item.state != "open":
        by = f" by {mention(item.marked_by)}" if item.marked_by else ""
        return f"{'✅ done' if item.state == 'done' else '✖️ dropped'}{by}"
    owner = mention(item.owner) if item.owner else "nobody has it yet"
    due = f"due {item.due.isoformat()}" if item.due else "no date yet"
    return f"{owner} · {due}"


def list_form(run: Run, which: str | None, by: e.Person) -> View:
    """What will be done, and what the record suggests."""
    items, ideas = listed(run), suggested(run)
    left = sum(item.is_open for item in items)
    head = f"{counted(left, 'action item')} open" if items else "No action item yet"
    blocks: list[Block] = [
        section(f"*{run.id}: {head}*"),
        actions("item_new", button("Add an action item…", "item_add", f"{run.id}/")),
    ]
    for item in items[:SHOWN]:
        blocks += _of_item(run, item)
    if more := max(0, len(items) - SHOWN):
        blocks.append(context(f"… {more} more: the post-mortem has them."))
    if ideas:
        how = f"*Accept* makes it yours, due in {DUE_IN.days} days. *Edit…* changes that first."
        blocks += [section("*The record suggests*"), context(how)]
    for number, one in enumerate(ideas[:SUGGESTED_SHOWN]):
        blocks += _of_idea(run, number, one)
    if more := max(0, len(ideas) - SUGGESTED_SHOWN):
        blocks.append(context(f"… {more} more, once these are taken up."))
    return modal("items", "Action items", None, blocks, run=run.id)


def _of_item(run: Run, item: ActionItem) -> list[Block]:
    about, name = f"{run.id}/{item.number}", f"the action item of entry {item.number}"
    if item.is_open:
        offered = [
            button("Finished", "item_done", about, says=f"Finished: {name}"),
            button("Edit…", "item_edit", about, says=f"Edit {name}"),
            button("Drop", "item_drop", about, says=f"Drop {name}"),
        ]
    else:
        offered = [button("Open it again", "item_again", about, says=f"Open {name} again")]
    text = f"{words(run, item.text)}\n{quiet(item)}"
    return [section(text), actions(f"item:{item.number}", *offered)]


def _of_idea(run: Run, number: int, one: Suggestion) -> list[Block]:
    about = f"{run.id}/{one.name}"
    return [
        section(f"💡 {words(run, one.text)}\n_{one.why}_"),
        actions(
            f"idea:{number}",
            button("Accept", "item_accept", about, says=f"Accept suggestion {number + 1}"),
            button("Edit…", "item_add", about, says=f"Edit suggestion {number + 1}"),
        ),
    ]


def add_form(run: Run, which: str | None, by: e.Person) -> View:
    """What will be done, by whom, and by when? *which* names a suggestion to begin with."""
    idea = suggestion_of(run, which) if which else None
    if idea is None:
        fields = _fields("", None, None)
        return modal("item_add", "Add an action item", "Add", fields, run=run.id)
    fields = _fields(idea.text, by.id, None)
    return modal("item_add", "Add an action item", "Add", fields, run=run.id, idea=idea.name)


def edit_form(run: Run, which: str | None, by: e.Person) -> View:
    """The same for one that is there."""
    item = item_of(run, int(which) if which and which.isdecimal() else 0)
    owner = item.owner.id if item.owner and not item.owner.is_erased else None
    fields = _fields(item.text, owner, item.due)
    return modal("item_edit", "Edit an action item", "Save", fields, run=run.id, entry=item.number)


def _fields(text: str, owner: str | None, due: date | None) -> list[Block]:
    return [
        text_input(
            "text",
            "What will be done?",
            multiline=True,
            initial=text[:TEXT_LIMIT] or None,
            limit=TEXT_LIMIT,
            hint="One thing, so that someone can say that it is finished.",
        ),
        person_input("owner", "By whom?", initial=owner, optional=True),
        day_input("due", "By when?", initial=due, optional=True),
    ]


def read_owner(answer: Answer) -> e.Person | None:
    """Who was chosen; raises Odd."""
    return answer.person("owner") if answer.said("owner") else None


def read_due(answer: Answer) -> date | None:
    """The day that was chosen; raises Odd."""
    said = answer.said("due")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Odd("no day") from None


def read_idea(about: Mapping[str, object]) -> str | None:
    """The suggestion that a form began with."""
    idea = about.get("idea")
    return idea if isinstance(idea, str) else None


def in_words(said: str) -> tuple[str, e.Person | None, date | None]:
    """What was typed as an item: `Rotate the keys @ben by 2026-12-10`; who, and by when."""
    due = None
    if (found := _DUE.search(said)) is not None:
        try:
            due = date.fromisoformat(found[1])
        except ValueError:
            found = None
        else:
            said = said[: found.start()] + said[found.end() :]
    owner, _ = named_in(said)
    if owner is not None:
        said = _WHO.sub("", said)
    return " ".join(said.split()), owner, due
