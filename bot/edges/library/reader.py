"""A strict reader of YAML: plain data and positions, or problems in an author's words.

It may not know what a procedure is. It refuses what makes YAML dangerous (tags, alias bombs,
depth, size) and what makes it lie (duplicate keys, merge keys, words that readers disagree on).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from bot.core.invisible import find, name
from bot.core.lint import Document, Mark, Path, Problem, quoted
from bot.edges.library.scalars import instead, meaning
from bot.edges.library.syntax import UNCLOSED, explained, unbegun, unquoted

MAX_BYTES = 256 * 1024
MAX_DEPTH = 40
MAX_ALIASES = 20
MAX_VALUES = 20_000

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_COMMENT = re.compile(r"[ \t]+(#.*)")
_ESCAPE = re.compile(r"\\(?:x(..)|u(.{4})|U(.{8})|(.))")
_HEX = re.compile("[0-9A-Fa-f]+")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"}
_ESCAPES |= {"N": "\x85", "L": "\u2028", "P": "\u2029"}


@dataclass(frozen=True, slots=True)
class Read:
    """What a file said, or None when it is not YAML that can be trusted, and the problems."""

    document: Document | None
    problems: tuple[Problem, ...]


class _Stop(Exception):
    """The first problem after which nothing in the file can be trusted."""

    def __init__(self, mark: Mark, message: str, write: str) -> None:
        super().__init__(message)
        self.mark, self.message, self.write = mark, message, write


def read(content: bytes, file: str) -> Read:
    """Read the *content* of the file that messages call *file*. Raises nothing."""
    composer = _Composer(file)
    try:
        text = _decode(content)
        composer.compose(text)
    except _Stop as stop:
        problem = Problem(file, *stop.mark, "error", stop.message, stop.write)
        return Read(None, tuple(dict.fromkeys((*composer.problems, problem))))
    document = Document(
        data=composer.data,
        values=composer.values,
        keys=composer.keys,
        raw=composer.raw,
        comments=composer.comments,
        flow=frozenset(composer.flow),
        doubtful=frozenset(composer.doubtful),
    )
    return Read(document, tuple(composer.problems))


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _Stop(Mark(1, 1), f"the file is larger than {MAX_BYTES // 1024} KiB", "less")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = _mark_of(content[: error.start].decode("utf-8", "replace"))
        raise _Stop(mark, "the file is not UTF-8 text", "the file again, as UTF-8") from None
    if (at := find(text.replace("\r\n", " \n"))) is not None:
        raise _Stop(_mark_of(text[:at]), _invisible(text[at]), "the text without it")
    return text


def _invisible(character: str) -> str:
    return f"an invisible character ({name(character)})"


def _mark_of(before: str) -> Mark:
    lines = _BREAK.split(before)
    return Mark(len(lines), len(lines[-1]) + 1)


def _start(event: yaml.Event) -> Mark:
    mark = event.start_mark
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)


@dataclass(slots=True)
class _Composer:
    name: str
    data: Any = None
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    raw: dict[Path, str] = field(default_factory=dict)
    comments: dict[Path, str] = field(default_factory=dict)
    flow: set[Path] = field(default_factory=set)
    doubtful: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, tuple[Path, Any]] = field(default_factory=dict)
    aliases: int = 0
    lines: list[str] = field(default_factory=list)
    spread: tuple[Mark, int] | None = None
    """Where the last quoted text began that goes over several lines, and the line of its end."""

    def compose(self, text: str) -> None:
        self.lines = _BREAK.split(text)
        try:
            self._document(yaml.parse(text, Loader=yaml.CSafeLoader))
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from None
        except yaml.YAMLError as error:
            raise _Stop(Mark(1, 1), f"not YAML: {error}", "YAML") from None

    def _syntax(self, error: yaml.MarkedYAMLError) -> _Stop:
        told = explained(error, self.lines)
        at = error.problem_mark
        if self.spread and self.spread[1] + 1 in (told.mark.line, at.line + 1 if at else 0):
            # A quote that lacks its end takes the next text's beginning for it.
            return _Stop(self.spread[0], *UNCLOSED)
        return _Stop(*told)

    def _document(self, events: Iterator[yaml.Event]) -> None:
        seen = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if seen:
                    raise _Stop(_start(event), "a second document in the file", "one file each")
                seen = True
                self.data = self._node(next(events), events, ())
        if not seen:
            raise _Stop(Mark(1, 1), "the file is empty", "schema: procedure/v1 and so on")

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> Any:
        mark = _start(event)
        if len(path) > MAX_DEPTH:
            raise _Stop(mark, f"more than {MAX_DEPTH} levels deep", "fewer levels")
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, mark, path)
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise _Stop(mark, f"a tag, {quoted(tag)}", "the value without it, or in quotes")
        named = isinstance(event, yaml.ScalarEvent) and event.anchor and not event.value
        if named and (trouble := unbegun(self.lines, mark)):
            raise _Stop(*trouble)
        self._place(path, mark)
        if isinstance(event, yaml.ScalarEvent):
            value: Any = self._scalar(event, path)
        elif isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(event, events, path)
        else:
            value = self._sequence(event, events, path)
        # Only now: an alias inside its own anchor would be a circle.
        if (anchor := getattr(event, "anchor", None)) is not None:
            self.anchors[anchor] = (path, value)
        return value

    def _place(self, path: Path, mark: Mark) -> None:
        self.values[path] = mark
        if len(self.values) > MAX_VALUES:
            raise _Stop(mark, f"more than {MAX_VALUES} values in one file", "less")

    def _alias(self, event: yaml.AliasEvent, mark: Mark, path: Path) -> Any:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise _Stop(mark, f"more than {MAX_ALIASES} aliases", "the text itself")
        if event.anchor not in self.anchors:
            raise _Stop(mark, f"no anchor {quoted(event.anchor)} before this", "the text itself")
        source, value = self.anchors[event.anchor]
        inside = [known for known in self.values if known[: len(source)] == source]
        for known in inside:
            here = path + known[len(source) :]
            self._place(here, self.values[known])
            for table in (self.keys, self.raw, self.comments):
                if known in table and known != source:
                    table[here] = table[known]  # type: ignore[assignment] # same table both sides
            if known in self.flow:
                self.flow.add(here)
        if source in self.raw:
            self.raw[path] = self.raw[source]
        return value

    def _sequence(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> list[Any]:
        if getattr(event, "flow_style", False):
            self.flow.add(path)
        items: list[Any] = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(self._node(item, events, (*path, len(items))))
        return items

    def _mapping(
        self, event: yaml.MappingStartEvent, events: Iterator[yaml.Event], path: Path
    ) -> dict[str, Any]:
        if event.flow_style:
            self.flow.add(path)
        entries: dict[str, Any] = {}
        while not isinstance(at := next(events), yaml.MappingEndEvent):
            key, mark = self._key(at), _start(at)
            here = (*path, key)
            if key in entries:
                first = self.keys[here].line
                if path and isinstance(path[-1], int) and key == next(iter(entries)):
                    message = f"a second {quoted(key)} in the entry that began in line {first}"
                    raise _Stop(mark, message, f"`- ` before it: - {key}: …")
                said = f"the key {quoted(key)} stands twice, first in line {first}"
                self._say(mark, said, "one of the two")
                self._skip(next(events), events)
                continue
            self.keys[here] = mark
            entries[key] = self._node(next(events), events, here)
            if entries[key] is None and self.raw.get(here) == "":
                self.values[here] = mark
        return entries

    def _key(self, event: yaml.Event) -> str:
        mark = _start(event)
        if not isinstance(event, yaml.ScalarEvent):
            if braces := unquoted(self.lines, mark):
                raise _Stop(*braces)
            raise _Stop(mark, "a key that is not a word", "a word as the key")
        if event.tag is not None or event.anchor is not None:
            raise _Stop(mark, "a tag or an anchor at a key", "the key alone")
        self._look(event, key=True)
        if event.value == "<<":
            raise _Stop(mark, "a merge key (`<<`)", "the keys themselves")
        if event.implicit[0]:
            value, doubt = meaning(event.value)
            if doubt or not isinstance(value, str):
                what = doubt or "a number, a truth value or nothing"
                message = f"the key {quoted(event.value)} is {what} to YAML"
                self._say(mark, message, f'"{event.value}", in quotes')
        return event.value

    def _look(self, event: yaml.ScalarEvent, *, key: bool = False) -> None:
        """Refuse what nobody sees in a text; what the source hides, it can write as an escape."""
        if event.style != '"' or (at := find(event.value)) is None:
            return
        hidden = event.value[at]
        mark = _start(event) if key else self._escape(event, hidden)
        self._say(mark, _invisible(hidden), "the text without it")

    def _escape(self, event: yaml.ScalarEvent, hidden: str) -> Mark:
        """Where a quoted text writes *hidden* as an escape."""
        start, end = _start(event), event.end_mark
        for number in range(start.line, end.line + 2 if end else start.line + 1):
            line = self.lines[number - 1] if number <= len(self.lines) else ""
            for match in _ESCAPE.finditer(line, start.col if number == start.line else 0):
                code = match[1] or match[2] or match[3]
                if (match[4] and _ESCAPES.get(match[4]) == hidden) or (
                    code and _HEX.fullmatch(code) and int(code, 16) == ord(hidden)
                ):
                    return Mark(number, match.start() + 1)
        return start

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Any:
        self._look(event)
        start, end = _start(event), event.end_mark
        if event.style in ("'", '"') and end and end.line + 1 > start.line:
            self.spread = start, end.line
            if self._swallows(start.line, end.line):
                self._say(start, *UNCLOSED)
        if not event.implicit[0]:
            return event.value
        value, doubt = meaning(event.value)
        if doubt:
            what = f"{quoted(event.value)} is {doubt} to some YAML parsers and text to others"
            self._say(_start(event), what, instead(event.value))
            self.doubtful.add(path)
        if not isinstance(value, str):
            self.raw[path] = event.value
        line = self.lines[end.line] if end and end.line < len(self.lines) else ""
        if end and (comment := _COMMENT.match(line, end.column)):
            self.comments[path] = comment[1]
        return value

    def _swallows(self, first: int, last: int) -> bool:
        """Whether a quoted text goes on in lines that are no further in than its own first one.

        It is then a quote that lacks its end, and took the next text's beginning for it.
        """
        inside = [line for line in self.lines[first : last + 1] if line.strip()]
        indent = len(self.lines[first - 1]) - len(self.lines[first - 1].lstrip(" "))
        return any(len(line) - len(line.lstrip(" ")) <= indent for line in inside)

    def _skip(self, event: yaml.Event, events: Iterator[yaml.Event]) -> None:
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth == 0:
                return
            event = next(events)

    def _say(self, mark: Mark, message: str, write: str) -> None:
        self.problems.append(Problem(self.name, *mark, "error", message, write))
