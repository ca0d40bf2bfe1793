"""The Home of one person: what Slack takes, what waits for whom, and how much of it there is."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.blockkit.blocks import Block, size
from bot.core.engine import commands as c
from bot.core.procedure import Procedure
from bot.core.procedure.roles import Held
from bot.core.run.holding import NOTHING_KNOWN, Knows
from bot.core.views import home
from bot.core.views.clicks import Begin, Form, LookFor, Show, clicked
from bot.demo.workspace.blocks.judge import judge_view
from tests.core import huge
from tests.core.drawn import aloud, harmless, marked_up, press, pressed
from tests.core.living import live
from tests.core.strategies import ANA, BEN, CHO, START, Desk, procedures

AGREED = Procedure.model_validate(
    {
        "schema": "procedure/v1",
        "id": "leak",
        "title": "A key leaked",
        "symptoms": ["Down"],
        "roles": {"custodian": {"description": "keeps the keys", "people": ["U0CHO"]}},
        "steps": [
            {
                "id": "stop",
                "title": "Stop it",
                "do": "It.",
                "timeout": "30m",
                "approval": {"min": 1, "role": "custodian"},
            },
            {"id": "rotate", "title": "Rotate", "do": "It.", "role": "custodian"},
        ],
        "verification": [{"confirm": "The press knows"}],
    }
)
NO_OFFER = home.Offer((), 0)


def placed(desk: Desk, knows: Knows = NOTHING_KNOWN) -> home.Placed:
    return home.Placed(desk.run, "https://slack.example/p1", knows)


def waits(desk: Desk, by: object) -> list[str]:
    return list(home.waits_for(by, placed(desk)))  # type: ignore[arg-type]


def test_what_waits_for_whom() -> None:
    desk = Desk(AGREED)
    assert waits(desk, ANA) == []
    desk.do(c.AskApproval("stop", ANA))
    assert waits(desk, CHO) == ["🗳️ *1* Stop it: your approval is asked for"]
    assert waits(desk, ANA) == waits(desk, BEN) == []
    desk.do(c.Vote("stop", CHO, desk.run.asked["stop"].number))
    assert waits(desk, CHO) == []
    desk.do(c.Take("stop", BEN))
    (mine,) = waits(desk, BEN)
    assert mine.startswith("▶️ *1* Stop it: you are on it since <!date")
    assert ", time-out <!date" in mine
    assert waits(desk, CHO) == ["○ *2* Rotate: is next, as custodian"]
    assert waits(desk, ANA) == []
    desk.do(c.MarkDone("stop", BEN))
    desk.do(c.Take("rotate", CHO))
    desk.do(c.MarkDone("rotate", CHO))
    assert waits(desk, ANA) == ["🟡 1 line to confirm, by anyone who knows"]


def test_who_is_not_known_to_hold_a_role_is_not_waited_for() -> None:
    desk = Desk(AGREED)
    desk.do(c.AskApproval("stop", ANA))
    other = Knows(held={"custodian": Held(people=("U0BEN",))})
    assert list(home.waits_for(BEN, placed(desk, other)))
    assert list(home.waits_for(ANA, placed(desk, other))) == []


def test_a_home_says_all_of_it_and_when() -> None:
    desk = Desk(AGREED)
    desk.do(c.AskApproval("stop", ANA))
    offer = home.Offer([(AGREED, "")], 3, "key & <lock>")
    view = home.view(home.draw(CHO, [placed(desk)], offer, more=True), START)
    assert judge_view(view) == ("", [])
    said = aloud(view["blocks"])
    assert "# Waits for you" in said
    assert "*<https://slack.example/p1|KC-7>* · 🗳️" in said
    assert "# Other open runs" in said
    assert "There are older open runs: ask in their channels." in said
    assert "4 procedures for “key &amp; &lt;lock&gt;”" in said
    assert "Last drawn: <!date" in said
    mine = aloud(home.draw(ANA, [placed(desk)], NO_OFFER))
    assert "# Runs that you are in" in mine
    assert "Nothing waits for you." in mine


def test_a_drill_that_is_due_can_be_started_as_one() -> None:
    often = AGREED.model_copy(update={"drill_every": timedelta(days=90)})
    drills = [home.Drill(often, None), home.Drill(often.model_copy(update={"id": "b"}), START)]
    blocks = home.draw(ANA, [], NO_OFFER, drills=drills)
    assert judge_view(home.view(blocks, START)) == ("", [])
    said = aloud(blocks)
    assert "# Drills that are due" in said
    assert "`leak` · never drilled, and one is wanted every 90d" in said
    assert "`b` · the last ended <!date" in said
    starts = [click.intent for words, click in pressed(blocks) if words == "Start drill"]
    assert starts == [Begin("leak", drill=True), Begin("b", drill=True)]


def test_what_is_pressed_there_is_understood() -> None:
    blocks = home.draw(ANA, [placed(Desk(AGREED))], home.Offer([(AGREED, "")], 0))
    meant = {type(click.intent) for _, click in pressed(blocks)}
    assert meant == {Form, Show, Begin}
    field = next(block for block in blocks if block.get("block_id") == home.SEARCH)
    typed = clicked(press(field["element"] | {"value": "leaked key"}))
    assert typed.intent == LookFor("leaked key")


@given(st.data())
@settings(suppress_health_check=list(HealthCheck), max_examples=20)
def test_slack_takes_a_home_of_whatever_runs(data: st.DataObject) -> None:
    runs = []
    for _ in range(data.draw(st.integers(0, 4))):
        desk = Desk(data.draw(procedures()), key_id="key-a")
        live(desk, data.draw(st.randoms(use_true_random=True)), 15)
        runs.append(placed(desk))
    offered = [(one.run.procedure, "") for one in runs]
    blocks = home.draw(ANA, runs, home.Offer(offered, 7, "<!here>"), more=True)
    assert [judge_view(home.view(_apart(blocks), START))] == [("", [])]
    for text in marked_up(blocks):
        harmless(text)


def _apart(blocks: list[Block]) -> list[Block]:
    """Runs made here all have one id, and procedures too; those of a workspace have their own."""
    seen: set[str] = set()
    kept = []
    for block in blocks:
        block_id = block.get("block_id", "")
        if not block_id or block_id not in seen:
            kept.append(block)
        seen.add(block_id)
    return kept


def test_however_many_runs_there_are_a_home_is_bounded() -> None:
    desk = huge.worked()
    runs = [placed(desk)] * 300
    drills = [home.Drill(AGREED, None)] * 40
    blocks = home.draw(ANA, runs, home.Offer([(AGREED, "")] * 10, 900), more=True, drills=drills)
    assert len(blocks) < home.BLOCKS
    assert size(blocks) <= home.LIMIT
