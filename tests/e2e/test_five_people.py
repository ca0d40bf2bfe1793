"""A night with five people and a change of shift, while the bot is killed between their acts.

Where they are, who has what, and what was said: on boards, in Homes, on a phone, and at the end.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.cli.main import main
from bot.demo.workspace import Workspace
from tests.chaos.plan import lasts
from tests.e2e.moving import ASLEEP, RUN, SCENES, TALK, Five, Sites, ending
from tests.e2e.serving import Served, counted, for_commands, serving
from tests.e2e.team import Play, at_each, at_some
from tests.e2e.test_stories import part

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

DID = {
    "U0ANA": {
        "run_started": 1,
        "role_assigned": 3,
        "step_taken": 1,
        "note_added": 1,
        "handoff_offered": 2,
    },
    "U0BEN": {"step_taken": 2, "step_done": 1, "handoff_offered": 1},
    "U0CHLOE": {"recovery_confirmed": 1},
    "U0DEE": {
        "handoff_accepted": 1,
        "role_assigned": 1,
        "step_handed_over": 2,
        "approval_requested": 1,
        "step_taken": 1,
        "step_done": 3,
        "closing_requested": 1,
    },
    "U0ELI": {
        "handoff_declined": 1,
        "handoff_accepted": 1,
        "role_assigned": 1,
        "step_handed_over": 1,
        "approval_voted": 1,
        "step_taken": 1,
        # The wait that came to him ended by itself.
        "step_done": 1,
    },
}
"""How many entries of which kind each of them has made by what they pressed."""
TOLD = (
    "took the role commander",
    "gave the role operator to Ben Okafor",
    "gave the role keeper to Eli Novak",
    "asked Eli Novak to take over all they had",
    "asked Dee Marchetti to take over all they had",
    ASLEEP,
    TALK,
    "Ten of twelve offices reached.",
    "The minister's office has one.",
)
"""What the post-mortem has of who had what, and of what was said."""


@pytest.fixture
def sites() -> Sites:
    made = Sites()
    made.lacks(40)
    made.serves(south=False)
    return made


@pytest.fixture
async def served(
    workspace: Workspace,
    browser: Browser,
    sites: Sites,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Served]:
    async with serving(workspace, browser, sites, tmp_path, "five_people") as made:
        for_commands(made, monkeypatch)
        yield made


@pytest.mark.parametrize(
    "due",
    [
        pytest.param(at_some(5, 12), id="some"),
        pytest.param(at_each, id="each", marks=lasts(counted=240)),
    ],
)
async def test_five_people_and_a_change_of_shift(
    due: Callable[[int], bool],
    served: Served,
    workspace: Workspace,
    sites: Sites,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("ana", "ben", "chloe", "dee", "eli")
    people = [await served.seated(name, RUN, phone=name == "chloe") for name in names]
    five = Five(
        Play(served.bot, due, workspace.world.buckets.clear), people, tmp_path, sites, *people
    )
    for scene in SCENES:
        await scene(five)
    text = await ending(five)
    (served.demo.pictures / "post-mortem.md").write_text(text, "utf-8")

    assert counted(await served.recorded(RUN), DID) == DID
    for words in TOLD:
        assert words in text
    assert "Dee Marchetti (as responder) marked it done" in part(text, "3 · Call the offices")
    assert "Ana Ferreira (as responder) took it" in part(text, "3 · Call the offices")
    assert await asyncio.to_thread(main, ["audit", RUN]) == 0, capsys.readouterr()
    assert served.complaints == []
    five.tells("five people in a browser")
