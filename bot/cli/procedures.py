"""The commands about procedure files: `lint`, `schema`, `show` and `search`.

They need no configuration of the bot and touch no network: an author runs them at a desk, in an
editor or in CI. Exit codes: 0 clean or only warned of, 1 refused, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.core.alerts.routing import schema as routes_schema
from bot.core.documents.printing import JSON, as_json, book, printed
from bot.core.documents.run_v1 import schema as run_schema_of
from bot.core.engine.starting import invalid_inputs
from bot.core.lint import Configured, Examined, Problem, leads, ordered
from bot.core.markup.faces import TEXT
from bot.core.procedure import Procedure
from bot.core.procedure.schema import schema
from bot.core.procedure.search import nearest, search
from bot.edges.library import (
    Library,
    Place,
    SkeletonFile,
    default_folder,
    examine_file,
    examine_routing,
    is_procedure,
    is_skeleton,
    picture_trouble,
    place_of,
    says_routes,
)

CLEAN, REFUSED, USAGE = 0, 1, 2


class UsageError(Exception):
    """The command line asks for what is not there; the message is for the person."""


def run_lint(arguments: argparse.Namespace) -> int:
    """Print each problem of the files, one a line; 1 when one is an error."""
    try:
        files, unread = _files(arguments.paths or [_folder()])
        known = configured(arguments.targets)
    except UsageError as error:
        return complain(str(error))
    problems = ordered((*unread, *_linted(files, known)))
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    errors = sum(problem.severity == "error" for problem in problems)
    counts = (len(files), "file"), (errors, "error"), (len(problems) - errors, "warning")
    said = ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts)
    sys.stderr.write(f"{said}\n")
    return REFUSED if errors else CLEAN


def _linted(files: Sequence[Path], known: Configured | None) -> Iterator[Problem]:
    """What is wrong with each file; of several, also with what they say of each other."""
    seen = {file: _examined(file, str(file), known) for file in files}
    beside = {one.procedure.id: one.procedure for one in seen.values() if one.procedure}
    for file, one in seen.items():
        if len(files) > 1 and one.procedure and leads(one.procedure):
            yield from _examined(file, str(file), known, beside).problems
        else:
            yield from one.problems


def run_schema(arguments: argparse.Namespace) -> int:
    """Print the JSON Schema of the format, of a file of routes, or of a run as data."""
    made = schema()
    if arguments.routes:
        made = routes_schema()
    elif arguments.run:
        made = run_schema_of()
    sys.stdout.write(json.dumps(made, indent=2, ensure_ascii=False) + "\n")
    return CLEAN


def run_show(arguments: argparse.Namespace) -> int:
    """Print one procedure, or with --all every one, as text, Markdown or JSON."""
    try:
        return _show_all(arguments) if arguments.all else _show_one(arguments)
    except UsageError as error:
        return complain(str(error))


def run_search(arguments: argparse.Namespace) -> int:
    """Print the procedures that fit the words, the best first; 1 when there is none."""
    try:
        library = _library()
    except UsageError as error:
        return complain(str(error))
    hits = search((loaded.procedure for loaded in library.all()), " ".join(arguments.words))
    for hit in hits:
        sys.stdout.write(f"{hit.procedure.id}  {hit.procedure.title}\n")
    if not hits:
        sys.stderr.write("No procedure matches.\n")
    return CLEAN if hits else REFUSED


def _folder() -> Path:
    return Path(os.environ.get("RUNBOOK_PROCEDURES") or "procedures")


def _library() -> Library:
    folder = _folder()
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}; RUNBOOK_PROCEDURES names another")
    given = os.environ.get("RUNBOOK_CACHE")
    cache = Path(given) if given else default_folder(os.environ)
    library = Library(folder, cache=cache)
    library.refresh()
    return library


def _files(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """The files that *paths* name or hold, found as the bot finds them, and what is not read."""
    files: list[Path] = []
    unread: list[Problem] = []
    for path in paths:
        if path.is_dir():
            try:
                with Place(path) as place:
                    listing = place.files()
            except OSError as error:
                raise UsageError(f"{path} cannot be read: {error.strerror or error}") from None
            files += [path / name for name in listing.files]
            unread += [
                Problem(str(path / one.path), 1, 1, one.severity, one.why, one.write)
                for one in listing.unread
            ]
        elif path.exists() or path.is_symlink():
            files.append(path)
            if not (is_procedure(path.name) or is_skeleton(path.name)):
                why, write = "the bot reads no file of such a name", "a name that ends in .yaml"
                unread.append(Problem(str(path), 1, 1, "error", why, write))
        else:
            raise UsageError(f"there is no file or folder {path}; name what to check")
    if not files:
        where = ", ".join(map(str, paths))
        raise UsageError(f"no procedure was checked: no file in {where} ends in .yaml or .yml")
    return files, unread


class _AnyToken(dict[str, str]):
    """An environment for whoever needs only the names of targets: lint asks no target anything."""

    def get(self, key: str, default: object = None) -> str:
        return "unused"


def known_targets(given: Path | None) -> Mapping[str, Collection[str]] | None:
    """The targets that the bot knows, with their sets; None where no file of them is named.

    Raises UsageError.
    """
    named = _named_targets(given)
    if named is None:
        return None
    from bot.edges.probes.targets import TargetsError, load_targets  # noqa: PLC0415 - it is costly

    try:
        return {name: one.sets.keys() for name, one in load_targets(named, _AnyToken()).items()}
    except TargetsError as error:
        raise UsageError(str(error)) from None


def configured(given: Path | None) -> Configured | None:
    """What the bot's configuration has, by the same file. Raises UsageError."""
    named, targets = _named_targets(given), known_targets(given)
    if named is None or targets is None:
        return None
    from bot.edges.probes.targets import TargetsError, load_roles  # noqa: PLC0415 - it is costly

    try:
        return Configured(targets, load_roles(named))
    except TargetsError as error:
        raise UsageError(str(error)) from None


def _named_targets(given: Path | None) -> Path | None:
    return given or (Path(told) if (told := os.environ.get("RUNBOOK_TARGETS")) else None)


def _examined(
    file: Path,
    name: str,
    known: Configured | None = None,
    beside: Mapping[str, Procedure] | None = None,
) -> Examined:
    """What is wrong with *file*; a link out of its folder is refused, as it is when served."""
    if is_skeleton(file.name):
        return Examined(None, SkeletonFile(file).examined(name))
    folder, path = place_of(file, _folder())
    try:
        with Place(folder) as place:
            content = place.read(path).data
    except OSError as error:
        message = f"the file cannot be read: {error.strerror or error}"
        return Examined(None, (Problem(name, 1, 1, "error", message),))
    if says_routes(content):
        return Examined(None, examine_routing(content, name).problems)
    look = partial(picture_trouble, folder, path)
    return examine_file(
        content, name, datetime.now(UTC).date(), known=known, look=look, beside=beside
    )


def find(which: str) -> tuple[Procedure | None, tuple[Problem, ...]]:
    """Find a procedure by its file or its id; None and its problems when it is refused."""
    file = Path(which)
    if is_procedure(file.name):
        if not file.is_file():
            raise UsageError(f"there is no file {file}")
        seen = _examined(file, which)
        return seen.procedure, seen.problems
    library = _library()
    if (loaded := library.get(which)) is not None:
        return loaded.procedure, ()
    refused = tuple(p for p in library.problems() if Path(p.path).stem == which)
    if refused:
        return None, refused
    raise UsageError(_unknown(which, [loaded.procedure.id for loaded in library.all()]))


def _unknown(which: str, known: Sequence[str]) -> str:
    meant = nearest(known, which)
    hint = f"Did you mean {' or '.join(meant)}?" if meant else f"There are {', '.join(known)}."
    return f"there is no procedure {which}. {hint if known else 'The folder is empty.'}"


def _show_one(arguments: argparse.Namespace) -> int:
    if not arguments.which:
        raise UsageError("name a procedure or a file, or say --all")
    procedure, problems = find(arguments.which)
    if procedure is None:
        return refuse(problems)
    values = given(procedure, pairs(arguments.input)) if arguments.input else None
    sys.stdout.write(printed(arguments.format, procedure, values))
    return CLEAN


def _show_all(arguments: argparse.Namespace) -> int:
    if arguments.which or arguments.input:
        raise UsageError("--all goes with no procedure and no --input")
    library = _library()
    errors = tuple(p for p in library.problems() if p.severity == "error")
    if errors:
        return refuse(errors)
    procedures = [loaded.procedure for loaded in library.all()]
    if arguments.format == JSON:
        parts = [json.loads(as_json(procedure)) for procedure in procedures]
        sys.stdout.write(json.dumps(parts, indent=2, ensure_ascii=False) + "\n")
    elif arguments.format == TEXT:
        sys.stdout.write(book(procedures))
    else:
        sys.stdout.write("\n".join(printed(arguments.format, one) for one in procedures))
    return CLEAN


def pairs(written: Sequence[str]) -> dict[str, str]:
    """What was written as NAME=VALUE, by name; raises UsageError."""
    split = [(pair, *pair.partition("=")) for pair in written]
    for pair, _, equals, _ in split:
        if not equals:
            raise UsageError(f"a value is NAME=VALUE, not {pair}")
    return {name: value for _, name, _, value in split}


def given(procedure: Procedure, values: Mapping[str, str]) -> Mapping[str, str]:
    """The *values* of a procedure's inputs; raises UsageError where one is not as it must be."""
    for name in values:
        if name not in procedure.inputs:
            known = ", ".join(procedure.inputs) or "none"
            raise UsageError(f"{procedure.id} has no input {name}; it has {known}")
    for name, trouble in invalid_inputs(procedure, values).items():
        raise UsageError(f"{name} {trouble}")
    return values


def refuse(problems: Sequence[Problem]) -> int:
    """Print the problems of a procedure that is refused; the exit status."""
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return REFUSED


def complain(message: str) -> int:
    """Print what is wrong with what was typed; the exit status."""
    sys.stderr.write(f"runbook: {message}\n")
    return USAGE
