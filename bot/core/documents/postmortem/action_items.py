"""The action items of a post-mortem: what will be done, and what the record suggests beside it."""

from collections.abc import Iterator

from bot.core.acting.item_forms import listed
from bot.core.acting.suggested import suggested
from bot.core.documents.postmortem.byhand import to_write
from bot.core.documents.postmortem.model import Story
from bot.core.markup.model import Block, Claim, Inline, Paragraph, Table, Ticks, Words
from bot.core.run.items import ActionItem

_TO_WRITE = "✍️"
_STATES = {"open": "open", "done": "✅ done", "dropped": "dropped"}


def action_items(story: Story) -> Iterator[Block]:
    """The section's body: a table of what will be done, then what nobody has taken up."""
    items = listed(story.run)
    if items:
        over = any(not item.is_open for item in items)
        head = ("Action", "Owner", "Due", "State") if over else ("Action", "Owner", "Due")
        rows = tuple(_row(story, item)[: len(head)] for item in items)
        yield Table(head, rows)
    else:
        yield to_write("what will be done, by whom and by when; each needs one owner.")
    if ideas := suggested(story.run):
        yield Paragraph("The record suggests, and nobody has taken it up:")
        yield Ticks(tuple(Claim((Words(one.text), f" ({one.why})")) for one in ideas))


def _row(story: Story, item: ActionItem) -> tuple[Inline, ...]:
    """An item; what nobody said yet of an open one is for people to write."""
    lacking = _TO_WRITE if item.is_open else "–"
    owner: Inline = story.names.of(item.owner) if item.owner else lacking
    due = item.due.isoformat() if item.due else lacking
    return story.names.words(item.text), owner, due, _STATES[item.state]
