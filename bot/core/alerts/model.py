"""What is known of alerts: one alert, what a sender says of a group at once, and an episode.

A sender says the same thing many times, out of order, and to several replicas at once. So an alert
is known by its fingerprint and the time at which it began to fire, and by nothing of its arrival.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Door = Literal["alertmanager", "grafana", "events"]
"""Through what it came."""
NAME = "alertname"
"""The label that has an alert's name, in Prometheus and in what learned from it."""
NAMELESS = "alert"
"""What an alert is called that has no name."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert, from when it began to fire until it ended.

    `starts_at` is None only where a sender does not tell it; what is kept has it always. `ends_at`
    is None while it fires. `link` leads to where the sender shows it; empty for none.
    """

    fingerprint: str
    starts_at: datetime | None
    ends_at: datetime | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    link: str = ""

    @property
    def name(self) -> str:
        """What it is called: the label `alertname`, which every door fills in where it can."""
        return self.labels.get(NAME) or NAMELESS

    @property
    def firing(self) -> bool:
        """Whether it has not ended."""
        return self.ends_at is None


@dataclass(frozen=True, slots=True)
class Notification:
    """What a sender says at once of one group of alerts.

    `group` names the group for this door, whatever it is called there; `labels` are those that the
    group has in common. `left_out` counts the alerts of it that are not among `alerts`.
    """

    door: Door
    group: str
    labels: Mapping[str, str]
    alerts: tuple[Alert, ...]
    link: str = ""
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Episode:
    """A group of alerts from its first one until all have ended; one message in Slack.

    `alerts` are those of this episode, each from its beginning, the first one first. `channel` is
    where its message stands, or is to stand: an id or a name. `previous` is the episode of the same
    group before this one; `runs` are those that were started from it, the first one first. One
    whose alerts turned out to be another's has none, and says in `joined` whose they are.
    """

    id: str
    team: str | None
    group: str
    labels: Mapping[str, str]
    began: datetime
    ended: datetime | None
    alerts: tuple[Alert, ...]
    channel: str
    previous: str | None = None
    runs: tuple[str, ...] = ()
    door: Door = "alertmanager"
    link: str = ""
    left_out: int = 0
    joined: str | None = None

    @property
    def firing(self) -> Sequence[Alert]:
        """The alerts of it that fire."""
        return tuple(one for one in self.alerts if one.firing)

    @property
    def resolved(self) -> Sequence[Alert]:
        """The alerts of it that have ended."""
        return tuple(one for one in self.alerts if not one.firing)

    @property
    def name(self) -> str:
        """What it is called: the name that its group has, or that of its first alert."""
        return self.labels.get(NAME) or (self.alerts[0].name if self.alerts else NAMELESS)
