"""The first entry: what more it can say is optional, kept, and read by no older program."""

import json
from dataclasses import replace

import pytest

from bot.core.documents.postmortem.model import ids
from bot.core.engine import commands as c
from bot.core.engine.decide import decide
from bot.core.engine.fold import begin, fold
from bot.core.engine.starting import Begun, started
from bot.core.procedure import Loaded
from bot.core.run import events as e
from bot.core.run.actor import Someone, System, came, way
from bot.core.run.versions import NEW_OF
from bot.core.sealing.body import Erased, Gone, seal, unseal
from bot.core.sealing.people import People
from bot.core.views import board, walkthrough
from tests.core.closing import checked
from tests.core.drawn import accepted_view, aloud
from tests.core.sealing.room import salts
from tests.core.story import EXPORTED, render
from tests.core.strategies import ANA, BEN, START, Desk

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LOADED = Loaded(checked(), "schema: procedure/v1\n", "5" * 64, "p.yaml", COMMIT)
ALERTS = ("DiskFull on <@U0BEN|ben>'s host", "Slow")
BEGUN = Begun("C1", "T1", "E1", drill=True, severity="SEV2", alerts=ALERTS)
FROM = {"episode": "AL-2", "episode_at": "https://slack.example/p2", "detected_at": START}
LED = {"led_from": "PR-1", "led_step": "crash", "led_at": "https://slack.example/p1"}
ROOM = {"room": "private", "asked_in": "C2"}
EVENT = started(LOADED, {}, BEGUN, ANA).model_copy(update={**FROM, **LED, **ROOM})
MORE = {
    "commit": COMMIT,
    "enterprise": "E1",
    "drill": True,
    "severity": "SEV2",
    "alerts": list(ALERTS),
    **FROM,
    "detected_at": "2026-11-01T03:12:05Z",
    **LED,
    **ROOM,
}


def test_what_is_known_is_said_and_read_back() -> None:
    plain = e.plain(EVENT, alone=True)
    assert {name: plain[name] for name in MORE} == MORE
    assert e.load(json.dumps(plain)) == EVENT
    people = People()
    made = seal(EVENT, people, salts())
    assert unseal(made.body, made.beside, People(str(people))) == EVENT


def test_what_is_not_known_is_left_out() -> None:
    bare = started(replace(LOADED, commit=None), {}, Begun("C1", "T1"), ANA)
    assert not e.plain(bare, alone=True).keys() & MORE.keys()
    assert (bare.commit, bare.enterprise, bare.drill, bare.severity) == (None, None, False, None)
    assert bare.alerts == ()


def test_what_the_version_before_reads_is_as_it_was() -> None:
    assert NEW_OF["run_started"] == MORE.keys()
    bare = started(replace(LOADED, commit=None), {}, Begun("C1", "T1"), ANA)
    real = started(LOADED, {}, replace(BEGUN, drill=False), ANA)
    assert e.dump(real) == e.dump(bare)
    # It reads none of a drill, and so does not show it as an incident; nor one without a channel.
    kept = {"drill": True, **ROOM}
    assert json.loads(e.dump(EVENT)) == {**json.loads(e.dump(bare)), **kept}


def test_the_words_of_alerts_go_and_their_number_stays() -> None:
    people = People()
    made = seal(EVENT, people, salts())
    for word in ("DiskFull", "Slow", BEN.id, ANA.id):
        assert word not in made.body
    assert people.token(BEN.id) is not None, "who is named in one can go as well"
    gone = Gone({1: Erased(START, "an operator")})
    read = unseal(made.body, None, people, seq=1, gone=gone)
    assert isinstance(read, e.RunStarted)
    assert read.alerts == ("(erased on 2026-11-01 by an operator)",) * 2
    assert (read.commit, read.severity, read.drill) == (COMMIT, "SEV2", True)


def desk_of(event: e.RunStarted) -> Desk:
    desk = Desk(checked())
    desk.facts, desk.bodies = [], []
    desk.run = begin(desk.append(event))
    return desk


def test_the_commit_is_in_the_post_mortem_and_at_the_end_of_the_full_view() -> None:
    desk = desk_of(EVENT)
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert f"source SHA-256 `{'5' * 64}`, the same text as in commit `{COMMIT}`." in document
    view = walkthrough.draw(desk.run, 0)
    accepted_view(view)
    assert f"Its text is that of commit `{COMMIT[:12]}`." in aloud(view["blocks"])
    bare = desk_of(EVENT.model_copy(update={"commit": None}))
    assert "commit" not in render(bare.run, bare.facts, names={}, said=(), exported_at=EXPORTED)
    assert "commit" not in aloud(walkthrough.draw(bare.run, 0)["blocks"])


def test_the_alert_is_on_the_board_and_in_the_post_mortem() -> None:
    desk = desk_of(EVENT)
    shown = aloud(board.draw(desk.run).blocks)
    assert "From alert <https://slack.example/p2|AL-2> (DiskFull on" in shown
    document = render(desk.run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "Detected" in document
    assert "[AL-2](https://slack.example/p2)" in document
    assert "; the alert AL-2 led to it" in document


def test_the_rest_is_silent_until_something_uses_it() -> None:
    desk = desk_of(EVENT)
    none = {"alerts": (), "episode": None, "episode_at": None, "detected_at": None}
    bare = desk_of(EVENT.model_copy(update=none))
    quiet = desk_of(EVENT.model_copy(update={**none, "enterprise": None, "commit": None}))
    assert board.draw(bare.run).blocks[:-1] == board.draw(quiet.run).blocks[:-1]
    assert "alert" not in aloud(board.draw(bare.run).blocks)
    assert "alert" in aloud(board.draw(desk.run).blocks)


# Through what. ------------------------------------------------------------------------------------


@pytest.mark.parametrize("via", [None, "slack", "timer", "bot", "age", "no word", ""])
def test_of_slack_and_the_bot_itself_nothing_is_told(via: str | None) -> None:
    assert (way(via), came(via)) == ("", "")


def test_of_all_else_it_is() -> None:
    said = {via: way(via) for via in ("terminal", "alert", "agent", "telephone")}
    assert said == {
        "terminal": "from a terminal",
        "alert": "through an alert",
        "agent": "through an agent",
        "telephone": "through telephone",
    }
    assert came("terminal") == ", from a terminal"


def test_documents_and_boards_tell_through_what_a_run_began_and_ended() -> None:
    desk = desk_of(EVENT.model_copy(update={"via": "alert"}))
    assert "by <@U0ANA>, through an alert" in board._started(desk.run)
    for event in decide(
        desk.run, c.Mistake(BEN, "a false alarm"), desk.at, Someone(BEN, via="terminal")
    ):
        desk.append(event)
    run = fold(desk.facts)
    assert "closed from a terminal" in aloud(board.draw(run).blocks)
    document = render(run, desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "ben closed the run from a terminal at " in document
    assert "| entry 2, ben, from a terminal |" in document
    assert "| entry 1, ana, through an alert |" in document
    assert "| ben, from a terminal |" in document


def test_a_closing_that_is_looked_at_first_was_asked_for_all_the_same() -> None:
    desk = Desk(checked())
    close = c.Close(BEN, {"confirm:1": "nobody is in", "check:up": "old"})
    for event in decide(desk.run, close, desk.at, Someone(BEN, via="terminal")):
        desk.append(event)
    desk.run = fold(desk.facts)
    (request,) = desk.run.pending.values()
    look = e.Seen(expectation="/a exists", held=False, seen="7")
    desk.do(
        c.Observe(
            e.CheckObserved(
                request=request.id, check=request.check, green=False, final=True, seen=(look,)
            )
        )
    )
    assert desk.run.closed is not None
    assert desk.run.closed.via == "terminal"


def test_whoever_acts_for_someone_is_told_with_them() -> None:
    desk = Desk(checked())
    made = decide(desk.run, c.AddNote(None, ANA, "hello"), desk.at, System("agent", BEN))
    for event in made:
        desk.append(event)
    run = fold(desk.facts)
    assert BEN.id in ids(run, desk.facts, ())
    document = render(run, desk.facts, names={BEN.id: "ben"}, said=(), exported_at=EXPORTED)
    assert "| ana, through an agent, for ben |" in document


def test_an_operator_without_a_name_is_not_the_bot() -> None:
    desk = Desk(checked())
    desk.append(e.Erased(entries=(1,), via="terminal"))
    document = render(fold(desk.facts), desk.facts, names={}, said=(), exported_at=EXPORTED)
    assert "| an operator, from a terminal |" in document
