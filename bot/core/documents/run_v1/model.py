"""`run/v1`: a run as data for programs, with the chain of its record.

What a program may rely on: no key goes, none changes what it means or what type it is; keys may
come. People are named by their ids, which `people` explains. Times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a run; keys that a later version added are passed over."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)


class Channel(Part):
    """Where the run was; the name is Slack's when this was written."""

    id: str
    name: str | None = None


class Procedure(Part):
    """Which text of which procedure was run: the first entry of the chain has it whole."""

    id: str
    title: str
    source_sha256: str
    commit: str | None = Field(None, description="the commit that has the same text")
    reviewed: str | None = None
    owner: str | None = None
    estimate_seconds: float | None = None
    impact: str | None = None
    symptoms: list[str] = []
    prevention: list[str] = []


class Alert(Part):
    """The group of alerts that the run was started from."""

    id: str
    names: list[str]
    since: datetime | None = None
    link: str | None = None


class Severity(Part):
    """Somebody said how bad it is."""

    entry: int
    at: datetime
    by: str
    severity: str
    was: str | None = None
    reason: str | None = None


class Role(Part):
    """A role that somebody had; `to` is null of one who had it to the end."""

    role: str
    since: datetime
    to: datetime | None = None


class Person(Part):
    """Someone who acted in the run, or is named in it."""

    id: str
    name: str | None = None
    external: bool = False
    acted: bool = Field(description="whether they did something in the run")
    roles: list[Role] = []


class Moment(Part):
    """A time that others are measured from; `entry` and `source` say where it comes from."""

    name: str
    at: datetime | None = None
    entry: int | None = None
    source: str | None = None


class Span(Part):
    """The time between two moments, by their names; `words` is how documents say it."""

    start: str
    end: str
    seconds: float | None = None
    words: str


class Act(Part):
    """Something that was done to a step, or that its check showed."""

    entry: int
    at: datetime
    kind: str = Field(description="the kind of the entry, as docs/reference/facts.md has it")
    by: str | None = Field(None, description="null: the bot")
    round: int
    words: str = Field(description="the same in words, without who and when")
    text: str | None = Field(None, description="what the person wrote about it, whole")


class File(Part):
    """A file that stays in Slack: of evidence, or of a message."""

    name: str
    file: str | None = Field(None, description="Slack's id")
    size: int | None = None
    sha256: str | None = None
    why: str | None = Field(None, description="why there is no hash")
    entry: int | None = None


class Step(Part):
    """A step, in its last round, with all that was done to it in each."""

    id: str
    number: str
    title: str
    groups: list[str] = []
    state: str = Field(description="open, taken, done, skipped or failed")
    standing: str = Field(description="the same in words, with why it was not needed")
    needed: bool
    check_failed: bool = Field(description="it was done, and its check failed")
    round: int
    holder: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    seconds: float | None = Field(None, description="from taken to ended, in the last round")
    answer: str | None = None
    commands: list[str] = Field([], description="with the values put in")
    acts: list[Act] = []
    files: list[File] = []


class Found(Part):
    """What one expectation saw."""

    expected: str
    seen: str
    held: bool
    member: str | None = None


class Look(Part):
    """A look at a check."""

    entry: int
    at: datetime
    check: str
    passed: bool
    final: bool
    step: str | None = None
    found: list[Found] = []


class Confirmation(Part):
    """Somebody vouched for a line, or took that back."""

    entry: int
    at: datetime
    by: str
    words: str | None = None
    withdrawn: bool = False


class Line(Part):
    """A line of the verification; `passed` is null where nothing counts for it."""

    key: str
    title: str
    passed: bool | None = None
    group: str | None = None
    check: str | None = None
    confirmations: list[Confirmation] = []


class Deviation(Part):
    """Where the run left its procedure."""

    kind: str
    words: str


class Written(Part):
    """A part of the post-mortem that somebody wrote."""

    part: str
    at: datetime
    by: str
    text: str


class ActionItem(Part):
    """What will be done after the run: `entry` added it, `by` is who did."""

    entry: int
    by: str
    text: str
    owner: str | None = None
    due: str | None = Field(None, description="a day, as 2026-12-24")
    state: str = Field(description="open, done or dropped")


class Pin(Part):
    """A message that somebody added to the timeline, from wherever it was written."""

    entry: int
    at: datetime
    by: str
    author: str | None = None
    app: str | None = None
    text: str
    link: str
    files: list[str] = []
    cut: int = 0


class Event(Part):
    """An entry, in words."""

    entry: int
    at: datetime
    kind: str
    by: str | None = None
    via: str | None = None
    step: str | None = None
    words: str


class Message(Part):
    """What somebody said in the run's thread, as Slack had it when this was written."""

    at: datetime
    by: str | None = None
    app: str | None = None
    text: str
    edited: bool = False
    files: list[File] = []


class Thread(Part):
    """The thread: of Slack, not of the record. No audit can say anything about it."""

    read: bool
    messages: list[Message] = []
    left_out: dict[str, int] = {}


class Entry(Part):
    """An entry as it is stored.

    `hash` is SHA-256 over five lines: the hash before it, the run, the number, `at`, and `body`.
    `beside` has the salt and the values that `body` holds a commitment to; null once they were
    erased, or where there are none. Of an entry with a secret in it the values are withheld:
    `masked` has the event with a mask over the secret.
    """

    number: int
    at: str
    kind: str
    hash: str
    body: str | None
    beside: str | None = None
    masked: str | None = None


class Chain(Part):
    """The record, entry by entry, and who its tokens are."""

    run: str
    people: str
    entries: list[Entry]


class Record(Part):
    """What an audit of the record found when this was written."""

    entries: int
    head: str
    follows: bool | None = Field(None, description="null: it was not checked")
    faults: list[str] = []
    erased: list[str] = []


class By(Part):
    """When and by what this was written, and the names that Slack gave then."""

    at: datetime
    version: str
    names: dict[str, str] = {}
    copy_: str | None = Field(
        None, alias="copy", description="random: the hash of the file gives nothing of it away"
    )


class RunV1(Part):
    """A run."""

    schema_: Literal["run/v1"] = Field("run/v1", alias="schema")
    id: str
    title: str
    outcome: str = Field(description="open, recovered, not_verified or mistake")
    drill: bool
    severity: str | None = None
    severities: list[Severity] = []
    channel: Channel
    procedure: Procedure
    inputs: dict[str, str]
    found: dict[str, str] = {}
    alert: Alert | None = None
    started_by: str
    closed_by: str | None = None
    reasons: dict[str, str] = Field({}, description="why it was closed without proof, by line")
    people: list[Person]
    times: list[Moment]
    spans: list[Span]
    steps: list[Step]
    verification: list[Line]
    looks: list[Look]
    deviations: list[Deviation]
    written: list[Written] = []
    action_items: list[ActionItem] = []
    pins: list[Pin] = []
    timeline: list[Event]
    thread: Thread
    record: Record
    by: By
    chain: Chain


def schema() -> dict[str, Any]:
    """What such a file holds, as JSON Schema 2020-12."""
    made = RunV1.model_json_schema(by_alias=True, mode="serialization")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **made, "title": "A run, and the chain of its record"}
