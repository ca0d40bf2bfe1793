"""Markdown that nothing can break out of: inline text, code, fences and tables.

Everything that a person, a runbook or a system wrote passes through here before it stands in a
document. As little as possible is escaped, for the file is also read raw. Nothing here knows what
a run is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

_BLANKS = re.compile(r"\s+")
_LINE_BREAK = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
# Control characters say nothing, and the bidirectional ones make a line read as another.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ALWAYS = re.compile(r"[\\`*\[\]~|]")
_OUTER_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_ENTITY = re.compile(r"&(?=[A-Za-z#])")
_HASH = re.compile(r"(?<!\S)#")
_ESCAPED_OR_CODE = re.compile(r"\\.|(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)")
_TICKS = re.compile("`+")
_FENCE = 3
_STARTS_BLOCK = re.compile(r"[-+=>:]|\d{1,9}(?=[.)])")


def one_line(text: str) -> str:
    """Put *text* on one line, ` / ` where it was broken, with what cannot be seen made visible."""
    joined = _BLANKS.sub(_joint, text.strip().replace("\t", " "))
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", joined).strip()


def _joint(blanks: re.Match[str]) -> str:
    # Blanks are taken a stretch at a time: asking at each of them what follows costs their square.
    return " / " if _LINE_BREAK.search(blanks[0]) else blanks[0]


def inline(text: str) -> str:
    """Make *text* inline Markdown that reads as it was written, wherever on a line it stands.

    What stands in backticks is code there as well; nothing in it is escaped, for a backslash in
    code is a backslash.
    """
    made = "".join(code(part) if is_code else _escaped(part) for is_code, part in _parts(text))
    start = _STARTS_BLOCK.match(made)
    if start is None:
        return made
    number = start[0].isdigit()
    return f"{start[0]}\\{made[start.end() :]}" if number else f"\\{made}"


def _escaped(text: str) -> str:
    text = _ALWAYS.sub(r"\\\g<0>", text)
    text = _OUTER_UNDERSCORE.sub(r"\\_", text)
    text = _TAG.sub("&lt;", _ENTITY.sub("&amp;", text))
    return _HASH.sub(r"\\#", text)


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """The words of one line and, between two equally long runs of backticks, code, in turns.

    What ends a run of each length is found from the end on, once, so that the cost stays linear.
    """
    text = one_line(text)
    runs = list(_TICKS.finditer(text))
    ends: list[int | None] = []
    last: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        length = len(runs[number][0])
        ends.append(last.get(length))
        last[length] = number
    ends.reverse()
    begin = number = 0
    while number < len(runs):
        end = ends[number]
        inner = "" if end is None else text[runs[number].end() : runs[end].start()]
        if end is None or not inner.strip():
            number += 1
            continue
        yield False, text[begin : runs[number].start()]
        # A block of code on lines of its own: the breaks beside its fences are not part of it.
        is_block = len(runs[number][0]) >= _FENCE
        yield True, inner.strip().removeprefix("/ ").removesuffix(" /") if is_block else inner
        begin, number = runs[end].end(), end + 1
    yield False, text[begin:]


def code(text: str) -> str:
    """Make *text* a code span; pipes inside are left to `table`."""
    text = one_line(text)
    if not text:
        return "(empty)"
    ticks = "`" * (_longest_run(text) + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fence(text: str) -> str:
    """Make *text* a fenced block, whose fence is longer than any run of backticks inside."""
    lines = "\n".join(text.splitlines())
    ticks = "`" * max(3, _longest_run(lines) + 1)
    return f"{ticks}\n{_UNSEEN.sub(chr(0xFFFD), lines)}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw a table of cells that are inline Markdown already."""
    lines = [_row(header), _row(["---"] * len(header))]
    lines.extend(_row(row) for row in rows)
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(cell: str) -> str:
    # `inline` has escaped the pipes among words. Inside a code span a backslash would be shown,
    # but the splitting of a row into cells takes off the one before a pipe.
    return _ESCAPED_OR_CODE.sub(
        lambda found: found[0] if found[1] is None else found[0].replace("|", "\\|"), cell
    )


def with_block(line: str, text: str) -> str:
    """Make an item of a list: a line of inline Markdown, and under it *text*.

    What has several lines keeps them, in a fence; one long line is a quote, so that it wraps.
    """
    lines = text.strip().splitlines()
    block = fence("\n".join(lines)).split("\n") if len(lines) > 1 else [f"> {inline(text)}"]
    return "\n  ".join([line, *block])


def bullets(items: Iterable[str]) -> str:
    """Draw a list of items that are inline Markdown already, or lines with a block."""
    return "\n".join(f"- {item}" for item in items)
