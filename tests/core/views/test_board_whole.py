"""A whole board, as it is read from top to bottom: new, in the middle, and at the end."""

import re
from typing import Any

import pytest

from bot.core.acting.intents import Do, Form, Show
from bot.core.engine import commands as c
from bot.core.engine.fold import begin
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.model import Run
from bot.core.views.board import BLOCKS, draw
from tests.core.drawn import aloud, pressed, weight
from tests.core.strategies import ANA, BEN, CHO, START, Desk

TOLD: dict[str, Any] = {
    "schema": "procedure/v1",
    "id": "p",
    "title": "Trouble with {{ node }}",
    "where": "ops-1, as root",
    "owner": {"team": "trust", "page": "PagerDuty Trust"},
    "symptoms": ["{{ node }} is down", "Writes fail"],
    "inputs": {"node": {"description": "Which?"}, "zone": {"description": "Where?"}},
    "checks": {"up": {"title": "It is up", "target": "t", "get": "/"}},
    "steps": [
        {"id": "one", "title": "Look", "do": "Look."},
        {
            "id": "ways",
            "title": "Ways",
            "one_of": True,
            "steps": [{"id": "a", "title": "A", "do": "A."}, {"id": "b", "title": "B", "do": "B."}],
        },
        {"id": "last", "title": "Tell them", "do": "It."},
    ],
    "verification": [{"check": "up"}, {"confirm": "They are told"}],
}


def made(**more: Any) -> Procedure:
    return Procedure.model_validate({**TOLD, **more})


def fresh(**more: Any) -> Desk:
    return Desk(made(**more), node="n1", zone="")


def steps(count: int) -> list[dict[str, str]]:
    return [{"id": f"s{n}", "title": f"Step {n}", "do": "It."} for n in range(1, count + 1)]


def read(run: Run) -> list[str]:
    """The board's lines, with times as people of UTC see them, and no hash."""
    text = re.sub(r"<!date\^[^|]*\|([^>]*)>", r"\1", aloud(draw(run).blocks))
    return re.sub(r"`\w{4}…\w{4}`", "`…`", text).splitlines()


def finish(desk: Desk, *names: str) -> None:
    for name in names:
        desk.do(c.Take(name, BEN))
        desk.do(c.MarkDone(name, BEN))


def look(desk: Desk, *, green: bool) -> None:
    asked = list(desk.run.pending.values())[-1]
    seen = e.CheckObserved(request=asked.id, check=asked.check, green=green, final=True, seen=())
    desk.do(c.Observe(seen))


def test_a_new_board() -> None:
    assert read(fresh().run) == [
        "# 🔴 Trouble with n1",
        "*KC-7* · started 03:12 UTC by <@U0ANA> · node `n1` ·",
        "owner trust",
        "░░░░░░░░░░ 0 of 4 steps done · verification: 0 of 1 checks passed, 0 of 1 confirmed",
        "Where: ops-1, as root · Page trust: PagerDuty Trust",
        "Symptoms",
        " • n1 is down",
        " • Writes fail",
        "----",
        "○ *1 Look*",
        "Look.",
        "[*Take] [Skip…] [Note…] [⋯ Show in full]",
        "*2 Ways* · choose one",
        "○ *2.1* A   [Take]",
        "○ *2.2* B   [Take]",
        "○ *3* Tell them   [Take]",
        "----",
        "*Verification*",
        "⚪ It is up · not checked yet",
        "⚪ They are told · not confirmed yet   [Confirm…]",
        "[Verify now] [Close…] [⋯ Show all steps | Add a note… | Undo… | Post-mortem | More…]",
        "KC-7 · 1 entry recorded · log hash `…`",
    ]


def test_a_board_in_the_middle() -> None:
    desk = fresh()
    desk.do(c.Skip("one", ANA, "no need"))
    desk.do(c.Take("a", BEN))
    desk.do(c.AddNote(None, CHO, "I watch"))
    assert read(desk.run) == [
        "# 🔴 Trouble with n1",
        "*KC-7* · started 03:12 UTC by <@U0ANA> · with <@U0BEN>, <@U0CHO> · node `n1` ·",
        "owner trust",
        (
            "░░░░░░░░░░ 0 done, 1 skipped, of 3 steps · 1 not needed"
            " · verification: 0 of 1 checks passed, 0 of 1 confirmed"
        ),
        "Where: ops-1, as root · Page trust: PagerDuty Trust",
        "Symptoms: n1 is down · Writes fail",
        "----",
        "⏭️ *1* Look · skipped, <@U0ANA> 03:12 UTC: no need",
        "*2 Ways* · choose one",
        "▶️ *2.1 A* · <@U0BEN> since 03:12 UTC",
        "A.",
        "[*Done] [Failed…] [Skip…] [Note…] [⋯ Hand over… | Take over | Give back | Show in full]",
        "➖ *2.2* B · not chosen",
        "○ *3* Tell them   [Take]",
        "----",
        "*Verification*",
        "⚪ It is up · not checked yet",
        "⚪ They are told · not confirmed yet   [Confirm…]",
        "[Verify now] [Close…] [⋯ Show all steps | Add a note… | Undo… | Post-mortem | More…]",
        "KC-7 · 4 entries recorded · log hash `…`",
    ]


def test_without_an_owner_and_a_place_the_lines_of_these_are_not_there() -> None:
    lines = read(fresh(owner=None, where=None).run)
    assert lines[1] == "*KC-7* · started 03:12 UTC by <@U0ANA> · node `n1`"
    assert lines[3] == "Symptoms"


def test_each_button_at_the_foot_does_what_it_says() -> None:
    desk = fresh()
    foot = [click.intent for _, click in pressed(draw(desk.run).blocks[-2:])]
    verify, close, show, note, undo, export, more = foot
    assert isinstance(verify, Do)
    assert isinstance(verify.command, c.Verify)
    assert isinstance(show, Show)
    assert isinstance(export, Do)
    assert isinstance(export.command, c.Export)
    forms = [one.name for one in (close, note, undo, more) if isinstance(one, Form)]
    assert forms == ["close", "note", "undo", "more"]


def test_what_is_to_be_pressed_in_the_end_is_loud_and_nothing_else_at_the_foot() -> None:
    desk = fresh()
    foot = "[⋯ Show all steps | Add a note… | Undo… | Post-mortem | More…]"
    finish(desk, "one", "a")
    assert f"[Verify now] [Close…] {foot}" in read(desk.run)
    finish(desk, "last")
    assert f"[*Verify now] [Close…] {foot}" in read(desk.run)
    desk.do(c.Verify(ANA))
    look(desk, green=True)
    assert f"[Verify now] [Close…] {foot}" in read(desk.run), "a person's word is missing"
    desk.do(c.Confirm("confirm:1", ANA))
    assert f"[Verify now] [*Close…] {foot}" in read(desk.run)
    desk.do(c.Close(ANA))
    assert f"[Verify now] {foot}" in read(desk.run), "it is being closed"


@pytest.mark.parametrize(
    ("of", "done", "bar"),
    [
        (3, 0, "░░░░░░░░░░ 0 of 3 steps done"),
        (3, 1, "▓▓▓░░░░░░░ 1 of 3 steps done"),
        (3, 2, "▓▓▓▓▓▓░░░░ 2 of 3 steps done"),
        (3, 3, "▓▓▓▓▓▓▓▓▓▓ 3 of 3 steps done"),
        (1, 1, "▓▓▓▓▓▓▓▓▓▓ 1 of 1 step done"),
    ],
)
def test_the_bar_is_filled_as_far_as_the_steps_are_done(of: int, done: int, bar: str) -> None:
    desk = fresh(steps=steps(of), verification=[])
    finish(desk, *(f"s{n}" for n in range(1, done + 1)))
    assert bar in read(desk.run)


def test_the_sentence_says_where_the_proof_stands() -> None:
    desk = fresh()

    def proof() -> str:
        return draw(desk.run).text.partition("; ")[2]

    assert proof() == "not yet verified"
    desk.do(c.Verify(ANA))
    look(desk, green=False)
    assert proof() == "verification failed"
    desk.do(c.Verify(ANA))
    look(desk, green=True)
    assert proof() == "every check passed, not yet confirmed"
    finish(desk, "one", "a", "last")
    assert proof() == "waits for a person to confirm"
    desk.do(c.Confirm("confirm:1", ANA))
    assert proof() == "verification passed"
    desk.do(c.Close(ANA))
    assert proof() == "closing: checking once more"


def test_the_sentence_counts_the_steps_of_the_page() -> None:
    ways = TOLD["steps"][1]
    desk = fresh(steps=[*steps(1), ways])
    desk.do(c.Take("s1", ANA))
    assert "step 1 of 2, Step 1: <@U0ANA> is on it;" in draw(desk.run).text


def test_a_run_in_place_of_another_links_it() -> None:
    began = fresh().facts[0].event
    again = began.model_copy(update={"instead_of": "KC-3", "instead_at": "https://slack/p1"})
    assert isinstance(again, e.RunStarted)
    run = begin(e.Fact("KC-7", 1, START, again, "h"))
    assert " · in place of <https://slack/p1|KC-3> · " in read(run)[1]


def test_many_symptoms_are_one_line_and_ten_are_a_list() -> None:
    for count, listed in ((10, True), (11, False)):
        lines = read(fresh(symptoms=[f"Symptom {n}" for n in range(count)]).run)
        assert (" • Symptom 9" in lines) is listed
        assert (
            any(line.startswith("Symptoms: Symptom 0 · Symptom 1") for line in lines) is not listed
        )


def test_a_board_that_just_fits_is_not_folded() -> None:
    desk = fresh(steps=steps(6))
    whole = draw(desk.run)
    assert draw(desk.run, budget=weight(whole.blocks)) == whole
    assert draw(desk.run, budget=weight(whole.blocks) - 1) != whole


def test_fifty_blocks_are_drawn_and_no_more() -> None:
    counts = [len(draw(fresh(steps=steps(n)).run, budget=1_000_000).blocks) for n in (36, 37, 38)]
    assert counts[:2] == [BLOCKS - 1, BLOCKS]
    assert counts[2] < BLOCKS


def test_how_people_see_for_themselves_what_failed_stands_there_while_there_is_room() -> None:
    up = {"title": "It is up", "target": "t", "get": "/", "by_hand": {"run": "check it"}}
    desk = fresh(checks={"up": up})
    desk.do(c.Verify(ANA))
    look(desk, green=False)
    assert any(line.endswith(" · by hand: `check it`") for line in read(desk.run))
    folded = aloud(draw(desk.run, budget=1_000).blocks)
    assert "🔴 It is up" in folded
    assert "by hand" not in folded
