"""A procedure on one page, for a terminal, for paper, for a wiki or a review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter

from bot.core.markup.model import (
    Block,
    Claim,
    Code,
    Document,
    Heading,
    Inline,
    Items,
    Link,
    Notice,
    Paragraph,
    Strong,
    Table,
    Ticks,
    Words,
    bullets,
)
from bot.core.procedure import (
    Paper,
    Placed,
    Procedure,
    Step,
    Verify,
    VerifyByCheck,
    comes_next,
    containers_of,
    format_of,
    options_of,
    show_duration,
    tried_again,
)
from bot.core.procedure.each import with_entries
from bot.core.procedure.filling import filled_check, with_defaults
from bot.core.procedure.kinds.paper import term
from bot.core.procedure.saying import say_condition
from bot.core.procedure.using import lists_of
from bot.core.procedure.whose import say_roles
from bot.core.template import fill
from bot.core.views.wording import (
    say_check,
    say_glossary,
    say_input,
    say_owner,
    say_review,
    say_symptoms,
)

_HOW_TO_READ = (
    "Each procedure is one page: how the trouble shows, what to do, how to know that it is over, "
    "and how to keep it from happening again. Do the steps in order, unless the person in "
    "charge decides otherwise. A line that starts with $ is a command: type it without the $. "
    "Braces, as in {{ node }}, stand for a value of your incident, which VALUES explains: type "
    "that value in their place, without the braces. Recovered means that every line of "
    "VERIFICATION is true."
)
_MADE_FROM = (
    "Generated from the files in procedures/ by `runbook show --all`. Do not edit this text: edit "
    "those files, and print it again. Edition {}: two printouts of one edition say the same."
)


def page(
    procedure: Procedure, given: Mapping[str, str] | None = None, number: int | None = None
) -> Document:
    """The page with the *given* values put in, or for any incident (none given).

    A page for any incident keeps all braces: a default that stands in a command would be typed by
    someone whose node is another.
    """
    values = {} if given is None else with_defaults(procedure, given)
    procedure = with_entries(procedure, values)
    return Document(tuple(_Page(procedure, values, given or {}).blocks(number)))


def front(procedures: Sequence[Procedure], edition: str) -> Document:
    """What stands before the pages of a book: how to read it, and what is in it."""
    rows = tuple(
        (
            (f"{number}. ", Words(procedure.title)),
            procedure.severity or "-",
            Words(procedure.id),
            say_review(procedure),
        )
        for number, procedure in enumerate(procedures, start=1)
    )
    return Document(
        (
            Heading(1, "Recovery runbook"),
            Paragraph(_HOW_TO_READ),
            Paragraph(Words(_MADE_FROM.format(edition))),
            Heading(2, "Contents"),
            Table((), rows),
        )
    )


def _back_to(failed: Placed) -> str:
    """What is done with a step once the steps for its failure are over."""
    # What cannot be undone may have been done all the same.
    lead = f"try step {failed.number} again"
    return lead if failed.step.danger is None else f"go back to step {failed.number}"


class _Page:
    """Writes one page; values are put in exactly where lint allows their braces."""

    def __init__(
        self, procedure: Procedure, values: Mapping[str, str], given: Mapping[str, str]
    ) -> None:
        self._procedure, self._values, self._given = procedure, values, given
        proof = [one.check for _, one in procedure.lines() if isinstance(one, VerifyByCheck)]
        put = partial(fill, values=values)
        placed = self._placed = procedure.leaves()
        again = {
            one.step.id: _back_to(failed)
            for one in placed
            if (failed := tried_again(placed, one.step.id)) is not None
        }
        proved = bool(procedure.verification)
        then = {
            one.step.id: comes_next(placed, one.step.id, verified=proved)
            for one in placed
            if options_of(one.step)
        }
        self._paper = Paper(procedure.checks, proof, procedure.numbers(), again, then, put)

    def blocks(self, number: int | None) -> Iterator[Block]:
        """The page, from its title to how to keep the trouble from happening again."""
        procedure, roles = self._procedure, say_roles(self._procedure)
        yield from self._head(number)
        sections: Sequence[tuple[str, Sequence[Block], object]] = (
            ("Symptoms", [bullets(map(Words, say_symptoms(procedure)))], True),
            ("Values", [bullets(self._inputs())], procedure.inputs),
            ("Roles", [bullets(map(Words, roles))], roles),
            ("Steps", [self._steps(procedure.steps)], True),
            ("Verification", list(self._verification()), procedure.verification),
            ("Prevention", [bullets(map(Words, procedure.prevention))], procedure.prevention),
            ("Glossary", [bullets(say_glossary(procedure))], procedure.glossary),
        )
        for title, body, there in sections:
            if there:
                yield Heading(2, title)
                yield from body

    def _head(self, number: int | None) -> Iterator[Block]:
        procedure = self._procedure
        facts: list[Inline] = [Code(procedure.id, bare=True)]
        if procedure.severity is not None:
            facts.append(procedure.severity)
        if procedure.estimate is not None:
            facts.append(f"about {show_duration(procedure.estimate)}")
        if review := say_review(procedure):
            facts.append(review)
        begin = "" if number is None else f"{number}. "
        yield Heading(1, (begin, Words(procedure.title)), tuple(facts))
        if procedure.summary:
            yield Paragraph(Words(" ".join(procedure.summary.split())))
        if procedure.impact:
            yield term("At stake", Words(procedure.impact))
        if procedure.where:
            yield term("Where", Words(self._paper.put(procedure.where)))
        # A page has few lines: who hears stands in one.
        hear = [f"updates in {', '.join(procedure.updates)}"] if procedure.updates else []
        if procedure.owner:
            yield term("Owner", Words("; ".join([say_owner(procedure.owner), *hear])))
        elif hear:
            yield term("Stakeholders", Words("".join(hear)))

    def _inputs(self) -> Iterator[Inline]:
        for name, known in self._procedure.inputs.items():
            value: Inline = (" = ", Words(self._given[name])) if name in self._given else ""
            yield Code(name, bare=True), value, ": ", Words(say_input(known))

    def _steps(self, steps: Sequence[Step], letter: str = "") -> Items:
        return Items(tuple(tuple(self._step(step)) for step in steps), numbered=True, letter=letter)

    def _step(self, step: Step) -> Iterator[Block]:
        kind, paper = format_of(step), self._paper
        yield Paragraph((Strong(paper.words(step.title)), kind.mark(step)))
        if step.when:
            asked = say_condition(step.when, self._placed, lambda text, _: paper.put(text))
            yield term("Only if", Words(asked))
        if step.role:
            yield term("Role", Words(step.role))
        if step.where:
            yield term("Where", paper.words(step.where))
        for warning in step.warnings:
            yield Notice((Strong("Warning:"), " ", paper.words(warning)))
        yield from kind.printed(step, paper)
        for link in step.links:
            yield term("See", Link(paper.words(link.title), paper.put(link.url)))
        for around, letter in containers_of(step):
            if around.fails is not None:
                yield Paragraph("If it fails:")
            elif letter:
                yield Paragraph(("If “", paper.words(around.title), "”:"))
            yield self._steps(around.steps, letter)

    def _verification(self) -> Iterator[Block]:
        """The lines to tick off; those of a group have a list of their own."""
        for group, lines in groupby(self._procedure.lines(), key=itemgetter(0)):
            if group is not None:
                yield Paragraph(Strong(self._paper.words(group.group)))
            yield Ticks(tuple(self._claim(line) for _, line in lines))

    def _claim(self, line: Verify) -> Claim:
        if not isinstance(line, VerifyByCheck):
            return Claim(self._paper.words(line.confirm), how="a person confirms")
        check = filled_check(
            self._procedure.checks[line.check], self._values, lists_of(self._procedure)
        )
        if check.by_hand is None:
            return Claim(Words(check.title), how=Words(say_check(check), bare=True))
        shows = Words(check.by_hand.expected) if check.by_hand.expected else ()
        return Claim(Words(check.title), command=check.by_hand.run.rstrip(), shows=shows)
