"""A step that others have to approve, as people live it."""

from tests.story.conftest import Bot
from tests.story.driver import Json, Someone, has, words

ASKED = "asks 1 person"


async def _request(one: Someone, run: str, number: int = 1) -> Json:
    """The so many-th request in the thread of a run, as it is now."""

    async def there() -> Json | None:
        asked = await one.thread(ASKED, run=run)
        return asked[number - 1] if len(asked) >= number else None

    return await one.eventually(there, f"request {number} of {run}")


async def _shows(one: Someone, run: str, number: int, having: str) -> Json:
    """The same, once it has these words."""

    async def there() -> Json | None:
        shown = await _request(one, run, number)
        return shown if having in words(shown) else None

    return await one.eventually(there, f"{having!r} in request {number} of {run}")


async def _declines(one: Someone, request: Json, why: str) -> None:
    await one.does("Decline…", request)
    assert (await one.fills({"Why do you decline?": why}))["ok"]


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
    await ana.thread("<@U0ANA>, step *1* Revoke the key is approved by ben", run="AF-1")
    await ana.does("Take", row="step 1")
    await ana.board("AF-1", "since")
    assert await bot.kinds("AF-1") == [
        "run_started",
        "approval_requested",
        "approval_voted",
        "approval_voted",
        "step_taken",
    ]


async def test_a_request_that_is_too_long_for_a_message_has_a_page_with_every_word(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook ask-much")
    await ana.does("Ask for approval", row="step 1")
    asked = await _request(ben, "AM-1")
    told = words(asked)
    assert "./revoke key-08" in told
    assert "./revoke key-09" not in told
    assert "*Show all* has every word" in told
    await ben.does("Show all", asked)
    page = words(await ben.form())
    assert all(f"./revoke key-{n:02}" in page for n in range(1, 11))
    assert "That is all of it." in page
    await ben.dismisses()
    # Whoever has not seen all of it beside the button is asked first.
    approve = next(
        one
        for block in asked["blocks"]
        for one in block.get("elements", ())
        if words(one.get("text")) == "Approve"
    )
    assert "10 commands" in words(approve["confirm"])
    await ben.does("Approve", asked)
    await ana.board("AM-1", "approved by <@U0BEN>")
    # Nothing is recorded of the reading.
    kinds = await bot.kinds("AM-1")
    assert kinds == ["run_started", "approval_requested", "approval_voted"]


async def test_what_was_declined_is_asked_for_again_by_somebody_else_and_names_who_declined(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    chloe = Someone(ana.people, "chloe")
    await ana.types("/runbook ask-first")
    await ana.does("Ask for approval", row="step 1")
    await _declines(ben, await _request(ben, "AF-1"), "It is the wrong key.")
    await ana.thread("declines to approve step", run="AF-1")
    # Exactly what was declined is not asked for again by the same person.
    refused = await ana.types("/runbook ask for approval")
    assert "<@U0BEN> declined exactly this when you asked" in refused
    await chloe.does("Ask for approval", await chloe.board("AF-1", "declined by"), row="step 1")
    again = await _request(ben, "AF-1", 2)
    assert "Declined before by <@U0BEN>" in words(again)
    assert "It is the wrong key." in words(again)
    assert not has(await _shows(ben, "AF-1", 1, "This request is over"), "Approve")
    # Neither of the two who asked counts; the one who declined may change their mind.
    await chloe.does("Approve", again)
    await chloe.told("You asked for this approval")
    await ana.does("Approve", again)
    await ana.told("You asked for this approval")
    await ben.does("Approve", again)
    await ana.board("AF-1", "approved by <@U0BEN>")
    await ana.does("Take", row="step 1")
    await ana.board("AF-1", "since")
    assert await bot.kinds("AF-1") == [
        "run_started",
        "approval_requested",
        "approval_voted",
        "approval_voided",
        "approval_requested",
        "approval_voted",
        "step_taken",
    ]


async def test_a_request_whose_time_is_over_says_so_and_is_asked_for_again_there(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook ask-much")
    await ana.does("Skip…", row="step 1")
    assert (await ana.fills({"Why": "They are burnt already."}))["ok"]
    await ana.does("Ask for approval", row="step 2")
    (late,) = await ana.thread("was not approved in time", run="AM-1")
    assert "<@U0ANA>, step *2* Burn the papers was not approved in time: 0 approved" in words(late)
    over = await _shows(ben, "AM-1", 1, "its time was over first")
    assert not has(over, "Approve")
    await ana.board("AM-1", "ask again")
    await ana.does("Ask for approval", late)
    again = await _request(ben, "AM-1", 2)
    assert "./burn papers" in words(again)
    kinds = await bot.kinds("AM-1")
    assert kinds[:5] == [
        "run_started",
        "step_skipped",
        "approval_requested",
        "approval_lapsed",
        "approval_requested",
    ]


async def test_a_run_that_is_closed_ends_its_request_and_one_that_is_reopened_asks_once_more(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook ask-first")
    await ana.does("Ask for approval", row="step 1")
    assert has(await _request(ben, "AF-1"), "Approve")
    await ana.does("Close…")
    assert (await ana.fills({"Why close anyway": "It was another key."}))["ok"]
    shown = await _shows(ben, "AF-1", 1, "This request is over")
    assert "the run was closed by ana. No vote on it counts any more." in words(shown)
    assert not has(shown, "Approve")
    await ana.does("Reopen…", await ana.board("AF-1", "closed"))
    assert (await ana.fills({"Why are you reopening": "It was this key."}))["ok"]
    await ana.does("Ask for approval", await ana.board("AF-1", "Reopened by"), row="step 1")
    await ben.does("Approve", await _request(ben, "AF-1", 2))
    await ana.board("AF-1", "approved by <@U0BEN>")
    assert await bot.kinds("AF-1") == [
        "run_started",
        "approval_requested",
        "run_closed",
        "approval_voided",
        "run_reopened",
        "approval_requested",
        "approval_voted",
    ]
