"""Messages that people put into the timeline, each at its own time and once.

One that stands in the run's thread as well is not told there again: it is marked here.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.core.documents.postmortem.item import MESSAGES, Item
from bot.core.documents.postmortem.model import Story
from bot.core.documents.postmortem.talk import Said
from bot.core.documents.postmortem.wording import clock
from bot.core.markup.model import Code, Inline, Link, Words, joined
from bot.core.run.pins import Pin, time_of

SIGN = "📌"


def pins(story: Story) -> list[Pin]:
    """Those of the run, in the order of their times."""
    return sorted(story.run.pins.values(), key=lambda one: (one.at, one.number))


def in_thread(story: Story) -> Mapping[datetime, Pin]:
    """The pins of messages of the run's channel, by when those were written."""
    return {
        time_of(pin.pinned.ts): pin
        for pin in reversed(tuple(story.run.pins.values()))
        if pin.pinned.channel == story.run.channel
    }


def talk(story: Story) -> tuple[Said, ...]:
    """What was said in the thread and is not in the timeline already."""
    here = in_thread(story)
    return tuple(one for one in story.said or () if one.at not in here)


def text_of(story: Story, pin: Pin) -> str:
    """Its words: the whole of them where they were too many to keep and the thread has them."""
    if pin.pinned.cut and pin.corrected is None and pin.pinned.channel == story.run.channel:
        kept, at = pin.text.removesuffix("…").rstrip(), time_of(pin.pinned.ts)
        for said in story.said or ():
            if said.at == at and said.text.lstrip().startswith(kept):
                return said.text
    return pin.text


def writer(story: Story, by: str | None, app: str | None) -> Inline:
    """Who wrote a message: an app under its own name, a person under theirs."""
    name = None if by is None else story.names.known(by)
    if by is not None and (app is None or name == app):
        return story.names.of(by)
    if by is None or name is None:
        return Words(app or "an app")
    return story.names.of(by), ", through ", Words(app or "an app")


def whose(story: Story, pin: Pin) -> Inline:
    """Who wrote what was put into the timeline."""
    author = pin.pinned.author
    return writer(story, None if author is None else author.id, pin.pinned.app)


def told(story: Story, pin: Pin) -> Inline:
    """What it says, what hangs on it, where it is, and who put it there."""
    text = text_of(story, pin)
    parts: list[Inline] = [("“", story.names.opening(text), "”")] if text else []
    parts += [("📎 ", Code(name)) for name in pin.files]
    if pin.pinned.cut and text == pin.text:
        parts.append(f"({pin.pinned.cut:,} more characters in Slack)")
    by = story.names.of(pin.pinned.by)
    again: Inline = ""
    if pin.corrected is not None:
        first = clock(time_of(pin.pinned.ts), story.run.started_at)
        again = "; corrected by ", story.names.of(pin.corrected), ", first at ", first
    link = Link("in Slack", pin.pinned.link)
    return joined(" ", parts), " (", link, "; added by ", by, f", entry {pin.number}", again, ")"


def items(story: Story) -> Iterator[Item]:
    """Each as an item of the timeline."""
    for pin in pins(story):
        order = (pin.at, MESSAGES, pin.number)
        yield Item(order, pin.at, SIGN, whose(story, pin), told(story, pin))
