"""What Slack's ids look like: whatever else arrives in the place of one is none.

An id goes into the record for good and into what is drawn, so no other text may pass for one. Read
what is stored already without asking here: it may be older than these rules.
"""

import re

_REST = "[A-Z0-9]{1,31}"
_PERSON = re.compile(rf"[UW][A-Z0-9]{_REST}")
_CHANNEL = re.compile(rf"[CGD][A-Z0-9]{_REST}")
_TEAM = re.compile(rf"[TE]{_REST}")
_BOT = re.compile(rf"B{_REST}")
_APP = re.compile(rf"A{_REST}")
_FILE = re.compile(rf"F{_REST}")
_TS = re.compile(r"[0-9]{1,16}\.[0-9]{1,9}")


def is_person(text: str) -> bool:
    """Whether *text* can be the id of someone, a person or a bot's user."""
    return _PERSON.fullmatch(text) is not None


def is_channel(text: str) -> bool:
    """Whether *text* can be the id of a channel, or of a direct conversation."""
    return _CHANNEL.fullmatch(text) is not None


def is_team(text: str) -> bool:
    """Whether *text* can be the id of a workspace, or of an organization of several."""
    return _TEAM.fullmatch(text) is not None


def is_app(text: str) -> bool:
    """Whether *text* can be the id of a Slack app."""
    return _APP.fullmatch(text) is not None


def is_file(text: str) -> bool:
    """Whether *text* can be the id of a file."""
    return _FILE.fullmatch(text) is not None


def is_bot(text: str) -> bool:
    """Whether *text* can be the id that a Slack app writes messages under."""
    return _BOT.fullmatch(text) is not None


def is_ts(text: str) -> bool:
    """Whether *text* can be the timestamp that names a message in its channel."""
    return _TS.fullmatch(text) is not None
