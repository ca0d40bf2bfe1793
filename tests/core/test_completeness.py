"""Every kind of fact and every command has its part wherever it must have one.

Most of it the type checker says: an act, and what a fact means, are records without defaults, and
the registry of them has the types of both unions. Here two stories have every one of them happen,
so that what no type can see (who is named, what is drawn, what the door reads) is seen as well.
Whoever adds a fact or a command tells it here first.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import Any, get_args

import pytest

from bot.app.bringers import BRINGERS
from bot.cli import reference
from bot.core.acting.asking import Asking, Means
from bot.core.acting.owner_call import post
from bot.core.acts.registry import ACTS, MEANINGS, matters
from bot.core.documents.postmortem.model import ids
from bot.core.engine import commands as c
from bot.core.engine import effects
from bot.core.engine.fold import fold
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.archiving import ChannelArchived
from bot.core.run.model import Run
from bot.core.run.polling import alarms
from bot.core.run.secrets import Secret
from bot.core.run.showing import Told
from bot.core.run.states import TRANSITIONS
from bot.core.run.times import Reminded, StepLate, WaitOver
from bot.core.views import clicks, forms, notices, walkthrough
from bot.core.views.board import draw
from tests.core.alert_story import Alerted, alerted
from tests.core.calling import broke, updated
from tests.core.closing import checked
from tests.core.drawn import accepted, accepted_view, pressed
from tests.core.item_story import planned
from tests.core.pin_story import pinned
from tests.core.room_story import archived, placed
from tests.core.story import render
from tests.core.story_steps import EACH, KEEP, SETTLE, SHOWN, WAY
from tests.core.strategies import ANA, BEN, START, Desk, typed
from tests.core.time_story import time_passes
from tests.core.vote_story import agreed

FACTS = get_args(e.Event)
OF_A_STEP = {
    *(e.NoteAdded, e.CheckRequested, e.ValuesFound, e.EvidenceGiven, e.EvidenceRead),
    *(e.ApprovalRequested, e.ApprovalVoted, e.ApprovalVoteWithdrawn),
    *(e.ApprovalVoided, e.ApprovalLapsed),
    *(e.OtherStarted, e.OtherClosed, e.OwnerCalled, e.OwnerReached),
    *(WaitOver, StepLate, Reminded),
}
"""Facts that name a step, and move none along its life."""
COMMANDS = get_args(c.Command)
OWN = {c.Observe, c.Fire, c.BringBack, c.Report, c.TellSecrets, c.TellEvidence}
OWN |= {c.TellStarted, c.TellClosed, c.TellCalled, c.TellArrived, c.TellHandoff}
OWN |= {c.TellBaseline, c.RemindOfDrill, c.TellTakenBack, c.TellRoom, c.TellArchive}
OWN |= {c.HearAlerts}
"""Commands that the bot gives; whatever else there is, a person gives."""
NOTED = e.ErasureNoted(entries=(1,), via="slack", by=BEN)
PEOPLE = {"by", "to", "was", "whom", "author", "owner"}
"""How a fact names people: who acts or is acted for is met by the fold, most others were."""
ELSEWHERE = {c.PinMessage}
"""What a person gives on a message, and not on anything that is drawn of a run."""


Act = tuple[Run, c.Command, Sequence[e.Event]]
"""What was before a command, the command, and what it made."""


def seen(desk: Desk, *, green: bool) -> c.Observe:
    request = list(desk.run.pending.values())[-1]
    look = e.Seen(expectation="/a exists", held=green, seen="7")
    return c.Observe(
        e.CheckObserved(
            request=request.id, check=request.check, green=green, final=True, seen=(look,)
        )
    )


def pasted(entry: int) -> e.SecretsFound:
    secret = Secret(where="text", start=3, end=9, what="AWS key")
    return e.SecretsFound(entry=entry, secrets=(secret,), whom=ANA, messages=(f"notice/{entry}",))


def kept(desk: Desk, does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """Evidence is given and read."""
    yield does(c.Take("keep", BEN))
    yield does(c.MarkDone("keep", BEN, shown=SHOWN))
    seq = desk.run.seq - 1
    read = e.EvidenceRead(step="keep", entry=seq, file="F7", sha256="b" * 64, size=7)
    yield does(c.TellEvidence(read))


def shifted(desk: Desk, does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """Who leads, and all that can happen to a hand-off."""
    yield does(c.AssignRole("commander", ANA, ANA))
    for answer in (c.TakeHandoffBack, c.DeclineHandoff):
        yield does(c.HandOff(ANA, BEN))
        yield does(answer(ANA if answer is c.TakeHandoffBack else BEN, desk.run.seq))
    yield does(c.HandOff(ANA, BEN))
    (timer,) = (name for name in alarms(desk.run) if name.startswith("hand-off"))
    yield does(c.Fire(timer, desk.at))
    yield does(c.Take("wait", ANA))
    yield does(c.HandOff(ANA, BEN, others=("OT-1",)))
    yield does(c.TellHandoff("OT-1"))
    yield does(c.AcceptHandoff(BEN, desk.run.seq - 1))


def ended(desk: Desk, does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """It stays open, then it closes, and the next drill is due."""
    yield does(c.Close(ANA, {"confirm:1": "Nobody is in."}))
    yield does(seen(desk, green=False))
    yield does(c.Close(ANA, {"confirm:1": "Nobody is in.", "check:up": "It is old."}))
    yield does(seen(desk, green=True))
    yield does(c.RemindOfDrill(wanted=True))


def led(does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """What a step leads to begins and ends."""
    yield does(c.TellStarted("one", ANA, "OT-1", "https://slack.example/archives/C1/p1"))
    yield does(c.TellClosed(ANA, "OT-1", "unproven"))


def brought(desk: Desk, does: Callable[[c.Command], Act]) -> Iterator[Act]:
    """What becomes of what the bot shows."""
    yield does(c.Report(e.BoardReplaced(board="1.0", why="deleted")))
    yield does(c.Report(e.PostingRefused(message="board", error="is_archived")))
    yield does(c.Report(e.PostingResumed(message="board")))
    file = e.FileUploaded(
        document="post_mortem", request=1, entry=1, sha256="a" * 64, file="F1", link=None
    )
    yield does(c.Report(file))
    yield does(c.Report(e.FileDeleted(file="F1", error="cant_delete_file")))
    mine = e.MessageTakenBack(thread="1.0", message="1.5", author=BEN, app="B1", deleted=desk.at)
    yield does(c.TellTakenBack(mine))
    yield does(c.Report(e.PictureShown(path="a.png", sha256="c" * 64, file="F2", link=None)))


def told(desk: Desk) -> Iterator[Act]:
    """Work on *desk* with every command; what was before each, and what it made."""

    def does(command: c.Command) -> Act:
        before = desk.run
        return before, command, desk.do(command)

    yield from chain(placed(does), time_passes(desk, does))
    yield does(c.HandOver("one", ANA, BEN))
    yield does(c.BringBack("one", BEN.id, "outside"))
    yield does(c.TakeOver("one", BEN))
    yield does(c.GiveBack("one", BEN))
    yield does(c.Take("one", ANA, typed(desk.run, "one")))
    yield does(c.AddNote("one", ANA, "It smokes.", shared=True))
    yield does(c.TellSecrets(pasted(desk.run.seq)))
    yield from broke(lambda: desk.run, does, ANA, BEN)
    yield from updated(lambda: desk.run, does, ANA)
    yield does(c.Take("one", ANA, typed(desk.run, "one")))
    yield does(c.MarkDone("one", ANA, {"found": "f1"}))
    yield does(c.CorrectValue("found", BEN, "f2", "A slip."))
    yield does(c.CorrectInput("key", ANA, "k2", "A slip."))
    yield does(seen(desk, green=False))
    yield does(c.CheckAgain("one", ANA))
    yield does(seen(desk, green=True))
    yield does(c.Take("plain", ANA))
    yield does(c.MarkDone("plain", ANA))
    desk.sets = {"racks": ("rack-1",)}
    yield does(c.ListAgain("each", ANA))
    yield does(c.Decide("way", BEN, "down", "It is far."))
    yield does(c.Decide("way~2", BEN, "up", "It is near."))
    yield does(c.ChangeAnswer("way~2", ANA, "on", "It is not."))
    yield does(c.Again("both", BEN, "It moved."))
    yield does(c.ChangeSeverity("SEV1", BEN, "It spreads."))
    yield does(c.Write(BEN, {"cause": "The wind."}))
    yield from planned(desk, does)
    yield from chain(kept(desk, does), agreed(desk, does), pinned(desk, does))
    yield from chain(shifted(desk, does), alerted(desk, does))
    yield does(c.Skip("wait", BEN, "No time."))
    look = e.Seen(expectation="/a exists", held=True, seen="7")
    yield does(c.TellBaseline(e.BaselineSeen(check="up", green=True, seen=(look,))))
    yield does(c.Verify(BEN))
    yield does(seen(desk, green=True))
    yield does(c.Confirm("confirm:1", ANA, "all of them"))
    yield does(c.Withdraw("confirm:1", ANA))
    yield from ended(desk, does)
    yield does(c.Export(BEN))
    yield does(c.Reopen(BEN, "It is back."))
    yield does(c.Fire("nag", desk.at))
    yield from brought(desk, does)
    yield from led(does)
    yield from archived(desk, does)
    yield does(c.Erase(None, entries=(2,), via="terminal", later=NOTED))
    yield does(c.Mistake(ANA, "A false alarm."))


@cache
def story() -> tuple[Desk, list[Act], list[Run]]:
    shape = checked().model_dump(by_alias=True, exclude_unset=True)
    shape["verification"][0]["baseline"] = True
    shape["inputs"] = {"key": {"description": "The key"}}
    shape["owner"] = {"team": "The owners", "slack": "#owners"}
    one, *rest = shape["steps"]
    both = {"id": "both", "title": "Both", "steps": [WAY]}
    first = {**one, "danger": "destructive", "captures": {"found": {"description": "It"}}}
    first |= {"timeout": "30m", "remind": "10m"}
    # The same, by those who are asked for nothing.
    plain = {"id": "plain", "title": "Plain", "do": "It."}
    agree = {"id": "agree", "title": "Agree", "approve": {"min": 1, "timeout": "30m"}}
    last = {"id": "last", "title": "The last", "do": "It."}
    shape["owner"] = {"team": "it", "slack": "#it"}
    shape["steps"] = [first, EACH, both, KEEP, *rest, plain, agree, last, SETTLE]
    shape["drill_every"], shape["updates"] = "90d", ["#status"]
    shape["prevention"] = ["Build no mast."]
    desk = Alerted(Procedure.model_validate(shape), key="k1")
    acts = list(told(desk))
    runs = [fold(desk.facts[:n]) for n in range(1, len(desk.facts) + 1)]
    return desk, acts, runs


def names(kinds: Sequence[type] | set[type]) -> set[str]:
    return {kind.__name__ for kind in kinds}


def test_every_fact_and_every_command_is_in_the_story() -> None:
    desk, acts, _ = story()
    assert names({type(f.event) for f in desk.facts}) == names(FACTS)
    assert names({type(command) for _, command, _ in acts}) == names(COMMANDS)


def test_what_a_fact_touches_is_drawn() -> None:
    desk, acts, _ = story()
    for before, command, made in acts:
        keys = effects.touched(before, made)
        # In an archived channel the board stays as it is.
        if made and not isinstance(made[0], ChannelArchived):
            assert effects.BOARD in keys, command
    for key in _notices(acts):
        accepted(notices.draw(desk.run, desk.facts, key))


def test_every_view_draws_every_state() -> None:
    for run in story()[2]:
        accepted(draw(run))
        accepted_view(walkthrough.draw(run, 0))


def test_every_fact_has_a_meaning() -> None:
    assert set(MEANINGS.known) == set(FACTS)


def test_what_matters_can_be_told_as_what_came_between() -> None:
    desk = story()[0]
    there = {type(f.event) for f in desk.facts if matters(f.event)}
    assert names(there) == names({one.fact for one in MEANINGS if one.matters is not None})
    for fact in desk.facts:
        words = notices.between(desk.run, fact.event)
        assert (words or "").startswith(("ana ", "ben ")) == matters(fact.event)


@pytest.mark.parametrize("kind", get_args(e.OfStep), ids=lambda kind: kind.__name__)
def test_what_happens_to_a_step_is_in_the_table_of_its_life(kind: Any) -> None:
    assert kind.model_fields["kind"].default in {name for _, name in TRANSITIONS}


def test_nothing_else_is_in_that_table() -> None:
    kinds = {kind.model_fields["kind"].default for kind in get_args(e.OfStep)}
    assert {name for _, name in TRANSITIONS} == kinds
    with_step = {k for k in FACTS if "step" in k.model_fields}
    assert with_step == {*get_args(e.OfStep), *OF_A_STEP}


def test_a_post_mortem_has_every_fact_and_names_everyone() -> None:
    desk = story()[0]
    met = set(ids(desk.run, desk.facts, ()))
    for fact in desk.facts:
        people = {
            name: value
            for name in type(fact.event).model_fields
            if isinstance(value := getattr(fact.event, name), e.Person)
        }
        assert set(people) <= PEOPLE, f"{fact.event.kind} names people otherwise"
        assert {person.id for person in people.values()} <= met
    at = START + timedelta(hours=1)
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=at)
    rows = re.findall(r"^\| [\d:]{8} \| (\d+)(?:–(\d+))? ", document, re.MULTILINE)
    numbers = {n for first, last in rows for n in range(int(first), int(last or first) + 1)}
    assert numbers == {fact.seq for fact in desk.facts}


def test_the_reference_has_a_row_for_every_fact() -> None:
    page = reference.facts()
    for kind in FACTS:
        assert f"\n| `{kind.model_fields['kind'].default}` | " in page


def test_facts_about_showing_are_of_no_step_and_nobody() -> None:
    for kind in get_args(Told):
        assert not {"step", *PEOPLE} & set(kind.model_fields)


def touched(acts: Sequence[Act]) -> list[str]:
    """The keys of all that is shown of the story."""
    return [key for before, _, made in acts for key in effects.touched(before, made)]


def _notices(acts: Sequence[Act]) -> list[str]:
    """The keys of all that stands in the thread."""
    keys = touched(acts)
    apart = {effects.BOARD, *BRINGERS}
    return [key for key in keys if key.partition("/")[0] not in apart]


def opened() -> set[str]:
    """The forms that a click opens."""
    meant = [means("KC-7", "7", ANA) for one in ACTS.askings for means in _of(one)]
    return {"more", *(intent.name for intent in meant if isinstance(intent, clicks.Form))}


def direct() -> set[type]:
    """The commands that a click gives."""
    meant = [means("KC-7", "7", ANA) for one in ACTS.askings for means in _of(one)]
    return {type(intent.command) for intent in meant if isinstance(intent, clicks.Do)}


def _of(asking: Asking[Any]) -> list[Means[Any]]:
    """What its verbs mean, but for the pages of the full view."""
    return [means for verb, means in asking.verbs.items() if not verb.startswith("page")]


def test_every_command_has_its_act() -> None:
    assert set(ACTS.known) == set(COMMANDS)
    assert {kind for kind, act in ACTS.known.items() if act.asking is None} == OWN | ELSEWHERE


def test_no_two_acts_have_a_verb_a_form_or_a_message_of_one_name() -> None:
    for found in (
        [verb for one in ACTS.askings for verb in one.verbs],
        [question.name for one in ACTS.askings for question in one.questions],
        [kind for one in MEANINGS for kind in one.messages],
    ):
        assert len(found) == len(set(found))


def test_what_a_click_opens_is_there_and_each_form_is_opened() -> None:
    assert opened() == {"more", *forms.QUESTIONS}


def test_the_door_reads_every_command_that_a_person_gives() -> None:
    read = direct()
    about = {"run": "KC-7", "item": "confirm:1", "step": "one", "request": 7, "pin": 7}
    about |= {"entry": 7}
    for question in forms.QUESTIONS.values():
        for step in ("one", "confirm:1") if question.read else ():
            said = {
                "step": step,
                "to": "U0BEN",
                "option": "up",
                "which": "way/up",
                "group": "both",
                "severity": "SEV1",
                "role": "commander",
                "channel": "C0OTHER",
            }
            intent = clicks._answered(question.name, about, said, ANA)
            assert isinstance(intent, clicks.Do)
            read.add(type(intent.command))
    assert names(read) == names(set(COMMANDS) - OWN - ELSEWHERE)


def test_whatever_the_door_reads_is_drawn_somewhere() -> None:
    desk, acts, runs = story()
    # As it was when it was told: what is over has no buttons any more.
    shown = [
        notices.draw(run, desk.facts[: run.seq], key).blocks
        for at, run in enumerate(then for then, _, _ in acts[1:])
        for key in _notices(acts[at : at + 1])
    ]
    for run in runs:
        shown += [draw(run).blocks, walkthrough.draw(run, 0)["blocks"]]
        shown += [forms.more(run, by)["blocks"] for by in (ANA, BEN)]
        shown += [forms.of(run, name, None, BEN)["blocks"] for name in ("timeline", "items")]
        shown += [post(run, entry, "https://slack.example/b").blocks for entry in run.calls]
    found: set[str] = set()
    for blocks in shown:
        for _, click in pressed(blocks):
            intent = click.intent
            if isinstance(intent, clicks.Form):
                found.add(intent.name)
            if isinstance(intent, clicks.Do):
                found.add(type(intent.command).__name__)
    # That button stands in a message of its own, which is no run's.
    assert names(direct() - {c.Erase}) | opened() <= found
