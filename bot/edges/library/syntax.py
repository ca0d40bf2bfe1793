"""What the parser of YAML stumbles over, in an author's words, with the line to write instead.

The parser says where it gave up, and in its own words why. What an author did is told from the
line: braces without quotes, a comment in the middle of a list, a sign that no text begins with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import yaml

from bot.core.lint import Mark, in_quotes, quoted

UNCLOSED = ("a quote that is not closed", "the missing quote")

_HEAD = re.compile(r"(?P<indent> *)(?P<dash>(?:- +)*)(?P<key>[\w\"'-]+: +)?(?P<value>.*)")
_KEY = re.compile(r"[\w\"'-]+:(?: |$)")
_GLUED = re.compile(r" *((?:- +)*)([A-Za-z_-]+):(?!//)(\S.*)")
_BLOCK = re.compile(r"[|>][0-9+-]*\s*$")
_QUOTES = ("'", '"')
_LONGEST = 120
"""The longest line that is written out for an author."""


class Trouble(NamedTuple):
    """What is wrong at a place, and what to write instead."""

    mark: Mark
    message: str
    write: str


def explained(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> Trouble:
    """Say what *error* means in a file of these *lines*."""
    at = error.problem_mark or error.context_mark
    said, around = str(error.problem or error.context), str(error.context)
    opens = "parsing a flow" in around or ("quoted" in around and "end of stream" in said)
    if opens and (opened := error.context_mark) and at and opened.line < at.line:
        at = opened  # what was opened and not closed, not where its end was missed
    if at is None or at.line >= len(lines):
        return Trouble(_mark(at), *_otherwise(said))
    if "node content" in said and (opener := _unclosed(lines, at.line)):
        return _in_flow(lines, opener.line - 1, opener.line - 1) or Trouble(opener, *_UNENDED)
    begun = error.context_mark.line if error.context_mark else at.line
    if "parsing a flow" in around and (found := _in_flow(lines, begun, at.line)):
        return found
    known = next((say for part, say in _SAY.items() if part in said), None)
    told = known(lines, at.line, at.column, begun) if known else None
    return told or Trouble(_mark(at), *_otherwise(said))


def unquoted(lines: Sequence[str], mark: Mark) -> Trouble | None:
    """Braces at *mark* that YAML took for a mapping in a mapping; None where there are none."""
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    start = mark.col - 2
    if start < 0 or line[start : start + 2] != "{{":
        return None
    return _braces(line, mark.line, start)


def unbegun(lines: Sequence[str], mark: Mark) -> Trouble | None:
    """A text at *mark* that begins with a sign of YAML's own; None where there is no text."""
    return _starts(lines, mark.line - 1, mark.col - 1, 0)


def _otherwise(said: str) -> tuple[str, str]:
    known = next(((what, write) for part, what, write in _OTHERS if part in said), None)
    return known or (f"YAML cannot read this: {said}", "the text in quotes, if it is one")


_UNENDED = ("brackets or braces that are not closed", "the missing `]` or `}`")
_OTHERS = (
    ("expected ',' or", *_UNENDED),
    ("tab character", "a tab in the indentation", "two blanks for each level"),
    ("unexpected end of stream", *UNCLOSED),
    ("unknown escape character", "a backslash in double quotes", "single quotes around the text"),
    ("mapping values are not allowed", "a `: ` inside an unquoted text", "quotes around the text"),
    ("did not find expected", "the indentation does not fit", "keys in line with each other"),
)


def _mark(at: yaml.Mark | None) -> Mark:
    return Mark(at.line + 1, at.column + 1) if at else Mark(1, 1)


# Braces and brackets. ---------------------------------------------------------------------------


def _unclosed(lines: Sequence[str], last: int) -> Mark | None:
    """Where the nearest line above opens brackets or braces that it does not close.

    The parser goes on in them for as long as it can, and does not tell where they began.
    """
    for number in range(last, -1, -1):
        opened: list[int] = []
        line = lines[number]
        for at in _outside_quotes(line):
            if line[at] == "#" and at and line[at - 1] in " \t[{,":
                break
            if line[at] in "[{" and (opened or _OPENS.search(line[:at])):
                opened.append(at)
            elif line[at] in "]}" and opened:
                opened.pop()
        if opened:
            return Mark(number + 1, opened[0] + 1)
    return None


_OPENS = re.compile(r"(?:^|[:-]) *$")
"""What stands before brackets that begin a value."""


def _in_flow(lines: Sequence[str], first: int, last: int) -> Trouble | None:
    """What of a list in brackets or a mapping in braces needs quotes: a placeholder, or a `#`."""
    for number in range(first, min(last + 1, len(lines))):
        line = lines[number]
        for at in _outside_quotes(line):
            if line.startswith("{{", at):
                return _braces(line, number + 1, at)
            if line[at] == "#" and (at and line[at - 1] in " \t[{,") and line[:at].strip():
                word = re.split(r"[\s,\]}]", line[at:], maxsplit=1)[0]
                message = f"{quoted(line[at:].rstrip())} is a comment to YAML"
                return Trouble(Mark(number + 1, at + 1), message, f'"{word}"')
    return None


def _outside_quotes(line: str) -> Iterator[int]:
    """The indexes of a line that are in no quotes."""
    within = ""
    for at, sign in enumerate(line):
        if within:
            within = "" if sign == within else within
        elif sign in _QUOTES:
            within = sign
        else:
            yield at


def _braces(line: str, number: int, at: int) -> Trouble:
    """Say that the braces at index *at* need quotes, and write the text with them."""
    message = "braces without quotes are a mapping to YAML"
    head = _HEAD.match(line)
    if head and head.start("value") == at:
        return Trouble(Mark(number, at + 1), message, _rewritten(line))
    begin = max(line.rfind(sign, 0, at) + len(sign) for sign in ("[", ",", ": ", "{ "))
    closed = line.find("}}", at)
    ends = [line.find(sign, closed + 2) for sign in ",]}"] if closed >= 0 else []
    end = min((one for one in ends if one >= 0), default=len(line))
    text = line[begin:end].strip()
    return Trouble(Mark(number, at + 1), message, in_quotes(text))


def _rewritten(line: str) -> str:
    """The line with its text in quotes, without what stands before its dash."""
    head = _HEAD.fullmatch(line.rstrip())
    if head is None or len(line) > _LONGEST:
        return "quotes around the text"
    value = head["value"].split(" #")[0].rstrip()
    if len(value) > 1 and value[0] in _QUOTES and value[-1] == value[0]:
        value = value[1:-1]
    return f"{head['dash']}{head['key'] or ''}{in_quotes(value)}"


# Lines. -----------------------------------------------------------------------------------------


def _starts(lines: Sequence[str], line: int, column: int, begun: int) -> Trouble | None:
    """A text that begins with a sign which means something to YAML."""
    text = lines[line]
    head = _HEAD.match(text)
    if head is None or not head["value"] or "\t" in text[: column + 1]:
        return None
    at, value = head.start("value"), head["value"].rstrip()
    if value.startswith("- "):
        message = "an entry of a list begins on a line of its own"
        write = f"{value[:_LONGEST]} in the next line, further in; a text, in quotes"
        return Trouble(Mark(line + 1, at + 1), message, write)
    sign = "a backtick" if value[0] == "`" else f"`{value[0]}`"
    message = f"an unquoted text cannot begin with {sign}"
    return Trouble(Mark(line + 1, at + 1), message, _rewritten(text))


def _colon(lines: Sequence[str], line: int, column: int, begun: int) -> Trouble:
    """A colon where none can be: within a text, or in a line that continues the one above."""
    text = lines[line]
    head = _HEAD.match(text)
    if head and head["key"] and column >= head.start("value"):
        message = "a `: ` inside an unquoted text"
        return Trouble(Mark(line + 1, column + 1), message, _rewritten(text))
    return _indented(lines, line, "this line would go on with the text above it")


def _indentation(lines: Sequence[str], line: int, column: int, begun: int) -> Trouble:
    """A line that is in line with nothing above it, or a text that ends before its line does."""
    text = lines[line]
    bare = text.lstrip(" ")
    if len(text) - len(bare) < column:
        head = _HEAD.match(text)
        at = head.start("value") if head else column
        message = f"the text that begins with `{text[at : at + 1]}` ends before its line does"
        return Trouble(Mark(line + 1, at + 1), message, _rewritten(text))
    if bare.startswith("-") and bare[1:2].strip():
        message = "a blank is missing after the dash"
        return Trouble(Mark(line + 1, column + 1), message, f"- {bare[1:].rstrip()}"[:_LONGEST])
    return _indented(lines, line, "")


def _no_colon(lines: Sequence[str], line: int, column: int, begun: int) -> Trouble:
    """A line that is no key with a value."""
    text = lines[begun]
    at = Mark(begun + 1, len(text) - len(text.lstrip(" ")) + 1)
    if glued := _GLUED.fullmatch(text.rstrip()):
        write = f"{glued[1]}{glued[2]}: {glued[3]}"[:_LONGEST]
        return Trouble(at, "a blank is missing after the colon", write)
    before = next((one for one in reversed(lines[:begun]) if one.strip()), "")
    if _BLOCK.search(before):
        message = f"the text after `{before.rstrip()[-1]}` must stand further in than that line"
        return Trouble(at, message, "two more blanks before each of its lines")
    message = "a line that is neither `key: value` nor `- item`"
    return Trouble(at, message, "a key and a colon, or `- ` before it")


def _indented(lines: Sequence[str], line: int, why: str) -> Trouble:
    """Say how many blanks stand before a line, and how many would be in line with one above."""
    text = lines[line]
    bare = text.lstrip(" ")
    indent = len(text) - len(bare)
    mark = Mark(line + 1, indent + 1)
    message = f"the indentation does not fit: {why or f'{_blanks(indent)} before this line'}"
    columns = dict(_above(lines[:line], dashes=bare.startswith("- ")))
    if not columns:
        return Trouble(mark, message, "keys in line with each other")
    best = min(columns, key=lambda column: (abs(column - indent), -column))
    write = f"{_blanks(best)} before it, as before {quoted(columns[best])}"
    if not bare.startswith("- ") and indent in dict(_above(lines[:line], dashes=True)):
        write += ", or `- ` where another entry begins"
    return Trouble(mark, message, write)


def _above(lines: Sequence[str], *, dashes: bool) -> Iterator[tuple[int, str]]:
    """The columns that a line may begin in, each with what begins there: the nearest come first."""
    limit = 1_000
    for line in reversed(lines):
        bare = line.lstrip(" ")
        indent = len(line) - len(bare)
        if not bare or bare.startswith("#") or indent >= limit:
            continue
        limit = indent
        if bare.startswith("- "):
            inner = bare[2:].lstrip(" ")
            if dashes:
                yield indent, "- " + inner.partition(" ")[0]
            elif _KEY.match(inner):
                yield len(line) - len(inner), inner.partition(":")[0]
        elif not dashes and _KEY.match(bare):
            yield indent, bare.partition(":")[0]
        if indent == 0:
            return


def _blanks(count: int) -> str:
    return "no blank" if count == 0 else "1 blank" if count == 1 else f"{count} blanks"


_Say = Callable[[Sequence[str], int, int, int], Trouble | None]
_SAY: dict[str, _Say] = {
    "mapping values are not allowed": _colon,
    "cannot start any token": _starts,
    "expected alphabetic or numeric": _starts,
    "expected comment or line break": _starts,
    "are not allowed in this context": _starts,
    "did not find expected key": _indentation,
    "did not find expected '-' indicator": _indentation,
    "could not find expected ':'": _no_colon,
}
"""What to look for in the line, by words of the parser's; the first that fits counts."""
