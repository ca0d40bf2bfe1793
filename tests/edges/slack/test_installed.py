"""The door: what is for another installation of the app than the bot's own stays outside."""

from typing import Any

import pytest

from bot.edges.slack.inbound.door import Door, NotServed
from tests.edges.slack.delivered import CLICK, COMMAND, FORM, ME, MENTION, put


def installed(**about: Any) -> dict[str, Any]:
    return MENTION | {"authorizations": [{"is_bot": True, "is_enterprise_install": False} | about]}


@pytest.mark.parametrize(
    "body",
    [
        installed(team_id="T0HOME", enterprise_id="E0ORG"),
        installed(team_id="T0HOME", enterprise_id=None),
        installed(team_id=None, enterprise_id="E0ORG", is_enterprise_install=True),
        installed(team_id="T0SISTER", enterprise_id="E0ORG", is_enterprise_install="true"),
        installed(team_id=None, enterprise_id=None),
        put(FORM, "view.app_installed_team_id", "T0HOME"),
        put(CLICK, "view", FORM["view"] | {"app_installed_team_id": "E0ORG"}),
        # In a channel that is shared, it is theirs whose the person is.
        put(CLICK, "user.team_id", "T0THEIRS") | {"team": {"id": "T0THEIRS"}},
        COMMAND | {"team_id": "T0THEIRS"},
    ],
)
def test_what_is_for_the_own_workspace_comes_in_whoever_sent_it(body: dict[str, Any]) -> None:
    assert Door(ME).read(body) is not None


@pytest.mark.parametrize(
    "body",
    [
        installed(team_id="T0OTHER", enterprise_id=None),
        installed(team_id="T0OTHER", enterprise_id="E0ORG"),
        installed(team_id="T0HOME", enterprise_id="E0OTHER", is_enterprise_install=True),
        put(FORM, "view.app_installed_team_id", "T0OTHER"),
        put(CLICK, "view", FORM["view"] | {"app_installed_team_id": "T0OTHER"}),
    ],
)
def test_what_is_for_another_workspace_is_not_read_and_that_is_said_once(
    body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    door = Door(ME)
    for _ in range(3):
        with pytest.raises(NotServed):
            door.read(body)
    [said] = [record.getMessage() for record in caplog.records]
    assert "are ignored: this bot is configured for T0HOME" in said
