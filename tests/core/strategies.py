"""Procedures, commands and runs for Hypothesis, and a desk that records without a database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from bot.core.acting.admission import CannotTake
from bot.core.acting.evidence import GivenFile, Shown
from bot.core.engine import commands as c
from bot.core.engine.decide import decide
from bot.core.engine.fold import begin, evolve
from bot.core.engine.listing import at_start
from bot.core.procedure import Procedure, captures_of
from bot.core.run import events as e
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.run.leading import Outcome
from bot.core.run.model import Run
from bot.core.run.narrative import PARTS
from bot.core.run.pins import PinnedFile, Quote
from bot.core.run.polling import alarms
from bot.core.run.rounds import referred
from bot.core.run.secrets import Secret
from bot.core.run.showing import Told
from bot.core.run.stake import to_type
from bot.core.sealing.record import Stored, check
from tests.core.alert_strategies import alerts
from tests.core.calling import arrivals, calling
from tests.core.hostile import HOSTILE as HOSTILE  # noqa: PLC0414 - spoken of here
from tests.core.hostile import hostile as hostile  # noqa: PLC0414 - likewise
from tests.core.hostile import hostile_lines as hostile_lines  # noqa: PLC0414 - likewise
from tests.core.hostile import lines as lines  # noqa: PLC0414 - likewise
from tests.core.hostile import words as words  # noqa: PLC0414 - likewise
from tests.core.planning import planning
from tests.core.procedure_strategies import procedures as procedures  # noqa: PLC0414 - likewise
from tests.core.room_strategies import archives, rooms
from tests.core.timed import NOBODY
from tests.core.voting import voting

START = datetime(2026, 11, 1, 3, 12, 5, tzinfo=UTC)
ANA = e.Person(id="U0ANA", name="ana")
BEN = e.Person(id="U0BEN", name="ben")
CHO = e.Person(id="U0CHO")
PEOPLE = (ANA, BEN, CHO)

people = st.sampled_from(PEOPLE)
KINDS = st.sampled_from(
    # What happens often is often there.
    (
        *get_args(c.Command),
        *2 * (c.Take, c.MarkDone, c.Decide),
        *(c.Observe, c.Vote, c.AskApproval),
    )
)
OPTIONS = st.sampled_from(("o0", "o1", "o9"))


reports: st.SearchStrategy[Told] = st.one_of(
    st.builds(
        e.BoardReplaced, board=st.sampled_from(["1.0", "2.0"]), broken=st.sampled_from([None, 2])
    ),
    st.builds(e.PostingRefused, message=st.sampled_from(["board", "notice/2"])),
    st.builds(e.PostingResumed, message=st.sampled_from(["board", "notice/2"])),
    st.builds(
        e.PictureShown,
        path=st.just("panel.png"),
        file=st.just("F0PIC"),
        link=st.sampled_from([None, "https://files.example/F0PIC"]),
    ),
    st.builds(e.PictureShown, path=st.just("panel.png"), error=lines),
)


taken_back: st.SearchStrategy[e.MessageTakenBack] = st.builds(
    e.MessageTakenBack,
    thread=st.sampled_from(["1.0", "2.0"]),
    message=st.sampled_from(["1772334000.000100", "1772334001.000100"]),
    author=st.one_of(st.none(), people),
    app=st.sampled_from([None, "B0PHONE"]),
    deleted=st.just(START),
)
_OWN: dict[type, st.SearchStrategy[c.Command]] = {
    c.Report: st.builds(c.Report, reports),
    c.RemindOfDrill: st.builds(c.RemindOfDrill, st.booleans()),
    c.TellHandoff: st.builds(c.TellHandoff, st.sampled_from(["OT-1", "OT-2"])),
    c.TellTakenBack: st.builds(c.TellTakenBack, taken_back),
    c.TellRoom: st.builds(c.TellRoom, rooms),
    c.TellArchive: st.builds(c.TellArchive, archives),
    c.HearAlerts: st.builds(c.HearAlerts, st.lists(alerts, max_size=3).map(tuple)),
}
"""What the bot says of itself, whatever the run is."""


@st.composite
def commands(
    draw: st.DrawFn, run: Run, texts: st.SearchStrategy[str] = words, who: Any = people
) -> c.Command:
    """Any command that could reach *run*: likely or not, allowed or not."""
    step = draw(st.sampled_from([p.step.id for p in run.placed]))
    by = draw(who)
    items = [item.key for item in run.verification()]
    groups = [group.id for placed in run.placed for group in placed.groups]
    if draw(st.booleans()):
        # As a control of now says it; without it, one of the first round.
        step = run.outline.by_id[step].ref
    kind = draw(KINDS)
    if kind in (c.Observe, c.TellBaseline):
        return draw(looks(run) if kind is c.Observe else starts(run))
    if kind is c.Fire:
        timers = alarms(run, NOBODY)
        name = draw(st.sampled_from([*timers, draw(words)]))
        return c.Fire(name, draw(st.sampled_from([timers.get(name, START), START])))
    if kind is c.BringBack:
        holder = run.steps[referred(step)[0]].holder
        someone = draw(st.sampled_from([holder, holder, None])) or draw(who)
        return c.BringBack(step, someone.id, draw(st.sampled_from(get_args(CannotTake))))
    if kind in _OWN:
        return draw(_OWN[kind])
    if kind is c.Erase:
        numbers = draw(st.lists(st.integers(1, run.seq), max_size=2))
        later = e.ErasureNoted(entries=(1,), by=by, via="slack")
        return c.Erase(by, tuple(numbers), later=draw(st.sampled_from([None, later])))
    if kind in (c.TellCalled, c.TellArrived):
        return arrivals(draw, run, kind)
    if kind is c.TellEvidence:
        return c.TellEvidence(draw(readings(run, referred(step)[0])))
    if kind is c.TellSecrets:
        start = draw(st.integers(0, 5))
        secret = Secret(
            where=draw(st.sampled_from(["text", "inputs/key", "values/key_id"])),
            start=start,
            end=start + draw(st.integers(1, 9)),
            what="AWS key",
        )
        return c.TellSecrets(e.SecretsFound(entry=draw(st.integers(1, run.seq)), secrets=(secret,)))
    made: dict[type, Callable[[], dict[str, Any]]] = {
        c.Take: lambda: {
            "step": step,
            "typed": draw(st.sampled_from([typed(run, step), None, "x"])),
        },
        c.MarkDone: lambda: {
            "step": step,
            "values": dict.fromkeys(_found(run, step), draw(st.sampled_from(["f1", "f2", "x"]))),
            "shown": draw(evidence(texts)),
        },
        c.CorrectValue: lambda: {
            "name": draw(st.sampled_from([*run.outline.texts.finds, "v99"])),
            "value": draw(st.sampled_from(["f1", "f2", "x"])),
            "reason": draw(st.sampled_from(["", "why"])),
        },
        c.CorrectInput: lambda: {
            "name": draw(st.sampled_from(["key_id", "v99"])),
            "value": draw(texts),
        },
        c.Decide: lambda: {
            "step": step,
            "option": draw(OPTIONS),
            "reason": draw(st.sampled_from(["", "why"])),
        },
        c.ChangeAnswer: lambda: {"step": step, "option": draw(OPTIONS), "reason": draw(texts)},
        c.ChangeSeverity: lambda: {
            "severity": draw(st.sampled_from(["SEV1", "SEV5", "SEV9"])),
            "reason": draw(st.sampled_from(["", "why"])),
        },
        **voting(draw, run, step),
        c.ListAgain: lambda: {"group": draw(st.sampled_from(["s1", *run.repeated]))},
        c.Again: lambda: {"group": draw(st.sampled_from(["s1", *groups])), "reason": draw(texts)},
        c.Skip: lambda: {"step": step, "reason": draw(texts)},
        c.Fail: lambda: {"step": step, "what": draw(texts)},
        **calling(draw, run, step, texts),
        c.GiveBack: lambda: {"step": step},
        c.HandOver: lambda: {"step": step, "to": draw(who)},
        c.TakeOver: lambda: {"step": step},
        c.Undo: lambda: {"step": step},
        c.AddNote: lambda: {"step": draw(st.sampled_from([step, None])), "text": draw(texts)},
        c.CheckAgain: lambda: {"step": step},
        c.Confirm: lambda: {
            "item": draw(st.sampled_from([*items, "confirm:99"])),
            "words": draw(st.one_of(st.just(""), texts)),
        },
        c.Withdraw: lambda: {"item": draw(st.sampled_from([*items, "confirm:99"]))},
        c.Close: lambda: {
            "reasons": {key: draw(texts) for key in [*items, "verification"]}
            if draw(st.booleans())
            else {}
        },
        c.Write: lambda: {"texts": {draw(st.sampled_from([*PARTS, "odd"])): draw(texts)}},
        **planning(draw, run, who, texts),
        c.AssignRole: lambda: {
            "role": draw(st.sampled_from(["commander", "operator", *run.procedure.roles, "odd"])),
            "to": draw(st.sampled_from([None, ANA, BEN])),
        },
        c.HandOff: lambda: {
            "to": draw(who),
            "others": draw(st.sampled_from([(), ("OT-1",), ("OT-1", "OT-2")])),
            "within": draw(st.sampled_from([None, "OT-1"])),
        },
        c.TakeHandoffBack: lambda: {"request": draw(st.sampled_from([*run.handoffs, 1]))},
        c.AcceptHandoff: lambda: {"request": draw(st.sampled_from([*run.handoffs, 1]))},
        c.DeclineHandoff: lambda: {
            "request": draw(st.sampled_from([*run.handoffs, 1])),
            "reason": draw(texts),
        },
        c.PinMessage: lambda: {"quote": draw(quotes(texts)), "sure": draw(st.booleans())},
        c.TakePinBack: lambda: {"entry": draw(st.sampled_from([*run.pins, 1]))},
        c.CorrectPin: lambda: {
            "entry": draw(st.sampled_from([*run.pins, 1])),
            "when": draw(st.sampled_from([None, 1_793_502_000, -1])),
            "text": draw(st.one_of(st.none(), texts)),
        },
        c.Mistake: lambda: {"reason": draw(texts)},
        c.TellStarted: lambda: {
            "of": referred(step)[0],
            "run": draw(st.sampled_from(["OT-1", "OT-2"])),
            "board": draw(st.sampled_from([None, "https://slack.example/p1"])),
        },
        c.TellClosed: lambda: {
            "run": draw(st.sampled_from(["OT-1", "OT-2"])),
            "outcome": draw(st.sampled_from(get_args(Outcome))),
        },
        c.Reopen: lambda: {
            "reason": draw(texts),
            "channel": draw(st.sampled_from(["", "C0OTHER"])),
        },
        c.ChooseChannel: lambda: {
            "channel": draw(st.sampled_from(["C0OTHER", "C0NEXT", "D0ANA", "odd"])),
            "board": draw(st.sampled_from([None, "1.0"])),
        },
    }
    command: c.Command = kind(by=by, **made.get(kind, dict)())
    return command


@st.composite
def quotes(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> Quote:
    """A message that someone adds to the timeline: one of a few, with any words."""
    files = draw(st.sampled_from([(), (PinnedFile(name="lamp.png"),)]))
    return Quote(
        draw(st.sampled_from(["C0TRUST", "C0ELSE"])),
        draw(st.sampled_from(["1793502600.000100", "1793502601.000200", "0.1"])),
        "https://slack.example/p1",
        draw(st.one_of(st.just(""), texts)),
        author=draw(st.sampled_from([None, CHO, e.Person(id="U0DEE")])),
        app=draw(st.sampled_from([None, "Alarm"])),
        files=files,
        cut=draw(st.sampled_from([0, 5])),
        own=draw(st.sampled_from([False, False, False, True])),
    )


def _found(run: Run, step_id: str) -> Sequence[str]:
    """The names of the values that a step finds."""
    placed = run.find(referred(step_id)[0])
    return () if placed is None else tuple(captures_of(placed.step))


@st.composite
def evidence(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> Shown:
    """What someone shows as they mark a step done: all, some or nothing of what is asked."""
    file = GivenFile("F0PANEL", draw(texts), 7, "image/png", "https://files.example/F0PANEL")
    return Shown(
        draw(st.one_of(st.just(""), texts)),
        draw(st.sampled_from([(), (file,), (file, replace(file, id="F0OTHER"))])),
        draw(st.sampled_from(["", "on the wall"])),
    )


@st.composite
def readings(draw: st.DrawFn, run: Run, step: str) -> e.EvidenceRead:
    """What the bot read of a file: one that is still to be read, or one that nobody gave."""
    entry = draw(st.sampled_from([*run.unread, 1]))
    told = (one for each in run.steps.values() for one in each.evidence)
    step = next((one.given.step for one in told if one.entry == entry), step)
    read = e.EvidenceRead(step=step, entry=entry, file="F0PANEL", sha256="a" * 64, size=7)
    failed = e.EvidenceRead(step=step, entry=entry, file="F0PANEL", error="it is gone")
    return draw(st.sampled_from([read, failed]))


def typed(run: Run, step_id: str) -> str:
    """What is asked for before a destructive step is taken."""
    placed = run.find(referred(step_id)[0])
    assert placed is not None
    return to_type(run, placed.step)


@st.composite
def starts(draw: st.DrawFn, run: Run) -> c.Command:
    """What a look at the start showed, of a line that is still to be looked at, if there is one."""
    check = draw(st.sampled_from([*run.awaited.values(), "c0"]))
    look = e.Seen(expectation="/a exists", held=True, seen=draw(words))
    return c.TellBaseline(e.BaselineSeen(check=check, green=draw(st.booleans()), seen=(look,)))


@st.composite
def looks(draw: st.DrawFn, run: Run) -> c.Command:
    """What a look showed: one that was asked for if there is any, else one that nobody awaits."""
    pending = [(key, request.check) for key, request in run.pending.items()]
    request, check = draw(st.sampled_from(pending or [("c0", "c0")]))
    once = request in run.pending and run.pending[request].once
    green = draw(st.booleans())
    seen = e.CheckObserved(
        request=request,
        check=check,
        green=green,
        final=green or once or draw(st.booleans()),
        seen=(e.Seen(expectation="/a exists", member="node-1", held=green, seen=draw(words)),),
    )
    return c.Observe(seen)


def stored(fact: e.Fact, body: str) -> Stored:
    """A fact as a row of the table."""
    return Stored(fact.seq, e.stamp(fact.at), fact.event.kind, body, fact.hash)


class Desk:
    """Records what is decided, each command a second after the one before, and folds it."""

    knows: Knows = NOTHING_KNOWN
    sets: Mapping[str, Sequence[str]] = {"nodes": ("node-1", "node-2")}
    first: Mapping[str, Any] = {}
    """What the first entry says beside what all say."""
    channel = "C0TRUST"

    def __init__(self, procedure: Procedure, **inputs: str) -> None:
        self.facts: list[e.Fact] = []
        self.bodies: list[str] = []
        self.at = START
        started = e.RunStarted(
            procedure=procedure,
            source="schema: procedure/v1\n",
            source_sha256="5" * 64,
            inputs=inputs,
            channel=self.channel,
            by=ANA,
            **self.first,
        )
        first, *listed = at_start(started, self.at, self.members)
        self.run = begin(self.append(first))
        for event in listed:
            self.run = evolve(self.run, self.append(event))

    def members(self, target: str, name: str) -> Sequence[str] | None:
        """The members of a set, as they are configured now."""
        return self.sets.get(name)

    def append(self, event: e.Event) -> e.Fact:
        seq = len(self.facts) + 1
        head = self.facts[-1].hash if self.facts else e.GENESIS
        body = e.dump(event)
        fact = e.Fact("KC-7", seq, self.at, event, e.chain(head, "KC-7", seq, self.at, body))
        self.facts.append(fact)
        self.bodies.append(body)
        return fact

    def broken(self) -> int | None:
        """The first entry that does not follow, as an audit sees what is stored."""
        rows = zip(self.facts, self.bodies, strict=True)
        return check("KC-7", [stored(fact, body) for fact, body in rows], None).broken

    def do(self, command: c.Command, at: timedelta = timedelta(seconds=1)) -> Sequence[e.Event]:
        """Decide, record and fold; *at* is how long after the command before. Raises Refused."""
        self.at += at
        made = decide(self.run, command, self.at, knows=self.knows, sets=self.members)
        for event in made:
            self.run = evolve(self.run, self.append(event))
        return made

    def close(self, by: e.Person, reasons: Mapping[str, str], *, green: bool = False) -> None:
        """Ask to close, and answer the looks that this asks for."""
        self.do(c.Close(by, reasons))
        for request in [r for r in self.run.pending.values() if r.once]:
            seen = e.Seen(expectation="/a exists", held=green, seen="7")
            made = e.CheckObserved(
                request=request.id, check=request.check, green=green, final=True, seen=(seen,)
            )
            self.do(c.Observe(made))


class Drill(Desk):
    """The same for an exercise."""

    first: Mapping[str, Any] = {"drill": True}
