"""`<host>` in a command: meant as a place for a value, and a redirection to every shell.

What stands in quotes, in a document that a command is given (`<<EOF`), or in a line that holds
markup is text, and a real redirection has a blank or a word where a place for a value has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.core.lint.meant import name
from bot.core.procedure.finding import quoted

_PLACE = re.compile(
    r"(?<![<\w&$\\])"  # no `<<`, no comparison, and nothing escaped
    r"<(?P<word>[A-Za-z][\w.:/@|-]*(?: [\w.:/@|-]+){0,4})>"
    r"(?![\w>&({])"
)
_GLUED = re.compile(r"(?<=[\w&$])<(?P<word>[A-Za-z][\w-]*)>(?=$|[\s/:@.,;)-])")
"""One that stands right behind a word: `db-<zone>`, `x=<y>`."""
_GIVEN = re.compile(r"<<[-~]?\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)")
_MARKUP = re.compile(r"</\w|\w\s*/>|<[?!]")


def place_for(command: str) -> tuple[str, str] | None:
    """The first place for a value in angle brackets, and what to write for it, if there is one."""
    if _MARKUP.search(command):
        return None
    for line in _typed(command):
        found = _PLACE.search(line) or _GLUED.search(line)
        if found is not None and _is_one(found["word"]):
            known = name(found["word"].lower())
            write = f"{{{{ {known} }}}}, and {known} under `inputs:`; or the text in quotes"
            return f"{quoted(found[0])} is a redirection to a shell", write
    return None


def _is_one(word: str) -> bool:
    """Whether it is a name, and no file to read from: `<list.txt>` could be either."""
    return not word.endswith((":", "/")) and not word.startswith("http")


def _typed(command: str) -> Sequence[str]:
    """The lines that a shell reads, without what is text to it."""
    kept: list[str] = []
    ends: str | None = None
    for line in command.split("\n"):
        if ends is not None:
            ends = None if line.strip() == ends else ends
            continue
        given = _GIVEN.search(line)
        ends = given["end"] if given else None
        kept.append(line)
    return _unquoted("\n".join(kept)).split("\n")


def _unquoted(command: str) -> str:
    """The *command* with a sign in the place of what stands in quotes, and without comments."""
    made: list[str] = []
    within, before = "", "\n"
    for sign in command:
        if within:
            ends = sign == within and (before != "\\" or within == "'")
            made.append("\n" if sign == "\n" else "_")
            within = "" if ends else within
        elif sign in _QUOTES and before != "\\":
            within = sign
            made.append("_")
        elif sign == "#" and before in " \t\n":
            within = "\n"
            made.append(" ")
        else:
            made.append(sign)
        before = sign
    return "".join(made)


_QUOTES = ("'", '"')
