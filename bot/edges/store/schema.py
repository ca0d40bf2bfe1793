"""The tables, in types that every database has. The migrations build them; nothing here connects.

What is of a workspace has its `team`, or that in front of its key (`bot.edges.store.teams`); what
hangs on a run, such as its facts, is of the run's.

Times are ISO 8601 text in UTC, as they are hashed: a driver's idea of a date cannot change them.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

REVISION = "0011"
"""The newest migration; a database that says so is opened without loading Alembic."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)

# SQLite counts up by itself only in a column that is INTEGER to the letter.
_counter = BigInteger().with_variant(Integer, "sqlite")

workspaces = Table(
    "workspaces",
    metadata,
    Column("team", String(80), primary_key=True),
    Column("enterprise", String(80)),
    Column("first", Boolean, nullable=False),
)
"""The workspaces that were served with this database, by the ids of their teams.

The `first` one is that of all rows without a team: programs before 0006 write none.
"""

runs = Table(
    "runs",
    metadata,
    Column("run_id", String(100), primary_key=True),
    Column("prefix", String(80), nullable=False),
    Column("number", Integer, nullable=False),
    Column("procedure_id", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("channel", String(80), nullable=False),
    Column("started_by", String(80), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("facts", Integer, nullable=False),
    Column("head", String(64), nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("team", String(80)),
    Column("people", Text),
    Column("private", Boolean),
    Column("drill", Boolean),
    UniqueConstraint("prefix", "number"),
    Index("ix_runs_first", "first"),
    Index("ix_runs_channel", "channel", "open"),
)
"""One row a run, folded from its facts: `facts` counts them, `head` is the last one's hash,
`first` the first one's position; `people` is who appears in it, and is not hashed. `private` says
whether only some may know of it: programs before 0009 do not. `drill` says that it is an exercise:
programs before 0010 say it of none."""

numbers = Table(
    "numbers",
    metadata,
    Column("prefix", String(80), primary_key=True),
    Column("last", Integer, nullable=False),
)
"""The highest number that a run of each prefix was given; it stays when the run does not."""

facts = Table(
    "facts",
    metadata,
    Column("position", _counter, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", String(32), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("beside", Text),
    UniqueConstraint("run_id", "seq"),
    sqlite_autoincrement=True,
)
"""The log itself, appended to and never changed, but for `beside`: the salt and the values that the
body is sealed over, which go when they are erased."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("at", String(32), nullable=False),
    Index("ix_deliveries_at", "at"),
)
"""Slack's ids of the clicks that were recorded, since one click may yield several facts."""

messages = Table(
    "messages",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("ts", String(40)),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("wanted_at", Double, nullable=False),
    Column("waiting_since", Double, nullable=False),
    Column("painted_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("lease", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("trace", String(60)),
    Column("team", String(80)),
    Index("ix_messages_place", "channel", "ts"),
    Index(
        "ix_messages_dirty",
        "rank",
        "wanted_at",
        sqlite_where=text("wanted > shown"),
        postgresql_where=text("wanted > shown"),
    ),
)
"""What is wanted in Slack against what is shown, and who is painting it.

Times are seconds since 1970 by the database's clock, so that no replica's own can disturb them.
`rank` is 0 for a board, 1 for what stands under one, 2 for a file. `wanted_at` is the last fact
that it must show, `waiting_since` the first one that it does not show. `lease` counts the claims:
whoever holds an older number is fenced off.
"""

paces = Table(
    "paces",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("free_at", Double, nullable=False),
)
"""Slack's allowances, kept for all painters together; `free_at` is a theoretical arrival time.

Under `post:CHANNEL` when the next post may go there, under `chat.update` how far ahead the
updates have been spent; each workspace has its own, with its team in front of the name.
"""

looks = Table(
    "looks",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("request", String(40), primary_key=True),
    Column("due_at", Double, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("lease", Integer, nullable=False),
    Index("ix_looks_due_at", "due_at"),
)
"""The checks that were asked for and may not have ended; whoever finds one ended deletes it."""

timers = Table(
    "timers",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("due_at", Double, nullable=False),
    Index("ix_timers_due_at", "due_at"),
)
"""What is to be appended to a run at a time; the row goes in the append's own transaction."""

procedure_texts = Table(
    "procedure_texts",
    metadata,
    Column("path", String(500), primary_key=True),
    Column("program", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Double, nullable=False),
)
"""The text of each procedure's file that a program last took up, by its path in the folder.

One row for each program, since each judges for itself: one that does not know a key of a newer
text keeps the one that it knows, and replaces nobody else's. `at` is when it was taken up, in
seconds since 1970 by the database's clock.
"""

people = Table(
    "people",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("team", String(80)),
    Column("enterprise", String(80)),
    Column("asked_at", Double),
    Column("seen_at", Double, nullable=False),
    Column("awaited", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("lease", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("workspace", String(80)),
    Index("ix_people_due_at", "due_at"),
)
"""What Slack said of people, and when it is asked again; times are the database's.

`team` and `enterprise` are where they belong, `workspace` is the team of the workspace in which
they appeared; but for the first one's, that stands in front of the `id` too.

`asked_at` is when the private channels were asked for that `memberships` has, `seen_at` when they
last appeared; `awaited` is not 0 while a step that was handed to them waits for what Slack says.
"""

memberships = Table(
    "memberships",
    metadata,
    Column("person", String(80), primary_key=True),
    Column("channel", String(80), primary_key=True),
    Column("inside", Boolean, nullable=False),
    Column("at", Double, nullable=False),
)
"""Who is in which private channel, as of `at`; of any channel, who left it or joined it since.

`person` is an id of `people`, and the channel one of the workspace that stands in it.
"""

user_groups = Table(
    "user_groups",
    metadata,
    Column("id", String(180), primary_key=True),
    Column("workspace", String(80)),
    Column("group_id", String(80)),
    Column("members", Text, nullable=False),
    Column("trouble", String(200), nullable=False),
    Column("asked_at", Double),
    Column("wanted_at", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("lease", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Index("ix_user_groups_due_at", "due_at"),
)
"""Who is in the user groups that roles name, and when Slack is asked again; times as in `people`.

`id` is the group as a role names it, by its handle or its id, and `group_id` is Slack's. `members`
are ids as a JSON list, as of `asked_at`; `trouble` is why Slack did not tell since, in words.
"""

episodes = Table(
    "episodes",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("team", String(80)),
    Column("door", String(20), nullable=False),
    Column("of_group", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("said", Text, nullable=False),
    Column("alerts", Text, nullable=False),
    Column("runs", Text, nullable=False),
    Column("began", String(32), nullable=False),
    Column("ended", String(32)),
    Column("previous", String(100)),
    Column("joined", String(100)),
    Column("crowd", String(100)),
    Column("heard_at", Double, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("channel", String(80), nullable=False),
    Column("ts", String(40)),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("unsure", Boolean, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("waiting_since", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("lease_until", Double, nullable=False),
    Column("lease", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    UniqueConstraint("number"),
    Index("ix_episodes_of_group", "of_group", "number"),
    Index("ix_episodes_place", "channel", "ts"),
    Index("ix_episodes_crowd", "crowd"),
    Index("ix_episodes_heard_at", "heard_at"),
    Index(
        "ix_episodes_dirty",
        "waiting_since",
        sqlite_where=text("wanted > shown"),
        postgresql_where=text("wanted > shown"),
    ),
)
"""Episodes of alerts, each with its message, which is no run's and so stands in no `messages`.

`of_group` is a hash of what the sender calls the group, `said` what it says of it, `alerts` and
`runs` lists, all three JSON, and so is `name`, since a sender may write any sign. Of the message,
columns mean what they mean in `messages`. `crowd` is the row whose message counts this one, which
has none then; that row's `door` is `crowd`, and it has no alerts of its own. `heard_at` is when its
sender last spoke of it, to the hour.
"""

compatibility = Table(
    "compatibility",
    metadata,
    Column("oldest", String(32), primary_key=True),
    Column("sealed", Boolean, nullable=False, server_default=false()),
)
"""One row: the oldest schema whose programs can still work with this one, and whether entries are
written sealed."""
