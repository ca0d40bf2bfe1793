"""Where the link of an alert leads: into the repository that the rule is in, elsewhere, nowhere.

How the two forges write the address of a file in a repository:
https://docs.github.com/en/repositories/working-with-files/using-files/getting-permanent-links-to-files
https://docs.gitlab.com/user/project/repository/files/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from urllib.parse import unquote, urlsplit

LONGEST = 2_000
"""Characters of a link that are looked at."""
_TEMPLATE = ("{{", "${", "<", "%s")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_NAMED = re.compile(r"""(?:id|name)\s*=\s*["']?([^"'\s>]+)""")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[`*~]|</?[A-Za-z][^>]*>")
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
_REMOTE = re.compile(
    r"^(?:\w+://)?(?:[^@/]*@)?([\w-]+(?:\.[\w-]+)+)(?::\d+)?[:/](.+?)(?:\.git)?/?$"
)


class Where(Enum):
    """Where a link leads, as far as it says itself."""

    NOWHERE = auto()
    """It is no address: words, or a scheme that no browser opens."""
    TEMPLATE = auto()
    """Its address is made when the alert fires, so nobody can look before."""
    RELATIVE = auto()
    """A path, which leads nowhere from a message in Slack."""
    WITHIN = auto()
    """A file of the same repository, in the state that is checked out."""
    ELSEWHERE = auto()
    """Any other address."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository that is checked out: where it is hosted, and the names of this state of it.

    `host` and `path` are of its address, such as `github.com` and `acme/rules`; `refs` has the
    branch that is checked out and the default one.
    """

    host: str
    path: str
    refs: frozenset[str] = frozenset({"HEAD", "main", "master"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link, read. `path` has the ways in which it can be meant, in the repository; or one path.

    A branch may have a slash in its name, so there may be several ways.
    """

    where: Where
    paths: tuple[str, ...] = ()
    anchor: str = ""


def same_repository(remote: str) -> tuple[str, str] | None:
    """Host and path of a Git *remote*, by whatever protocol; None for one that is a folder."""
    found = _REMOTE.match(remote.strip()[:LONGEST])
    if found is None:
        return None
    return found[1].lower(), found[2].lstrip("/")


def link_of(text: str, repository: Repository | None) -> Link:
    """Read a link; *repository* is the one that it stands in, if that is known."""
    text = text.strip()
    if not text or len(text) > LONGEST or any(c.isspace() for c in text):
        templated = any(sign in text for sign in _TEMPLATE)
        return Link(Where.TEMPLATE if templated else Where.NOWHERE)
    if any(sign in text for sign in _TEMPLATE):
        return Link(Where.TEMPLATE)
    try:
        parts = urlsplit(text)
    except ValueError:
        return Link(Where.NOWHERE)
    anchor = unquote(parts.fragment)
    if not parts.scheme and not parts.netloc:
        path = unquote(parts.path)
        if "/" not in path and "." not in path and not anchor:
            return Link(Where.NOWHERE)
        return Link(Where.RELATIVE, (path,), anchor)
    if parts.scheme and parts.scheme not in ("http", "https"):
        return Link(Where.NOWHERE)
    if repository is not None:
        within = tuple(_within(parts.netloc, unquote(parts.path), repository))
        if within:
            return Link(Where.WITHIN, within, anchor)
    return Link(Where.ELSEWHERE, (text,))


def _within(host: str, path: str, repository: Repository) -> Iterator[str]:
    """The paths in the repository that an address can mean; none where it is another's."""
    host, parts = host.lower(), path.strip("/").split("/")
    own = repository.path.lower().split("/")
    if [one.lower() for one in parts[: len(own)]] != own:
        return
    rest = parts[len(own) :]
    if host == "raw.githubusercontent.com" and repository.host == "github.com":
        rest = rest[2:] if rest[:2] == ["refs", "heads"] else rest
    elif host == repository.host:
        rest = rest[1:] if rest[:1] == ["-"] else rest
        if rest[:1] not in (["blob"], ["tree"], ["raw"]):
            return
        rest = rest[1:]
    else:
        return
    for cut in range(1, len(rest) + 1):
        if "/".join(rest[:cut]) in repository.refs:
            yield "/".join(rest[cut:])


def anchors(markdown: str) -> frozenset[str]:
    """What a link can point to in a Markdown page, as both forges name headings.

    Of headings with the same words, the later ones end in -1, -2 and so on.
    """
    found: dict[str, int] = {}
    names: set[str] = set()
    fence, before = "", ""
    for line in markdown.splitlines():
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1][0] * 3
            elif mark[1].startswith(fence):
                fence = ""
            before = ""
            continue
        if fence:
            continue
        names.update(_NAMED.findall(line))
        heading = _HEADING.match(line)
        title = heading[2] if heading else before if _UNDERLINE.match(line) else ""
        before = "" if heading else line.strip()
        if title:
            name = _anchor(title)
            count = found.get(name, 0)
            found[name] = count + 1
            names.add(f"{name}-{count}" if count else name)
    return frozenset(name.lower() for name in names)


def _anchor(title: str) -> str:
    plain = _MARKUP.sub(lambda found: found[1] or "", title)
    return _NOT_IN_ANCHORS.sub("", plain.strip().lower()).replace(" ", "-")
