"""Facts say who acted where that does not go without saying, and older programs read them too."""

import json
from typing import get_args

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import actor_of, decide
from bot.core.person import Frozen
from bot.core.run import events as e
from bot.core.run.actor import Actor, Someone, System, source
from bot.core.sealing.body import seal, unseal
from bot.core.sealing.people import People
from tests.core.closing import checked
from tests.core.sealing.room import salts
from tests.core.strategies import ANA, BEN, Desk
from tests.core.test_completeness import OWN, story

PLAIN: tuple[Actor, ...] = (Someone(ANA), System())
SAID: tuple[Actor, ...] = (
    Someone(ANA, via="terminal"),
    System("timer"),
    System("alert"),
    System("agent", BEN),
)


def by(actor: Actor | None) -> e.Event:
    desk = Desk(checked())
    (made,) = decide(desk.run, c.AddNote(None, ANA, "hello"), desk.at, actor)
    return made


def test_who_acts_is_known_of_each_command() -> None:
    desks = story()
    given = {type(command): actor_of(command) for _, command, _ in desks[1]}
    assert given.keys() == set(get_args(c.Command))
    for command, actor in given.items():
        if command is c.Erase:
            continue  # People give it in Slack, and operators at a terminal.
        assert isinstance(actor, System) is (command in OWN)
    assert given[c.Fire] == System("timer")


@pytest.mark.parametrize("actor", [*PLAIN, None])
def test_of_people_in_slack_and_the_bot_itself_nothing_is_written(actor: Actor | None) -> None:
    desk = Desk(checked())
    before = desk.do(c.AddNote(None, ANA, "hello"))[0]
    assert e.dump(by(actor)) == e.dump(before)
    assert seal(by(actor), People(), salts()) == seal(before, People(), salts())


@pytest.mark.parametrize("actor", SAID)
def test_of_all_others_it_is_written_where_no_older_program_reads(actor: Actor) -> None:
    made = by(actor)
    assert (made.via, made.on_behalf_of) == (actor.via, source(actor).get("on_behalf_of"))
    assert json.loads(e.dump(made)).keys() == {"kind", "v", "by", "text", "step"}
    people = People()
    kept = seal(made, people, salts())
    assert unseal(kept.body, kept.beside, People(str(people))) == made
    assert BEN.id not in kept.body


def test_a_word_that_only_a_later_version_has_is_read() -> None:
    made = e.load('{"kind":"export_requested","v":1,"by":{"id":"U1"},"via":"telephone"}')
    assert made.via == "telephone"


def test_what_a_timer_makes_says_so() -> None:
    said = {fact.event.kind: fact.event.via for fact in story()[0].facts}
    assert said["timer_fired"] == "timer"
    erasures = {"erased", "erasure_noted"}
    acts = story()[1]
    fires = c.Fire | c.RemindOfDrill | c.HearAlerts
    timers = {what.kind for _, one, made in acts if isinstance(one, fires) for what in made}
    assert {via for kind, via in said.items() if kind not in timers | erasures} == {None}
    # No program of the version before reads an erasure in any shape.
    assert all('"via"' in e.dump(e.load(e.dump(f.event))) for f in story()[0].facts if of(f))


def of(fact: e.Fact) -> bool:
    return isinstance(fact.event, e.Erased | e.ErasureNoted)


@pytest.mark.parametrize("kind", get_args(e.Event), ids=lambda kind: kind.__name__)
def test_every_kind_of_fact_can_say_it(kind: type[Frozen]) -> None:
    assert issubclass(kind, e.Happened)
