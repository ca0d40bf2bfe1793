"""The repository that rules stand in, and whether what their links lead to is there.

It is looked at on the disk alone: a link into the repository that is checked out needs no network.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from bot.core.coverage import Link, Repository, Rule, Where, anchors, link_of, same_repository

_LARGEST = 2 * 1024 * 1024
"""Bytes of a page whose headings are looked for."""
_MARKDOWN = (".md", ".markdown")
_INDEX = ("README.md", "readme.md", "index.md", "_index.md")
_DEFAULTS = frozenset({"HEAD", "main", "master"})
_REFS = "ref: refs/heads/"
_ORIGIN = "ref: refs/remotes/origin/"


def checkout(near: Path) -> tuple[Path, Repository | None] | None:
    """The root of the checkout that *near* is in, and where it is hosted, if that is known."""
    near = near.resolve()
    for root in (near, *near.parents):
        if (root / ".git").exists():
            return root, _hosted(root)
    return None


def _hosted(root: Path) -> Repository | None:
    own = root / ".git"
    try:
        if own.is_file():
            # A second worktree keeps its own HEAD, and shares the rest.
            own = (root / own.read_text(encoding="utf-8").partition("gitdir:")[2].strip()).resolve()
        common = own / "commondir"
        shared = (own / common.read_text(encoding="utf-8").strip()) if common.is_file() else own
        config = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
        config.read_string(_unindented((shared / "config").read_text(encoding="utf-8")))
        host = same_repository(config.get('remote "origin"', "url", fallback="") or "")
        refs = {*_DEFAULTS, _named(own / "HEAD", _REFS)}
        refs.add(_named(shared / "refs" / "remotes" / "origin" / "HEAD", _ORIGIN))
    except (OSError, ValueError, configparser.Error):
        return None
    if host is None:
        return None
    return Repository(host[0], host[1], frozenset(refs - {""}))


def _unindented(text: str) -> str:
    """Git indents what is in a section; to the parser that goes on with the line above."""
    return "\n".join(line.strip() for line in text.splitlines())


def _named(file: Path, prefix: str) -> str:
    """The branch that a symbolic reference names, empty for none."""
    if not file.is_file():
        return ""
    text = file.read_text(encoding="utf-8").strip()
    return text.removeprefix(prefix) if text.startswith(prefix) else ""


def look(rules: Iterable[Rule], root: Path, repository: Repository | None) -> Mapping[Link, str]:
    """What is wrong with each link of *rules* into the repository, and with each that is a path.

    A path is looked for beside the file of its rule, and from the root.
    """
    found: dict[Link, str] = {}
    pages: dict[Path, frozenset[str]] = {}
    for rule in rules:
        link = link_of(rule.runbook, repository) if rule.runbook else None
        if link is None or link.where not in (Where.RELATIVE, Where.WITHIN):
            continue
        places = [root]
        if link.where is Where.RELATIVE and not link.paths[0].startswith("/"):
            places.insert(0, Path(rule.at.file).resolve().parent)
        wrong = _wrong(link, places, root, pages)
        # The same path may be there beside one rule, and not beside another.
        if link not in found or (found[link] and not wrong):
            found[link] = wrong
    return found


def _wrong(
    link: Link, places: Iterable[Path], root: Path, pages: dict[Path, frozenset[str]]
) -> str:
    """Why the link leads to nothing; empty where it leads to something."""
    missing = ""
    for place in places:
        for path in link.paths:
            file = (place / path.lstrip("/")).resolve() if path else place
            if not file.is_relative_to(root):
                missing = missing or "it leads out of the repository"
            elif not file.exists():
                missing = missing or f"the repository has no {PurePosixPath(path)}"
            elif wrong := _without(file, link.anchor, pages):
                missing = wrong
            else:
                return ""
    return missing


def _without(file: Path, anchor: str, pages: dict[Path, frozenset[str]]) -> str:
    """Whether a page lacks the heading that a link names."""
    if file.is_dir():
        file = next((file / one for one in _INDEX if (file / one).is_file()), file)
    if not anchor or file.suffix.lower() not in _MARKDOWN or _is_line(anchor):
        return ""
    if file not in pages:
        if file.stat().st_size > _LARGEST:
            return ""
        pages[file] = anchors(file.read_text(encoding="utf-8", errors="replace"))
    if anchor.lower().removeprefix("user-content-") in pages[file]:
        return ""
    return f"{file.name} has no heading #{anchor}"


def _is_line(anchor: str) -> bool:
    """Whether an anchor is of lines, such as L10 or L10-L20, which are not counted here."""
    return anchor[:1] == "L" and anchor[1:2].isdigit()
