"""Files of rules: as Prometheus loads them, and as `PrometheusRule` of Kubernetes has them.

Unlike a procedure's file, one of these is somebody else's, so it is read as Prometheus reads it;
it is bounded all the same.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import yaml

from bot.core.coverage import Place, Rule, Rules

MAX_BYTES = 8 * 1024 * 1024
MAX_FILES = 5_000
MAX_RULES = 50_000
"""In all files together."""
MAX_DEPTH = 100
ENDINGS = (".yaml", ".yml", ".rules", ".json")
LINKS = ("runbook_url", "runbook")
"""The annotations that lead to what is to be done, the first that a rule has."""
_LONGEST = 2_000
_ALERT = re.compile(r"""(?m)^[ \t{]*(?:-[ \t{]+)?["']?alert["']?[ \t]*:""")
"""What every file of alerting rules has somewhere, at the beginning of a line."""

_Pairs = Iterator[tuple[str, yaml.Node]]


class RulesError(Exception):
    """What is named cannot be read at all; the message is for the one who named it."""


def read_files(paths: Sequence[Path]) -> Rules:
    """The alerting rules of files, and of all in folders; raises RulesError."""
    rules: list[Rule] = []
    unread: list[tuple[Place, str]] = []
    for file, named in _files(paths):
        try:
            found = list(_rules(file, named=named))
        except _Unread as trouble:
            unread.append((trouble.at, trouble.why))
            continue
        rules += found
        if len(rules) > MAX_RULES:
            raise RulesError(f"there are more than {MAX_RULES:,} rules; name fewer files at a time")
    return Rules(tuple(rules), tuple(unread))


class _Unread(Exception):
    def __init__(self, at: Place, why: str) -> None:
        super().__init__(why)
        self.at, self.why = at, why


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file once, and whether it was named itself: of a folder's files, others may be there."""
    seen: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise RulesError(f"there is no file or folder {path}")
        named = not path.is_dir()
        for file in [path] if named else _within(path):
            if file not in seen:
                seen.add(file)
                yield file, named
            if len(seen) > MAX_FILES:
                raise RulesError(f"there are more than {MAX_FILES:,} files; name fewer")


def _within(folder: Path) -> Iterable[Path]:
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        found += [Path(place, one) for one in files if one.endswith(ENDINGS)]
        if len(found) > MAX_FILES:
            break
    return sorted(found)


def _rules(file: Path, *, named: bool) -> Iterator[Rule]:
    """The alerting rules of a file; one in a folder that is of something else has none."""
    name = str(file)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise _Unread(Place(name), f"it is larger than {MAX_BYTES // 2**20} MiB")
        text = file.read_text(encoding="utf-8-sig")
        if not named and _ALERT.search(text) is None:
            return
        _not_deep(name, text)
        some = yaml.compose_all(text, Loader=yaml.CSafeLoader)
        lists = [groups for document in some for groups in _groups(document)]
        if named and not lists:
            raise _Unread(Place(name), "it has no `groups:` of rules, and is no PrometheusRule")
        yield from _alerting(name, lists)
    except OSError as trouble:
        raise _Unread(Place(name), f"it cannot be read: {trouble.strerror or trouble}") from None
    except UnicodeDecodeError:
        raise _Unread(Place(name), "it is not UTF-8 text") from None
    except yaml.MarkedYAMLError as trouble:
        mark = trouble.problem_mark
        at = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name)
        raise _Unread(at, f"it is not YAML: {trouble.problem or trouble.context}") from None
    except (yaml.YAMLError, RecursionError) as trouble:
        raise _Unread(Place(name), f"it is not YAML: {str(trouble)[:200]}") from None


def _not_deep(file: str, text: str) -> None:
    """Refuse what is nested deeper than rules are: composing it would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                at = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
                raise _Unread(at, f"it is more than {MAX_DEPTH} levels deep")
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            depth -= 1


def _groups(document: yaml.Node | None) -> Iterator[yaml.Node]:
    """The lists of groups in a document: of a file of rules, a resource, or a list of these."""
    parts = dict(_pairs(document))
    kind = _text(parts.get("kind"))
    if kind.endswith("List"):
        # A list in a list is no resource, and aliases could make any number of them.
        for item in _items(parts.get("items"))[:MAX_FILES]:
            if not _text(dict(_pairs(item)).get("kind")).endswith("List"):
                yield from _groups(item)
        return
    groups = dict(_pairs(parts.get("spec"))).get("groups") if kind else parts.get("groups")
    if groups is not None and kind in ("", "PrometheusRule"):
        yield groups


def _alerting(file: str, lists: Iterable[yaml.Node]) -> Iterator[Rule]:
    rules = (
        (group, rule)
        for groups in lists
        for group in _items(groups)
        for rule in _items(dict(_pairs(group)).get("rules"))
    )
    for number, (group, rule) in enumerate(rules):
        # Aliases make much of little.
        if number == MAX_RULES:
            raise _Unread(_place(file, group), f"it has more than {MAX_RULES:,} rules")
        if (found := _rule(file, rule)) is not None:
            yield found


def _rule(file: str, node: yaml.Node) -> Rule | None:
    parts = dict(_pairs(node))
    alert = parts.get("alert")
    if not isinstance(alert, yaml.ScalarNode):
        return None
    labels = {name: _text(value) for name, value in _pairs(parts.get("labels"))}
    notes = dict(_pairs(parts.get("annotations")))
    link = next((notes[name] for name in LINKS if _text(notes.get(name)).strip()), None)
    runbook = _text(link)
    return Rule(
        alert=alert.value[:_LONGEST],
        at=_place(file, alert),
        labels=labels,
        runbook=runbook,
        runbook_at=_place(file, link) if link is not None else None,
    )


def _pairs(node: yaml.Node | None) -> _Pairs:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key.value, value


def _items(node: yaml.Node | None) -> Sequence[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else ()


def _text(node: yaml.Node | None) -> str:
    return node.value[: _LONGEST + 1] if isinstance(node, yaml.ScalarNode) else ""


def _place(file: str, node: yaml.Node) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)
