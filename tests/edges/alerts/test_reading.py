"""What senders say, read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.alerts.episodes import MOST
from bot.edges.alerts import alertmanager, events, reading
from bot.edges.alerts.reading import Unreadable
from tests.edges.alerts.payloads import ALERT, GRAFANA, GROUP, TRIGGER, body, group_of

BEGAN = datetime(2026, 2, 6, 13, 8, 45, 828123, tzinfo=UTC)


def test_alertmanager_says_which_alerts_fire_since_when() -> None:
    said = alertmanager.read(body(GROUP))
    assert (said.door, said.group, said.left_out) == ("alertmanager", GROUP["groupKey"], 0)
    assert said.labels == {"alertname": "ProbeFailure", "severity": "critical"}
    assert said.link == "http://alertmanager.example"
    [alert] = said.alerts
    assert (alert.name, alert.fingerprint) == ("ProbeFailure", ALERT["fingerprint"])
    assert (alert.starts_at, alert.ends_at, alert.firing) == (BEGAN, None, True)
    assert alert.labels == ALERT["labels"]
    assert alert.annotations == {"summary": "It is down"}
    assert alert.link == ALERT["generatorURL"]


def test_grafana_says_the_same_in_its_own_way() -> None:
    said = alertmanager.read_grafana(body(GRAFANA))
    assert (said.door, said.group) == ("grafana", f"3/{GROUP['groupKey']}")
    assert said.alerts == alertmanager.read(body(GROUP)).alerts
    zoned = {**ALERT, "startsAt": "2026-02-06T15:08:45.828123+02:00"}
    [alert] = alertmanager.read_grafana(body(GRAFANA, alerts=[zoned])).alerts
    assert alert.starts_at == BEGAN


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ("2026-02-06T14:00:00Z", datetime(2026, 2, 6, 14, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", BEGAN),
        ("2020-01-01T00:00:00Z", BEGAN),
        (None, BEGAN),
    ],
)
def test_what_is_resolved_has_an_end(ends: str | None, told: datetime) -> None:
    over = {**ALERT, "status": "resolved", "endsAt": ends}
    [alert] = alertmanager.read(group_of(over)).alerts
    assert (alert.ends_at, alert.firing) == (told, False)


def test_what_is_too_much_is_cut_and_counted() -> None:
    labels = {f"l{number:03}": "v" * 10_000 for number in range(100)}
    many = [
        {**ALERT, "fingerprint": f"f{number}", "labels": labels if number == 0 else {}}
        for number in range(MOST + 5)
    ]
    said = alertmanager.read(group_of(*many, truncatedAlerts=7))
    assert (len(said.alerts), said.left_out) == (MOST, 12)
    large = next(one for one in said.alerts if one.fingerprint == "f0")
    assert len(large.labels) == reading.TEXTS
    assert {len(value) for value in large.labels.values()} == {reading.VALUE}


def test_an_alert_without_a_fingerprint_is_known_by_its_labels() -> None:
    other = {**ALERT, "fingerprint": "", "labels": {"alertname": "Other"}}
    bare = {**ALERT, "fingerprint": "", "annotations": {}}
    first, again, third = (
        alertmanager.read(group_of(one)).alerts[0] for one in (bare, bare, other)
    )
    assert first.fingerprint == again.fingerprint != third.fingerprint


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://a b", "http://a\nb", "x" * 3_000])
def test_what_is_no_link_is_none(link: str) -> None:
    [alert] = alertmanager.read(group_of({**ALERT, "generatorURL": link})).alerts
    assert alert.link == ""


def test_an_event_is_an_alert_that_counts_as_it_comes() -> None:
    read = events.read(body(TRIGGER))
    assert read.said is not None
    [alert] = read.said.alerts
    assert (read.dedup_key, read.said.group, alert.starts_at) == ("srv01/http", "srv01/http", None)
    assert alert.name == "disk"
    assert alert.labels["source"] == "monitor.example:cloudvz.org"
    assert alert.annotations["free space"] == "1%"
    assert alert.annotations["ping"] == "1500"
    assert alert.annotations["summary"] == "PING OK - Packet loss = 0%"
    assert alert.link == "https://monitor.example"
    assert "key-of-the-events" not in str(read)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"class": None}, "postgres"),
        ({"class": None, "component": None}, "PING OK - Packet loss = 0%"),
        ({"custom_details": {"alertname": "DiskFull"}}, "DiskFull"),
        ({"custom_details": ["a", 10**30]}, "disk"),
        ({"custom_details": {"large": 10**30}}, "disk"),
    ],
)
def test_an_event_is_called_as_its_sender_calls_it(changes: dict[str, Any], name: str) -> None:
    read = events.read(body(TRIGGER, payload={**TRIGGER["payload"], **changes}))
    assert read.said is not None
    assert read.said.alerts[0].name == name


def test_an_event_that_ends_says_which_one() -> None:
    read = events.read(body(TRIGGER, event_action="resolve", payload=None))
    assert read.said is not None
    [alert] = read.said.alerts
    assert (alert.fingerprint, alert.firing, alert.starts_at) == ("srv01/http", False, None)
    acknowledged = events.read(body(TRIGGER, event_action="acknowledge", payload=None))
    assert (acknowledged.said, acknowledged.dedup_key) == (None, "srv01/http")
    assert events.read(body(TRIGGER, dedup_key=None)).dedup_key


@pytest.mark.parametrize(
    "changes",
    [
        {"event_action": "resolve", "dedup_key": None},
        {"event_action": "acknowledge", "dedup_key": None},
        {"payload": None},
        {"payload": {"summary": "s", "source": "s", "severity": "bad"}},
    ],
)
def test_an_event_that_says_too_little_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        events.read(body(TRIGGER, **changes))
