"""What to write where a value is of the wrong kind, made of what its author wrote.

`wait: 10m` is no wait, and whoever wrote it needs to read `wait: { for: 10m }`: the line, and
with their own words in it. Each key of the format that holds more than a text is here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.core.procedure import FORMATS, ID_PATTERN, NAME_PATTERN
from bot.core.procedure.finding import Path, in_quotes, quoted

_TIME = re.compile(r"[0-9]+ ?(s|m|h|d)?\b.*")
_CLOSED = re.compile(r"[\w./@:-]+( [\w./@:-]+)*")
"""A text that YAML reads as it stands wherever it stands."""
_TRUTHS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})
_PATTERN = re.compile(r"[\[\]\\*+^$|]")
_FILES = re.compile(r"screenshot|picture|image|photo|file|log|graph", re.IGNORECASE)
_STEPS = frozenset(way[-1] for one in FORMATS for way in one.lists) | {"steps"}
_ASKED = '{ description: …, pattern: "[a-z0-9-]+" }'

_LONG = 80
"""A text that is longer is not written out again."""

Line = Callable[[Any], str]
"""The line to write, made of a value; of a text in most cases, and of whatever else it was."""


def slug(text: object) -> str:
    """An id made of words; of none, one to begin with."""
    return re.sub(r"[^a-z0-9]+", "-", str(text).lower())[:40].strip("-") or "some-name"


def name(text: object) -> str:
    """The name of a value, made of words."""
    made = re.sub(r"[^A-Za-z0-9_]+", "_", str(text))[:40].strip("_")
    return made if re.fullmatch(NAME_PATTERN, made) else "some_name"


def text(value: object) -> str:
    """A text as it can stand in a file, in quotes where it needs some."""
    said = " ".join(str(value).split())
    plain = _CLOSED.fullmatch(said) and not said[0].isdigit() and said[-1] != ":"
    return said if plain and ": " not in said and said.lower() not in _TRUTHS else in_quotes(said)


def _first(value: Any) -> Any:
    """The first name that a list or a mapping of something else holds, or the text itself."""
    if isinstance(value, list):
        return _first(value[0]) if value else ""
    if isinstance(value, dict):
        named = next((value[key] for key in ("name", "id") if key in value), None)
        return named if named is not None else next(iter(value), "")
    return value


# Keys that hold keys. ---------------------------------------------------------------------------


def _approval(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return f"{{ min: {value} }}"
    is_role = isinstance(value, str) and re.fullmatch(ID_PATTERN, value)
    return f"{{ role: {value} }}" if is_role and not value.isdigit() else "{ min: 1 }"


def _wait(value: Any) -> str:
    said = str(_first(value))
    if value is None or isinstance(value, bool) or not said:
        return "{ for: 10m }, or { until: (a check) }"
    if said.isdigit():
        return f"{{ for: {said}m }}, or with another unit"
    if _TIME.fullmatch(said):
        return f"{{ for: {said.replace(' ', '')[:6]} }}"
    return f"{{ until: {said} }}" if re.fullmatch(ID_PATTERN, said) else "{ until: (a check) }"


def _evidence(value: Any) -> str:
    said = _first(value)
    if not isinstance(said, str) or said.lower() in {*_TRUTHS, "text", "file"}:
        return "{ text: (what to paste) }, or { file: (which file) }"
    return f"{{ {'file' if _FILES.search(said) else 'text'}: {text(said)} }}"


def _owner(value: Any) -> str:
    said = str(_first(value))
    return f"{{ team: …, slack: {in_quotes(said)} }}" if said[:1] == "#" else _one("team")(said)


def _who(value: Any) -> str:
    role = _first(value)
    role = role if isinstance(role, str) and re.fullmatch(ID_PATTERN, role) else "ROLE"
    return f"{{ start: {role} }}, or work, approve, confirm, close, erase, export"


def _poll(value: Any) -> str:
    said = str(value)
    return (
        f"{{ every: {said if re.fullmatch('[1-9][0-9]*[smhd]', said) else '5s'}, deadline: 10m }}"
    )


def _progress(value: Any) -> str:
    return f"{{ pointer: {value if isinstance(value, str) and value[:1] == '/' else '/position'} }}"


def _one(key: str) -> Line:
    return lambda value: f"{{ {key}: {text(_first(value))} }}"


_KEYS: Mapping[str, Line] = {
    "approve": _approval,
    "approval": _approval,
    "wait": _wait,
    "evidence": _evidence,
    "owner": _owner,
    "who": _who,
    "poll": _poll,
    "progress": _progress,
    "by_hand": _one("run"),
    "from": lambda value: f"{{ label: {name(_first(value))} }}",
    "decide": lambda value: (
        "{ options: … }, and these answers in it"
        if isinstance(value, list)
        else '{ options: [{ id: "yes", title: "Yes" }, { id: "no", title: "No" }] }'
    ),
}
_WHY = {
    "decide": "`decide` holds the answers, and the question is the title of the step",
    "who": "`who` says for each right which role has it",
    "for_each": "`for_each` is a name, and the list or the set whose members it stands for",
    "each": "`each` is a name, and the set of the target whose members it stands for",
}

# Entries of lists, and what stands behind names. ------------------------------------------------


def _step(value: Any) -> str:
    return f"{{ id: {slug(value)}, title: {text(value)}, do: … }}"


def _expectation(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{{ status: {value} }}"
    return f"{{ pointer: /status, equals: {text(value)} }}"


def _answer(value: Any) -> str:
    word = {True: "Yes", False: "No"}.get(value, value) if isinstance(value, bool) else value
    short = slug(word)
    return f"{{ id: {in_quotes(short) if short in ('yes', 'no') else short}, title: {text(word)} }}"


_ENTRIES: Mapping[str, Line] = {
    **dict.fromkeys(_STEPS, _step),
    "options": _answer,
    "verification": lambda value: f"confirm: {text(value)}",
    "lines": lambda value: f"confirm: {text(value)}",
    "expect": _expectation,
    "links": lambda value: f"{{ title: …, url: {text(value)} }}",
    "matches": lambda value: f"{{ alertname: {text(_first(value))} }}",
}
_CALLED = {
    **dict.fromkeys(_STEPS, "a step"),
    "options": "an answer",
    "verification": "a line of verification",
    "lines": "a line of verification",
    "expect": "an expectation",
    "links": "a link",
}


def _asked(value: Any) -> str:
    said = str(value)
    if isinstance(value, str) and _PATTERN.search(said):
        return f"{{ description: …, pattern: {in_quotes(said)} }}"
    return f'{{ description: {text(said)}, pattern: "[a-z0-9-]+" }}'


_NAMED: Mapping[str, tuple[str, Line]] = {
    "inputs": ("an input", _asked),
    "captures": ("a value", _asked),
    "roles": ("a role", _one("description")),
    "checks": ("a check", lambda value: f"{{ title: {text(value)}, target: …, get: /path }}"),
}
"""Keys behind which names stand, and what stands behind each name."""


def _of_set(value: Any) -> str:
    words = value if isinstance(value, list) else str(_first(value)).replace(" in ", " ").split()
    if len(words) == 2 and all(isinstance(word, str) for word in words):  # noqa: PLR2004 - a pair
        return f"{{ {name(words[0])}: {name(words[1])} }}"
    of = name(_first(value))
    member = of[:-1] if of.endswith("s") and len(of) > 2 else "member"  # noqa: PLR2004 - more than an s
    return f"{{ {member}: {of} }}"


_NAMES: Mapping[str, Line] = {
    "for_each": _of_set,
    "each": _of_set,
    "captures": lambda value: f"{{ {name(_first(value))}: {_ASKED} }}",
    "inputs": lambda value: f"{{ {name(_first(value))}: {_ASKED} }}",
    "roles": lambda value: f"{{ {slug(_first(value))}: {{ description: … }} }}",
    "checks": lambda value: f"{{ {slug(_first(value))}: {{ title: …, target: …, get: /path }} }}",
    "glossary": lambda value: f"{{ {text(_first(value))}: (what it means) }}",
}


def as_keys(path: Path, value: Any) -> tuple[str, str]:
    """What is wrong where keys are meant, and the line to write."""
    if not path:
        return "a procedure has keys of its own", "schema: procedure/v1 and so on"
    last, around = path[-1], str(path[-2]) if len(path) > 1 else ""
    if isinstance(last, int):
        write = f"- {_ENTRIES.get(around, text)(value)}"
        write += ", or all of them as one text" if around == "on_failure" else ""
        return f"{_CALLED.get(around, 'an entry')} is meant here", write
    if around in _NAMED:
        what, made = _NAMED[around]
        return f"{what} has keys of its own", f"{last}: {made(value)}"
    write = _KEYS[last](value) if last in _KEYS else "{ key: value }"
    return _WHY.get(last, f"{quoted(last)} has keys of its own"), f"{last}: {write}"


def as_names(path: Path, value: Any) -> tuple[str, str]:
    """What is wrong where names are meant, with something behind each; and the line to write."""
    if path[-2:-1] == ("matches",):
        write = f"- {_ENTRIES['matches'](value)}"
        return "labels are meant here, each with what it must be", write
    last = str(path[-1])
    write = _NAMES[last](value) if last in _NAMES else "{ name: … }"
    what = f"{quoted(last)} has names, each with what belongs to it"
    return _WHY.get(last, what), f"{last}: {write}"


def as_list(path: Path, value: Any) -> tuple[str, str]:
    """What is wrong where a list is meant, and the line to write."""
    last = str(path[-1])
    what = f"{quoted(last)} is a list"
    if isinstance(value, dict):
        if last == "options" and not {"id", "title", "then"} & value.keys():
            key, inner = next(iter(value.items()), ("", ""))
            title = inner if isinstance(inner, str) else str(key).capitalize()
            return what, f"- {{ id: {slug(key)}, title: {text(title)} }}, a line for each answer"
        return what, "`- ` before it, as before each entry"
    if isinstance(value, str) and "\n" in value.strip():
        return what, f"{last}: and a line that begins with `- ` for each of them"
    if last in ("enum", "in", "people", "alerts") and isinstance(value, str):
        return what, f"{last}: [{', '.join(text(one.strip()) for one in value.split(','))}]"
    if isinstance(value, str) and len(value) > _LONG:
        return what, f"`- ` before it, in a line of its own under `{last}:`"
    entry = _ENTRIES.get(last, text)(value)
    return what, f"`- {entry}` in a line of its own under `{last}:`"


def as_text(path: Path, value: Any) -> tuple[str, str]:
    """What is wrong where one text is meant and a list stands, and the line to write."""
    last = path[-1]
    if path[:1] == ("matches",) and isinstance(value, list):
        return "one text says what the label may be", f"{last}: {text('|'.join(map(str, value)))}"
    if path[-2:-1] in (("for_each",), ("each",)):
        return (
            "this is the name of a list input or of a set",
            f"{last}: {last}s, and its values there",
        )
    if isinstance(last, int) or not isinstance(value, list) or not value:
        return "a list where one text is meant", "one text"
    if last in ("role", "check", "until", "target"):
        return f"{quoted(last)} is one name", f"{last}: {text(_first(value))}"
    if len(value) == 1 and not isinstance(value[0], dict | list):
        return "a list where one text is meant", f"{last}: {text(value[0])}"
    if last in ("do", "expected", "rollback", "summary"):
        return "a list where one text is meant", f"{last}: | and the lines below it, as they are"
    return "a list where one text is meant", "one of them"


def behind(path: Path) -> str | None:
    """The line to write where nothing stands behind a key; None where a text could be anything."""
    last = path[-1] if path else ""
    if path[-2:-1] and path[-2] in _NAMED:
        return f"{last}: {{ description: … }}" if path[-2] != "checks" else None
    return f"{last}: {_KEYS[last](None)}" if last in ("approve", "approval", "wait") else None


def filled_in(write: str, value: Any) -> str:
    """A line to write with the author's value in it, where that is what is meant."""
    if write == "then: { goto: … }":
        return f"then: {{ goto: {text(value)} }}"
    if write == "get: /path" and isinstance(value, str) and (way := _WAY.match(value)):
        return f"get: {way[1] or '/'}"
    if write == "pointer: /status" and isinstance(value, str):
        return f"pointer: {pointer(value)}"
    return write


_WAY = re.compile(r"(?:https?://(?:\{\{[^{}]*\}\}|[^/\s{}])*)?((?:/\S{0,120})?)$")


def pointer(value: str) -> str:
    """The pointer that somebody meant who wrote a path of another kind, such as `$.status`."""
    return "/" + value.removeprefix("$").strip("./").replace(".", "/")[:80]
