"""What is done for each member of a set and of a list, as people live it."""

from bot.core.run import events as e
from tests.facts import event
from tests.story.conftest import NODES, Bot
from tests.story.driver import Someone, words


async def test_steps_are_done_for_each_node_and_each_lamp(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    assert await ana.types("/runbook each-node") == ""
    assert (await ana.fills({"The lamps": "red\ngreen"}))["ok"]
    shown = words(await ana.board("EN-1", "for each node of nodes"))
    assert "lamps `red, green`" in shown
    await ana.does("Take", row="step 1")
    await ana.does("Done", await ana.board("EN-1", "since"), row="step 1")
    shown = words(await ana.board("EN-1", "for each node: 0 of"))
    for node in NODES:
        assert node in shown
    first, second = NODES[:2]
    # Ben takes the second node's from its line, while Ana is on the first.
    await ana.does("Take", row="step 2.1.1")
    await ana.board("EN-1", f"2.1.1 Mend {first}* · <@U0ANA>")
    await ben.does("Take", row="step 2.2.1")
    await ben.board("EN-1", f"2.2.1 Mend {second}* · <@U0BEN>")
    await ben.does("Done", row="step 2.2.1")
    await ben.board("EN-1", f"{second} · 1 of 2 done · next *2.2.2* Is it sound?")
    await ben.does("Answer…", row="step 2.2.2")
    assert (await ben.fills({"The answer": "Yes"}))["ok"]
    await ben.board("EN-1", f"✅ *2.2* {second} · 2 of 2 done")
    kinds = await bot.kinds("EN-1")
    assert kinds[:4] == ["run_started", "step_taken", "step_done", "members_listed"]
    listed = event((await bot.facts("EN-1"))[3], e.MembersListed)
    assert listed.members == NODES
    assert listed.keys == NODES


async def test_a_list_can_be_typed_and_an_entry_that_does_not_fit_is_refused(
    bot: Bot, ana: Someone
) -> None:
    said = await ana.types("/runbook each-node lamps=red,purple")
    assert "`lamps` has purple, and each entry must be one of red, green, blue" in said
    assert await ana.types('/runbook each-node lamps="red, blue"') == ""
    await ana.board("EN-1", "lamps `red, blue`")
