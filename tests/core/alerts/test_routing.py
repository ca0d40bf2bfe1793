"""Where alerts are told: the first route that fits, and the default for the rest."""

import pytest

from bot.core.alerts.routing import Destination, Routes, destination, in_common
from bot.edges.library import examine_routing, says_routes
from tests.core.alerts.made import alert

FILE = """schema: alert-routes/v1
default: "#incidents"
routes:
  - matches: [{ team: storage, severity: "critical|page" }]
    channel: "#storage-page"
    private: true
  - matches: [{ team: storage }, { job: "disk-.*" }]
    channel: C0123456789
"""


def routes() -> Routes:
    found = examine_routing(FILE.encode(), "routes.yaml")
    assert found.problems == ()
    assert found.routes is not None
    return found.routes


@pytest.mark.parametrize(
    ("labels", "where"),
    [
        ({"team": "storage", "severity": "page"}, Destination("#storage-page", private=True)),
        ({"team": "storage", "severity": "info"}, Destination("C0123456789")),
        ({"job": "disk-exporter"}, Destination("C0123456789")),
        ({"team": "network"}, Destination("#incidents")),
        ({}, Destination("#incidents")),
    ],
)
def test_the_first_route_that_fits_says_where(labels: dict[str, str], where: Destination) -> None:
    assert destination(routes(), labels) == where


def test_a_group_is_told_by_what_its_alerts_have_in_common() -> None:
    two = [alert(team="a", node="n1"), alert(team="a", node="n2")]
    assert in_common(two) == {"alertname": "NodeDown", "team": "a"}
    assert in_common([]) == {}


SAID = [
    ('default: "#incidents"', "default: §incidents", "named with its sign, or by its id. Write: "),
    ('default: "#incidents"\n', "", "`default` is missing"),
    ("alert-routes/v1", "§alert-routes/v2", "`alert-routes/v2` is not known here"),
    (
        "channel: C0123456789",
        "§chanel: C0123456789",
        "a route has no key `chanel`. Write: channel:",
    ),
    ("channel: C0123456789", "§to: C0123456789", "a route has no key `to`. Write: channel:"),
    ("channel: C0123456789", "§channel:", "`channel` is empty. Write: channel: "),
    ("[{ team: storage }, {", "[{ team: §[a, b] }, {", 'what the label may be. Write: team: "a|b"'),
    ("[{ team: storage }, {", '[{ team: §"a[" }, {', "not a regular expression: missing ]"),
    ("[{ team: storage }, {", '[{ §"te am": a }, {', "cannot name a label. Write: te_am"),
    ("[{ team: storage }, {", "[§{}, {", "`matches` is empty"),
    ("[{ team: storage }, {", "[§node, {", "labels are meant here, each with what it must be"),
    ('[{ team: storage }, { job: "disk-.*" }]', "§{ team: a }", "`matches` is a list"),
    ("private: true", "private: §maybe", "true or false is meant here"),
    ("routes:\n", "§rules:\n", "a file of routes has no key `rules`. Write: routes:"),
]


@pytest.mark.parametrize(("old", "bad", "says"), SAID)
def test_what_is_wrong_is_said_at_its_place(old: str, bad: str, says: str) -> None:
    assert FILE.count(old) == 1
    text = FILE.replace(old, bad)
    before, sign, _ = text.partition("§")
    lines = before.split("\n") if sign else [""]
    found = examine_routing(text.replace("§", "").encode(), "routes.yaml")
    assert found.routes is None
    (said,) = map(str, found.problems)
    assert says in said
    assert said.startswith(f"routes.yaml:{len(lines)}:{len(lines[-1]) + 1}: error: ") or not sign


def test_a_route_that_is_never_reached_is_warned_of() -> None:
    more = '  - matches: [{ team: storage, job: node }]\n    channel: "#never"\n'
    found = examine_routing((FILE + more).encode(), "routes.yaml")
    assert found.routes is not None
    (said,) = map(str, found.problems)
    assert said.startswith(
        "routes.yaml:9:5: warning: an earlier route takes all that this one fits"
    )


def test_a_file_of_routes_is_told_from_a_procedure() -> None:
    assert says_routes(FILE.encode())
    assert not says_routes(b"schema: procedure/v1\nsummary: of alert-routes/v1\n")
