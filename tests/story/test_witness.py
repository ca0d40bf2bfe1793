"""A record that was changed, every hash made to fit, while the bot was away: the board tells."""

import json
import sqlite3
from datetime import datetime

from bot.core.run import events as e
from bot.core.sealing.people import People
from bot.demo.workspace.client import PersonClient
from tests.story.conftest import Bot
from tests.story.driver import Someone, words


def rewrite(bot: Bot) -> None:
    """Have Dee in Ana's place in the second entry, and calculate everything again."""
    with sqlite3.connect(bot.database) as connection:
        people = People(connection.execute("SELECT people FROM runs").fetchone()[0])
        dee = people.meet("U0DEE", lambda: "5" * 32)
        connection.execute("UPDATE runs SET people = ?", (str(people),))
        head = e.GENESIS
        rows = connection.execute("SELECT seq, at, body FROM facts ORDER BY seq").fetchall()
        for seq, at, body in rows:
            other = body
            if seq == 2:
                other = json.dumps({**json.loads(body), "by": dee}, separators=(",", ":"))
            head = e.chain(head, "MI-1", seq, datetime.fromisoformat(at), other)
            values = (other, head, seq)
            connection.execute("UPDATE facts SET body = ?, hash = ? WHERE seq = ?", values)
        connection.execute("UPDATE runs SET head = ?", (head,))
    connection.close()


async def test_a_board_that_shows_another_record_stays_and_a_new_one_says_so(
    bot: Bot, ana: Someone, ben: Someone, people: PersonClient
) -> None:
    await ana.types("/runbook mend-it thing=lamp")
    await ana.board("MI-1")
    await ana.does("Take", row="step 1")
    old = await ana.board("MI-1", "since")
    await bot.stop()
    rewrite(bot)
    await bot.start()
    await ben.types("/runbook export MI-1")
    new = await ben.board("MI-1", "stays as it was")
    assert new["ts"] != old["ts"]
    assert "which is not there" in words(new)
    (kept,) = [m for m in await ana.messages() if m["ts"] == old["ts"]]
    assert kept["metadata"] == old["metadata"]
    assert kept["blocks"] == old["blocks"]
    facts = await bot.facts("MI-1")
    assert [f.event.board for f in facts if f.event.kind == "board_replaced"] == [old["ts"]]
    assert len(await people.calls("conversations.history")) == 1
