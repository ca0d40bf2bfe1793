"""A message as Slack hands it over or gives it: whose it is, what it says, what hangs on it."""

from bot.core.blockkit.readable import said as words_of
from bot.core.invisible import seen
from bot.core.run.events import Person
from bot.core.run.pins import FILES_LIMIT, WORDS_LIMIT, PinnedFile, Quote, time_of
from bot.core.text import cut, shorten
from bot.core.words.spoken import said_to
from bot.edges.slack.connection import Identity
from bot.edges.slack.inbound.fields import FILE, NAME, PERSON, TS, WORDS, Fields, Malformed

_NAME_SHOWN = 80
"""How much of a name is kept, of an app or a file, in characters."""
_REACTIONS = 100
"""How many kinds of reactions are looked at."""


def quote(me: Identity, channel: str, message: Fields) -> Quote:
    """The message, which is in *channel*, for the bot that is *me*; raises Malformed."""
    ts, thread = message.one("ts", TS), message.maybe("thread_ts", TS)
    try:
        time_of(ts)
    except ValueError:
        raise Malformed("the message's ts is no time") from None
    user, bot = message.maybe("user", PERSON), message.maybe("bot_id", NAME)
    message.maybe("text", WORDS)
    # As the thread is read for the document: apps may say it in blocks or attachments.
    said = words_of(message.whole())
    whole = seen(said).strip()
    text = cut(whole, WORDS_LIMIT)
    in_thread = thread is not None and thread != ts
    return Quote(
        channel=channel,
        ts=ts,
        link=me.link(channel, ts) + (f"?thread_ts={thread}&cid={channel}" if in_thread else ""),
        text=text,
        thread=thread,
        author=None if user is None else Person(id=user),
        app=_app(message) if bot is not None else None,
        files=tuple(map(_file, message.several("files")[:FILES_LIMIT])),
        cut=0 if text == whole else len(whole) - len(text) + 1,
        own=user == me.user_id or bot == me.bot_id,
        to_bot=said_to(said, me.user_id),
        reacted=_reactions(message),
    )


def _app(message: Fields) -> str:
    """The name of the app that wrote a message, or through which somebody did."""
    told = message.maybe("username", WORDS)
    told = told or message.perhaps("bot_profile").maybe("name", WORDS)
    return shorten(seen(told or "").strip() or "an app", _NAME_SHOWN)


def _file(one: Fields) -> PinnedFile:
    """A file of a message; of one that Slack does not show there is only the id."""
    id_, kind = one.maybe("id", FILE), one.maybe("mimetype", NAME)
    name = one.maybe("name", WORDS) or one.maybe("title", WORDS) or ""
    known = {} if id_ is None else {"file": id_}
    known |= {} if kind is None else {"mimetype": kind}
    return PinnedFile(name=shorten(seen(name).strip() or "a file", _NAME_SHOWN), **known)


def _reactions(message: Fields) -> dict[str, frozenset[str]] | None:
    """Who reacts with what; None where Slack does not name everyone."""
    found: dict[str, frozenset[str]] = {}
    for one in message.several("reactions")[:_REACTIONS]:
        name, users, count = one.one("name", NAME), one.listed("users"), one.number("count")
        if count is not None and count > len(users):
            return None
        # One in another skin tone is the same one.
        bare = name.partition("::")[0]
        found[bare] = found.get(bare, frozenset()) | frozenset(users)
    return found
