"""Alerts put together: in whichever order they come, and however often."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bot.core.alerts.episodes import MOST, REMEMBERED, Opening, merge, partition
from bot.core.alerts.model import Alert, Episode, Notification

ZERO = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
OPENING = Opening("T1", "C1")


def at(minute: int) -> datetime:
    return ZERO + timedelta(minutes=minute)


def alert(fingerprint: str, begins: int | None, ends: int | None = None) -> Alert:
    return Alert(
        fingerprint,
        None if begins is None else at(begins),
        None if ends is None else at(ends),
        {"alertname": "DiskFull", "instance": fingerprint},
    )


def said(*alerts: Alert) -> Notification:
    return Notification("alertmanager", "{}:{}", {"alertname": "DiskFull"}, alerts)


class Group:
    """What is kept of a group, as the store keeps it."""

    def __init__(self) -> None:
        self.kept: dict[str, Episode] = {}
        self._numbers = count(1)

    def hears(self, came: Notification, minute: int = 0) -> Sequence[Episode]:
        known = sorted(self.kept.values(), key=lambda one: one.began)[-REMEMBERED:]
        made = merge(known, came, at(minute), OPENING, lambda: f"AL-{next(self._numbers)}")
        self.kept |= {one.id: one for one in made}
        return made

    @property
    def episodes(self) -> Sequence[Episode]:
        return sorted(
            (one for one in self.kept.values() if one.joined is None), key=lambda one: one.began
        )


def shape(episodes: Iterable[Episode]) -> Sequence[object]:
    return [(one.began, one.ended, one.alerts) for one in episodes]


def test_a_group_is_one_episode_until_all_of_it_has_ended() -> None:
    group = Group()
    for minute, came in enumerate(
        (
            said(alert("a", 0)),
            said(alert("a", 0), alert("b", 1)),
            said(alert("a", 0, 2), alert("b", 1)),
            said(alert("a", 0, 2), alert("b", 1, 4)),
        )
    ):
        [episode] = group.hears(came, minute)
        assert episode.id == "AL-1"
        assert group.hears(came, minute + 50) == [], "it is nothing new"
    [episode] = group.episodes
    assert (episode.began, episode.ended) == (at(0), at(4))
    [later] = group.hears(said(alert("b", 9)))
    assert (later.id, later.previous, later.ended) == ("AL-2", "AL-1", None)
    assert group.hears(said(alert("a", 0), alert("b", 1))) == [], "what comes late is of before"


def test_what_began_again_ended_before_that_though_nobody_said_so() -> None:
    group = Group()
    group.hears(said(alert("a", 0)))
    made = group.hears(said(alert("a", 20)))
    assert shape(made) == [
        (at(0), at(20), (alert("a", 0, 20),)),
        (at(20), None, (alert("a", 20),)),
    ]
    # And then somebody does.
    [first] = group.hears(said(alert("a", 0, 7)))
    assert (first.id, first.ended) == ("AL-1", at(7))


def test_two_that_turn_out_to_be_one_are_one() -> None:
    group = Group()
    group.hears(said(alert("a", 0, 3)))
    group.hears(said(alert("b", 5)))
    made = {one.id: one for one in group.hears(said(alert("c", 2, 8)))}
    assert made["AL-2"].joined == "AL-1"
    assert [one.fingerprint for one in made["AL-1"].alerts] == ["a", "c", "b"]
    assert group.hears(said(alert("c", 2, 8), alert("b", 5))) == []


def test_events_without_a_time_count_as_they_come() -> None:
    group = Group()
    fires, ends = said(alert("a", None)), said(alert("a", None, 0))
    assert group.hears(ends, 1) == []
    [episode] = group.hears(fires, 2)
    assert group.hears(fires, 3) == []
    [over] = group.hears(ends, 4)
    assert (over.id, over.began, over.ended) == (episode.id, at(2), at(4))
    assert group.hears(ends, 5) == []
    [again] = group.hears(fires, 6)
    assert (again.id, again.previous, again.began) == ("AL-2", "AL-1", at(6))


def test_what_is_told_of_an_episode_long_gone_is_of_no_news() -> None:
    group = Group()
    for minute in range(0, 100, 10):
        group.hears(said(alert("a", minute, minute + 1)))
    assert len(group.kept) == 10
    assert group.hears(said(alert("a", 0), alert("b", 31))) == []


def test_no_episode_grows_without_end() -> None:
    group = Group()
    group.hears(said(alert("a", 0)))
    flaps = [alert("b", minute, minute + 1) for minute in range(1, MOST + 100)]
    for one in flaps:
        group.hears(said(one))
    [episode] = group.episodes
    assert len(episode.alerts) == MOST
    assert episode.firing == (alert("a", 0),)
    assert episode.began == at(0)
    assert episode.left_out
    for one in flaps[:20]:
        assert group.hears(said(one)) == []
    assert len(group.kept) == 1


FINGERPRINTS = st.sampled_from("abc")


@st.composite
def _heard(draw: st.DrawFn) -> list[Notification]:
    """What one group says: of each alert that it fires, and mostly that it ended."""
    alerts: list[Alert] = []
    for fingerprint in "abc":
        minute = draw(st.integers(0, 10))
        for _ in range(draw(st.integers(0, 3))):
            ends = minute + draw(st.integers(1, 10))
            alerts.append(alert(fingerprint, minute))
            if draw(st.booleans()):
                alerts.append(alert(fingerprint, minute, ends))
            minute = ends + draw(st.integers(0, 10))
    return [said(*draw(st.lists(st.sampled_from(alerts), max_size=2)), one) for one in alerts]


@given(st.data())
def test_any_order_and_any_repetition_makes_the_same_episodes(data: st.DataObject) -> None:
    came = data.draw(_heard())
    if not came:
        return
    again = data.draw(st.lists(st.sampled_from(came), max_size=5))
    shuffled = data.draw(st.permutations([*came, *again]))
    one, other = Group(), Group()
    for heard in came:
        one.hears(heard)
    for heard in shuffled:
        other.hears(heard)
    wanted = partition(a for heard in came for a in heard.alerts)
    # Of a group that fires again and again, the older episodes are let be.
    if len(wanted) < REMEMBERED and len(other.kept) < REMEMBERED:
        assert [one.alerts for one in one.episodes] == [tuple(spell) for spell in wanted]
        assert shape(other.episodes) == shape(one.episodes)
        links = [one.previous for one in other.episodes]
        assert links == [None, *(one.id for one in other.episodes)][: len(links)]
