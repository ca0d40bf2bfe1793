"""A run in which a value is found, is wrong, and is put right, as people live it."""

from bot.core.run.secrets import MASK
from bot.demo.workspace import Workspace
from tests.edges.detector.planted import PLANTED
from tests.story.conftest import Bot, System
from tests.story.driver import Json, Someone, words
from tests.story.test_secrets import alone

START = "/runbook save-it thing=lamp"
ASKS = "The name that it printed"


async def form(someone: Someone, having: str) -> Json:
    """The form on top, once it has these words."""

    async def there() -> Json | None:
        top = await someone.form()
        return top if having in words(top) else None

    return await someone.eventually(there, f"a form with {having!r}")


async def keeps(someone: Someone, name: str) -> None:
    """Take the first step, and find *name*."""
    await someone.does("Take", row="step 1")
    await someone.board("SI-1", "since")
    await someone.does("Done…", row="step 1")
    await form(someone, ASKS)
    assert (await someone.fills({ASKS: name}))["ok"]


async def corrects(someone: Someone, line: str, which: str, value: str) -> Json:
    await someone.does("More…")
    await someone.does(line, await someone.form())
    await form(someone, "The right value")
    given = {"Which one?": which, "The right value": value, "Why?": "It was another."}
    return await someone.fills(given)


async def test_a_value_is_asked_for_and_fills_what_comes_later(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    system.answers["/kept/snap-7"] = {"kept": True}
    await ana.types(START)
    shown = words(await ana.board("SI-1"))
    assert "Put ⟨snapshot?⟩ in its place" in shown
    await ana.does("Take", row="step 1")
    await ana.board("SI-1", "since")
    await ana.does("Done…", row="step 1")
    await form(ana, ASKS)
    refused = await ana.fills({ASKS: "Snap 7"})
    said = "snapshot must look like snap-42; you gave `Snap 7`."
    assert said in str(refused) + words(await ana.form())
    assert await bot.kinds("SI-1") == ["run_started", "step_taken"]
    assert (await ana.fills({ASKS: "snap-7"}))["ok"]
    shown = words(await ben.board("SI-1", "Found: snapshot `snap-7` (step 1)"))
    assert "Put snap-7 in its place" in shown
    assert "./put snap-7" in shown
    assert (await bot.kinds("SI-1"))[2:4] == ["values_found", "step_done"]
    await ben.eventually(lambda: _asked(system, "/kept/snap-7"), "a look with the value")


async def _asked(system: System, path: str) -> bool | None:
    return path in system.asked or None


async def test_a_check_that_lacks_its_value_asks_nobody_and_says_so(
    bot: Bot, ana: Someone, system: System
) -> None:
    await ana.types(START)
    await ana.board("SI-1")
    await ana.does("Verify now")
    await ana.thread("not asked: snapshot comes from step 1")
    assert [path for path in system.asked if path.startswith("/kept")] == []


async def test_a_correction_names_who_works_with_it_and_what_was_done_stays(
    bot: Bot, ana: Someone, ben: Someone, system: System
) -> None:
    system.answers["/things/lamp"] = {"whole": True}
    await ana.types(START)
    await keeps(ana, "snap-7")
    await ben.board("SI-1", "Found: snapshot `snap-7`")
    await ben.does("Take", row="step 2")
    await ben.board("SI-1", "2 Put snap-7 in its place* · <@U0BEN>")
    assert (await corrects(ana, "Correct a value…", "snapshot", "snap-8"))["ok"]
    (told,) = await ben.thread("corrected snapshot: It was another.", run="SI-1")
    assert "snapshot is `snap-8` now (was `snap-7`)." in words(told)
    assert "<@U0BEN>, step *2* Put snap-8 in its place uses it" in words(told)
    assert "Done with the old value: step 1." in words(told)
    assert "./put snap-8" in words(await ben.board("SI-1", "./put snap-8"))
    await ben.eventually(lambda: _asked(system, "/kept/snap-8"), "a look with the new value")
    assert (await corrects(ben, "Correct an input…", "thing", "desk"))["ok"]
    shown = words(await ana.board("SI-1", "thing `desk`"))
    assert "Keep lamp" in shown, "it was done with that"
    kinds = await bot.kinds("SI-1")
    assert "value_corrected" in kinds
    assert "input_corrected" in kinds


async def test_a_secret_that_was_found_is_masked_and_checks_still_work_with_it(
    bot: Bot, ana: Someone, ben: Someone, system: System, workspace: Workspace
) -> None:
    _, secret = PLANTED["GitLab token"]
    system.answers[f"/kept/{secret}"] = {"kept": True}
    await ana.types(START)
    await keeps(ana, secret)
    await ben.board("SI-1", f"Found: snapshot `{MASK}")
    await alone(workspace, ana, "the values that you found")
    assert secret not in words(await ben.board("SI-1"))
    system.asked.clear()
    await ben.does("Verify now")
    await ben.eventually(lambda: _asked(system, f"/kept/{secret}"), "a look with the secret")
    assert secret not in "".join(words(one) for one in await ben.thread())
