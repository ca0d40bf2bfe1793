"""What a click or a form means, carried out: an act on a run, a form, a run that is started.

Whether it may be done is asked before, of `bot.app.admission`. Nothing is sent from here: what the
one who clicked sees next is in the answer.
"""

from dataclasses import dataclass

from bot.app.admission import Admission
from bot.app.chosen import Chosen
from bot.app.conversation import Asked, Conversation
from bot.app.desk import Desk
from bot.app.pinning import outcome
from bot.app.shift import Shift
from bot.core.acts.erase import place
from bot.core.blockkit.modal import choosing
from bot.core.engine import commands as c
from bot.core.views import forms, walkthrough
from bot.core.views.answers import Answer, said
from bot.core.views.clicks import Begin, Choose, Click, Do, Form, LookFor, Show
from bot.core.views.pinning import added


@dataclass(slots=True)
class Clicks:
    """Carries out what people click in the workspace of *team*."""

    desk: Desk
    conversation: Conversation
    admission: Admission
    chosen: Chosen
    team: str | None

    @property
    def shift(self) -> Shift:
        """What hands off, and accepts, what someone has in several runs."""
        talk = self.conversation
        return Shift(self.desk, talk.sight, self.admission, talk.pointer)

    async def carry_out(self, click: Click, *, direct: bool) -> Answer:
        """Do what was meant; raises Refused or Unavailable."""
        match click.intent:
            case Do(run_id, c.Erase() as command):
                done = await self.chosen.erase(run_id, command, delivery=click.delivery)
                return Answer(done)
            case Do(run_id, c.AcceptHandoff(every=True) as command):
                return said(await self.shift.accept(run_id, command, click.delivery))
            case Do(run_id, command):
                return await self._done(run_id, command, click)
            case Show(run_id, step, first, turned):
                run = await self.desk.run(run_id)
                page = walkthrough.draw(run, walkthrough.page_of(run, step) if step else first)
                return Answer(view=page, turned=turned and click.view is not None)
            case LookFor() | Choose():
                # Whoever draws the Home looks, and whoever reads a message asks.
                return Answer()
            case Form() as form:
                return await self._opened(form, click)
            case Begin() as begin:
                asked = Asked(
                    by=click.by,
                    text="",
                    channel=begin.channel or click.channel or "",
                    team=self.team,
                    delivery=click.delivery,
                    can_open=click.response_url is not None or click.view is not None,
                    direct=direct,
                )
                return await self.conversation.begin(asked, begin)

    async def _done(self, run_id: str, command: c.Command, click: Click) -> Answer:
        """Do it, and show in the form that it was pressed in what came of it."""
        run = await self.admission.act(run_id, command, delivery=click.delivery)
        if isinstance(command, c.PinMessage):
            # Where it was chosen from, the bot may not be able to say anything.
            return Answer(view=added(outcome(run, command)), turned=True)
        if click.page is not None:
            return Answer(view=walkthrough.draw(run, click.page), turned=True)
        if click.in_more:
            return Answer(view=forms.more(run, click.by, done=True), turned=True)
        if click.listing is not None:
            return Answer(view=forms.of(run, click.listing, None, click.by), turned=True)
        return Answer()

    async def _opened(self, form: Form, click: Click) -> Answer:
        """A form, with what of the run's record it is to show."""
        run = await self.desk.run(form.run)
        page = None
        if form.name in forms.CHOICES:
            before, words = place(form.step)
            page = await self.chosen.page(run, before, click.by, words)
        knows = await self.desk.knows(run.procedure)
        view = forms.of(run, form.name, form.step, click.by, page, knows)
        view = choosing(view, form.given)
        return Answer(view=view, turned=form.turned and click.view is not None)
