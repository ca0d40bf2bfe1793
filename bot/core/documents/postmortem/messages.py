"""The messages of a run's threads in its post-mortem: who wrote what, files, what was left out."""

from collections.abc import Iterator
from datetime import datetime

from bot.core.acting.names import SOMEONE, is_long
from bot.core.acting.sentences import Around
from bot.core.acts.taken_back import writer as author
from bot.core.documents.postmortem import pins
from bot.core.documents.postmortem.item import MESSAGES, Item
from bot.core.documents.postmortem.model import Story
from bot.core.documents.postmortem.talk import UNREAD, Attached, LeftOut, Said
from bot.core.documents.postmortem.wording import clock, count, whole
from bot.core.markup.model import (
    Block,
    Code,
    Heading,
    Inline,
    Items,
    Notice,
    Paragraph,
    Words,
    joined,
)
from bot.core.run import events as e
from bot.core.text import sized

SIGN = "💬"


def messages(story: Story) -> Iterator[Item]:
    """Each message as an item of the timeline, and each that was deleted where it stood."""
    for index, said in enumerate(pins.talk(story)):
        who, what = writer(story, said), _what(story, said)
        yield Item((said.at, MESSAGES, index), said.at, SIGN, who, what)
    earlier = {one.board for one in story.run.showing.before}
    for m, event in story.of(e.MessageTakenBack):
        who = author(Around(story.run, m.before, story.names), event)
        when = clock(event.deleted, story.run.started_at)
        gone = ("a message, deleted at ", when, f": entry {m.fact.seq}")
        where = _where(earlier=event.thread in earlier)
        yield Item((event.written, MESSAGES, -1), event.written, SIGN, who, (gone, where))


def has_long(story: Story) -> bool:
    """Whether a message is too long for a row."""
    return any(is_long(text) for _, _, text in _texts(story))


def below(story: Story) -> Iterator[Block]:
    """What is too long for the table: whole messages, and what is known of each file."""
    long = [one for one in _texts(story) if is_long(one[2])]
    if long:
        yield Heading(3, "Long messages")
        long.sort(key=lambda one: one[0])
        yield Items(tuple(_whole(story, *one) for one in long))
    if files := [_file(story, one, file) for one in story.said or () for file in one.files]:
        yield Heading(3, "Files in the thread")
        yield Items(tuple((Paragraph(one),) for one in files))


def _texts(story: Story) -> Iterator[tuple[datetime, Inline, str]]:
    """What was said or put into the timeline: when, by whom, in which words."""
    for said in pins.talk(story):
        yield said.at, writer(story, said), said.text
    for pin in pins.pins(story):
        yield pin.at, pins.whose(story, pin), pins.text_of(story, pin)


def left_out(unsaid: LeftOut) -> Iterator[Block]:
    """What of the talk is not in the table."""
    kinds = {
        "to the bot": unsaid.to_bot,
        "of the bot, which repeat entries": unsaid.own,
        "without words or files": unsaid.empty,
        "after those that were read": unsaid.beyond,
    }
    told = [f"{count(number, 'message')} {which}" for which, number in kinds.items() if number]
    if told:
        yield Paragraph(f"Left out: {'; '.join(told)}.")
    if unsaid.threads:
        yield Notice(
            f"⚠️ The talk under {count(unsaid.threads, 'earlier board')} of this run is not in "
            "this timeline: Slack does not give it any more."
        )


def writer(story: Story, said: Said) -> Inline:
    """Who wrote a message: an app under its own name, a person under theirs."""
    if said.app is None:
        return called(story, said)
    if not said.through:
        return called(story, said), (", as “", Words(said.alias), "”") if said.alias else ""
    return called(story, said), ", through ", Words(said.app)


def called(story: Story, said: Said) -> Inline:
    """What the writer of a message is called; nobody by an id."""
    if said.app is not None and not said.through:
        return Words(said.app)
    known = story.names.known(said.by) is not None or said.by in story.run.people
    return story.names.of(said.by) if known else SOMEONE


def _what(story: Story, said: Said) -> Inline:
    files: list[Inline] = [("📎 ", Code(file.name)) for file in said.files]
    told = ("“", story.names.opening(said.text), "”")
    words: list[Inline] = [told] if said.text or not files else []
    return joined(" ", [*words, *files]), _edited(story, said), _where(earlier=said.earlier)


def _edited(story: Story, said: Said) -> Inline:
    if not said.edited:
        return ""
    if said.edited_at is None:
        return " (edited)"
    return " (edited at ", clock(said.edited_at, story.run.started_at), ")"


def _where(*, earlier: bool) -> str:
    return " (under an earlier board)" if earlier else ""


def _whole(story: Story, at: datetime, who: Inline, text: str) -> tuple[Block, ...]:
    line = (clock(at, story.run.started_at), " ", who, ":")
    return Paragraph(line), whole(story.names.as_read(text))


def _file(story: Story, said: Said, file: Attached) -> Inline:
    """Name, size and hash of a file; without a hash, why."""
    when = clock(said.at, story.run.started_at)
    size = f", {sized(file.size)}" if file.size is not None else ""
    told: Inline = ("SHA-256 ", Code(file.sha256)) if file.sha256 else (Words(file.why or UNREAD))
    return when, " ", writer(story, said), ": ", Code(file.name), f"{size}: ", told
