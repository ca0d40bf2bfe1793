"""A procedure with every key, played by four people while the bot is killed between their acts.

Whatever is pressed while the bot dies is there once, by whoever pressed it, and everyone sees it.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Browser
from pydantic import BaseModel

from bot.cli.main import main
from bot.core.procedure import Procedure
from bot.demo.workspace import Workspace
from tests.chaos.plan import lasts
from tests.core.test_every_key import KEYS
from tests.e2e.restoring import LOG, RUN, SCENES, UPDATE, Four, Registry, closing
from tests.e2e.serving import PROCEDURES, Served, counted, for_commands, serving
from tests.e2e.team import Play, at_each, at_some
from tests.e2e.test_stories import part

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

DID = {
    "U0ANA": {
        "run_started": 1,
        "decided": 3,
        "step_taken": 2,
        # The wait that she was on ended by itself.
        "step_done": 2,
        "approval_requested": 2,
        "role_assigned": 1,
        "update_sent": 1,
        "closing_requested": 1,
    },
    "U0BEN": {
        "step_taken": 5,
        "step_done": 5,
        "values_found": 1,
        "evidence_given": 1,
        "approval_voted": 2,
        "note_added": 1,
    },
    "U0CHLOE": {
        "approval_voted": 2,
        "step_taken": 3,
        "step_failed": 1,
        "step_handed_over": 1,
        "step_done": 1,
        "other_started": 1,
    },
    "U0DEE": {
        "step_taken": 1,
        "step_done": 2,
        "value_corrected": 1,
        "approval_requested": 1,
        "approval_voted": 1,
        "severity_changed": 1,
        "step_skipped": 1,
        "recovery_confirmed": 1,
    },
}
"""How many entries of which kind each of them has made by what they pressed."""
WROTE = (
    "Every node reports it.",
    "complete, 12 permits",
    "Is the snapshot complete?",
    "It was the one of yesterday.",
    "The portal is down, too.",
    "The vault was read at 03:10; it is whole.",
    "No space left on node-3",
    "They are all in this channel.",
    UPDATE,
    "The portal's team called.",
)


@pytest.fixture
def registry() -> Registry:
    made = Registry()
    made.damaged()
    return made


@pytest.fixture
async def served(
    workspace: Workspace,
    browser: Browser,
    registry: Registry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Served]:
    async with serving(workspace, browser, registry, tmp_path, "four_people") as made:
        for_commands(made, monkeypatch)
        yield made


def used(part: object) -> Iterator[str]:
    """The keys that are written in a part of a procedure."""
    if isinstance(part, BaseModel):
        for name in part.model_fields_set:
            yield type(part).model_fields[name].alias or name
            yield from used(getattr(part, name))
    elif isinstance(part, Mapping | list | tuple):
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from used(inner)


ELSEWHERE = {
    # Asked of a real Prometheus, of real servers with TLS, whose certificates the bot's system
    # trusts, and of a real server of names, in tests/edges/probes.
    *("Check.range", "Expectation.max_change", "Check.tls", "Check.dns", "Check.record"),
    # Played by one person, whose rows are counted before and after, in tests/story/test_before.py.
    *("VerifyByCheck.baseline", "Expectation.same_as", "Earlier.check"),
    # Played by one person, of a system that makes a copy, in tests/story/test_in_turn.py.
    *("Check.requests", "Get.get", "Get.keep"),
    # Labels that lead from an alert to its procedure, of which there is none here.
    "Procedure.matches",
}
"""Keys that are not played here."""


def test_what_they_play_has_every_key() -> None:
    text = (PROCEDURES / "restore-registry.yaml").read_text("utf-8")
    played = set(used(Procedure.model_validate(yaml.safe_load(text))))
    own = {key.partition(".")[2] for key in set(KEYS) - ELSEWHERE}
    assert own == played


@pytest.mark.parametrize(
    "due",
    [
        pytest.param(at_some(3, 12), id="some"),
        pytest.param(at_each, id="each", marks=lasts(counted=240)),
    ],
)
async def test_four_people_and_a_bot_that_is_killed(
    due: Callable[[int], bool],
    served: Served,
    workspace: Workspace,
    registry: Registry,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("ana", "ben", "chloe", "dee")
    people = [await served.seated(name, RUN, phone=name == "dee") for name in names]
    four = Four(
        Play(served.bot, due, workspace.world.buckets.clear), people, tmp_path, registry, *people
    )
    for scene in SCENES:
        await scene(four)
    await served.records(RUN, "evidence_read")
    text = await closing(four)
    (served.demo.pictures / "post-mortem.md").write_text(text, "utf-8")

    assert counted(await served.recorded(RUN), DID) == DID
    for words in (*WROTE, "round 2", hashlib.sha256(LOG.encode()).hexdigest(), "RI-1"):
        assert words in text
    assert "Dee Marchetti (as responder) marked it done" in part(text, "6 · Restore")
    posts = workspace.world.state.channels["C0TRUSTONCALL"].messages.values()
    assert len([one for one in posts if UPDATE in str(one)]) == 1
    assert await asyncio.to_thread(main, ["audit", RUN]) == 0, capsys.readouterr()
    assert served.complaints == []
    four.tells("four people in a browser")
