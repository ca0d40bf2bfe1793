"""An episode's message in the channel: what fires since when, what fits it, and what was started.

Whatever a sender wrote is plain text here: no label can end a line, hide a sign or notify anyone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.alerts.model import NAME, Alert, Episode
from bot.core.alerts.routing import in_common
from bot.core.blockkit.blocks import Block, button, context, section, sections, size
from bot.core.blockkit.picture import BUDGET, Picture
from bot.core.invisible import seen
from bot.core.text import brief, counted, cut, dated, lasted, link, run_link, span

SHOWN = 10
"""The most alerts that a message names; the rest is counted."""
RUNS = 5
"""The most runs that it names, the latest ones."""
_LESS = ((SHOWN, RUNS, 3), (5, RUNS, 3), (2, 3, 3), (0, 2, 2), (0, 1, 1))
"""How many alerts, runs and procedures are shown, for as long as that is too much."""
NAMED = 2
"""The most names of alerts that the first line says, where there are more than one besides."""
LABELS, OWN = 8, 4
"""How many labels are shown that all alerts share, and of each alert how many of its own."""
_NAME, _VALUE, _TITLE, _SUMMARY, _WHY = 40, 80, 100, 200, 150
_ADDRESS = 500
_TEXT = 300
"""The longest sentence for notifications."""
_FIRST = ("severity", "team", "service", "job", "cluster", "namespace", "node", "instance", "pod")
"""The labels that say most, in this order; the others follow by their names."""
_TELLING = ("summary", "title", "description", "message")
"""The annotations in which people say what is wrong; the first one that is there is shown."""
FIRES, OVER = "🔴", "✅"


@dataclass(frozen=True, slots=True)
class Offer:
    """A procedure that fits, and what its button carries.

    `why` says what led to it, `values` are those that the alerts gave, `asked` the inputs that they
    did not give, each with the reason: without any, one click starts it.
    """

    id: str
    title: str
    why: str
    value: str
    values: Mapping[str, str]
    asked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Started:
    """A run that was started from it: its id, its board's address, and how it stands, in words.

    `before` says that it was started from an earlier episode of the group, and this one goes to it.
    """

    id: str
    address: str | None
    words: str
    before: bool = False


def draw(
    episode: Episode,
    offers: Sequence[Offer] = (),
    runs: Sequence[Started] = (),
    previous: str | None = None,
) -> Picture:
    """The message of an episode; *previous* is the address of the message of the one before it.

    It shows less of the alerts where it would be larger than Slack takes.
    """
    blocks: list[Block] = []
    for shown, started, offered in _LESS:
        some = runs[-started:] if started < RUNS else runs
        blocks = list(_blocks(episode, offers[:offered], some, previous, shown))
        if size(blocks) <= BUDGET:
            break
    return Picture(_spoken(episode, offers), blocks)


def _blocks(
    episode: Episode,
    offers: Sequence[Offer],
    runs: Sequence[Started],
    previous: str | None,
    shown: int,
) -> Iterator[Block]:
    yield section(_headline(episode))
    common = in_common(episode.alerts)
    if said := " ".join(_labels(common, LABELS)):
        yield context(said)
    if episode.joined is not None:
        yield section(f"It is part of {plain(episode.joined, _NAME)}.")
        return
    yield from sections(_alerts(episode, common, shown))
    if runs:
        yield from sections(_started(runs))
    if offers and episode.ended is None:
        for offer in offers:
            yield _offered(offer, episode.id)
    elif not runs and episode.ended is None:
        yield context("No procedure fits: none names this alert, and none speaks of it.")
    yield context(" · ".join(_small(episode, previous)))


def _called(episode: Episode, mark: str) -> tuple[str, bool]:
    """What its alerts are called, each name between *mark*s, and whether that is more than one.

    While it fires, it is called by what fires.
    """
    alerts = (*episode.firing,) or episode.alerts
    every = [*dict.fromkeys(one.name for one in alerts)] or [episode.name]
    shown = every if len(every) <= NAMED + 1 else every[:NAMED]
    names = [f"{mark}{plain(one, _TITLE)}{mark}" for one in shown]
    if left := len(every) - len(shown):
        names.append(f"{left} more")
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last, len(every) > 1


def _headline(episode: Episode) -> str:
    name, many = _called(episode, "*")
    fires, is_over = ("fire", "are") if many else ("fires", "is")
    began = dated(episode.began)
    if episode.ended is not None:
        took = lasted(episode.ended - episode.began)
        took = f"{'they' if many else 'it'} fired for {took}"
        return f"{OVER} {name} {is_over} resolved: {took}, from {began}."
    firing, ended = len(episode.firing), len(episode.resolved)
    if firing + ended <= 1 and not episode.left_out:
        return f"{FIRES} {name} {fires} since {began}."
    over = f", {ended} resolved" if ended else ""
    return f"{FIRES} {name} {fires} since {began}: {counted(firing, 'alert')}{over}."


def _alerts(episode: Episode, common: Mapping[str, str], shown: int) -> Iterator[str]:
    """A line for each alert: what tells it from the others, since when, and what it says."""
    listed = (*episode.firing, *episode.resolved)
    alone = len(listed) == 1
    for one in listed[:shown]:
        own = {name: value for name, value in one.labels.items() if common.get(name) != value}
        said = " ".join(_labels(own, OWN)) or ("" if alone else plain(one.name, _TITLE))
        when = "" if alone else _when(one)
        sign = "" if alone else OVER if not one.firing else FIRES
        words = _says(one)
        leads = _leads(one.link, "source")
        parts = (part for part in (said, when, words, leads) if part)
        if line := " · ".join(parts):
            yield f"{sign} {line}".strip()
    if left := len(listed) - len(listed[:shown]) + episode.left_out:
        yield f"… {counted(left, 'more alert')}"


def _when(alert: Alert) -> str:
    if alert.starts_at is None:
        return ""
    if alert.ends_at is None:
        return f"since {dated(alert.starts_at)}"
    return f"fired for {lasted(alert.ends_at - alert.starts_at)}, from {dated(alert.starts_at)}"


def _says(alert: Alert) -> str:
    said = next((text for one in _TELLING if (text := alert.annotations.get(one))), "")
    return plain(said, _SUMMARY)


def _labels(labels: Mapping[str, str], most: int) -> Iterator[str]:
    """Labels, those that say most first; the alert's name is said elsewhere."""
    names = [one for one in _FIRST if one in labels]
    names += sorted(one for one in labels if one not in names and one != NAME)
    for name in names[:most]:
        yield span(f"{_line(name, _NAME)}={_line(labels[name], _VALUE)}", _NAME + _VALUE + 60)
    if (left := len(names) - most) > 0:
        yield f"and {counted(left, 'more label')}"


def _started(runs: Sequence[Started]) -> Iterator[str]:
    """The runs that were started from it, the latest last."""
    if left := len(runs) - len(runs[-RUNS:]):
        yield f"… {counted(left, 'earlier run')}"
    for one in runs[-RUNS:]:
        goes = "Goes on in " if one.before else ""
        yield f"▶️ {goes}*{run_link(one.id, one.address)}*: {one.words}"


def _offered(offer: Offer, which: str) -> Block:
    """A procedure that fits, why, and what is known of its inputs; with its button."""
    given = [f"{name}={value}" for name, value in offer.values.items()]
    known = " ".join(span(_line(one, _VALUE), _VALUE + 40) for one in given)
    asks = [f"{span(name, _NAME)} ({plain(why, _WHY)})" for name, why in offer.asked.items()]
    lines = [
        f"*{plain(offer.title, _TITLE)}* · `{offer.id}` · {plain(offer.why, _WHY)}",
        *([f"with {known}"] if known else []),
        *([f"asks for {', '.join(asks[:OWN])}"] if asks else []),
    ]
    label, style = ("Start…", None) if offer.asked else ("Start", "primary")
    press = button(label, "start", offer.value, style=style, says=f"Start {offer.title}")
    block_id = f"alert:{which}:{offer.id}"
    return section("\n".join(lines), block_id=block_id, accessory=press)


def _small(episode: Episode, previous: str | None) -> Iterator[str]:
    yield episode.id
    if leads := _leads(episode.link, "Open where it comes from"):
        yield leads
    if episode.previous is not None:
        before = "previous episode"
        yield f"{before}: {run_link(episode.previous, previous)}"


def _leads(address: str, label: str) -> str:
    """A link to where a sender shows it; none where that is no address, or a very long one."""
    is_one = address.startswith(("http://", "https://")) and len(address) <= _ADDRESS
    return link(address, label) if is_one else ""


def _spoken(episode: Episode, offers: Sequence[Offer]) -> str:
    """The sentence that a notification shows, which says enough alone."""
    name, several = _called(episode, "")
    if episode.ended is not None:
        verb = "are" if several else "is"
        return f"{OVER} {name} {verb} resolved after {lasted(episode.ended - episode.began)}"
    first = episode.firing[0] if episode.firing else None
    firing = len(episode.firing)
    many = f" ({counted(firing, 'alert')})" if firing > 1 else ""
    words = _says(first) if first is not None and firing == 1 else ""
    common = in_common(episode.firing)
    where = ", ".join(
        plain(f"{one}={common[one]}", _VALUE) for one in _FIRST if one in common and one != NAME
    )
    said = words or where
    verb = "fire" if several else "fires"
    fits = f" Fits: {', '.join(plain(one.title, _TITLE) for one in offers)}." if offers else ""
    return cut(
        f"{FIRES} {name} {verb}{many}{f': {said}' if said else ''}.{fits}",
        _TEXT,
    )


def plain(text: str, limit: int) -> str:
    """A sender's words on one line: what is invisible is left out, and nothing is markup."""
    return brief(_line(text, limit), limit + 60)


def _line(text: str, limit: int) -> str:
    """One line of at most so many characters."""
    shown = " ".join(seen(text).split())
    return shown if len(shown) <= limit else f"{shown[: limit - 1]}…"
