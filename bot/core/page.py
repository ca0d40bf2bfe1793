"""A procedure on one page, for a terminal and for paper: plain text, Markdown or JSON.

Pure; nothing here prints. One page is 66 lines of 100 columns: what a printer puts on A4 or
Letter at ten points. What cannot be folded, a long command, counts for the lines it takes.
"""

from __future__ import annotations

import hashlib
import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.core.filling import for_incident
from bot.core.procedure import (
    ByHand,
    Group,
    Leaf,
    Procedure,
    Step,
    Task,
    VerifyByCheck,
    Wait,
    show_duration,
)
from bot.core.wording import (
    say_check,
    say_input,
    say_owner,
    say_poll,
    say_review,
    say_symptoms,
)

PAGE_LINES = 66
PAGE_COLUMNS = 100

_PLACEHOLDER = re.compile(r"\{\{ *\w+ *\}\}")
_GLUE = "\x00"
"""Stands for the blanks in a placeholder while a line is folded; lint lets none into a file."""

_HOW_TO_READ = (
    "Each procedure is one page: how the trouble shows, what to do, how to know that it is over, "
    "and how to keep it from happening again. Do the steps in order, unless the person in "
    "charge decides otherwise. A line that starts with $ is a command: type it without the $. "
    "Braces, as in {{ node }}, stand for a value of your incident, which VALUES explains: type "
    "that value in their place, without the braces. Recovered means that every line of "
    "VERIFICATION is true."
)
_MADE_FROM = (
    "Generated from the files in procedures/ by `runbook show --all`. Do not edit this text: edit "
    "those files, and print it again. Edition {edition}: two printouts of one edition say the same."
)


def page_lines(procedure: Procedure) -> int:
    """How many lines the procedure takes when printed."""
    lines = text(procedure).splitlines()
    return sum(max(1, -(-len(line) // PAGE_COLUMNS)) for line in lines)


def text(procedure: Procedure, given: Mapping[str, str] | None = None) -> str:
    """The page as plain text: with the *given* values put in, or for any incident (none given)."""
    return _page(procedure, given)


def _page(procedure: Procedure, given: Mapping[str, str] | None, number: str = "") -> str:
    shown = for_incident(procedure, given)
    parts = [
        list(_head(shown, number)),
        _section("SYMPTOMS", (f"- {line}" for line in say_symptoms(shown))),
        _section("VALUES", _values(shown, given or {})),
        ["STEPS", *_steps(shown, shown.steps, "")],
        ["VERIFICATION", *lines] if (lines := list(_verification(shown))) else [],
        _section("PREVENTION", (f"- {line}" for line in shown.prevention)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def book(procedures: Sequence[Procedure]) -> str:
    """All *procedures* as plain text: a page of contents, then each on a page of its own."""
    numbered = list(enumerate(procedures, start=1))
    pages = [_page(procedure, None, f"{number}. ") for number, procedure in numbered]
    width = max((len(procedure.title) for procedure in procedures), default=0)
    longest = max((len(procedure.id) for procedure in procedures), default=0)
    contents = [
        f"  {number}. {procedure.title:<{width}}  {procedure.severity or '-':<4}  "
        f"{procedure.id:<{longest}}  {say_review(procedure)}".rstrip()
        for number, procedure in numbered
    ]
    edition = hashlib.sha256("\f".join(pages).encode()).hexdigest()[:8]
    head = ["RECOVERY RUNBOOK", "=" * PAGE_COLUMNS, *_fold(_HOW_TO_READ, 0, 0)]
    head += ["", *_fold(_MADE_FROM.format(edition=edition), 0, 0), "", "CONTENTS"]
    return "\n\f\n".join(["\n".join([*head, *contents]), *pages])


def as_json(procedure: Procedure, given: Mapping[str, str] | None = None) -> str:
    """The procedure as JSON, in the keys of its file, with the values put in."""
    shown = for_incident(procedure, given)
    data = shown.model_dump(mode="json", exclude_unset=True)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _fold(line: str, indent: int, hang: int = 2) -> list[str]:
    pad = " " * indent
    whole = _PLACEHOLDER.sub(lambda match: match[0].replace(" ", _GLUE), line)
    folded = textwrap.wrap(
        whole,
        PAGE_COLUMNS,
        initial_indent=pad,
        subsequent_indent=pad + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part.replace(_GLUE, " ") for part in folded]


def _head(procedure: Procedure, number: str) -> Iterator[str]:
    facts = [procedure.id, procedure.severity or ""]
    if procedure.estimate is not None:
        facts.append(f"about {show_duration(procedure.estimate)}")
    title = number + procedure.title.upper()
    review = say_review(procedure)
    beside = len("  ".join([title, *filter(None, facts), review])) <= PAGE_COLUMNS
    right = "  ".join(filter(None, [*facts, review if beside else ""]))
    yield f"{title}{right:>{max(PAGE_COLUMNS - len(title), len(right) + 2)}}"
    yield "=" * PAGE_COLUMNS
    if procedure.summary:
        yield from _fold(" ".join(procedure.summary.split()), 0, 0)
    if procedure.impact:
        yield from _fold(f"At stake: {procedure.impact}", 0)
    if procedure.where:
        yield from _fold(f"Where: {procedure.where}", 0)
    if procedure.owner:
        yield from _fold(f"Owner: {say_owner(procedure.owner)}", 0)
    if review and not beside:
        yield review[:1].upper() + review[1:]


def _section(title: str, entries: Iterable[str]) -> list[str]:
    lines = [line for entry in entries for line in _fold(entry, 2)]
    return [title, *lines] if lines else []


def _values(procedure: Procedure, given: Mapping[str, str]) -> Iterator[str]:
    for name, known in procedure.inputs.items():
        value = f" = {given[name]}" if name in given else ""
        yield f"- {name}{value}: {say_input(known)}"


def _steps(procedure: Procedure, steps: Iterable[Step], before: str) -> Iterator[str]:
    for index, step in enumerate(steps, start=1):
        number = f"{before}{index}"
        indent = 2 + 3 * before.count(".")
        hang = len(number) + 2
        yield from _fold(f"{number}. {_titled(step)}", indent, hang)
        for line in _joined(_body(procedure, step), PAGE_COLUMNS - indent - hang):
            yield from _indented(line, indent + hang)
        if isinstance(step, Group):
            yield from _steps(procedure, step.steps, f"{number}.")


def _joined(lines: Iterable[str], room: int) -> list[str]:
    """What to do if something else is seen stands beside what to expect, where there is room."""
    joined: list[str] = []
    for line in lines:
        beside = f"{joined[-1]}   {line}" if joined and line.startswith("If not: ") else ""
        if beside and joined[-1].startswith("Expect: ") and len(beside) <= room:
            joined[-1] = beside
        else:
            joined.append(line)
    return joined


def _titled(step: Step) -> str:
    if isinstance(step, Group):
        manner = "do ONE of these" if step.one_of else "in any order" if step.any_order else ""
        return f"{step.title}: {manner}" if manner else step.title
    return f"{step.title}   [CANNOT BE UNDONE]" if step.danger else step.title


def _indented(line: str, indent: int) -> list[str]:
    """A command is never folded: what is typed is one line; its later lines are set under it."""
    if line.startswith("$ "):
        first, *more = line.splitlines()
        return [" " * indent + first, *(" " * (indent + 2) + later for later in more)]
    return [folded for part in line.splitlines() if part for folded in _fold(part, indent, 0)]


def _body(procedure: Procedure, step: Step) -> Iterator[str]:
    if step.where:
        yield f"Where: {step.where}"
    yield from (f"Warning: {warning}" for warning in step.warnings)
    if not isinstance(step, Group):
        yield from _leaf(procedure, step)
    yield from (f"See: {link.title}, {link.url}" for link in step.links)


def _leaf(procedure: Procedure, step: Leaf) -> Iterator[str]:
    if step.do:
        yield step.do.rstrip()
    if isinstance(step, Task):
        yield from (f"$ {command.rstrip()}" for command in step.run)
    if isinstance(step, Wait):
        check = procedure.checks[step.wait.until]
        look = f" (look {say_poll(check.poll)})" if check.poll else ""
        yield f"Wait until: {check.title}{look}"
    if step.expected:
        yield f"Expect: {step.expected}"
    if step.on_failure:
        yield f"If not: {step.on_failure}"
    # A check of the verification is on the page already, and paper has no one who looks now.
    proof = [line.check for line in procedure.verification if isinstance(line, VerifyByCheck)]
    if isinstance(step, Task) and step.check is not None and step.check not in proof:
        yield f"Check: {procedure.checks[step.check].title}"
    if step.rollback:
        yield f"Rollback: {step.rollback}"


def _verification(procedure: Procedure) -> Iterator[str]:
    for line in procedure.verification:
        if not isinstance(line, VerifyByCheck):
            yield from _fold(f"[ ] {line.confirm}  (a person confirms)", 2, 4)
            continue
        check = procedure.checks[line.check]
        if check.by_hand is None:
            yield from _fold(f"[ ] {check.title}  ({say_check(check)})", 2, 4)
            continue
        yield from _by_hand(check.title, check.by_hand)


def _by_hand(title: str, hand: ByHand) -> Iterator[str]:
    """The title, the command and what it shows: on one line, or the command on one of its own."""
    shows, command = hand.expected, f"$ {hand.run.rstrip()}"
    line = f"  [ ] {title}:  {command}" + (f"  ->  {shows}" if shows else "")
    if "\n" not in line and len(line) <= PAGE_COLUMNS:
        yield line
        return
    yield from _fold(f"[ ] {title}" + (f"; expect: {shows}" if shows else ""), 2, 4)
    yield from _indented(command, 6)
