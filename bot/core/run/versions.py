"""Versions of events: what was stored in an older shape is read as if it were of today.

Nothing that is stored is rewritten, so its hash stays what it was. `upgrade` brings a body from
version to version until it is of today's. A shape that the version before cannot read is written
one version later: until then both serve side by side while one is replaced by the other, so
`as_before` writes what either can read.
"""

from collections.abc import Callable, Mapping
from typing import Any

Body = dict[str, Any]
"""What an event says, as JSON has it."""

MISTAKE = "mistake"
"""Where version 1 of `run_closed` had the reason of a run that was started by mistake."""


NEW = frozenset({"via", "on_behalf_of", "as_role"})
"""The fields of every kind that the version before does not know: it would refuse the entry."""
NEW_OF: Mapping[str, frozenset[str]] = {
    "step_handed_over": frozenset({"handoff"}),
    "owner_called": frozenset({"group", "check", "graded"}),
    "board_replaced": frozenset({"channel"}),
    "run_started": frozenset(
        {"commit", "enterprise", "drill", "severity", "alerts"}
        | {"led_from", "led_at", "led_step"}
        | {"episode", "episode_at", "detected_at"}
        | {"room", "asked_in"}
    ),
}
"""Those of one kind alone."""
NEVER_LOST = frozenset({"drill", "group", "check", "graded", "room", "asked_in"})
"""Those that are written all the same where they say something: it is better that a program of the
version before does not read a drill than that it shows one as an incident, and a call for which
nobody is mentioned is none. Nor may it look for the channel of a run that has none yet."""


def upgrade(old: Body) -> Body:
    """A stored event as it would be stored today: the same, if it is not of an older version."""
    while (newer := _UPGRADES.get(f"{old.get('kind')} {old.get('v')}")) is not None:
        old = newer(old)
    return old


def as_before(body: Body, *, alone: bool = False) -> Body:
    """An event of today as the version before can read it.

    *alone* says that no such program works with the record; what it only did not know is kept.
    """
    before = _BEFORE.get(body["kind"])
    made = body if before is None else before(body)
    if alone or body["kind"] in _UNREAD:
        return made
    new = NEW | NEW_OF.get(body["kind"], frozenset())
    lost = {name for name in new & made.keys() if not (name in NEVER_LOST and made[name])}
    return {n: v for n, v in made.items() if n not in lost} if lost else made


def _closed_2(old: Body) -> Body:
    """One mapping had both: reasons for lines, or the one reason for the run under a key."""
    reasons = old.get("reasons", {})
    if not isinstance(reasons, dict):
        return {**old, "v": 2}  # It says nothing, and is refused for that.
    reasons = dict(reasons)
    mistake = {MISTAKE: reasons.pop(MISTAKE)} if MISTAKE in reasons else {}
    return {**old, "v": 2, "reasons": reasons, **mistake}


def _closed_1(body: Body) -> Body:
    old = {name: value for name, value in body.items() if name != MISTAKE}
    if (mistake := body.get(MISTAKE)) is not None:
        old["reasons"] = {**body.get("reasons", {}), MISTAKE: mistake}
    return {**old, "v": 1}


_UPGRADES: Mapping[str, Callable[[Body], Body]] = {"run_closed 1": _closed_2}
"""From each older version to the next."""

_BEFORE: Mapping[str, Callable[[Body], Body]] = {"run_closed": _closed_1}
"""What is written in the older shape still; an entry goes with the version after its own."""

_UNREAD = frozenset(
    {"erased", "erasure_noted", "secrets_found", "message_taken_back"}
    | {"values_found", "value_corrected", "input_corrected"}
    | {"approval_requested", "approval_voted", "approval_vote_withdrawn"}
    | {"part_written", "drill_due", "role_assigned"}
    | {"action_item_added", "action_item_changed", "action_item_marked"}
    | {"message_pinned", "pin_corrected", "pin_taken_back"}
    | {"handoff_offered", "handoff_accepted", "handoff_declined"}
    | {"handoff_taken_back", "handoff_lapsed", "handoff_ended_elsewhere"}
    | {"channel_made", "channel_not_made", "channel_furnished", "channel_chosen"}
    | {"channel_id_changed", "baseline_seen"}
    | {"archive_announced", "channel_kept", "archive_begun"}
    | {"channel_archived", "channel_not_archived"}
    | {"approval_voided", "approval_lapsed", "step_approved"}
    | {"owner_coming", "owner_coming_withdrawn", "update_sent", "update_arrived"}
    | {"alert_changed"}
)
"""Kinds that the version before does not read in any shape, and so are written whole."""
