"""One table of how things get to Slack, and what is done when an answer is lost."""

import re
from pathlib import Path

import pytest

from bot.app.bringers import BRINGERS
from bot.core.acts.registry import MEANINGS
from bot.core.engine import effects
from bot.core.run import sendings
from bot.core.run.sendings import (
    ANSWER,
    DIRECT,
    ELSEWHERE,
    EPHEMERAL,
    KINDS,
    LEASES,
    POST,
    REPLY,
    UPDATE,
    UPLOAD,
    Lost,
    Sending,
    in_time,
    paced,
)
from bot.edges.slack.calls import TIMEOUT
from tests.core.test_completeness import story, touched

SENDINGS = [one for one in vars(sendings).values() if isinstance(one, Sending)]
SLACK = Path(sendings.__file__).parents[2] / "edges" / "slack"
NOT_OF_A_RUN = {"chat.delete"}
ONLY_READS = {"files.info"}
NO_METHOD = {"response_url"}


def test_every_call_that_sends_something_is_in_the_table() -> None:
    called = {
        found.replace("_", ".", 1)
        for file in SLACK.rglob("*.py")
        for found in re.findall(
            r"\b(?:(?:chat|files|pins|bookmarks)_\w+|views_publish"
            r"|conversations_(?:open|create|invite|archive|set\w+))",
            file.read_text(),
        )
    }
    known = {method for one in SENDINGS for method in one.methods}
    assert called - NOT_OF_A_RUN - ONLY_READS == known - NO_METHOD


@pytest.mark.parametrize("sending", [one for one in SENDINGS if one.lease_s is not None])
def test_a_call_that_is_begun_in_time_ends_within_its_lease(sending: Sending) -> None:
    assert sending.begin_s is not None
    assert sending.lease_s is not None
    # An upload's bytes go in a call of their own.
    calls = len(sending.methods) + (sending is UPLOAD)
    assert sending.begin_s + calls * TIMEOUT < sending.lease_s
    assert in_time(sending, sending.begin_s)
    assert not in_time(sending, sending.begin_s + 1)


def test_what_is_claimed_has_a_pace_and_what_is_posted_or_uploaded_shares_one() -> None:
    """The store counts by whether a message is there already; Slack counts by these."""
    assert [one for one in SENDINGS if one.pace is None] == [
        one for one in SENDINGS if one.lease_s is None
    ]
    for kind in KINDS.values():
        assert paced(kind.first) is paced(POST)
        assert kind.then is None or paced(kind.then) is paced(UPDATE)
    assert paced(UPDATE).every_s * 50 == 60
    assert paced(POST).every_s >= 1
    assert paced(POST).ahead_s == 0
    with pytest.raises(ValueError, match="response_url"):
        paced(ANSWER)


def test_kinds_of_one_priority_have_one_lease() -> None:
    for kind in KINDS.values():
        for sending in filter(None, (kind.first, kind.then)):
            assert sending.lease_s == LEASES[kind.priority]


def test_what_someone_must_hear_is_never_only_ephemeral() -> None:
    assert EPHEMERAL.lost is Lost.AT_MOST_ONCE
    assert [one for one in SENDINGS if one.lost is Lost.AT_MOST_ONCE] == [EPHEMERAL, REPLY]
    assert all(not {EPHEMERAL, REPLY} & {kind.first, kind.then} for kind in KINDS.values())
    assert all(EPHEMERAL not in (kind.first, kind.then) for kind in KINDS.values())


def test_what_is_posted_is_looked_up_and_what_is_changed_is_repeated() -> None:
    assert {POST.lost, UPLOAD.lost} == {Lost.LOOKED_UP}
    assert UPDATE.lost is Lost.HARMLESS
    # Seen twice is a fault only of what is seen.
    first = {word: kind.first.lost for word, kind in KINDS.items()}
    assert all(first[word] is Lost.LOOKED_UP for word in first.keys() - BRINGERS)
    assert set(first.values()) <= {Lost.LOOKED_UP, Lost.HARMLESS}
    assert all(kind.then is None or kind.then.lost is Lost.HARMLESS for kind in KINDS.values())


def test_every_message_that_a_fact_touches_is_of_a_kind() -> None:
    desk, acts, _ = story()
    keys = [*effects.touched(None, [desk.facts[0].event]), *touched(acts)]
    assert {key.partition("/")[0] for key in keys} == set(KINDS)


def test_what_is_no_message_to_draw_has_a_bringer() -> None:
    drawn = {"board", *(word for one in MEANINGS for word in ("notice", *one.messages))}
    assert set(KINDS) == drawn | set(BRINGERS)
    # What is for one person is drawn, and brought to where they are, and an owner's likewise.
    alone = {word for word, kind in KINDS.items() if kind.first in (DIRECT, ELSEWHERE)}
    # What an owner and stakeholders read is drawn by who brings it, and what is asked about
    # several runs, with what it knows of the others.
    assert drawn & set(BRINGERS) == alone - {"owner", "update", "handoff"}
