"""What a sender may say of the alerts of a run, likely or not."""

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.core.run import events as e

AT = datetime(2026, 11, 1, 3, 0, tzinfo=UTC)

alerts: st.SearchStrategy[e.AlertChanged] = st.builds(
    e.AlertChanged,
    episode=st.sampled_from(["AL-1", "AL-2", "AL-3"]),
    since=st.just(AT),
    ended=st.sampled_from([None, AT]),
    names=st.sampled_from([(), ("DiskFull", "<Slow>")]),
    joined=st.sampled_from([None, None, None, "AL-1"]),
)
