"""What people may do to a run, whatever they try and in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.acts.registry import matters
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused, decide
from bot.core.engine.fold import evolve
from bot.core.procedure import Procedure, approval_of, options_of
from bot.core.procedure import commands as commands_of
from bot.core.run import events as e
from bot.core.run.model import TRANSITIONS, Run, State
from tests.core.closing import checked, look
from tests.core.strategies import ANA, BEN, CHO, PEOPLE, START, Desk, commands, procedures, typed
from tests.core.tallying import approved_by_others

SILENT_WHEN_REPEATED = (
    c.Take
    | c.MarkDone
    | c.Skip
    | c.Fail
    | c.GiveBack
    | c.HandOver
    | c.TakeOver
    | c.Confirm
    | c.Withdraw
    | c.Close
    | c.Reopen
)
AFTER = [timedelta(seconds=1), timedelta(seconds=1), timedelta(minutes=20)]
"""How long after the one before something is tried: some come after a time-out."""
STEP_KINDS = {kind for _, kind in TRANSITIONS}


@given(st.data())
def test_whatever_people_try_it_is_refused_or_recorded_and_never_breaks(
    data: st.DataObject,
) -> None:
    """A refusal changes nothing; what is decided follows the table; the promises below hold."""
    desk = Desk(data.draw(procedures()), key_id="key-a")
    for _ in range(data.draw(st.integers(1, 25))):
        command = data.draw(commands(desk.run))
        before, stored = desk.run, len(desk.facts)
        try:
            made = desk.do(command, data.draw(st.sampled_from(AFTER)))
        except Refused:
            assert desk.run is before
            assert len(desk.facts) == stored
            continue
        _the_table_allows(before, made)
        _nothing_is_done_that_is_not_needed(before, made)
        _closing_is_honest(desk, before, made)
        _what_is_being_closed_waits_for_looks(desk)
        approved_by_others(desk.facts, before, made)
        _a_closed_run_is_left_alone(before, command, made)
        _its_double_is_silent(desk, command)
        _waits_are_looked_at(desk)
        assert len({r.id for r in desk.run.pending.values()}) == len(desk.run.pending)


def _nothing_is_done_that_is_not_needed(before: Run, made: Sequence[e.Event]) -> None:
    """What another answer needs, or a condition leaves out, is begun by nobody."""
    first = made[0] if made else None
    if isinstance(first, e.StepTaken | e.Decided):
        assert first.step not in before.outline.ruled_out
        assert first.step not in before.outline.need.awaited


def _the_table_allows(before: Run, made: Sequence[e.Event]) -> None:
    if any(isinstance(event, e.StepsReopened) for event in made):
        return  # It opens steps in the middle; the fold holds each fact to the table.
    for event in made:
        if event.kind in STEP_KINDS:
            state = before.steps[getattr(event, "step")].state  # noqa: B009 - not in every kind
            assert (state, event.kind) in TRANSITIONS


def _closing_is_honest(desk: Desk, before: Run, made: Sequence[e.Event]) -> None:
    """Recovered only by looks younger than all that was done, else a reason for each line."""
    for event in made:
        if isinstance(event, e.RunClosed):
            if event.mistake is not None:
                assert event.mistake
                assert not event.reasons
                continue
            items = desk.run.verification()
            not_green = {item.key for item in items if not item.green} or {"verification"}
            assert all(event.reasons.values())
            if event.reasons:
                assert set(event.reasons) >= (not_green if items else {"verification"})
                continue
            assert items
            assert all(item.green for item in items)
            assert desk.run.recovered_at is not None
            if any(item.check for item in items):
                assert before.closing is not None
                _nothing_mattered_since_it_was_asked_for(desk)


def _nothing_mattered_since_it_was_asked_for(desk: Desk) -> None:
    asked = max(f.seq for f in desk.facts if isinstance(f.event, e.ClosingRequested))
    batch = f"z{asked}"
    looks = {
        f.event.request
        for f in desk.facts
        if isinstance(f.event, e.CheckRequested) and f.event.batch == batch
    }
    since = [f.event for f in desk.facts[asked:]]
    assert not any(matters(event) for event in since)
    green = {o.request for o in since if isinstance(o, e.CheckObserved) and o.green}
    assert looks <= green


def _what_is_being_closed_waits_for_looks(desk: Desk) -> None:
    """A closing ends: there is always a look that it waits for, and none without a closing."""
    assert (desk.run.closing is not None) == any(r.once for r in desk.run.pending.values())


def _a_closed_run_is_left_alone(before: Run, command: c.Command, made: Sequence[e.Event]) -> None:
    if before.closed is not None and made:
        told = c.TellSecrets | c.TellEvidence | c.TellCalled | c.TellStarted | c.TellClosed
        told |= c.RemindOfDrill | c.Write | c.TellTakenBack | c.TellArrived | c.TellStakeholders
        told |= c.PinMessage | c.CorrectPin | c.TakePinBack | c.TellHandoff
        told |= c.AddItem | c.AcceptItem | c.EditItem | c.MarkItem
        told |= c.TellArchive | c.KeepChannel
        assert isinstance(command, c.Reopen | c.Export | c.Fire | c.Report | c.Erase | told)


def _its_double_is_silent(desk: Desk, command: c.Command) -> None:
    if isinstance(command, c.HandOver) and command.by.id == command.to.id:
        # To take a step over, there is a button; who chooses themselves in the form is told.
        return
    if isinstance(command, SILENT_WHEN_REPEATED):
        assert not decide(desk.run, command, START)


def _waits_are_looked_at(desk: Desk) -> None:
    """A wait is looked at only while someone is on it."""
    for request in desk.run.pending.values():
        if request.wait and request.step:
            assert desk.run.steps[request.step].state is State.TAKEN


@given(procedures(), st.permutations(PEOPLE))
def test_of_people_who_take_a_step_at_once_exactly_one_gets_it(
    procedure: Procedure, order: list[e.Person]
) -> None:
    desk = Desk(procedure, key_id="key-a")
    for placed in desk.run.placed:
        name = placed.step.id
        if name in desk.run.outline.ruled_out | desk.run.outline.need.awaited.keys():
            continue
        if name not in desk.run.steps:
            continue  # There is one for each member by now.
        if any(desk.run.outline.texts.missing(one) for one in commands_of(placed.step)):
            continue  # What it needs is found by a step that nobody ends here.
        if approval_of(placed.step) is not None:
            continue  # Others agree to it first.
        wanted = typed(desk.run, name)
        if options := options_of(placed.step):
            assert all(decide(desk.run, c.Decide(name, by, "o1"), START) for by in order)
            desk.do(c.Decide(name, order[0], options[0].id, "why"))
            with pytest.raises(Refused, match=f"<@{order[1].id}> marked|<@{order[0].id}> marked"):
                desk.do(c.Decide(name, order[1], options[0].id, "why"))
            continue
        # All of them decide on the same run; the log takes the first, the others decide again.
        assert all(decide(desk.run, c.Take(name, by, wanted), START) for by in order)
        desk.do(c.Take(name, order[0], wanted))
        for late in order[1:]:
            with pytest.raises(Refused, match=f"<@{order[0].id}> took step"):
                desk.do(c.Take(name, late, wanted))
        assert desk.run.steps[name].holder == order[0]


@pytest.mark.parametrize("state", State)
def test_every_arrow_of_the_table_can_be_walked_by_a_command(state: State) -> None:
    desk = Desk(checked())
    ways: dict[State, list[c.Command]] = {
        State.OPEN: [],
        State.TAKEN: [c.Take("one", BEN), c.HandOver("one", BEN, ANA)],
        State.DONE: [c.Take("one", ANA), c.MarkDone("one", ANA)],
        State.SKIPPED: [c.Skip("one", ANA, "no need")],
        State.FAILED: [c.Take("one", ANA), c.Fail("one", ANA, "it broke")],
    }
    for command in ways[state]:
        desk.do(command)
    tried: list[c.Command] = [
        c.Take("one", BEN),
        c.MarkDone("one", BEN),
        c.Skip("one", BEN, "why"),
        c.Fail("one", BEN, "what"),
        c.GiveBack("one", BEN),
        c.HandOver("one", BEN, CHO),
        c.BringBack("one", ANA.id, "bot"),
        c.Undo("one", BEN),
    ]
    kinds = set()
    for command in tried:
        try:
            kinds |= {event.kind for event in decide(desk.run, command, START)} & STEP_KINDS
        except Refused:
            continue
    # Questions and approvals have arrows of their own.
    own = {"decided", "step_approved"}
    assert kinds == {kind for before, kind in TRANSITIONS if before is state} - own


def test_a_step_comes_back_from_someone_who_cannot_have_it() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    assert decide(desk.run, c.BringBack("one", ANA.id, "bot"), START) == (), (
        "nobody handed it to them"
    )
    desk.do(c.HandOver("one", BEN, CHO))
    assert decide(desk.run, c.BringBack("one", BEN.id, "bot"), START) == (), "it is someone else's"
    desk.do(c.BringBack("one", CHO.id, "outside"))
    step = desk.run.steps["one"]
    assert (step.state, step.holder, step.handed) == (State.TAKEN, ANA, None)
    assert decide(desk.run, c.BringBack("one", ANA.id, "bot"), START) == (), "it is back already"
    desk.do(c.MarkDone("one", ANA))


def test_handing_a_step_to_the_one_who_is_on_it_says_so() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    with pytest.raises(
        Refused, match=r"you are on step 1 already\. Choose who takes over from you"
    ):
        desk.do(c.HandOver("one", ANA, ANA))
    with pytest.raises(Refused, match=r"<@U0ANA> is on step 1 already\. Choose someone else"):
        desk.do(c.HandOver("one", BEN, ANA))
    assert not desk.do(c.TakeOver("one", ANA)), "pressed twice: it is theirs, as they wanted"


def test_a_wait_that_is_handed_over_is_still_looked_at() -> None:
    desk = Desk(checked())
    desk.do(c.Take("wait", ANA))
    desk.do(c.HandOver("wait", ANA, BEN))
    assert [r.wait for r in desk.run.pending.values()] == [True]
    desk.do(look(desk, green=True))
    step = desk.run.steps["wait"]
    assert (step.state, step.ended_by, step.on_check) == (State.DONE, BEN, True)


def test_someone_elses_double_is_told_who_was_first() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.MarkDone("one", ANA))
    with pytest.raises(Refused, match="<@U0ANA> marked step 1 done"):
        desk.do(c.MarkDone("one", BEN))


def test_deciding_changes_no_run() -> None:
    desk = Desk(checked())
    copy = replace(desk.run)
    made = decide(desk.run, c.Take("one", ANA), START)
    assert desk.run == copy
    assert evolve(desk.run, desk.append(made[0])) != copy


def test_a_step_is_taken_over_from_whoever_has_it() -> None:
    desk = Desk(checked())
    with pytest.raises(Refused, match="only a step that someone is on"):
        desk.do(c.TakeOver("one", BEN))
    desk.do(c.Take("one", ANA))
    with pytest.raises(Refused, match="Take over"):
        desk.do(c.Take("one", BEN))
    assert desk.do(c.TakeOver("one", BEN)) == (
        e.StepHandedOver(step="one", by=BEN, to=BEN, was=ANA),
    )
    assert not desk.do(c.TakeOver("one", BEN))
    assert desk.run.steps["one"].holder == BEN
    # Who took it themselves was not handed it, and keeps it.
    assert desk.run.steps["one"].handed is None


def test_a_step_that_is_ruled_out_names_the_one_that_was_chosen() -> None:
    told = {"schema": "procedure/v1", "id": "p", "title": "P", "symptoms": ["s"]}
    steps = [{"id": f"s{n}", "title": f"S{n}", "do": "It."} for n in (1, 2)]
    group = {"id": "g", "title": "G", "one_of": True, "steps": steps}
    desk = Desk(Procedure.model_validate({**told, "steps": [group]}))
    desk.do(c.Take("s2", BEN))
    chosen = "Step 1.1 is ruled out: step 1.2 was chosen in its place. To take step 1.1, "
    with pytest.raises(Refused) as taken:
        desk.do(c.Take("s1", ANA))
    assert str(taken.value) == f"{chosen}give step 1.2 back or mark it failed."
    desk.do(c.MarkDone("s2", BEN))
    with pytest.raises(Refused) as done:
        desk.do(c.Take("s1", ANA))
    assert str(done.value) == f"{chosen}undo step 1.2."
