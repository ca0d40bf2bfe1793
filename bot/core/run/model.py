"""A run, as it is folded from its facts: what is known, never what should happen next.

`bot.core.engine.fold` folds it. The life of a step stands in `bot.core.run.states`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.mentions import names_someone
from bot.core.procedure import Placed, Procedure
from bot.core.procedure.each import Repeat
from bot.core.run import events as e
from bot.core.run.alerted import Alerted
from bot.core.run.archiving import Ending
from bot.core.run.asked import Asked, Standing
from bot.core.run.baseline import Baseline, awaited
from bot.core.run.calling import Call
from bot.core.run.drills import titled
from bot.core.run.items import ActionItem
from bot.core.run.leading import Other
from bot.core.run.life import Step
from bot.core.run.narrative import Written
from bot.core.run.outline import Outline, is_finished, is_in_doubt
from bot.core.run.pins import Pin
from bot.core.run.proof import Closing, Item, Proof, Request, Verdict
from bot.core.run.rooms import Room
from bot.core.run.secrets import MASK
from bot.core.run.shift import Handoff, ToTell
from bot.core.run.showing import Showing
from bot.core.run.states import TRANSITIONS, State
from bot.core.run.updates import Update
from bot.core.run.values import title_of
from bot.core.template import fill

__all__ = ["TRANSITIONS", "Closed", "Reopened", "Run", "State", "Step"]


@dataclass(frozen=True, slots=True)
class Closed:
    """How and when the run was closed; `again` is the run in its place, at `again_at`.

    `mistake` is why it should not have been started, if it was closed for that; `via` is through
    what it was closed, where that was not Slack.
    """

    by: e.Person
    at: datetime
    reasons: Mapping[str, str]
    mistake: str | None = None
    again: str | None = None
    again_at: str | None = None
    via: str | None = None

    @property
    def recovered(self) -> bool:
        """Whether it was closed because the system had recovered."""
        return self.mistake is None and not self.reasons


@dataclass(frozen=True, slots=True)
class Reopened:
    """Who had the run go on after it was closed, when and why."""

    by: e.Person
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """All that is known of a run after its first `seq` facts; `head` is the last one's hash.

    `baseline` has what checks of the verification showed at the start.
    `reasons` are those that were given when it was last tried to close it, and it stayed open;
    `cast` is who has which role in it; `handoffs` wait for an answer, by their entries;
    `together` are the runs that a hand-off's message asks for as well, as long as it waits there,
    and `to_tell` those that are over and were asked for by another run's message;
    `narrative` has the parts of its post-mortem that people wrote, `items` what will be done after
    it, and `pins` the messages that they put into its timeline, both by the entries that did;
    `to_write` is the entry after which whoever closed it was told what that lacks;
    `found` are the values that were found on the way, such as answers; `given` are the entries
    that say what a value is, where that is not the first;
    `unread` are the entries with evidence whose file the bot has yet to read -> when it was given;
    `drill` says that it is an exercise, `reminded` that someone heard that the next one is due;
    `led_from` is the run of which `led_step` led to this one, its board at `led_at`; `others` are
    those that it led to; `alert` is what it was started from, if that was one;
    `severity` is how bad it is said to be;
    `acted` is when a person last did something, or a step left someone's hands, and `called` who
    was told since that nobody is on the run; `calls` are those to the owner, by their entries, and
    `updates` what stakeholders were told;
    `repeated` are the groups that are done for each member, as the procedure says them; `unlisted`
    those whose members are still to be listed, with what is in the way of that, if anything is;
    `listed` are the members of the others, by the keys that their steps have;
    `former` the steps that were in their place, or of earlier members, with their last round.
    `offers` are the messages in its thread that have buttons: what about -> the entry's number.
    `commit` is the one of its checkout that has the procedure's text, `via` through what it was
    started, where that was not Slack. `erased` says that people or inputs were taken out of its
    record, `lost_inputs` that these were; `gone` are the entries and the people, by their tokens,
    that were. `to_erase` is what is to go once it is closed, by the number of the entry that says
    so. `secrets` are the entries in whose words secrets were found -> the number of the entry that
    says so; `hidden` are the inputs among them. `asked` are the requests for approval, by step, and
    `declined` the votes against earlier ones that stand. `room` is the channel that it was to have
    of its own, if it was; while it has none, `channel` is empty. `ending` is what becomes of that
    channel, or of the one in which this run was as well.
    """

    id: str
    seq: int
    head: str
    procedure: Procedure
    inputs: Mapping[str, str]
    channel: str
    started_by: e.Person
    started_at: datetime
    placed: tuple[Placed, ...]
    steps: Mapping[str, Step]
    acted: datetime
    pending: Mapping[str, Request] = field(default_factory=dict)
    proof: Proof = field(default_factory=Proof)
    baseline: Mapping[str, Baseline] = field(default_factory=dict)
    notes: tuple[tuple[e.Person, str], ...] = ()
    cast: Mapping[str, e.Person] = field(default_factory=dict)
    handoffs: Mapping[int, Handoff] = field(default_factory=dict)
    together: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    to_tell: Mapping[int, ToTell] = field(default_factory=dict)
    narrative: Mapping[str, Written] = field(default_factory=dict)
    items: Mapping[int, ActionItem] = field(default_factory=dict)
    to_write: int | None = None
    pins: Mapping[int, Pin] = field(default_factory=dict)
    people: Mapping[str, e.Person] = field(default_factory=dict)
    closing: Closing | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    offers: Mapping[str, int] = field(default_factory=dict)
    closed: Closed | None = None
    instead_of: str | None = None
    instead_at: str | None = None
    led_from: str | None = None
    led_step: str | None = None
    led_at: str | None = None
    commit: str | None = None
    via: str | None = None
    drill: bool = False
    reminded: bool = False
    reopened: Reopened | None = None
    _outline: Outline | None = field(default=None, init=False, repr=False, compare=False)
    showing: Showing = field(default_factory=Showing)
    erased: bool = False
    lost_inputs: bool = False
    gone: frozenset[int | str] = frozenset()
    to_erase: Mapping[int, e.ErasureNoted] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, Other] = field(default_factory=dict)
    repeated: Mapping[str, Repeat] = field(default_factory=dict)
    unlisted: Mapping[str, str] = field(default_factory=dict)
    listed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    former: Mapping[str, tuple[Placed, int]] = field(default_factory=dict)
    severity: str | None = None
    called: tuple[str, ...] = ()
    calls: Mapping[int, Call] = field(default_factory=dict)
    updates: Mapping[int, Update] = field(default_factory=dict)
    secrets: Mapping[int, int] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    unread: Mapping[int, datetime] = field(default_factory=dict)
    asked: Mapping[str, Asked] = field(default_factory=dict)
    declined: Standing = field(default_factory=dict)
    room: Room | None = None
    ending: Ending = field(default_factory=Ending)
    alert: Alerted | None = None

    def words(self, text: str, step: str | None = None) -> str:
        """Put the run's values into a text of its procedure.

        *step* is the one that says it: what was done is told with the values of then.
        """
        return self.outline.texts.fill(text, self._then(step))

    def command(self, text: str, step: str | None = None) -> str:
        """The same for a command: one that lacks a value is shown as a comment."""
        return self.outline.texts.command(text, self._then(step))

    def _then(self, step: str | None) -> Mapping[str, str] | None:
        known = self.steps.get(step) if step is not None else None
        return None if known is None else known.values

    def find(self, step_id: str) -> Placed | None:
        """The step with this id, as it stands in the procedure."""
        return self.outline.places.get(step_id)

    def known(self, step_id: str) -> Placed | None:
        """The same, or the step as it stood when it was of a member that is none any more."""
        found, former = self.find(step_id), self.former.get(step_id)
        return former[0] if found is None and former is not None else found

    @property
    def outline(self) -> Outline:
        """What views and rules ask of this version of the run, each question worked out once."""
        made = self._outline
        if made is None:
            made = Outline(
                self.procedure,
                self.inputs,
                self.placed,
                self.steps,
                self.pending,
                self.proof,
                self.found,
                self.asked,
                self.declined,
                self.unlisted,
            )
            object.__setattr__(self, "_outline", made)
        return made

    @property
    def in_its_own(self) -> bool:
        """Whether it is in the channel that the bot made for it."""
        return self.room is not None and self.room.made == self.channel != ""

    @property
    def shelved_title(self) -> str:
        """The title as lists of runs have it: without what was erased, or is a secret."""
        if not self.erased and not self.hidden:
            return self.title
        return titled(title_of(self.procedure, self._shelved), drill=self.drill)

    @property
    def shelved_before(self) -> str:
        """The same as programs of 0.2 wrote it: with lists as they are recorded, `a,b`."""
        return titled(fill(self.procedure.title, self._shelved), drill=self.drill)

    def shelved_as(self, title: str) -> str:
        """The title that lists are to have which have this one: either form is right."""
        return title if title == self.shelved_before else self.shelved_title

    @property
    def _shelved(self) -> Mapping[str, str]:
        # Before it was erased or masked and after, so that the list and the record say the same.
        kept = {name: MASK if name in self.hidden else value for name, value in self.inputs.items()}
        if self.erased:
            kept |= {
                name: "(erased)"
                for name, value in self.inputs.items()
                if self.lost_inputs or names_someone(value)
            }
        return kept

    @property
    def title(self) -> str:
        return titled(self.outline.title, drill=self.drill)

    def ruled_out(self, placed: Placed) -> bool:
        """Whether nobody has to do this step, as far as is known."""
        return placed.step.id in self.outline.ruled_out

    @property
    def awaited(self) -> Mapping[str, str]:
        """The looks at the start that are still to be made: the id of each -> its check.

        What a run that was closed before shows later is not how it began.
        """
        begun = self.closed is None and self.reopened is None
        return awaited(self.procedure, self.baseline) if begun else {}

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The last look at each check."""
        return self.proof.verdicts

    def verification(self) -> tuple[Item, ...]:
        """Every line of the verification and where it stands."""
        return self.outline.verification.items

    @property
    def recovered_at(self) -> datetime | None:
        """When all was seen green together, after the last thing that was done; None if not."""
        return self.proof.recovered_at(self.verification())

    def in_doubt(self, placed: Placed) -> bool:
        """Whether a step was marked done, and its check failed."""
        step = self.steps.get(placed.step.id)
        return step is not None and is_in_doubt(step, self.outline.verdict(placed))

    def is_finished(self, placed: Placed) -> bool:
        """Whether a step was done or left out, and its check did not fail."""
        return is_finished(self.steps[placed.step.id], self.outline.verdict(placed))

    @property
    def responders(self) -> tuple[e.Person, ...]:
        """Everyone who did something in the run, in order of appearance."""
        return tuple(self.people.values())
