"""What a person types, turned into what Slack stores or hands to a command. Pure."""

import re
from collections.abc import Callable

from .state import State

_TOKEN = re.compile(
    r"<(?P<user>@[UW][A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|<#(?P<channel>[CGD][A-Z0-9]+)(?:\|[^<>]*)?>"
    r"|(?P<link>https?://[^\s<>|]+)"
    r"|(?<![\w@])@(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
    r"|(?<![\w#&])#(?P<place>[a-z0-9_-]+)"
)


def escape(text: str) -> str:
    """The three characters that Slack escapes, and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def composed(state: State, text: str) -> str:
    """As a message stores it: mentions as `<@U…>`, links as `<…>`, and the rest escaped."""
    return _rewrite(state, text, labels=False, plain=escape)


def escaped(state: State, text: str) -> str:
    """As a command with `should_escape` gets it: mentions carry their names."""
    return _rewrite(state, text, labels=True, plain=escape)


def _rewrite(state: State, text: str, *, labels: bool, plain: Callable[[str], str]) -> str:
    out, end = [], 0
    for match in _TOKEN.finditer(text):
        out.append(plain(text[end : match.start()]))
        out.append(_token(state, match, labels=labels) or plain(match[0]))
        end = match.end()
    return "".join([*out, plain(text[end:])])


def _token(state: State, match: re.Match[str], *, labels: bool) -> str:
    if user := match["user"]:
        known = state.users.get(user[1:])
        return f"<{user}|{known.name}>" if labels and known else f"<{user}>"
    if channel := state.channels.get(match["channel"] or ""):
        return f"<#{channel.id}|{channel.name}>"
    if link := match["link"]:
        return f"<{escape(link)}>"
    if name := match["name"]:
        return _mention(state, name, labels=labels)
    if match["place"] and (found := state.channel(match["place"])):
        return f"<#{found.id}|{found.name}>"
    return ""


def _mention(state: State, name: str, *, labels: bool) -> str:
    # In capitals too: the sidebar itself writes an app's name so.
    name = name.lower()
    if name in ("here", "channel", "everyone"):
        return f"<!{name}>"
    for user in state.users.values():
        if user.name.lower() == name:
            return f"<@{user.id}|{user.name}>" if labels else f"<@{user.id}>"
    for group in state.groups.values():
        if group.handle.lower() == name:
            return f"<!subteam^{group.id}|@{group.handle}>" if labels else f"<!subteam^{group.id}>"
    return ""
