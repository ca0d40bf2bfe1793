"""A night with five people: one starts, another leads on, and a third asks from a taxi.

What they do, act by act: they press and write, and everyone sees it.
"""

import asyncio
from dataclasses import dataclass

from playwright.async_api import expect

from tests.e2e.team import Team, Teammate
from tests.story.conftest import System

RUN = "MR-1"
ASLEEP = "I run a backup until six. Ask Dee, she is on next."
TALK = "The north has power for two hours, says the utility."


@dataclass(slots=True)
class Sites(System):
    """Where the registry is, as the checks of the procedure see it."""

    def lacks(self, permits: int) -> None:
        self.answers["/sites/south/copy"] = {"missing": permits}

    def serves(self, *, south: bool) -> None:
        self.answers["/sites/south"] = {"serves": south}


@dataclass
class Five(Team):
    """Five people, and what it all is about."""

    sites: Sites
    ana: Teammate
    ben: Teammate
    chloe: Teammate
    """She answers for it, and sits in a taxi with a phone."""
    dee: Teammate
    eli: Teammate

    async def picture(self, name: str) -> None:
        """The board on a laptop and on a phone, from its top to its foot."""
        name = f"{len(self.play.acts):02}-{name}"
        await asyncio.gather(*(one.whole(name) for one in (self.ana, self.chloe)))


# The first shift. -------------------------------------------------------------------------------


async def beginning(five: Five) -> None:
    """Ana starts it, leads, and says who types and who decides about the data."""
    ana, play = five.ana, five.play
    async with play.act("started", ana):
        await ana.starts("/runbook move-registry site=south")
    await five.see("SEV1", "Move the registry", "nobody leads yet", "0 of 5")
    await five.picture("started")
    async with play.act("led", ana):
        await ana.presses("Take command")
    await five.see("commander @ana")
    await assigns(five, "operator", "Ben Okafor")
    await five.see("operator @ben")
    await assigns(five, "keeper", "Eli Novak")
    await five.see("keeper @eli")
    await five.picture("led")


async def assigns(five: Five, role: str, to: str) -> None:
    """Ana gives somebody a role."""
    ana = five.ana
    await ana.wants("Roles…", "Who has it from now on?")
    await ana.whole("roles", ana.form)
    async with five.play.act(f"{role} given", ana):
        label = "Who has it from now on? Leave it empty for nobody."
        await ana.sends("Assign", {"Role": await ana.option("Role", role), label: to})
    await ana.has_sent()


async def working(five: Five) -> None:
    """Ben types, in words and by buttons; Ana calls the offices; they talk."""
    ana, ben, play = five.ana, five.ben, five.play
    async with play.act("taken in words", ben):
        await ben.starts("/runbook take 1")
    await five.see("▶️ 1 Stop the writers · @ben")
    async with play.act("done", ben):
        await ben.presses("Mark step 1 done")
    await five.see("✅ 1 Stop the writers", "1 of 5")
    async with play.act("copying", ben):
        await ben.presses("Take step 2")
    await five.see("▶️ 2 Copy the permits to south · @ben", "from 40 to 0")
    async with play.act("calling", ana):
        await ana.presses("Take step 3")
    await five.see("▶️ 3 Call the offices that issue at night · @ana")
    await ana.opens("Note", "Add a note to step 3")
    async with play.act("noted", ana):
        await ana.sends("Add", {"Note": "Ten of twelve offices reached."})
    await ana.has_sent()
    await five.see("Ten of twelve offices reached.")
    await ben.answers(TALK)
    await ben.leaves_thread()
    await five.picture("in-hand")


async def asking(five: Five) -> None:
    """Chloe asks where they are, on her phone: the bot alone, and on the board."""
    chloe, play = five.chloe, five.play
    # There is no conversation with it until one has opened it.
    await chloe.opens_home()
    await chloe.sees("Other open runs", RUN, place=chloe.home)
    async with play.act("asked alone", chloe):
        await chloe.asks_alone("where are we?")
    told = ("is not fixed yet", "Copy the permits to south", "since")
    await chloe.sees(*told, place=chloe.feed)
    await chloe.picture("where-are-we")
    await chloe.comes_back()
    async with play.act("caught up", chloe):
        await chloe.chooses_to("More…", asks=True)
    await chloe.sees("Catch me up", place=chloe.form.last)
    await chloe.presses("Catch me up", chloe.form.last)
    await chloe.sees(*told, "1 of 5", place=chloe.form.last)
    await chloe.whole("catch-up", chloe.form)
    await chloe.closes_forms()


async def at_home(five: Five, waiting: dict[str, str], mine: dict[str, bool]) -> None:
    """Each of them looks at their own Home, and then at the board again."""
    for one in five.people:
        async with five.play.act(f"Home of {one.name}", one):
            await one.opens_home()
        await one.sees("Waits for you", waiting[one.name], place=one.home)
        heading = "Runs that you are in" if mine[one.name] else "Other open runs"
        await one.sees(heading, RUN, "Procedures", place=one.home)
        await one.whole("home", one.home.locator(".home-page"))
        await one.comes_back()


NOTHING = "Nothing waits for you."


async def first_homes(five: Five) -> None:
    """Two have something in hand; Eli has a role in it, and nothing to do yet."""
    on = "you are on it since"
    waiting = {"ana": on, "ben": on, "chloe": NOTHING, "dee": NOTHING, "eli": NOTHING}
    mine = {"ana": True, "ben": True, "chloe": False, "dee": False, "eli": True}
    await at_home(five, waiting, mine)


# The change of shift. ---------------------------------------------------------------------------


async def changing(five: Five) -> None:
    """Ana asks Eli, who cannot, and then Dee, who takes all that Ana has; Ben asks Eli."""
    ana, ben, dee, eli, play = five.ana, five.ben, five.dee, five.eli, five.play
    await ana.wants("Hand off…", "Who takes over from you?")
    await ana.sees("step 3 and the role commander", place=ana.form.last)
    await ana.whole("hand-off", ana.form)
    async with play.act("asked Eli", ana):
        await ana.sends("Ask them", {"Who takes over from you?": "Eli Novak"})
    await ana.has_sent()
    await eli.opens_thread()
    await eli.sees("asks you to take over: step 3 and the role commander", place=eli.thread)
    await eli.sees("Catch-up", "is not fixed yet", place=eli.thread)
    await eli.picture("asked")
    await eli.presses("Decline…", eli.thread)
    await eli.sees("Why not?", place=eli.form.last)
    async with play.act("declined", eli):
        await eli.sends("Decline", {"Why not?": ASLEEP})
    await eli.has_sent()
    await ana.opens_thread()
    await ana.sees("does not take over", "Ask Dee", place=ana.thread)
    await ana.picture("declined")
    await ana.leaves_thread()
    await eli.leaves_thread()

    await ana.wants("Hand off…", "Who takes over from you?")
    async with play.act("asked Dee", ana):
        await ana.sends("Ask them", {"Who takes over from you?": "Dee Marchetti"})
    await ana.has_sent()
    async with play.act("asked in the thread", dee):
        await dee.asks_in_thread("@runbook status")
    await dee.sees("Only visible to you", place=dee.thread)
    await dee.sees("asks you to take over: step 3 and the role commander", place=dee.thread)
    await dee.picture("asked")
    async with play.act("accepted", dee):
        await dee.presses("Accept", dee.thread.locator("article").filter(has_text="Catch-up"))
    await five.see("commander @dee", "▶️ 3 Call the offices that issue at night · @dee")
    await dee.sees("has step 3 and the role commander now", place=dee.thread)
    await dee.picture("accepted")
    await dee.leaves_thread()

    async with play.act("hand-off in words", ben):
        await ben.starts("/runbook handoff", asks=True)
    await ben.sees("Who takes over from you?", place=ben.form.last)
    async with play.act("asked Eli again", ben):
        await ben.sends("Ask them", {"Who takes over from you?": "Eli Novak"})
    await ben.has_sent()
    await eli.opens_thread()
    await eli.sees("asks you to take over: step 2 and the role operator", place=eli.thread)
    async with play.act("accepted as well", eli):
        await eli.presses("Accept", eli.thread)
    await five.see("operator @eli", "▶️ 2 Copy the permits to south · @eli")
    await eli.leaves_thread()
    await five.picture("changed")


async def second_homes(five: Five) -> None:
    """What waited for the first shift waits for the second."""
    on = "you are on it since"
    waiting = {"ana": NOTHING, "ben": NOTHING, "chloe": NOTHING, "dee": on, "eli": on}
    mine = {"ana": True, "ben": True, "chloe": False, "dee": True, "eli": True}
    await at_home(five, waiting, mine)


# The second shift. ------------------------------------------------------------------------------


async def going_on(five: Five) -> None:
    """The copy ends by itself; Eli falls asleep over a step, and Dee goes on for him."""
    dee, eli, play = five.dee, five.eli, five.play
    async with play.act("copied"):
        five.sites.lacks(0)
    await five.see("✅ 2 Copy the permits to south")
    async with play.act("offices called", dee):
        await dee.presses("Mark step 3 done")
    await five.see("✅ 3 Call the offices", "3 of 5")
    async with play.act("approval asked", dee):
        await dee.presses("Ask for approval of step 4")
    await five.see("approval: 0 of 1")
    async with play.act("approved", eli):
        await eli.presses("Approve step 4")
    await five.see("approved")
    await dee.opens("Type south to confirm", "Take step 4")
    await dee.picture("switch")
    async with play.act("switch taken", dee):
        await dee.sends("Take it", {"Type south to confirm": "south"})
    await dee.has_sent()
    await five.see("▶️ 4 Let south answer · @dee")
    five.sites.serves(south=True)
    async with play.act("switched", dee):
        await dee.presses("Mark step 4 done")
    await five.see("✅ 4 Let south answer", "4 of 5")
    async with play.act("entering", eli):
        await eli.presses("Take step 5")
    await five.see("▶️ 5 Enter the permits that were written on paper · @eli")
    async with play.act("taken over", dee):
        await dee.chooses_to("Take over", beside="Mark step 5 done")
    await five.see("▶️ 5 Enter the permits that were written on paper · @dee")
    await five.picture("taken-over")
    async with play.act("entered", dee):
        await dee.presses("Mark step 5 done")
    await five.see("✅ 5 Enter the permits", "5 of 5")


async def ending(five: Five) -> str:
    """Chloe confirms on her phone, Dee closes; the post-mortem."""
    chloe, dee, play = five.chloe, five.dee, five.play
    async with play.act("verified", dee):
        await dee.presses("Verify now")
    await five.see("🟢 The registry answers from south")
    await chloe.opens("how do you know?", "Confirm: The offices issue permits again")
    async with play.act("confirmed", chloe):
        await chloe.sends("Confirm", {"how do you know?": "The minister's office has one."})
    await chloe.has_sent()
    await five.see("🟢 The offices issue permits again")
    await dee.opens("closes as recovered", "Close…")
    async with play.act("closed", dee):
        await dee.sends("Close it")
    await dee.has_sent()
    await five.see("🟢 Move the registry to the other site · recovered")
    await five.picture("closed")
    async with play.act("Home after all", dee):
        await dee.opens_home()
    await dee.sees(NOTHING, "No run is open that you can see.", place=dee.home)
    await dee.comes_back()
    async with play.act("asked for the post-mortem", dee):
        await dee.presses("Post-mortem")
    await dee.opens_thread()
    await dee.sees("-post-mortem-", place=dee.thread)
    await expect(dee.thread.locator(".file")).not_to_have_count(0)
    await dee.picture("post-mortem")
    return await dee.downloads()


SCENES = (beginning, working, asking, first_homes, changing, second_homes, going_on)
