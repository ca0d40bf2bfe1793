"""People without rights press everything there is, old and new, and what others were given."""

import contextlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.acting.rights import allowed
from bot.core.acts.lead import leads
from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.engine.fold import fold
from bot.core.procedure import RIGHTS
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.views import clicks, forms, notices, walkthrough
from bot.core.views.board import draw as draw_board
from bot.core.views.clicks import Begin, Do, Form, Unreadable
from bot.demo.workspace.blocks.judge import interactive
from tests.core.approving import DEE, EVE, KEY
from tests.core.drawn import Json, press, submit
from tests.core.engine.test_ways import answer, asks, do, procedure
from tests.core.strategies import ANA, BEN, CHO, Desk, commands, typed
from tests.profiles import examples

KEEPERS = {"keeper": {"description": "may", "people": [ANA.id, BEN.id, CHO.id]}}
KEPT = procedure(
    asks("cause", answer("belt", reason="required"), answer("other")),
    {"id": "agree", "title": "Agree", "approve": {"min": 1}},
    do("wipe", danger="destructive", rollback="None.", approval={"min": 1, "role": "keeper"}),
    do("look", captures={"id": {"description": "Its id", "pattern": "[a-z]+"}}),
    do("show", evidence={"text": "What it says"}, on_failure=[do("walk")]),
    {"id": "on", "title": "Go on", "starts": "which-way key={{ key }}"},
    inputs=KEY,
    roles=KEEPERS,
    who=dict.fromkeys(RIGHTS, "keeper"),
    owner={"team": "it", "slack": "#it"},
)
HOSTILE = (DEE, EVE)
Pick = Callable[[Sequence[Any]], Any]
THEIRS = {
    *("note_added", "part_written", "check_requested", "verification_requested"),
    *("message_pinned", "pin_corrected", "pin_taken_back"),
    *("action_item_added", "action_item_changed", "action_item_marked"),
    *("owner_coming", "owner_coming_withdrawn", "handoff_declined"),
}
"""What everyone may: notes, messages in the timeline, parts of the post-mortem, action items,
looking, and saying that they come, or that they cannot take what they were offered."""
PAYLOADS = ("X", "other", "belt", "yes", "SEV1", "key", "k2", "a", "wipe", "revoke", "")


def shown(run: Run, facts: list[e.Fact]) -> Iterator[Any]:
    """Everything that anybody who may do everything is shown."""
    yield draw_board(run).blocks
    yield walkthrough.draw(run, 0)["blocks"]
    yield from (forms.more(run, one)["blocks"] for one in (ANA, BEN))
    for fact in facts:
        if isinstance(fact.event, e.ApprovalRequested | e.ApprovalVoted | e.ApprovalLapsed):
            yield notices.draw(run, facts, f"notice/{fact.seq}").blocks


def controls(run: Run, facts: list[e.Fact]) -> Iterator[Json]:
    """A click on each of what can be pressed there."""
    for blocks in shown(run, facts):
        for _, element, _ in interactive([dict(block) for block in blocks]):
            if element["type"] == "button":
                yield press(element)
            elif element["type"] == "overflow":
                yield from (press(element, option) for option in element["options"])


def stolen(payload: Json, by: e.Person) -> Json:
    return {**payload, "user": {"id": by.id, "username": by.name}}


BENDS: tuple[Callable[[str], str], ...] = (
    lambda value: value,
    lambda value: value + "~2",
    lambda value: value + "/1",
    lambda value: value.replace("agree", "wipe"),
    lambda value: value.replace("wipe", "agree"),
    lambda value: value.rpartition("/")[0] + "/3",
)
"""What someone makes of a value: another step, another round, another request."""


def bent(payload: Json, bend: Callable[[str], str]) -> Json:
    """The click, with a value that is somewhat otherwise."""
    action = dict(payload["actions"][0])
    if "value" in action:
        action["value"] = bend(action["value"])
    if "selected_option" in action:
        action["selected_option"] = {"value": bend(action["selected_option"]["value"])}
    return {**payload, "actions": [action]}


def filled(view: Mapping[str, Any], pick: Pick) -> Json:
    """A form with something in each of its fields."""
    typed = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        if element["type"] == "static_select":
            groups = element.get("option_groups") or [element]
            typed[block["block_id"]] = pick([o["value"] for g in groups for o in g["options"]])
        elif element["type"] == "users_select":
            typed[block["block_id"]] = pick([DEE.id, ANA.id])
        elif element["type"] != "file_input":
            typed[block["block_id"]] = pick(PAYLOADS)
    return submit(view, **typed)


class Attack:
    """What hostile people try on a run; whatever they may not is refused, and nothing recorded."""

    def __init__(self, pick: Pick) -> None:
        self.pick, self.desk, self.tried = pick, Desk(KEPT, key="k1"), 0

    def presses(self, payload: Json, by: e.Person) -> None:
        try:
            intent = clicks.clicked(stolen(payload, by)).intent
        except Unreadable:
            return
        self.means(intent, by)

    def means(self, intent: Any, by: e.Person) -> None:
        match intent:
            case Do(_, command):
                self.does(command, by)
            case Form(_, name, step):
                self.form(name, step, by)
            case Begin() if intent.led_from is not None:
                self.starts(intent, by)

    def form(self, name: str, step: str | None, by: e.Person) -> None:
        """Their own form, if they get one; and one that was opened by somebody who may."""
        for one in (by, ANA):
            try:
                view = forms.of(self.desk.run, name, step, one, knows=self.desk.knows)
            except (Refused, LookupError):
                continue
            if "submit" not in view:
                continue
            try:
                click = clicks.submitted(stolen(filled(view, self.pick), by))
            except Unreadable:
                continue
            self.means(click.intent, by)

    def starts(self, intent: Begin, by: e.Person) -> None:
        run, refused = self.desk.run, False
        try:
            allowed(run, "take", intent.led_step, by, self.desk.knows)
            leads(run, intent.led_step or "", intent.procedure, by)
        except Refused:
            refused = True
        assert refused, "a run was led to"
        self.tried += 1

    def does(self, command: Any, by: e.Person) -> None:
        if getattr(command, "by", None) is None or command.by.id != by.id:
            return  # It is the bot's own.
        if isinstance(command, c.TellStarted | c.TellClosed | c.Erase):
            return  # The first two are the bot's own; whose words one erases is asked elsewhere.
        self.tried += 1
        before = self.desk.run
        try:
            made = self.desk.do(command)
        except Refused:
            return
        assert {event.kind for event in made} <= {*THEIRS, *self.between(before)}, (command, made)
        assert before.asked == self.desk.run.asked

    def between(self, before: Run) -> set[str]:
        """What is seen meanwhile keeps a run open that somebody closes."""
        return {"run_kept_open"} if before.closing is not None else set()


@settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_whatever_people_without_rights_press_nothing_comes_of_it(data: st.DataObject) -> None:
    def pick(some: Sequence[Any]) -> Any:
        return data.draw(st.sampled_from(some))

    attack = Attack(pick)
    for _ in range(data.draw(st.integers(1, 25))):
        run, by = attack.desk.run, pick(HOSTILE)
        match data.draw(st.integers(0, 5)):
            case 0 | 1 | 2:
                command = data.draw(commands(run, who=st.sampled_from([ANA, BEN, CHO])))
                with contextlib.suppress(Refused):
                    attack.desk.do(command, timedelta(seconds=pick([1, 1, 1, 400])))
            case 3:
                attack.does(data.draw(commands(run, who=st.just(by))), by)
            case _:
                payload = pick(list(controls(run, attack.desk.facts)))
                attack.presses(bent(payload, pick(BENDS)), by)
    assert fold(attack.desk.facts) == attack.desk.run


def _nothing(desk: Desk) -> None:
    """The run has just begun."""


def _asked(desk: Desk) -> None:
    desk.do(c.AskApproval("agree", ANA))


def _declined(desk: Desk) -> None:
    desk.do(c.AskApproval("agree", ANA))
    no = c.Vote("agree", BEN, desk.run.seq, approves=False, reason="No.")
    desk.do(no)


def _asked_again(desk: Desk) -> None:
    _declined(desk)
    desk.do(c.AskApproval("agree", CHO))


def _in_hand(desk: Desk) -> None:
    desk.do(c.AskApproval("agree", ANA))
    desk.do(c.Vote("agree", BEN, desk.run.seq))
    desk.do(c.AskApproval("wipe", ANA))
    desk.do(c.Vote("wipe", BEN, desk.run.seq))
    for step in ("wipe", "look", "show", "on"):
        desk.do(c.Take(step, ANA, typed=typed(desk.run, step)))


def _ended(desk: Desk) -> None:
    _in_hand(desk)
    desk.do(c.MarkDone("wipe", ANA))
    desk.do(c.MarkDone("look", ANA, values={"id": "a"}))
    desk.do(c.Fail("show", ANA, "It broke."))
    desk.do(c.Decide("cause", ANA, "other"))


def _closed(desk: Desk) -> None:
    _in_hand(desk)
    desk.do(c.Mistake(ANA, "by mistake"))


STAGES = (_nothing, _asked, _declined, _asked_again, _in_hand, _ended, _closed)


@pytest.mark.parametrize("stage", STAGES)
def test_at_each_stage_whatever_is_drawn_does_nothing_for_them(
    stage: Callable[[Desk], None],
) -> None:
    attack = Attack(random.choice)
    stage(attack.desk)
    for payload in list(controls(attack.desk.run, attack.desk.facts)):
        for bend in BENDS:
            attack.presses(bent(payload, bend), DEE)
    assert attack.tried > 50


def test_nothing_of_a_form_says_who_may_answer_it() -> None:
    """What a form carries is what it is about; who answers is whoever sends it."""
    desk = Desk(KEPT, key="k1")
    for name in ("close", "severity", "correct_input"):
        about = json.loads(forms.of(desk.run, name, None, ANA)["private_metadata"])
        assert ANA.id not in json.dumps(about)
