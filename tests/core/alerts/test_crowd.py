"""Many groups at once: the procedures that fit them, by how many groups each fits."""

import json

from bot.core.alerts.crowd import Count, Crowd, draw
from bot.core.blockkit.blocks import size
from bot.core.blockkit.picture import BUDGET
from bot.core.views.alerted import crowd_offers
from tests.core.alerts.made import BEGAN, alert, asked, procedure

NODE = asked(**{"from": {"label": "node"}})
GONE = procedure("gone", alerts=["NodeDown"], inputs={"node": NODE})
FULL = procedure("full", matches=[{"team": "storage"}])
ALIKE = procedure("node-down", title="The node is down")
HIDDEN = procedure("hidden", alerts=["NodeDown"]).model_copy(update={"private": True})
COUNTS = (Count("NodeDown", 40, 30), Count("Slow", 9, 9), Count("Over", 5, 0))


def crowd(*counts: Count) -> Crowd:
    return Crowd("AL-9", "T1", "C1", BEGAN, counts or COUNTS)


def test_what_fits_is_offered_with_the_groups_that_it_fits() -> None:
    looked_at = [
        *([alert("NodeDown", node="node-1", team="web")] for _ in range(30)),
        *([alert("Slow", team="storage"), alert("Slow", team="web")] for _ in range(9)),
    ]
    offers = crowd_offers([FULL, ALIKE, HIDDEN, GONE], crowd(), looked_at)
    assert [(one.id, one.groups, one.more) for one in offers] == [
        ("gone", 30, False),
        ("full", 9, False),
    ]
    value = json.loads(offers[0].value)
    assert value == {
        "procedure": "gone",
        "alert": "AL-9",
        "ask": True,
        "inputs": {"node": "node-1"},
    }
    said = json.dumps(draw(crowd(), offers).blocks, ensure_ascii=False)
    assert "`gone` · fits 30 groups" in said
    assert said.count("Start…") == 2
    assert "Start…" not in str(draw(crowd(Count("NodeDown", 3, 0)), offers).blocks)


def test_what_was_not_looked_at_may_fit_as_well() -> None:
    looked_at = [[alert("Slow", team="storage")], [alert("NodeDown", node="node-7")]]
    gone, full = crowd_offers([FULL, GONE], crowd(), looked_at)
    assert (gone.groups, gone.more) == (30, False), "by name all are counted"
    assert (full.groups, full.more) == (1, True)
    said = json.dumps(draw(crowd(), [full]).blocks, ensure_ascii=False)
    assert "`full` · fits at least 1 group" in said


def test_there_are_three_at_the_most_and_one_that_fits_twice_counts_once() -> None:
    every = [procedure(f"p{n}", alerts=["NodeDown"], title="<T>" * 50) for n in range(5)]
    both = procedure("both", alerts=["NodeDown"], matches=[{"team": "web|storage"}])
    looked_at = [[alert("NodeDown", team="web")]] * 30 + [[alert("Slow", team="web")]] * 9
    offers = crowd_offers([*every, both], crowd(), looked_at)
    assert [one.id for one in offers] == ["both", "p0", "p1"]
    assert offers[0].groups == 39
    assert size(draw(crowd(), offers).blocks) <= BUDGET
    assert crowd_offers([ALIKE], crowd(), looked_at) == ()
