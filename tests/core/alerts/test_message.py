"""What an episode's message says: what fires since when, what fits, what was started."""

import json
from datetime import timedelta
from typing import Any

from hypothesis import given

from bot.core.alerts.message import Offer, Started, draw
from bot.core.alerts.model import Alert
from bot.core.blockkit.blocks import size
from bot.core.blockkit.picture import BLOCKS, BUDGET, Picture
from bot.core.views.alerted import offers
from tests.core.alerts.made import BEGAN, alert, asked, episode, procedure, saying
from tests.core.hostile import lines

NODE = asked(pattern="node-[0-9]+", **{"from": {"label": "node"}})
CRASH = procedure("crash-recovery", alerts=["NodeDown"], inputs={"node": NODE})
RUN = Started("CR-1", "https://slack.example/b", "open, step 2 of 7")


def words(picture: Picture) -> str:
    return json.dumps(picture.blocks, ensure_ascii=False)


def button(picture: Picture) -> dict[str, Any]:
    (block,) = [one for one in picture.blocks if "accessory" in one]
    found: dict[str, Any] = block["accessory"]
    return found


def test_it_says_what_fires_since_when_and_what_all_alerts_share_first() -> None:
    first = saying(alert(job="node", node="node-1", severity="page"), summary="It is gone")
    second = alert(job="node", node="node-2", severity="page", ended=3)
    drawn = draw(episode(first, second, link="https://am.example/#/alerts"))
    told = words(drawn)
    assert "🔴 *NodeDown* fires since <!date^" in told
    assert "1 alert, 1 resolved" in told
    assert told.index("`severity=page` `job=node`") < told.index("`node=node-1`")
    assert "It is gone" in told
    assert "✅ `node=node-2` · fired for 3 min 00 s" in told
    assert "<https://am.example/#/alerts|Open where it comes from>" in told
    assert drawn.text == "🔴 NodeDown fires: It is gone."


def test_with_all_that_is_known_one_click_starts_it() -> None:
    alerts = [alert(node="node-1")]
    (offer,) = offers([CRASH], alerts, "AL-2", private=False)
    drawn = draw(episode(*alerts), [offer])
    press = button(drawn)
    assert press["text"]["text"] == "Start"
    assert json.loads(press["value"]) == {
        "procedure": "crash-recovery",
        "alert": "AL-2",
        "inputs": {"node": "node-1"},
    }
    assert "it names NodeDown\\nwith `node=node-1`" in words(drawn)
    assert drawn.text.endswith("Fits: Crash recovery.")


def test_what_is_not_known_is_asked_for_in_the_form() -> None:
    alerts = [alert(node="db-1")]
    drawn = draw(episode(*alerts), offers([CRASH], alerts, "AL-2", private=False))
    press = button(drawn)
    assert press["text"]["text"] == "Start…"
    assert json.loads(press["value"])["ask"] is True
    assert "asks for `node` (“db-1” must look like node-1)" in words(drawn)


def test_what_a_button_cannot_carry_is_asked_for() -> None:
    source = {"from": {"label": "node"}, "list": True}
    many = procedure("many", alerts=["NodeDown"], inputs={"nodes": asked(**source)})
    alerts = [alert(node=f"{number}" * 140) for number in range(1, 30)]
    drawn = draw(episode(*alerts), offers([many], alerts, "AL-2", private=False))
    assert button(drawn)["text"]["text"] == "Start…"
    assert json.loads(button(drawn)["value"]) == {
        "procedure": "many",
        "alert": "AL-2",
        "ask": True,
    }


def test_resolved_is_shown_as_resolved_with_how_long_and_offers_nothing() -> None:
    alerts = [alert(node="node-1", ended=12)]
    offer = offers([CRASH], alerts, "AL-2", private=False)
    drawn = draw(episode(*alerts), offer, [RUN])
    assert drawn.text == "✅ NodeDown is resolved after 12 min"
    told = words(drawn)
    assert "✅ *NodeDown* is resolved: it fired for 12 min, from <!date^" in told
    assert '"button"' not in told
    assert "▶️ *<https://slack.example/b|CR-1>*: open, step 2 of 7" in told


def test_it_links_the_episode_before() -> None:
    again = episode(alert(), previous="AL-1")
    assert "previous episode: <https://slack.example/m|AL-1>" in words(
        draw(again, previous="https://slack.example/m")
    )
    assert "previous episode: AL-1" in words(draw(again))


def test_nothing_that_fits_is_said() -> None:
    assert "No procedure fits" in words(draw(episode(alert())))
    assert "No procedure fits" not in words(draw(episode(alert()), (), [RUN]))


def test_any_number_of_long_alerts_fits() -> None:
    alerts = [
        Alert(
            f"f{number}",
            BEGAN + timedelta(minutes=number),
            None,
            {"alertname": "N" * 900, **{f"l{one}{number}": "&" * 900 for one in range(30)}},
            {"summary": "<" * 3_000},
            f"https://am.example/{'x' * 2_000}",
        )
        for number in range(100)
    ]
    some = [
        Offer(
            "p" * 80, "&" * 150, "&" * 900, "v" * 2_000, {f"i{n}": "&" * 400 for n in range(9)}, {}
        )
    ] * 3
    runs = [
        Started(f"LONG-{number}", f"https://s.example/{number}", "&amp;" * 60)
        for number in range(40)
    ]
    drawn = draw(episode(*alerts, previous="AL-1", left_out=400), some, runs)
    assert len(drawn.blocks) <= BLOCKS
    assert size(drawn.blocks) <= BUDGET
    assert "more alerts" in words(drawn)
    assert len(drawn.text) <= 300


@given(lines, lines, lines)
def test_a_senders_words_are_only_words(name: str, value: str, summary: str) -> None:
    one = saying(alert(f"{name} <!channel> <@U1>", node=f"`{value} <#C1>"), summary=f"{summary}\n<")
    drawn = draw(episode(one))
    for told in (drawn.text, *(block_text(block) for block in drawn.blocks)):
        assert "<!channel>" not in told
        assert "<@U1>" not in told
        assert "<#C1>" not in told
    assert block_text(drawn.blocks[1]).count("`") == 2


def block_text(block: Any) -> str:
    if "elements" in block:
        return "".join(str(one["text"]) for one in block["elements"])
    return str(block["text"]["text"])


def called(*names: str, ended: int | None = None) -> tuple[str, str]:
    """The first line and the notification of a group of alerts with these names."""
    alerts = [
        alert(node=f"node-{number}", alertname=name, ended=ended)
        for number, name in enumerate(names)
    ]
    drawn = draw(episode(*alerts))
    return drawn.blocks[0]["text"]["text"], drawn.text


def test_it_is_called_by_all_of_its_alerts() -> None:
    head, spoken = called("DiskFull", "DiskFull")
    assert head.startswith("🔴 *DiskFull* fires since")
    assert spoken.startswith("🔴 DiskFull fires (2 alerts)")
    head, spoken = called("DiskFull", "Slow")
    assert head.startswith("🔴 *DiskFull* and *Slow* fire since")
    assert spoken.startswith("🔴 DiskFull and Slow fire (2 alerts)")
    assert "*A*, *B* and *C* fire since" in called("A", "B", "C")[0]
    assert "*A*, *B* and 3 more fire since" in called("A", "B", "C", "D", "E")[0]
    head, spoken = called("A", "B", ended=5)
    assert head.startswith("✅ *A* and *B* are resolved: they fired for")
    assert spoken.startswith("✅ A and B are resolved after")
    over = draw(episode(alert(alertname="Gone", ended=3), alert(alertname="Here", node="n")))
    assert over.text.startswith("🔴 Here fires")
