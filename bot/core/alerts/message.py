"""An episode's message in the channel: what fires since when, and what has ended."""

from bot.core.alerts.model import Alert, Episode
from bot.core.blockkit import blocks as b
from bot.core.blockkit.picture import Picture
from bot.core.text import brief, clock, counted, escape, link, shorten

SHOWN = 10
"""The most alerts that a message names; the rest is counted."""
_LABELS = 6
_VALUE = 80


def draw(episode: Episode) -> Picture:
    """The message of an episode."""
    firing, over = episode.firing, episode.resolved
    name = shorten(episode.name, 100)
    if firing:
        head = f":red_circle: *{escape(name)}*: {counted(len(firing), 'alert')} firing"
        words = f"{name}: {counted(len(firing), 'alert')} firing"
    else:
        head, words = f":white_check_mark: *{escape(name)}* has resolved", f"{name} has resolved"
    lines = [_line(one, episode) for one in (*firing, *over)[:SHOWN]]
    if more := len(episode.alerts) - len(lines) + episode.left_out:
        lines.append(f"… {more} more")
    small = [f"{episode.id} · since {clock(episode.began)}"]
    if episode.link:
        small.append(link(episode.link, "Open where it comes from"))
    if episode.previous is not None:
        small.append(f"fired before as {escape(episode.previous)}")
    if episode.joined is not None:
        lines = [f"It is part of {escape(episode.joined)}."]
    blocks = [b.section(head), *b.sections(lines), b.context(" · ".join(small))]
    return Picture(words, blocks)


def _line(alert: Alert, episode: Episode) -> str:
    """One alert: since when it fires, or when it ended, and what tells it from the others."""
    own = {k: v for k, v in alert.labels.items() if episode.labels.get(k) != v}
    said = ", ".join(
        f"{shorten(k, _VALUE)}={shorten(v, _VALUE)}" for k, v in sorted(own.items())[:_LABELS]
    )
    began = clock(alert.starts_at, since=episode.began) if alert.starts_at else ""
    when = f"since {began}"
    if alert.ends_at is not None:
        when = f"{began} to {clock(alert.ends_at, since=episode.began)}"
    sign = ":red_circle:" if alert.firing else ":white_check_mark:"
    return f"{sign} {brief(said or alert.name, 300)} · {when}"
