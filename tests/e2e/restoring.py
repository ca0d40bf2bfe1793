"""What four people do with a damaged registry, act by act: they press, and everyone sees it."""

import asyncio
from dataclasses import dataclass

from playwright.async_api import expect

from tests.e2e.team import Team, Teammate
from tests.story.conftest import NODES, System

RUN = "RR-1"
WRONG, RIGHT = "snap-17", "snap-18"
UPDATE = "No permits until five; the vault has all of them."
LOG = "1 of 1 snapshots complete\n"


# What they work on. -----------------------------------------------------------------------------


@dataclass(slots=True)
class Registry(System):
    """What the procedure is about, as its checks see it."""

    def damaged(self) -> None:
        self.answers["/clusters/reg-main"] = {}
        self.answers["/audits/reg-main"] = {"snapshot": WRONG, "state": "damaged", "errors": [1]}
        for number, node in enumerate(NODES):
            self.answers[f"/nodes/{node}/health"] = {"state": "ill", "disk": 95}
            self.answers[f"/nodes/{node}/documents"] = {"hash": f"h{number}"}
        self.serves({"version": "v3"}, {"version": "v4"})
        self.lag(100)

    def serves(self, *labels: dict[str, str]) -> None:
        """What a query shows: a series of these labels each, on two nodes."""
        result = [{"metric": one, "value": [1_800_000_000, "2"]} for one in labels]
        data = {"resultType": "vector", "result": result}
        self.answers["/api/v1/query"] = {"status": "success", "data": data}

    def lag(self, much: int) -> None:
        for node in NODES:
            self.answers[f"/nodes/{node}/position"] = {"behind": much, "at": 500 - much}

    def restored(self, snapshot: str) -> None:
        """All is well again, but for one node's disk."""
        well = {"state": "sound", "mode": "full", "tags": ["restored"], "version": "v4"}
        more = {"snapshot": snapshot, "errors": [], "documents": 3, "permits": 12}
        self.answers["/audits/reg-main"] = well | more
        self.serves({"version": "v4"})
        for node in NODES:
            full = node == NODES[-1]
            self.answers[f"/nodes/{node}/health"] = {"state": "healthy", "disk": 95 if full else 40}
            self.answers[f"/nodes/{node}/documents"] = {"hash": "h"}


# The people. ------------------------------------------------------------------------------------


@dataclass
class Four(Team):
    """Four people, and what it all is about."""

    registry: Registry
    ana: Teammate
    ben: Teammate
    chloe: Teammate
    dee: Teammate
    """She has a phone only."""

    async def picture(self, name: str) -> None:
        """The board on a laptop and on a phone, from its top to its foot."""
        name = f"{len(self.play.acts):02}-{name}"
        await asyncio.gather(*(one.whole(name) for one in (self.ana, self.dee)))


# What they do, act by act. ----------------------------------------------------------------------


async def starting(four: Four) -> None:
    """Ana starts it in the form, which wants every value; a question is answered twice."""
    ana, play = four.ana, four.play
    await ana.starts("/runbook restore-registry source=reg-vault")
    await ana.sees("The cluster that is damaged", place=ana.form.last)
    given = {"The cluster that is damaged": "reg-vault"}
    await ana.sends("Start", given)
    await expect(ana.form.locator(".field-error:visible").first).to_be_visible()
    await ana.picture("start-incomplete")
    async with play.act("started", ana):
        given = {"The cluster that is damaged": "reg-main"}
        await ana.sends("Start", given | {"readers": ["billing", "search"]})
    await ana.has_sent()
    await four.see("Restore the registry", "readers billing, search", "0 of ")
    await four.picture("started")

    async with play.act("answered", ana):
        await ana.presses("Answer step 1: One node's disk")
    await four.see("“One node's disk”", "1a.1 Swap the disk")
    await ana.wants("Change an answer…", "The answer as it should be")
    async with play.act("answer changed", ana):
        await ana.sends(
            "Change",
            {
                "The answer as it should be": "1 What is broken? → The data itself",
                "Why?": "Every node reports it.",
            },
        )
    await ana.has_sent()
    await four.see("“The data itself”", "1 of ")


async def keeping(four: Four) -> None:
    """Ben finds a value and shows evidence, in words and as a file."""
    ben, play = four.ben, four.play
    log = four.folder / "snapshot.log"
    log.write_text(LOG, "utf-8")
    async with play.act("taken", ben):
        await ben.presses("Take step 2")
    await four.see("▶️ 2 Keep what is left of reg-main · @ben")
    await four.picture("kept")
    await ben.opens("The name of the snapshot", "Mark step 2 done")
    await ben.sends("Done", {"The name of the snapshot": "Snap 17"})
    await expect(ben.form.locator(".field-error:visible").first).to_be_visible()
    given = {"The name of the snapshot": WRONG, "What it printed last": "complete, 12 permits"}
    await ben.writes(given | {"The log of the snapshot": log})
    await expect(ben.form.locator(".field-error:visible")).to_have_count(0)
    await ben.picture("evidence")
    async with play.act("shown", ben):
        await ben.presses("Done", ben.form.last)
    await ben.has_sent()
    await four.see(f"Found: snapshot {WRONG}", "snapshot.log")


async def draining(four: Four) -> None:
    """Two of them stop a service each; the billing team is told, the search team need not be."""
    ben, dee, play = four.ben, four.dee, four.play
    await four.see("for each reader: 0 of 2")
    async with play.act("members", ben, dee):
        await asyncio.gather(ben.presses("Take step 3.1.1"), dee.presses("Take step 3.2.1"))
    await four.see("▶️ 3.1.1 Stop billing · @ben", "▶️ 3.2.1 Stop search · @dee")
    await four.picture("members")
    async with play.act("members done", ben, dee):
        await asyncio.gather(
            ben.presses("Mark step 3.1.1 done"), dee.presses("Mark step 3.2.1 done")
        )
    await four.see("3.2 search · 1 of 1 done", "3.1.2 Tell the team of billing")
    async with play.act("told", ben):
        await ben.presses("Take step 3.1.2")
    await ben.sees("3.1.2 Tell the team of billing · @ben")
    async with play.act("told and done", ben):
        await ben.presses("Mark step 3.1.2 done")
    await four.see("✅ 3 Keep the readers away · for each reader: 2 of 2 done")


async def agreeing(four: Four) -> None:
    """An approval is declined, asked for again and given; a corrected value makes it void."""
    ana, ben, chloe, dee, play = four.ana, four.ben, four.chloe, four.dee, four.play
    async with play.act("asked", ana):
        await ana.presses("Ask for approval of step 4")
    await four.see("approval: 0 of 2")
    await four.picture("asked")
    await chloe.opens("Why do you decline?", "Decline step 4")
    await chloe.picture("decline")
    async with play.act("declined", chloe):
        await chloe.sends("Decline", {"Why do you decline?": "Is the snapshot complete?"})
    await chloe.has_sent()
    await four.see("declined by @chloe: Is the snapshot complete?")
    await four.picture("declined")
    # Who asked and was declined does not ask again.
    async with play.act("asked again", dee):
        await dee.presses("Ask for approval of step 4")
    await four.see("approval: 0 of 2")
    async with play.act("approved by two", ben, chloe):
        await asyncio.gather(ben.approves("4"), chloe.approves("4"))
    await four.see("✅ 4 Two keepers agree to the wipe")
    await four.picture("approved")
    await dee.wants("Correct a value…", "The right value")
    async with play.act("corrected", dee):
        given = {"Which one?": f"snapshot (now {WRONG})", "The right value": RIGHT}
        await dee.sends("Correct it", given | {"Why?": "It was the one of yesterday."})
    await dee.has_sent()
    await four.see(f"Found: snapshot {RIGHT}", "4 Two keepers agree to the wipe · not approved yet")
    await ben.opens_thread()
    await ben.sees("your vote on it is void", place=ben.thread)
    await ben.picture("void")
    await ben.leaves_thread()
    async with play.act("asked a third time", ana):
        await ana.presses("Ask for approval of step 4")
    await four.see("approval: 0 of 2")
    async with play.act("approved in the end", ben, dee):
        await asyncio.gather(ben.approves("4"), dee.approves("4"))
    await four.see("✅ 4 Two keepers agree to the wipe")


async def wiping(four: Four) -> None:
    """What cannot be undone is typed by name; a note, and how bad it is."""
    ana, ben, dee, play = four.ana, four.ben, four.dee, four.play
    await ana.opens("Type reg-main to confirm", "Take step 5")
    await ana.picture("destructive")
    async with play.act("wipe taken", ana):
        await ana.sends("Take it", {"Type reg-main to confirm": "reg-main"})
    await ana.has_sent()
    await four.see("▶️ 5 Wipe reg-main · @ana", f"registryctl wipe reg-main --keep {RIGHT}")
    await dee.wants("Severity…", "SEV1 is the worst")
    async with play.act("worse", dee):
        await dee.sends("Change it", {"Severity": "SEV1", "Why?": "The portal is down, too."})
    await dee.has_sent()
    await four.see("SEV1", "nobody leads yet")
    async with play.act("led", ana):
        await ana.presses("Take command")
    await four.see("commander @ana")
    await ben.opens("Note", "Add a note to step 5")
    async with play.act("noted", ben):
        await ben.sends("Add", {"Note": "The vault was read at 03:10; it is whole."})
    await ben.has_sent()
    await four.see("The vault was read at 03:10")
    await ana.wants("Tell stakeholders…", "What they read")
    await ana.picture("update")
    async with play.act("stakeholders told", ana):
        await ana.sends("Send", {"What they read": UPDATE})
    await ana.has_sent()
    await four.picture("wiping")
    async with play.act("wiped", ana):
        await ana.presses("Mark step 5 done")
    await four.see("✅ 5 Wipe reg-main")


async def restoring(four: Four) -> None:
    """It fails, steps open by that, it is tried again, and handed over."""
    ben, chloe, dee, play = four.ben, four.chloe, four.dee, four.play
    async with play.act("restore taken", chloe):
        await chloe.presses("Take step 6")
    await four.see("▶️ 6 Restore reg-main from reg-vault · @chloe")
    await chloe.opens("What happened?", "Mark step 6 failed")
    async with play.act("failed", chloe):
        await chloe.sends("Mark failed", {"What happened?": "No space left on node-3"})
    await chloe.has_sent()
    await four.see("❌ 6 Restore reg-main", "6f.1 Make room on reg-main")
    await four.picture("failed")
    async with play.act("room taken", ben):
        await ben.presses("Take step 6f.1")
    await four.see("6f.1 Make room on reg-main · @ben")
    async with play.act("room made", ben):
        await ben.presses("Mark step 6f.1 done")
    await four.see("✅ 6f.1 Make room")
    async with play.act("tried again", chloe):
        await chloe.presses("Try again step 6")
    await four.see("▶️ 6 Restore reg-main from reg-vault · @chloe")
    await chloe.opens("Who takes over?", "Hand over…", beside="Mark step 6 done")
    async with play.act("handed over", chloe):
        await chloe.sends("Hand over", {"Who takes over?": "Dee Marchetti"})
    await chloe.has_sent()
    await four.see("▶️ 6 Restore reg-main from reg-vault · @dee")
    async with play.act("restored", dee):
        await dee.presses("Mark step 6 done")
    await four.see("✅ 6 Restore reg-main from reg-vault")


async def catching_up(four: Four) -> None:
    """A wait that is over by itself, although the bot dies while it waits."""
    ana, play, registry = four.ana, four.play, four.registry
    registry.lag(40)
    async with play.act("wait taken", ana):
        await ana.presses("Take step 8")
    await four.see("▶️ 8 Let the nodes catch up · @ana", "from 40 to 0")
    await four.picture("waiting")
    async with play.act("caught up"):
        registry.lag(0)
    await four.see("✅ 8 Let the nodes catch up")


async def rebuilding(four: Four) -> None:
    """A step that leads to another run, which is closed; then the question of how it went."""
    ana, chloe, play = four.ana, four.chloe, four.play
    async with play.act("index taken", chloe):
        await chloe.presses("Take step 9")
    await four.see("▶️ 9 Rebuild the index of reg-main · @chloe")
    async with play.act("other started", chloe):
        await chloe.presses("Start rebuild-index from step 9")
    await four.see("↪️ RI-1, started by @chloe")
    await four.picture("led")
    chloe.run = "RI-1"
    async with play.act("index begun", chloe):
        await chloe.presses("Take step 1")
    await chloe.sees("▶️ 1 Build the index of reg-main · @chloe", "from RR-1")
    async with play.act("index built", chloe):
        await chloe.presses("Mark step 1 done")
    await chloe.sees("1 of 1 step done")
    await chloe.opens("how do you know?", "Confirm: A permit is found by its number")
    async with play.act("index confirmed", chloe):
        await chloe.sends("Confirm", {"how do you know?": "I looked four of them up."})
    await chloe.has_sent()
    await chloe.sees("🟢 A permit is found by its number")
    await chloe.opens("closes as recovered", "Close…")
    async with play.act("index closed", chloe):
        await chloe.sends("Close it")
    await chloe.has_sent()
    await chloe.sees("recovered")
    chloe.run = RUN
    await four.see("RI-1, started by @chloe", "closed as recovered")
    async with play.act("index done", chloe):
        await chloe.presses("Mark step 9 done")
    await four.see("✅ 9 Rebuild the index")
    async with play.act("well", ana):
        await ana.presses("Answer step 10: They do")
    await four.see("“They do”")


async def finishing(four: Four) -> None:
    """One way of two, a step that is skipped, and a check that fails first."""
    ben, dee, play, registry = four.ben, four.dee, four.play, four.registry
    async with play.act("way chosen", ben):
        await ben.presses("Take step 11.2")
    await four.see("▶️ 11.2 One after the other · @ben", "➖ 11.1 All of them at once · not chosen")
    async with play.act("way gone", ben):
        await ben.presses("Mark step 11.2 done")
    await four.see("✅ 11.2 One after the other")
    await dee.opens("Why are you skipping this step?", "Skip step 13")
    async with play.act("skipped", dee):
        await dee.sends(
            "Skip", {"Why are you skipping this step?": "They are all in this channel."}
        )
    await dee.has_sent()
    await four.see("⏭️ 13 Tell the owners of billing, search · skipped", "12 Compare the checksums")
    async with play.act("verified in vain", ben):
        await ben.presses("Verify now")
    await four.see("🔴 reg-main is restored from snap-18", "The data of reg-main · 1 of 4")
    await four.picture("red")
    registry.restored(RIGHT)
    async with play.act("verified", ben):
        await ben.presses("Verify now")
    await four.see("🟢 reg-main is restored from snap-18", "The data of reg-main · 4 of 4")
    await dee.opens("how do you know?", "Confirm: The readers see the right permits")
    async with play.act("confirmed", dee):
        await dee.sends("Confirm", {"how do you know?": "The portal's team called."})
    await dee.has_sent()
    await four.see("🟢 The readers see the right permits")
    await four.picture("green")


async def closing(four: Four) -> str:
    """Dee may not close it, Ana may; the post-mortem."""
    ana, dee, play = four.ana, four.dee, four.play
    await dee.presses("Close…")
    await dee.sees("only lead (leads the incident) may close", place=dee.feed)
    await dee.picture("may-not-close")
    await ana.opens("closes as recovered", "Close…")
    async with play.act("closed", ana):
        await ana.sends("Close it")
    await ana.has_sent()
    await four.see("🟢 Restore the registry from a backup · recovered")
    await four.picture("closed")
    async with play.act("asked for the post-mortem", ana):
        await ana.presses("Post-mortem")
    await ana.opens_thread()
    await ana.sees("-post-mortem-", place=ana.thread)
    await ana.picture("thread")
    return await ana.downloads()


SCENES = (
    starting,
    keeping,
    draining,
    agreeing,
    wiping,
    restoring,
    catching_up,
    rebuilding,
    finishing,
)
