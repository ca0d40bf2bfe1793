"""The parts of a post-mortem that only people can write: their words, or a place for them."""

from collections.abc import Iterator

from bot.core.documents.postmortem.model import Story
from bot.core.documents.postmortem.wording import clock, whole
from bot.core.markup.model import Block, Heading, Notice, Paragraph
from bot.core.run.narrative import LEARNED, PARTS

_LESSONS = (LEARNED, "well", "badly", "lucky")


def to_write(words: str) -> Notice:
    """A place for what people have yet to write."""
    return Notice(f"✍️ To write: {words}")


def written(story: Story, name: str) -> Iterator[Block]:
    """What people wrote as this part, and who it was; or what is asked for."""
    now = story.run.narrative.get(name)
    if now is None:
        yield to_write(PARTS[name].ask)
        return
    yield whole(now.text)
    at = clock(now.at, story.run.started_at)
    yield Paragraph(("Written by ", story.names.of(now.by), f" at {at}."))


def lessons(story: Story) -> Iterator[Block]:
    """What went well, and what did not; first of all, what a drill was for."""
    for name in _LESSONS:
        if name != LEARNED or story.run.drill or name in story.run.narrative:
            yield Heading(3, PARTS[name].title)
            yield from written(story, name)
