"""A run as `run/v1`: all of it but the thread and the names comes from the entries.

So whoever has the entries makes the same again, which is how a file is audited.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.acting.names import Names
from bot.core.acting.sentences import Around
from bot.core.acts.registry import MEANINGS
from bot.core.documents.postmortem.deviations import found as deviations
from bot.core.documents.postmortem.keytimes import key_times, lengths
from bot.core.documents.postmortem.model import Moment, Story, tell
from bot.core.documents.postmortem.steps import state_words
from bot.core.documents.postmortem.wording import span
from bot.core.documents.run_v1 import model as v1
from bot.core.markup.model import Inline, Strong, atoms
from bot.core.markup.plain import plain
from bot.core.procedure import Placed, commands
from bot.core.run import events as e
from bot.core.run.expected import is_so
from bot.core.run.model import Run, State
from bot.core.run.shift import RoleAssigned
from bot.core.views.wording import say_owner, say_symptoms


@dataclass(frozen=True, slots=True)
class Beside:
    """What is not of the record's entries: who wrote it when, names, the thread, the audit."""

    by: v1.By
    thread: v1.Thread
    record: v1.Record
    chain: v1.Chain


def made(run: Run, facts: Sequence[e.Fact], beside: Beside) -> v1.RunV1:
    """The run as data; raises ValueError where *facts* are not those that make it."""
    names = Names(beside.by.names, run.people)
    story = tell(run, facts, names, None, beside.by.at)
    times = key_times(story)
    closed = run.closed
    return v1.RunV1(
        id=run.id,
        title=run.title,
        outcome=_outcome(run),
        drill=run.drill,
        severity=run.severity,
        severities=list(_severities(story)),
        channel=v1.Channel(id=run.channel, name=names.known(run.channel)),
        procedure=_procedure(story),
        inputs=dict(run.inputs),
        found=dict(run.outline.texts.found),
        alert=_alert(run),
        started_by=run.started_by.id,
        closed_by=closed.by.id if closed else None,
        reasons=_reasons(story),
        people=list(_people(story, beside.by.names)),
        times=[v1.Moment(name=t.name, at=t.at, entry=t.entry, source=t.source) for t in times],
        spans=[
            v1.Span(
                start=one.start,
                end=one.end,
                seconds=None if one.length is None else one.length.total_seconds(),
                words=span(one.length),
            )
            for one in lengths(times)
        ],
        steps=[_step(story, placed) for placed in run.placed],
        verification=list(_lines(story)),
        looks=list(_looks(story)),
        deviations=[_deviation(line) for line in deviations(story)],
        written=[
            v1.Written(part=part, at=now.at, by=now.by.id, text=names.as_read(now.text))
            for part, now in run.narrative.items()
        ],
        action_items=[
            v1.ActionItem(
                entry=one.number,
                by=one.by.id,
                text=names.as_read(one.text),
                owner=one.owner.id if one.owner else None,
                due=one.due.isoformat() if one.due else None,
                state=one.state,
            )
            for one in run.items.values()
        ],
        pins=list(_pins(story)),
        timeline=list(_timeline(story)),
        thread=beside.thread,
        record=beside.record,
        by=beside.by,
        chain=beside.chain,
    )


def _outcome(run: Run) -> str:
    if run.closed is None:
        return "open"
    if run.closed.mistake is not None:
        return "mistake"
    return "recovered" if run.closed.recovered else "not_verified"


def _severities(story: Story) -> Iterator[v1.Severity]:
    for m, event in story.of(e.SeverityChanged):
        reason = story.names.as_read(event.reason) if event.reason else None
        yield v1.Severity(
            entry=m.fact.seq,
            at=m.at,
            by=event.by.id,
            severity=event.severity,
            was=event.was,
            reason=reason,
        )


def _procedure(story: Story) -> v1.Procedure:
    run, started = story.run, story.started
    procedure = run.procedure
    return v1.Procedure(
        id=procedure.id,
        title=procedure.title,
        source_sha256=started.source_sha256,
        commit=started.commit,
        reviewed=None if procedure.reviewed is None else str(procedure.reviewed),
        owner=None if procedure.owner is None else say_owner(procedure.owner),
        estimate_seconds=None if procedure.estimate is None else procedure.estimate.total_seconds(),
        impact=None if procedure.impact is None else run.words(procedure.impact),
        symptoms=[run.words(one) for one in say_symptoms(procedure)],
        prevention=[run.words(one) for one in procedure.prevention],
    )


def _alert(run: Run) -> v1.Alert | None:
    alert = run.alert
    if alert is None:
        return None
    return v1.Alert(id=alert.id, names=list(alert.names), since=alert.since, link=alert.at)


def _reasons(story: Story) -> dict[str, str]:
    closed = story.run.closed
    if closed is None:
        return {}
    given = dict(closed.reasons) if closed.mistake is None else {"mistake": closed.mistake}
    return {key: story.names.as_read(text) for key, text in given.items()}


def _people(story: Story, named: Mapping[str, str]) -> Iterator[v1.Person]:
    met = story.run.people
    roles = _roles(story)
    for key in dict.fromkeys((*met, *roles, *(one for one in named if one[:1] in ("U", "W")))):
        person = story.names.of(key)
        yield v1.Person(
            id=key,
            name=person.name,
            external=person.external,
            acted=key in met,
            roles=roles.get(key, []),
        )


def _roles(story: Story) -> Mapping[str, list[v1.Role]]:
    told: dict[str, list[v1.Role]] = {}
    cast: dict[str, tuple[str, datetime]] = {}
    for m, event in story.of(RoleAssigned):
        if event.role in cast:
            key, since = cast.pop(event.role)
            told.setdefault(key, []).append(v1.Role(role=event.role, since=since, to=m.at))
        if event.to is not None:
            cast[event.role] = (event.to.id, m.at)
    for role, (key, since) in cast.items():
        told.setdefault(key, []).append(v1.Role(role=role, since=since))
    return told


def _step(story: Story, placed: Placed) -> v1.Step:
    run, step = story.run, placed.step
    now = run.steps[step.id]
    begun = now.begun
    ended = now.ended_at
    return v1.Step(
        id=step.id,
        number=placed.number,
        title=run.words(step.title, step.id),
        groups=[run.words(group.title) for group in placed.groups],
        state=str(now.state),
        standing=state_words(story, placed).partition(" ")[2],
        needed=not run.ruled_out(placed),
        check_failed=run.in_doubt(placed),
        round=now.round,
        holder=now.holder.id if now.holder and now.state is State.TAKEN else None,
        started_at=begun,
        ended_at=ended,
        ended_by=now.ended_by.id if now.ended_by else None,
        seconds=(ended - begun).total_seconds() if begun and ended else None,
        answer=now.answer,
        commands=[run.command(one, step.id) for one in commands(step)],
        acts=list(_acts(story, step.id)),
        files=[
            v1.File(
                name=one.given.name or one.given.file,
                file=one.given.file,
                size=one.given.size,
                sha256=one.read.sha256 if one.read else None,
                why=one.read.error if one.read else None,
                entry=one.entry,
            )
            for one in now.evidence
            if one.given.file is not None
        ],
    )


def _acts(story: Story, step_id: str) -> Iterator[v1.Act]:
    for m in story.of_steps.get(step_id, ()):
        event = m.fact.event
        if isinstance(event, e.CheckRequested):
            continue
        known = m.after.steps.get(step_id)
        yield v1.Act(
            entry=m.fact.seq,
            at=m.at,
            kind=event.kind,
            by=_who(event),
            round=known.round if known else 1,
            words=_did(story, m, "it"),
            text=_account(story, event),
        )


def _who(event: e.Event) -> str | None:
    person: e.Person | None = MEANINGS.of(event).who(event)
    return None if person is None else person.id


def _did(story: Story, m: Moment, it: str) -> str:
    around = Around(story.run, m.before, story.names)
    return plain(MEANINGS.of(m.fact.event).sentence(around, m.fact.event, it))


def _account(story: Story, event: e.Event) -> str | None:
    account = MEANINGS.of(event).account
    text = account(event) if account is not None else ""
    return story.names.as_read(text) if text else None


def _lines(story: Story) -> Iterator[v1.Line]:
    for item in story.run.verification():
        yield v1.Line(
            key=item.key,
            title=item.title,
            passed=item.green,
            group=item.group,
            check=item.check,
            confirmations=[
                _confirmation(story, m, event)
                for m, event in story.of(e.RecoveryConfirmed, e.ConfirmationWithdrawn)
                if event.item == item.key
            ],
        )


def _confirmation(
    story: Story, m: Moment, event: e.RecoveryConfirmed | e.ConfirmationWithdrawn
) -> v1.Confirmation:
    words = event.words if isinstance(event, e.RecoveryConfirmed) else None
    return v1.Confirmation(
        entry=m.fact.seq,
        at=m.at,
        by=event.by.id,
        words=story.names.as_read(words) if words else None,
        withdrawn=isinstance(event, e.ConfirmationWithdrawn),
    )


def _looks(story: Story) -> Iterator[v1.Look]:
    asked = {event.request: event.step for _, event in story.of(e.CheckRequested)}
    for m, event in story.of(e.CheckObserved):
        check = story.run.procedure.checks.get(event.check)
        yield v1.Look(
            entry=m.fact.seq,
            at=m.at,
            check=event.check,
            passed=event.green,
            final=event.final,
            step=asked.get(event.request),
            found=[
                v1.Found(
                    expected=plain(is_so(one.expectation, check)),
                    seen=one.seen,
                    held=one.held,
                    member=one.member,
                )
                for one in event.seen
            ],
        )


def _deviation(line: Inline) -> v1.Deviation:
    first = next(iter(atoms(line)))
    kind = plain(first.words) if isinstance(first, Strong) else ""
    return v1.Deviation(kind=kind.rstrip("."), words=plain(line))


def _pins(story: Story) -> Iterator[v1.Pin]:
    for pin in sorted(story.run.pins.values(), key=lambda one: (one.at, one.number)):
        author = pin.pinned.author
        yield v1.Pin(
            entry=pin.number,
            at=pin.at,
            by=pin.pinned.by.id,
            author=None if author is None else author.id,
            app=pin.pinned.app,
            text=story.names.as_read(pin.text),
            link=pin.pinned.link,
            files=list(pin.files),
            cut=pin.pinned.cut,
        )


def _timeline(story: Story) -> Iterator[v1.Event]:
    for m in story.moments:
        event = m.fact.event
        step = getattr(event, "step", None)
        yield v1.Event(
            entry=m.fact.seq,
            at=m.at,
            kind=event.kind,
            by=_who(event),
            via=event.via,
            step=step,
            words=_did(story, m, "the run" if step is None else f"step {_number(story, step)}"),
        )


def _number(story: Story, step_id: str) -> str:
    placed = story.run.known(step_id)
    return step_id if placed is None else placed.number
