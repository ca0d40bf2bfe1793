"""Messages that people put into the timeline, each at its own time and once.

One that stands in the run's thread as well is not told there again: it is marked here.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.core.documents.postmortem.model import Said, Story
from bot.core.documents.postmortem.wording import clock
from bot.core.markup.model import Code, Inline, Link, Words, joined
from bot.core.run.pins import Pin, time_of

SIGN = "📌"


def pins(story: Story) -> list[Pin]:
    """Those of the run, in the order of their times."""
    return sorted(story.run.pins.values(), key=lambda one: (one.at, one.number))


def in_thread(story: Story, said: Said) -> Pin | None:
    """The pin of a message of the run's thread, if somebody put it into the timeline."""
    for pin in story.run.pins.values():
        if pin.pinned.channel == story.run.channel and time_of(pin.pinned.ts) == said.at:
            return pin
    return None


def talk(story: Story) -> tuple[Said, ...]:
    """What was said in the thread and is not in the timeline already."""
    return tuple(one for one in story.said or () if in_thread(story, one) is None)


def text_of(story: Story, pin: Pin) -> str:
    """Its words: the whole of them where they were too many to keep and the thread has them."""
    if pin.pinned.cut and pin.corrected is None:
        kept = pin.text.removesuffix("…").rstrip()
        for said in story.said or ():
            if in_thread(story, said) is pin and said.text.lstrip().startswith(kept):
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


Row = tuple[tuple[datetime, int, int], datetime, str, Inline, Inline]


def rows(story: Story) -> Iterator[Row]:
    """A row for each."""
    for pin in pins(story):
        yield (pin.at, 1, pin.number), pin.at, SIGN, whose(story, pin), told(story, pin)
