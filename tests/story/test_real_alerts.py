"""A system breaks; a real Prometheus sees it by the shipped rules, and a real Alertmanager says so.

The whole way is real: metrics, rule, alert, webhook, message, and the end of it.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import yaml

from bot.demo.civictrust.system import CivicTrust
from tests import alertmanager, prometheus
from tests.demo.civictrust.keyboard import QUICK, Operator
from tests.postgres import free_port
from tests.story.conftest import NODES, ROOT, Bot
from tests.story.driver import INCIDENTS, Json, Someone, words

TOKEN = "token-of-alertmanager"


@pytest.fixture
async def operator(tmp_path: Path) -> AsyncIterator[Operator]:
    """Who breaks the system and mends it."""
    async with (
        aiohttp.ClientSession() as http,
        CivicTrust.serve(data=tmp_path / "system", pace=QUICK) as system,
    ):
        yield Operator(system.url, system.launcher, http)


@pytest.fixture
def environ(environ: dict[str, str], operator: Operator, tmp_path: Path) -> dict[str, str]:
    targets = {"targets": {"civictrust": {"url": operator.url, "sets": {"nodes": list(NODES)}}}}
    (tmp_path / "targets.yaml").write_text(yaml.safe_dump(targets), "utf-8")
    return {
        **environ,
        "RUNBOOK_PROCEDURES": str(ROOT / "procedures"),
        "RUNBOOK_ALERTS_CHANNEL": INCIDENTS,
        "RUNBOOK_ALERTS_ALERTMANAGER_LISTEN": f"127.0.0.1:{free_port()}",
        "RUNBOOK_ALERTS_ALERTMANAGER_TOKEN": TOKEN,
    }


@pytest.fixture
async def watched(bot: Bot, operator: Operator, tmp_path: Path) -> AsyncIterator[None]:
    """The system is scraped, its rules are evaluated, and the bot is told."""
    door = bot.environ["RUNBOOK_ALERTS_ALERTMANAGER_LISTEN"]
    webhook = f"http://{door}/alerts"
    async with alertmanager.serving(tmp_path, webhook, TOKEN, "component") as place:
        target = operator.url.removeprefix("http://")
        scraped = (
            "  - job_name: civictrust\n"
            # A node that is silent is waited for.
            "    scrape_interval: 2s\n"
            f"    static_configs: [{{ targets: ['{target}'] }}]\n"
        )
        more = (
            f"rule_files: ['{ROOT / 'deploy' / 'civictrust-alerts.yaml'}']\n"
            f"alerting: {{ alertmanagers: [{{ static_configs: [{{ targets: ['{place}'] }}] }}] }}\n"
        )
        async with prometheus.serving(tmp_path, scraped, more=more):
            yield


async def alert(who: Someone, having: str) -> Json:
    """The message of an alert, once it says so."""

    async def there() -> Json | None:
        found = [m for m in await who.messages() if "AL-1" in words(m) and having in words(m)]
        return found[-1] if found else None

    return await who.eventually(there, f"an alert that says {having!r}")


@pytest.mark.usefixtures("watched")
async def test_a_node_that_is_cut_off_is_told_and_so_is_that_it_is_back(
    operator: Operator, ana: Someone
) -> None:
    await operator.done("chaos", "partition", "node-3")
    message = await alert(ana, "CivicTrustNodeUnreachable")
    assert "node=node-3" in words(message)
    await operator.done("net", "heal", "node-3")
    over = await alert(ana, "is resolved")
    assert over["ts"] == message["ts"]
