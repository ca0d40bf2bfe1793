"""What an episode's message says."""

from datetime import UTC, datetime, timedelta

from bot.core.alerts.message import draw
from bot.core.alerts.model import Alert, Episode
from bot.core.blockkit.blocks import size
from bot.core.blockkit.picture import BLOCKS, BUDGET

BEGAN = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def episode(*alerts: Alert) -> Episode:
    ends = [one.ends_at for one in alerts]
    ended = None if None in ends else max(end for end in ends if end is not None)
    return Episode(
        "AL-2", "T1", "group", {"alertname": "DiskFull"}, BEGAN, ended, alerts, "C1", "AL-1"
    )


def alert(number: int, ended: int | None = None, length: int = 1) -> Alert:
    return Alert(
        f"f{number}",
        BEGAN + timedelta(minutes=number),
        None if ended is None else BEGAN + timedelta(minutes=ended),
        {"alertname": "DiskFull", "instance": "db-<1>" * length},
    )


def test_it_says_what_fires_and_what_has_ended() -> None:
    drawn = draw(episode(alert(0), alert(1, 2)))
    assert drawn.text == "DiskFull: 1 alert firing"
    told = str(drawn.blocks)
    assert "db-&lt;1&gt;" in told
    assert "AL-1" in told
    assert draw(episode(alert(1, 2))).text == "DiskFull has resolved"


def test_any_number_of_long_alerts_fits() -> None:
    drawn = draw(episode(*(alert(number, length=1_000) for number in range(500))))
    assert len(drawn.blocks) <= BLOCKS
    assert size(drawn.blocks) <= BUDGET
    assert "490 more" in str(drawn.blocks)
