"""A step that others have to approve, as people live it."""

from tests.story.conftest import Bot
from tests.story.driver import Someone, words


async def test_a_step_is_approved_by_another_in_the_thread_and_then_taken(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook ask-first")
    await ana.does("Ask for approval", row="step 1")
    (asked,) = await ben.thread("to approve step", run="AF-1")
    assert "Not to be run yet" in words(asked)
    assert "./revoke key-a" in words(asked)
    await ben.does("Decline…", asked)
    assert (await ben.fills({"Why do you decline?": "It is the wrong key."}))["ok"]
    await ana.board("AF-1", "declined by <@U0BEN>: It is the wrong key.")
    # The first is the request; a word about the vote came since.
    asked = (await ben.thread("to approve step", run="AF-1"))[0]
    await ben.does("Approve", asked)
    await ana.board("AF-1", "approved by <@U0BEN>")
    await ana.thread("<@U0ANA>, step *1* Revoke the key is approved by <@U0BEN>", run="AF-1")
    await ana.does("Take", row="step 1")
    await ana.board("AF-1", "since")
    assert await bot.kinds("AF-1") == [
        "run_started",
        "approval_requested",
        "approval_voted",
        "approval_voted",
        "step_taken",
    ]
