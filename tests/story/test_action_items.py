"""After a run: what is missing is asked for, what will be done is written down, and found again."""

from bot.core.run.events import ActionItemAdded
from tests.story.conftest import Bot
from tests.story.driver import Json, Someone, has, words


async def shown(who: Someone, having: str) -> Json:
    """The form on top, once it has these words."""

    async def there() -> Json | None:
        form = await who.form()
        return form if having in words(form) else None

    return await who.eventually(there, f"a form with {having!r}")


async def told(who: Someone, having: str, run: str = "MI-1") -> str:
    """The message of a run's thread with these words, once it is there."""

    async def there() -> str | None:
        found = [w for m in await who.thread(run=run) if having in (w := words(m))]
        return found[-1] if found else None

    return await who.eventually(there, f"a message with {having!r}")


async def test_what_will_be_done_is_told_finished_in_the_form_and_listed(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.types("/runbook action buy a second lamp @ben by 2026-12-24")
    assert "<@U0BEN>, " in await told(ana, "gave you an action item, due 2026-12-24")
    await ana.types("/runbook review")
    assert "buy a second lamp\ndue 2026-12-24" in words(await ana.told("1 open action item"))
    await ana.does("More…", await ana.board("MI-1"))
    await ana.does("Action items…", await ana.form())
    await ana.does("Finished", await shown(ana, "1 action item open"))
    assert has(await shown(ana, "0 action items open"), "Open it again")
    await ana.types("/runbook review")
    await ana.told("no open action item")
    (added,) = [f.event for f in await bot.facts("MI-1") if isinstance(f.event, ActionItemAdded)]
    assert added.owner is not None
    assert (added.text, added.owner.id) == ("buy a second lamp", "U0BEN")


async def test_who_closed_a_run_is_told_what_to_write_and_sees_it_crossed_out(
    bot: Bot, ana: Someone, ben: Someone
) -> None:
    await ana.types("/runbook practice-it")
    await ana.does("Confirm…", await ana.board("PI-1"))
    await ana.fills({})
    await ana.does("Close…", await ana.board("PI-1", "confirmed"))
    await ana.fills({})
    await ben.does("Post-mortem", await ben.board("PI-1", "recovered"))
    said = await told(ana, "lacks what only people can write: Summary, Impact", "PI-1")
    assert "<@U0ANA>, " in said
    assert "<@U0BEN>" not in said
    (message,) = [m for m in await ana.thread(run="PI-1") if "lacks what only" in words(m)]
    await ana.does("Write the post-mortem…", message)
    await ana.fills({"Summary": "The lamp fell.", "Impact": "It was dark."})
    await told(ana, "lacks what only people can write: Root cause", "PI-1")
    # It was edited: nobody is mentioned a second time.
    again = [m for m in await ana.thread(run="PI-1") if "only people can write" in words(m)]
    assert [m["ts"] for m in again] == [message["ts"]]
