"""What someone reads whose click cannot be: who was first, and what to do instead."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.core.engine import commands as c
from bot.core.engine.decide import Refused
from bot.core.procedure import Procedure
from bot.core.run import events as e
from bot.core.run.proof import LAST_LOOK
from tests.core.closing import checked
from tests.core.strategies import ANA, BEN, CHO, Desk

TAKEN, NOBODY = "<@U0ANA> took step 1 at 03:12 UTC.", "Nobody has taken step 1 yet."
DONE, SKIPPED, FAILED = (
    f"<@U0ANA> marked step 1 {what} at 03:12 UTC." for what in ("done", "skipped", "failed")
)
WAYS: dict[str, Sequence[c.Command]] = {
    "open": [],
    "taken": [c.Take("one", ANA)],
    "done": [c.Take("one", ANA), c.MarkDone("one", ANA)],
    "skipped": [c.Skip("one", ANA, "no need")],
    "failed": [c.Take("one", ANA), c.Fail("one", ANA, "it broke")],
}
TAKE, FINISH, SKIP = c.Take("one", BEN), c.MarkDone("one", BEN), c.Skip("one", BEN, "why")
FAIL, GIVE_BACK = c.Fail("one", BEN, "what"), c.GiveBack("one", BEN)
HAND_OVER, TAKE_OVER, UNDO = (
    c.HandOver("one", BEN, CHO),
    c.TakeOver("one", BEN),
    c.Undo("one", BEN),
)
AGAIN, OR_NOTE = "Undo that from ⋯ to do the step again.", "You can undo it from ⋯, or add a note."
UNDOABLE = "You can undo it from ⋯."
HANDS, OVERS = (
    "You can hand over a step only after someone has taken it.",
    "You can take over only a step that someone is on.",
)


def said(desk: Desk, command: c.Command) -> str:
    """The words of the refusal, with times as they stand where Slack draws none."""
    facts = len(desk.facts)
    with pytest.raises(Refused) as refused:
        desk.do(command)
    assert len(desk.facts) == facts
    return re.sub(r"<!date\^\d+\^[^|]*\|([^>]+)>", r"\1", str(refused.value))


@pytest.mark.parametrize(
    ("state", "command", "words"),
    [
        ("open", FINISH, "Nobody is on step 1. Take it first, so that the others see it."),
        ("open", FAIL, f"{NOBODY} Take it first."),
        ("open", HAND_OVER, f"{NOBODY} {HANDS}"),
        ("open", TAKE_OVER, f"{NOBODY} {OVERS}"),
        ("open", UNDO, f"{NOBODY} There is nothing to undo."),
        (
            "taken",
            TAKE,
            f"{TAKEN} Anyone can mark it done; if they cannot go on, ⋯ → Take over.",
        ),
        ("taken", UNDO, f"{TAKEN} There is nothing to undo."),
        ("done", TAKE, f"{DONE} {AGAIN}"),
        ("done", FINISH, f"{DONE} {OR_NOTE}"),
        ("done", SKIP, f"{DONE} {OR_NOTE}"),
        ("done", FAIL, f"{DONE} {UNDOABLE}"),
        ("done", GIVE_BACK, f"{DONE} {UNDOABLE}"),
        ("done", HAND_OVER, f"{DONE} {HANDS}"),
        ("done", TAKE_OVER, f"{DONE} {OVERS}"),
        ("skipped", TAKE, f"{SKIPPED} {AGAIN}"),
        ("skipped", FINISH, f"{SKIPPED} {OR_NOTE}"),
        ("skipped", SKIP, f"{SKIPPED} {OR_NOTE}"),
        ("failed", FINISH, f"{FAILED} {OR_NOTE}"),
        ("failed", FAIL, f"{FAILED} {UNDOABLE}"),
    ],
)
def test_who_comes_second_reads_who_was_first_and_what_they_can_do(
    state: str, command: c.Command, words: str
) -> None:
    desk = Desk(checked())
    for way in WAYS[state]:
        desk.do(way)
    assert said(desk, command) == words


@pytest.mark.parametrize(
    ("state", "command"),
    [
        ("open", c.GiveBack("one", ANA)),
        ("taken", c.Take("one", ANA)),
        ("done", c.MarkDone("one", ANA)),
        ("skipped", c.Skip("one", ANA, "once more")),
        ("failed", c.Fail("one", ANA, "once more")),
    ],
)
def test_ones_own_double_is_silent(state: str, command: c.Command) -> None:
    desk = Desk(checked())
    for way in WAYS[state]:
        desk.do(way)
    assert not desk.do(command)


def test_a_step_that_was_handed_over_is_handed_over_once() -> None:
    """The one who handed it over pressed twice; whoever else tries to, reads that it is theirs."""
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    desk.do(c.HandOver("one", BEN, CHO))
    assert not desk.do(c.HandOver("one", BEN, CHO))
    assert said(desk, c.HandOver("one", ANA, CHO)) == (
        "Nothing was recorded: <@U0CHO> is on step 1 already. Choose someone else."
    )
    assert said(desk, c.HandOver("one", CHO, CHO)) == (
        "Nothing was recorded: you are on step 1 already. Choose who takes over from you."
    )


def test_what_was_done_on_another_day_is_said_with_its_date() -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA), timedelta(days=1))
    assert said(desk, c.Undo("one", BEN)) == (
        "<@U0ANA> took step 1 at Nov 2, 03:12 UTC. There is nothing to undo."
    )
    desk.do(c.MarkDone("one", ANA), timedelta(days=1))
    assert "marked step 1 done at Nov 3, 03:12 UTC." in said(desk, c.MarkDone("one", BEN))
    desk.close(ANA, {"check:up": "later", "confirm:1": "later"})
    again = f"KC-7 was closed by <@{ANA.id}> at Nov 3, 03:12 UTC. "
    assert said(desk, c.Take("wait", BEN)) == f"{again}Reopen it first, from its board."
    assert said(desk, c.Close(BEN)) == f"<@{ANA.id}> closed KC-7 at Nov 3, 03:12 UTC."
    assert not desk.do(c.Close(ANA))


def test_a_wait_that_nobody_is_on_is_not_looked_at() -> None:
    desk = Desk(checked())
    assert said(desk, c.CheckAgain("wait", BEN)) == (
        "Nobody has taken step 2 yet. The bot starts checking when someone takes this step."
    )


def test_the_check_of_a_step_is_run_only_for_one_that_someone_is_on_or_has_done() -> None:
    """An old message may still have its button; what it would show is nobody's."""
    desk = Desk(checked())
    first = "The check of a step is run when somebody is on it or has done it. Take it, or press"
    whole = f"{first} *Verify now*, which checks the whole system."
    assert said(desk, c.CheckAgain("one", BEN)) == f"Nobody has taken step 1 yet. {whole}"
    desk.do(c.Take("one", ANA))
    desk.do(c.Fail("one", ANA, "It broke."))
    failed = said(desk, c.CheckAgain("one", BEN))
    assert failed == f"<@U0ANA> marked step 1 failed at 03:12 UTC. {whole}"
    assert not desk.run.pending


def test_what_is_not_there_is_named() -> None:
    desk = Desk(checked())
    assert said(desk, c.Take("three", BEN)) == (
        "KC-7 has no step `three`. Its board shows the steps it has."
    )
    for item in ("confirm:9", "check:up"):
        assert said(desk, c.Confirm(item, BEN)) == "KC-7 has no such line. Look at its board."
    plain = checked().model_dump(by_alias=True, mode="json", exclude_none=True)
    plain["steps"][0].pop("check")
    plain["verification"] = [{"confirm": "People were told"}]
    desk = Desk(Procedure.model_validate(plain))
    desk.do(c.Take("one", ANA))
    assert said(desk, c.CheckAgain("one", BEN)) == (
        "Step 1 has no check. Verify now looks at the whole system."
    )
    assert said(desk, c.Verify(BEN)) == (
        "This procedure has no automatic checks. Confirm each line on the board."
    )


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (c.Skip("one", ANA, " "), "the reason"),
        (c.Fail("one", ANA, ""), "what happened"),
        (c.AddNote("one", ANA, "\n"), "the note"),
        (c.Mistake(ANA, ""), "the reason"),
    ],
)
def test_words_that_are_none_are_asked_for_by_name(command: c.Command, what: str) -> None:
    desk = Desk(checked())
    desk.do(c.Take("one", ANA))
    assert said(desk, command) == f"Nothing was recorded: {what} is empty. Write a few words."


def test_a_look_that_is_asked_for_has_the_number_of_its_own_entry() -> None:
    """However it came about: what is seen is told of the request that it answers."""
    desk = Desk(checked())
    for command in (
        c.Take("wait", ANA),
        c.CheckAgain("wait", BEN),
        c.Take("one", ANA),
        c.MarkDone("one", ANA),
        c.CheckAgain("one", ANA),
        c.Verify(ANA),
    ):
        desk.do(command)
    desk.close(ANA, {"check:up": "later", "confirm:1": "later"})
    desk.do(c.Reopen(BEN, "it is later"))
    asked = [
        (fact.event, fact.seq) for fact in desk.facts if isinstance(fact.event, e.CheckRequested)
    ]
    assert len(asked) == 7
    assert [look.request for look, _ in asked] == [
        f"{LAST_LOOK if look.once else 'c'}{seq}" for look, seq in asked
    ]
