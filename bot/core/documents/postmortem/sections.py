"""The head of a post-mortem: how it stands, the summary, the key times, the people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.core.acting.sentences import given, item_title, light
from bot.core.documents.postmortem.keytimes import BEGAN, KeyTime, Length, lengths
from bot.core.documents.postmortem.keytimes import key_times as moments_of
from bot.core.documents.postmortem.messages import called
from bot.core.documents.postmortem.model import Moment, Story
from bot.core.documents.postmortem.talk import Said, writers
from bot.core.documents.postmortem.wording import NOT_RECORDED, clock, count, moment, span, who
from bot.core.markup.model import (
    Block,
    Code,
    Inline,
    Link,
    Paragraph,
    Strong,
    Table,
    Words,
    joined,
)
from bot.core.run import events as e
from bot.core.run.actor import way
from bot.core.run.alerted import Alerted
from bot.core.run.model import State
from bot.core.run.proof import on_page
from bot.core.run.shift import RoleAssigned
from bot.core.views.wording import say_owner


def status(story: Story) -> Paragraph:
    """How the run stands."""
    return Paragraph(_status(story))


def _status(story: Story) -> Inline:
    run = story.run
    if run.closed is None:
        steps = (
            f"{run.outline.counts.finished} of {count(run.outline.counts.total, 'step')} finished"
        )
        so_far = (
            f" UTC, {span(story.exported_at - run.started_at)} after it started, {steps}; "
            f"verification: {_lights(story)}. "
        )
        still = Strong("Still open, exported in the middle.")
        now = (" At ", moment(story.exported_at), so_far)
        return "🟡 ", still, now, _by_whom(story), " Export again when it is closed."
    after = f" UTC, {span(run.closed.at - run.started_at)} after it started"
    by, at = story.names.of(run.closed.by), moment(run.closed.at)
    how = f" {there}" if (there := way(run.closed.via)) else ""
    end = (" ", by, f" closed the run{how} at ", at, after)
    if run.closed.recovered:
        since = run.recovered_at
        proof = "" if since is None else ("; recovered at ", moment(since), " UTC")
        return "🟢 ", Strong("Recovered."), end, proof, ". ", _by_whom(story)
    if (why := run.closed.mistake) is not None:
        again = (" In its place: ", Words(run.closed.again), ".") if run.closed.again else ""
        return "🟠 ", Strong("Started by mistake."), end, ": ", story.names.words(why), again
    reasons = [
        (item_title(story.run, key), ": ", story.names.words(run.closed.reasons[key]))
        for key in on_page(run.verification(), run.closed.reasons)
    ]
    why_not = (_by_whom(story), " Reasons: ", joined("; ", reasons))
    return "🟠 ", Strong("Closed, not verified."), end, ". ", why_not


def _by_whom(story: Story) -> Inline:
    *others, last = [story.names.of(person) for person in story.run.responders]
    listed = (joined(", ", others), " and " if others else "", last)
    return listed, f" worked on it; steps: {_steps(story)}."


def _severity(story: Story) -> Inline:
    """How bad it was said to be in the end, and how bad until when before."""
    said = [
        (f"{event.was} until ", clock(m.at, story.run.started_at))
        for m, event in story.of(e.SeverityChanged)
        if event.was
    ]
    before: Inline = (" (", joined(", ", said), ")") if said else ""
    return story.run.severity or "not given", before


def summary(story: Story) -> Table:
    """The table of what anyone asks first."""
    run, started = story.run, story.started
    procedure = run.procedure
    reviewed = f"last tried {procedure.reviewed}" if procedure.reviewed else "never tried"
    source = (f"), {reviewed}, source SHA-256 ", Code(started.source_sha256[:12]))
    channel = story.names.plain(run.channel)
    rows: list[tuple[str, Inline]] = [
        ("Procedure", (Words(run.title), " (", Code(procedure.id), source)),
        ("Severity", _severity(story)),
        ("Channel", Code(run.channel) if channel == run.channel else ("#", Words(channel))),
        ("Inputs", given(run.inputs) if run.inputs else "none"),
    ]
    texts = run.outline.texts
    if run.drill:
        rows.insert(0, ("Drill", "an exercise, and no incident"))
    if run.alert is not None:
        rows.append(("Alert", _alert(story, run.alert)))
    if texts.found:
        rows.insert(4, ("Found", given(texts.found, texts)))
    if run.updates:
        rows.append(("Stakeholders", _updates(story)))
    if run.secrets:
        rows.append(("Secrets", _secrets(story)))
    if procedure.owner is not None:
        rows.insert(1, ("Owner of the procedure", Words(say_owner(procedure.owner))))
    if procedure.where is not None:
        rows.insert(1, ("Where", Words(run.words(procedure.where))))
    return Table(("Run", Code(run.id)), tuple((Strong(name), value) for name, value in rows))


def _alert(story: Story, alert: Alerted) -> Inline:
    """Whether it fires still, or when it had resolved."""
    if (resolved := alert.resolved_at) is not None:
        return "resolved ", moment(resolved), " UTC"
    return "fired still when the run was closed" if story.run.closed else "fires still"


def _updates(story: Story) -> Inline:
    """How often stakeholders were told how it stands, and when last."""
    sent = [*story.run.updates.values()]
    last = sent[-1]
    at = clock(last.at, story.run.started_at)
    places = joined(", ", (Words(one) for one in last.channels))
    return f"told {count(len(sent), 'time')}, last at ", at, " in ", places


def _secrets(story: Story) -> str:
    """How many were found, of which kinds, and in which entries."""
    found = [event for _, event in story.of(e.SecretsFound)]
    kinds = Counter(one.what for event in found for one in event.secrets)
    gone = {entry for _, event in story.of(e.Erased) for entry in event.entries}
    entries = [f"{one.entry}{' (erased)' if one.entry in gone else ''}" for one in found]
    told = ", ".join(f"{kind} ({many})" if many > 1 else kind for kind, many in kinds.items())
    where = f"{'entry' if len(entries) == 1 else 'entries'} {', '.join(entries)}"
    return f"{kinds.total()} found in what people wrote, masked: {told}; {where}"


def _steps(story: Story) -> str:
    run = story.run
    spare = [run.ruled_out(p) for p in run.placed]
    doubted = {p.step.id for p in run.outline.doubted}
    states = [
        run.steps[p.step.id].state
        for p, out in zip(run.placed, spare, strict=True)
        if not out and p.step.id not in doubted
    ]
    words = {State.OPEN: "not done", State.TAKEN: "begun"}
    counted = [f"{states.count(s)} {words.get(s, s)}" for s in State if s in states]
    if doubted:
        counted.append(f"{len(doubted)} whose check failed")
    if any(spare):
        reasons = set(run.outline.need.spare.values())
        counted.append(
            f"{sum(spare)} {'not chosen' if reasons == {'not chosen'} else 'not needed'}"
        )
    return ", ".join(counted)


def _lights(story: Story) -> str:
    colours = [item.green for item in story.run.verification()]
    if not colours:
        return "the procedure has none"
    if all(colours):
        return f"🟢 all {count(len(colours), 'line')} passed"
    told = [f"{light(c)}: {colours.count(c)}" for c in (True, False, None) if c in colours]
    return ", ".join(told)


def key_times(story: Story) -> Iterator[Block]:
    """When the things happened that time is measured between, who tells, and those measures."""
    times = moments_of(story)
    rows = tuple((one.called, moment_or_ask(one), _known_from(story, one)) for one in times)
    yield Table(("What", "When (UTC)", "Known from"), rows)
    known = [one for one in lengths(times) if one.length is not None or one.start == BEGAN]
    spans = [(_measured(story, one), _length(one)) for one in known]
    estimate = story.run.procedure.estimate
    if story.run.closed is None and estimate is not None:
        spans.append(("What the procedure estimates", span(estimate)))
    yield Table(("From one to the other", "How long"), tuple(spans))


def moment_or_ask(one: KeyTime) -> Inline:
    """A key time, or that nobody recorded it; what only people can know is asked for."""
    asked = one.at is None and one.name in _ASKED
    return f"{NOT_RECORDED} ✍️" if asked else moment(one.at)


_ASKED = frozenset({BEGAN, "detected"})


def _length(one: Length) -> Inline:
    return f"{NOT_RECORDED} ✍️" if one.length is None else span(one.length)


def _measured(story: Story, one: Length) -> str:
    """What a length is called; of the whole run, with what the procedure estimates."""
    estimate = story.run.procedure.estimate
    if (one.start, one.end) == ("started", "closed") and estimate is not None:
        return f"{one.called}; the procedure estimates {span(estimate)}"
    return one.called


def _known_from(story: Story, one: KeyTime) -> Inline:
    """Who tells a time: an entry of someone's, or an alert."""
    alert = story.run.alert
    if one.entry is not None:
        event = story.moments[one.entry - 1].fact.event
        return f"entry {one.entry}, ", who(story, event)
    if one.source is None or alert is None:
        return "–"
    named = (" (", Words(", ".join(alert.names)), ")") if alert.names else ()
    return "alert ", Link(alert.id, alert.at) if alert.at else Words(alert.id), named


def responders(story: Story) -> Table:
    """Who did what: steps ended, roles, and everything else, in order of appearance."""
    wrote = writers(story.said or ())
    first: dict[str, Said] = {}
    for one in story.said or ():
        first.setdefault(one.by, one)
    shares, roles = _shares(story), _roles(story)
    rows: list[tuple[Inline, Inline, Inline]] = [
        (
            story.names.of(key),
            ", ".join(_ran(share, key)) or "–",
            _else(share, key, roles.get(key, ()), wrote[key]),
        )
        if (share := shares.get(key)) is not None
        else (called(story, first[key]), "–", _spoke(wrote[key]))
        for key in dict.fromkeys((*story.run.people, *wrote))
    ]
    return Table(("Who", "Steps ended", "Also"), tuple(rows))


def _shares(story: Story) -> Mapping[str, Story]:
    """The story again for each person of the run, with the moments that they had a part in."""
    moments: dict[str, list[Moment]] = {key: [] for key in story.run.people}
    for m in story.moments:
        people = (getattr(m.fact.event, "by", None), getattr(m.fact.event, "to", None))
        for key in dict.fromkeys(one.id for one in people if one is not None):
            moments.setdefault(key, []).append(m)
    return {key: replace(story, moments=tuple(mine)) for key, mine in moments.items()}


def _roles(story: Story) -> Mapping[str, Sequence[Inline]]:
    """The roles that each person had, with from when to when; the last may have it still."""
    told: dict[str, list[Inline]] = {}
    cast: dict[str, tuple[str, Inline]] = {}
    day = story.run.started_at
    for m, event in story.of(RoleAssigned):
        at = clock(m.at, day)
        if event.role in cast:
            key, since = cast.pop(event.role)
            told.setdefault(key, []).append(("was ", Words(event.role), " ", since, " to ", at))
        if event.to is not None:
            cast[event.role] = (event.to.id, at)
    for role, (key, since) in cast.items():
        told.setdefault(key, []).append(("was ", Words(role), " from ", since, " on"))
    return told


_Ended = e.StepDone | e.StepFailed | e.StepSkipped | e.Decided
_HOW: Mapping[str, str] = {
    "step_done": "done",
    "step_failed": "failed",
    "step_skipped": "skipped",
    "decided": "answered",
}


def _ran(story: Story, key: str) -> Iterator[str]:
    """The numbers of the steps that a person ended, with how, where it was not just done.

    Of a step that was done again each round counts, and is named after the first one.
    """
    ended: dict[str, list[str]] = {}
    for m in story.moments:
        event = m.fact.event
        if not isinstance(event, _Ended) or event.by.id != key:
            continue
        if isinstance(event, e.StepDone) and event.on_check:
            # It was ended by the bot, whoever had it in hand.
            continue
        nth = m.after.steps[event.step].round
        how = _HOW[event.kind] + (f" in round {nth}" if nth > 1 else "")
        ended.setdefault(event.step, []).append(how)
    for placed in story.run.placed if ended else ():
        if marks := ended.get(placed.step.id):
            yield (
                placed.number if set(marks) == {"done"} else f"{placed.number} ({', '.join(marks)})"
            )


_Counted = (
    e.StepTaken
    | e.StepUndone
    | e.NoteAdded
    | e.VerificationRequested
    | e.RecoveryConfirmed
    | e.ConfirmationWithdrawn
    | e.ValueCorrected
    | e.InputCorrected
)
_COUNTED: Sequence[tuple[type[_Counted], str, str]] = (
    (e.StepTaken, "took {}", "step"),
    (e.StepUndone, "undid {}", "step"),
    (e.NoteAdded, "wrote {}", "note"),
    (e.VerificationRequested, "asked for verification {}", "time"),
    (e.RecoveryConfirmed, "confirmed {} of the verification", "line"),
    (e.ConfirmationWithdrawn, "took back {}", "confirmation"),
    (e.ValueCorrected, "corrected {}", "value"),
    (e.InputCorrected, "corrected {}", "input"),
)


def _spoke(messages: int) -> str:
    return f"wrote {count(messages, 'message')} in the thread"


def _else(story: Story, key: str, roles: Sequence[Inline], messages: int) -> Inline:
    """The other things that a person did or was in the run, each kind once."""
    told: list[Inline] = ["started the run"] if story.run.started_by.id == key else []
    told += roles
    day = story.run.started_at
    for kind, words, noun in _COUNTED:
        times = sum(event.by.id == key for _, event in story.of(kind))
        if times:
            told.append(words.format(count(times, noun)))
    for m, event in story.of(e.StepHandedOver):
        number, at = story.place(event.step).number, clock(m.at, day)
        if event.by.id == event.to.id == key and event.was is not None:
            was = story.names.of(event.was)
            told.append((f"took step {number} over from ", was, " at ", at))
            continue
        if event.by.id == key:
            told.append((f"handed step {number} to ", story.names.of(event.to), " at ", at))
        if event.to.id == key:
            told.append((f"was handed step {number} at ", at))
    for m, ending in story.of(e.RunClosed, e.RunReopened):
        if ending.by.id == key:
            verb = "closed" if isinstance(ending, e.RunClosed) else "reopened"
            told.append((f"{verb} the run at ", clock(m.at, day)))
    if messages:
        told.append(_spoke(messages))
    return joined(", ", told) if told else "–"
