"""The judge itself: it finds what is lost, doubled or wrong when something is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from tests.chaos.crowd import Intent, crowd
from tests.chaos.judge import judge, look
from tests.chaos.site import Site, site
from tests.story.driver import INCIDENTS


async def _slack(place: Site, method: str, **body: Any) -> None:
    """Call the Web API as the bot."""
    headers = {"Authorization": f"Bearer {place.workspace.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{place.workspace.api_url}{method}", json=body) as answer,
    ):
        assert (await answer.json())["ok"]


async def test_it_finds_what_is_lost_doubled_or_wrong(
    tmp_path: Path, sqlite: str, seed: int
) -> None:
    async with site(tmp_path, names=["ana"], url=sqlite) as place:
        async with crowd(place, seed, names=("ana",)) as people:
            await people.until(lambda: "step_failed" in [i.kind for i in people.intents if i.acked])
            assert (await judge(place, people)).right
        for replica in place.replicas:
            await replica.end()
        intents = people.intents
        at = next(n for n, one in enumerate(intents) if one.kind == "step_failed")
        never = Intent("note_added", "", "a note that nobody wrote", acked=True)
        assert len((await look(place, [*intents, never])).lost) == 1
        assert len((await look(place, [*intents, replace(never, acked=False)])).lost) == 0
        assert len((await look(place, intents[:at] + intents[at + 1 :])).doubled) == 1

        board = (await place.people.messages(INCIDENTS))[0]
        reply = (await place.people.messages(INCIDENTS, "", board["ts"]))[1]
        place_of = {"channel": INCIDENTS, "text": "words"}
        carried = {name: reply[name] for name in ("blocks", "metadata")}
        await _slack(place, "chat.postMessage", **place_of, **carried, thread_ts=board["ts"])
        assert len((await look(place, intents)).doubled) == 1
        await _slack(place, "chat.update", **place_of, ts=board["ts"], blocks=reply["blocks"])
        assert len((await look(place, intents)).wrong) == 1
        for message in (await place.people.messages(INCIDENTS, "", board["ts"]))[1:]:
            await _slack(place, "chat.delete", channel=INCIDENTS, ts=message["ts"])
        assert any("missing" in words for words in (await look(place, intents)).wrong)
