"""What the bot may say of a run's channel, in whatever order."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from bot.core.run.archiving import (
    ArchiveAnnounced,
    ArchiveBegun,
    ChannelArchived,
    ChannelNotArchived,
)
from bot.core.run.rooms import ChannelFurnished, ChannelIdChanged, ChannelMade, ChannelNotMade

DUE = datetime(2026, 3, 2, tzinfo=UTC)

rooms: st.SearchStrategy[Any] = st.one_of(
    st.just(ChannelMade(channel="C0OWN", name="inc-1")),
    st.builds(
        ChannelNotMade,
        error=st.sampled_from(["missing_scope", "name_taken", "odd"]),
        channel=st.sampled_from([None, "C0TRUST"]),
    ),
    st.just(ChannelFurnished(invited=1, left_out=("<@U0CHO>",), why="cant_invite")),
    st.builds(
        ChannelIdChanged, channel=st.just("C0SHARED"), was=st.sampled_from(["C0TRUST", "C0OWN"])
    ),
)
archives: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.just(ArchiveAnnounced(due=DUE)),
    st.just(ArchiveBegun()),
    st.builds(ChannelArchived, channel=st.sampled_from(["C0OWN", "C0TRUST"]), seen=st.booleans()),
    st.builds(ChannelNotArchived, error=st.sampled_from(["open_run", "odd"])),
)
