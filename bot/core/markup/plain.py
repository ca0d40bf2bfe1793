"""Words of a document as plain text on one line: for a title, a list of sections, a program."""

from __future__ import annotations

from typing import assert_never

from bot.core.markup.model import (
    Atom,
    Break,
    Code,
    Emphasis,
    Flag,
    Inline,
    Link,
    Person,
    Strong,
    Time,
    Words,
    atoms,
    in_line,
    one_line,
)


def plain(words: Inline) -> str:
    """*words* without any mark."""
    return "".join(map(_bare, atoms(words))).strip()


def _bare(atom: Atom) -> str:
    match atom:
        case str():
            return in_line(atom)
        case Words():
            return "".join(part for _, part in atom.parts())
        case Code(text):
            return one_line(text)
        case Strong(words) | Emphasis(words) | Link(words):
            return "".join(map(_bare, atoms(words)))
        case Person(id=key, name=name):
            return one_line(name or key)
        case Time(words=said) | Flag(said):
            return in_line(said)
        case Break():
            return " "
        case _:
            assert_never(atom)
