"""A procedure as Markdown, for a wiki or a review: the same page as the plain text.

Pure. A command is always in a fence of its own, long enough that no command can close it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.core.expected import Style
from bot.core.filling import for_incident
from bot.core.postmortem.markdown import code
from bot.core.procedure import (
    Check,
    Group,
    Procedure,
    Step,
    Task,
    VerifyByCheck,
    Wait,
    show_duration,
)
from bot.core.wording import say_check, say_input, say_owner, say_poll, say_review, say_symptoms


def markdown(procedure: Procedure, given: Mapping[str, str] | None = None) -> str:
    """The page as Markdown: with the *given* values put in, or for any incident (none given)."""
    shown = for_incident(procedure, given)
    sections = [
        *_head(shown),
        _section("Symptoms", (f"- {line}" for line in say_symptoms(shown))),
        _section("Values", (f"- `{k}`: {say_input(v)}" for k, v in shown.inputs.items())),
        _section("Steps", _steps(shown, shown.steps, "")),
        _section("Verification", _verification(shown)),
        _section("Prevention", (f"- {line}" for line in shown.prevention)),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(procedure: Procedure) -> Iterator[str]:
    yield f"# {procedure.title}"
    facts = [f"`{procedure.id}`", procedure.severity or ""]
    if procedure.estimate is not None:
        facts.append(f"about {show_duration(procedure.estimate)}")
    if procedure.owner is not None:
        facts.append(f"owner {say_owner(procedure.owner)}")
    facts.append(say_review(procedure))
    yield " · ".join(filter(None, facts))
    yield (procedure.summary or "").strip()
    yield f"**At stake:** {procedure.impact}" if procedure.impact else ""
    yield f"**Where:** {procedure.where}" if procedure.where else ""


def _section(title: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"## {title}\n\n{body}" if body else ""


def _steps(procedure: Procedure, steps: Iterable[Step], pad: str) -> Iterator[str]:
    for index, step in enumerate(steps, start=1):
        inner = pad + " " * (len(str(index)) + 2)
        yield f"{pad}{index}. **{step.title}**{_manner(step)}"
        for block in _body(procedure, step):
            yield ""
            yield from (f"{inner}{line}".rstrip() for line in block.splitlines())
        if isinstance(step, Group):
            yield ""
            yield from _steps(procedure, step.steps, inner)


def _manner(step: Step) -> str:
    if isinstance(step, Group):
        return " (do one of these)" if step.one_of else " (in any order)" * step.any_order
    return " (cannot be undone)" if step.danger else ""


def _body(procedure: Procedure, step: Step) -> Iterator[str]:
    if step.where:
        yield f"*Where:* {step.where}"
    yield from (f"> **Warning:** {warning}" for warning in step.warnings)
    if not isinstance(step, Group):
        if step.do:
            yield step.do
        if isinstance(step, Task):
            yield from (_fenced(command) for command in step.run)
        if isinstance(step, Wait):
            check = procedure.checks[step.wait.until]
            look = f" (look {say_poll(check.poll)})" if check.poll else ""
            yield f"*Wait until:* {check.title}{look}"
        if step.expected:
            yield f"*Expect:* {step.expected}"
        if step.on_failure:
            yield f"*If not:* {step.on_failure}"
        if isinstance(step, Task) and step.check is not None:
            yield f"*Check:* {procedure.checks[step.check].title}"
        if step.rollback:
            yield f"*Rollback:* {step.rollback}"
    yield from (f"[{link.title}]({link.url})" for link in step.links)


def _checked(check: Check) -> Iterator[str]:
    if check.by_hand is None:
        yield f"- [ ] {check.title} ({say_check(check, _STYLE)})"
        return
    shows = f"; expect: {check.by_hand.expected}" if check.by_hand.expected else ""
    yield f"- [ ] {check.title}{shows}"
    yield ""
    yield from (f"  {line}".rstrip() for line in _fenced(check.by_hand.run).splitlines())
    yield ""


_STYLE = Style(words=str, code=code)


def _fenced(command: str) -> str:
    longest = max((len(run) for run in re.findall("`{3,}", command)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}sh\n{command.rstrip()}\n{fence}"


def _verification(procedure: Procedure) -> Iterator[str]:
    for line in procedure.verification:
        if isinstance(line, VerifyByCheck):
            yield from _checked(procedure.checks[line.check])
        else:
            yield f"- [ ] {line.confirm} (a person confirms)"
