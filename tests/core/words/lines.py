"""What people might type, and what each line must do.

A line is typed by ana, who is on step 2 of FI-1, in which step 1 is done, 8 is ben's, 9 failed,
4 cannot be undone, 5 finds a value, 6 is a question and 7 a group. The places:

- `/`: a slash command in the channel
- `@`: the bot named in the channel; `~`: in passing, behind other words
- `t`: the bot named in the thread of FI-1
- `d`: a direct message to the bot

`runs` are the open runs of the channel. What must come of it: a fact that is recorded, with the
step and the words that are in it; a `form` that opens, by its name; the words of an answer, of
which nothing is recorded; or nothing at all.
"""

from dataclasses import dataclass

ONE = ("FI-1",)
TWO = ("FI-1", "FI-2")
NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Something typed, where, beside which runs, and what comes of it."""

    text: str
    where: str
    runs: tuple[str, ...]
    fact: str = ""
    step: str | None = None
    words: str = ""
    form: str = ""
    says: tuple[str, ...] = ()
    run: str = "FI-1"


def does(fact: str, step: str | None, *texts: str, words: str = "", where: str = "/") -> list[Line]:
    """Lines that do the same."""
    return [Line(text, where, ONE, fact, step, words) for text in texts]


def opens(form: str, *texts: str, where: str = "/", runs: tuple[str, ...] = ONE) -> list[Line]:
    """Lines that open the same form."""
    return [Line(text, where, runs, form=form) for text in texts]


def says(
    *texts: str, has: tuple[str, ...], where: str = "/", runs: tuple[str, ...] = ONE
) -> list[Line]:
    """Lines that do nothing, and are answered."""
    return [Line(text, where, runs, says=has) for text in texts]


def silent(*texts: str, where: str) -> list[Line]:
    """Lines that are not for the bot."""
    return [Line(text, where, ONE) for text in texts]


TAKING = [
    *does("step_taken", "heal", "take 3", "Take 3", "TAKE 3!", "take step 3", "please take 3"),
    *does("step_taken", "heal", "take #3", "take 3.", "take  3 ", "take\u00a03", "`take 3`"),
    *does("step_taken", "heal", "I'm on 3", "i’m on step 3", "on 3", "im working on 3"),
    *does("step_taken", "heal", "claim 3", "I'll take 3 please", "can you take 3 for me?"),
    *does("step_taken", "heal", "start 3", "start step 3", "ok, take 3 now", "3 is mine"),
    *does("step_taken", "heal", "take", "take 3 in FI-1", "take 3 fi-1", "fi-1 take 3"),
    *does("step_taken", "heal", "FI-1: take 3", "take FI-1 3", "let me take 3", ":fire: take 3"),
    *does("step_taken", "deep", "take 7.2", "Take step 7.2, thanks", "take 7.2 🙏"),
    *does("step_taken", "heal", "take 3", "please take 3", "grab 3", where="@"),
    *does("step_taken", "heal", "take 3", "take", "I'm on 3.", where="t"),
    *does("step_taken", "nine", "try again 9", "retry 9", "take 9"),
    *does("step_handed_over", "eight", "take over 8", "take over step 8 please"),
    *opens("take", "take 4", "take step 4", "start 4"),
    *says("take 4", has=("button:take_ask", "form asks"), where="t"),
    *says("take 8", has=("U0BEN", "took step 8", "Take over")),
    *says("take 99", has=("There is no step 99",)),
    *says("take 7", has=("`/runbook take 7.1`", "`/runbook take 7.2`")),
    *says(
        "take 3 and 4", "take 3, 4", "take 3 & 4", has=("`/runbook take 3`", "`/runbook take 4`")
    ),
    *says("take over", has=("Say which step", "`/runbook take over 3`")),
    *says("take 3 the node is mine", has=("`/runbook take 3`", "`/runbook note step 3: the node")),
    *says("take the red one", has=("`/runbook take`", "`/runbook search take the red one`")),
    *says("tkae 3", "tak 3", has=("Did you mean `/runbook take 3`?",)),
    *says(
        "take 3", has=("Which run?", "`/runbook FI-1 take 3`", "`/runbook FI-2 take 3`"), runs=TWO
    ),
    *says("take 3", has=("`@runbook FI-2 take 3`",), runs=TWO, where="@"),
    *says("take 3", has=("No run is open in",), runs=NONE),
    *says("take 3 in FI-7", has=("no run `FI-7`",)),
    *says("take 3 round 2", has=("round",)),
]

ENDING = [
    *does("step_done", "clean", "done", "Done!", "done.", "DONE", "i'm done", "ok done", "done 2"),
    *does("step_done", "clean", "done with 2", "2 done", "2 is done", "step 2 is done", "finished"),
    *does("step_done", "clean", "mark 2 done", "mark 2 as done", "mark step 2 as done please"),
    *does("step_done", "clean", "I finished step 2", "done :tada:", "✅ done", "finish 2", "did 2"),
    *does("step_done", "clean", "done", "2 is done", "mark 2 done please!", where="t"),
    *does("step_done", "eight", "done 8", "8: done"),
    *opens("done", "done 5", "mark 5 done"),
    *says("done 5", has=("button:done_ask", "form asks"), where="@"),
    *says("done 3", has=("Nobody is on step 3",)),
    *says("done 1, 2 and 3", has=("`/runbook done 1`", "`/runbook done 3`")),
    *says("done 2 it took a while", has=("`/runbook done 2`", "note step 2: it took a while`")),
    *says("doen 2", has=("Did you mean `/runbook done 2`?",)),
    *does("step_skipped", "heal", "skip 3 because disk is fine", words="disk is fine"),
    *does("step_skipped", "heal", "skip 3: disk is fine", words="disk is fine"),
    *does("step_skipped", "heal", "skip step 3, disk is fine", words="disk is fine"),
    *does("step_skipped", "heal", "skip 3 - disk is fine", words="disk is fine"),
    *does("step_skipped", "heal", "skip 3 disk is fine", words="disk is fine"),
    *does("step_skipped", "heal", "skip 3 “disk is fine”", words="disk is fine"),
    *does("step_skipped", "heal", "skip 3 since the disk’s fine", words="the disk’s fine"),
    *does("step_skipped", "heal", "please skip 3 bc it's “fine”", words="it's “fine”"),
    *does("step_skipped", "heal", "skip 3 because 4 nodes are up", words="4 nodes are up"),
    *does("step_skipped", "clean", "skip because it is fine", words="it is fine"),
    *does("step_skipped", "heal", "skip 3 because 1 &lt; 2 &amp; ok", words="1 < 2 & ok"),
    *does("step_skipped", "heal", "skip 3 because disk is fine", words="disk is fine", where="t"),
    *opens("skip", "skip 3", "skip step 3", "skip"),
    *says("skip 3", has=("button:skip", "`@runbook skip 3 because REASON`"), where="t"),
    *does("step_failed", "clean", "failed 2: disk full", "fail 2 disk full", words="disk full"),
    *does("step_failed", "clean", "2 failed because disk full", words="disk full"),
    *does(
        "step_failed", "clean", "failed: disk full", "step 2 failed, disk full", words="disk full"
    ),
    *does("step_failed", "clean", "2 didn't work: disk full", words="disk full"),
    *opens("fail", "failed", "fail 2", "2 failed"),
    *says("failed 3 it broke", has=("Nobody has taken step 3",)),
    *does("step_given_back", "clean", "give back 2", "give back", "let go of 2", "drop 2"),
    *opens(
        "hand_over", "hand over 2", "hand over", "hand 2 to @ben", "hand over 2 to <@U0BEN> ok?"
    ),
    *does("step_handed_over", "clean", "hand 2 to <@U0BEN|ben>", "assign 2 to <@U0BEN>"),
    *does(
        "step_handed_over", "clean", "hand over to <@U0BEN>", "hand step 2 over to <@U0BEN|ben>!"
    ),
    *does("step_handed_over", "clean", "hand 2 to <@U0BEN>", "hand 2 to @U0BEN", where="@"),
    *does("step_handed_over", "clean", "hand over to <@U0BEN>", where="t"),
    *does("step_undone", "look", "undo 1", "please undo step 1", "undo 1!"),
    *opens("undo", "undo"),
    *says("undo", has=("button:undo_ask",), where="t"),
    *says("undo 3", has=("nothing to undo",)),
]

ABOUT_THE_RUN = [
    *does("note_added", None, "note: the registrar called", words="the registrar called"),
    *does("note_added", None, "note the registrar called", words="the registrar called"),
    *does("note_added", None, "Note - it’s “odd”!", words="it’s “odd”!"),
    *does("note_added", None, "note: 3 nodes are down", words="3 nodes are down"),
    *does("note_added", None, "note thanks to ben, please", words="thanks to ben, please"),
    *does("note_added", None, "fyi the disk is full", words="the disk is full"),
    *does("note_added", None, "note fi-1: it smokes", "FI-1 note it smokes", words="it smokes"),
    *does("note_added", "heal", "note 3: it smokes", "note on 3: it smokes", words="it smokes"),
    *does(
        "note_added", "heal", "note step 3 it smokes", "note on step 3 it smokes", words="it smokes"
    ),
    *does("note_added", None, "note the registrar called", words="the registrar called", where="t"),
    *says("note 3 nodes are down", has=("`/runbook note step 3: nodes", "`/runbook note: 3 nodes")),
    *says("note FI-1 is odd", has=("`/runbook FI-1 note: is odd`", "`/runbook note: FI-1 is odd`")),
    *opens("note", "note", "add a note", "note 3"),
    *does(
        "verification_requested", None, "verify", "Verify now", "verify please", "verify it now!"
    ),
    *does("verification_requested", None, "run the checks", "check everything", "verify fi-1"),
    *does("verification_requested", None, "verify", where="t"),
    *says("verify the disk", has=("`/runbook verify`", "`/runbook search verify the disk`")),
    *says("verfy", has=("Did you mean `/runbook verify`?",)),
    *does("check_requested", "clean", "check 2", "check again", "recheck 2", "check"),
    *does(
        "export_requested", None, "postmortem", "post mortem", "post-mortem", "Post-Mortem please"
    ),
    *does("export_requested", None, "export", "export FI-1", "post-mortem fi-1", "the post-mortem"),
    *does("export_requested", None, "postmortem", where="t"),
    *opens("close", "close", "close fi-1", "close it please", "close the run", "FI-1 close"),
    *says("close", has=("button:close", "FI-1"), where="@"),
    *says("close", has=("Which run?", "`/runbook FI-2 close`"), runs=TWO),
    *says("close the valve", has=("`/runbook close`", "`/runbook search close the valve`")),
    *does("severity_changed", None, "severity SEV1", "sev 1", "severity to sev1"),
    *does("severity_changed", None, "severity SEV1 because it spreads", words="it spreads"),
    *opens("severity", "severity", "change severity"),
    *opens("confirm", "confirm", "confirmed"),
    *does("decided", "which", "answer 6 yes", "answer yes", "6: answer Yes", "choose yes"),
    *opens("decide", "answer 6", "decide"),
    *says("approve", "approve 3", "decline it", has=("*Approve* or *Decline…*",)),
    *opens("mistake", "mistake", "started by mistake", "false alarm"),
    *opens("show", "show", "show 3", "show all steps", "steps"),
    *opens("about", "about", "inputs"),
    *opens("more", "more"),
    *opens("timeline", "timeline", "pins", "the timeline"),
    *opens("items", "action items", "actions"),
    *opens("item_add", "action", "add an action item"),
    *does(
        "action_item_added",
        None,
        "action buy a pump",
        "FI-1 action item: buy a pump",
        words="buy a pump",
    ),
    *opens("start", "start again"),
    *says("reopen", has=("No run is closed in",)),
    *does("owner_called", "nine", "tell the owner", "tell the owner about 9"),
]

ASKING = [
    *says("status", "Status?", "status of FI-1", "FI-1", "fi-1", "what now", has=("FI-1",)),
    *says("what do i do now", "where are we?", "what's next?", "next", has=("FI-1",)),
    *says("what do I do now", "who is on what", "how far are we", has=("FI-1",), where="t"),
    *says("status everything", has=("is not a run",)),
    *says("help", "help me", "?", "what can you do?", has=("walks you through",)),
    *says("list", "procedures", has=("Fix it",)),
    *says("search broken disk", "find broken disk", has=("Fix it",)),
    *says("search", has=("Type some words",)),
    *says("serch lamp", has=("Did you mean `/runbook search lamp`?",)),
    *says("disk is full", "the disk full", "my disk is full!", has=("These fit", "Fix it")),
    *says("fix it", has=("fix-it",)),
    *says("fixx-it", has=("Did you mean `fix-it`?",)),
    *says("zebra crossing", has=("Nothing fits", "`/runbook list`")),
    *says("disk is full", has=("These fit", "Fix it"), where="@"),
    *says("zebra", has=("Nothing fits", "`@runbook list`"), where="@"),
    *opens("hand_off", "handoff", "hand off", "shift", "handoff @nobody"),
    *opens("hand_off", "handoff <@U0BEN> tomorrow", "handoff <@U0BEN> <@U0CHO>"),
    *does("handoff_offered", None, "handoff <@U0BEN|ben>", "hand off to <@U0BEN>"),
    *does("handoff_offered", None, "handoff my shift to <@U0BEN|ben> please", "shift: <@U0BEN>"),
    *does("handoff_offered", None, "handoff <@U0BEN|ben> fi-1", "handoff FI-1 <@U0BEN|ben>"),
    *does("handoff_offered", None, "handoff <@U0BEN|ben> in FI-1", "FI-1 handoff to <@U0BEN>"),
    *does("handoff_offered", None, "handoff <@U0BEN|ben> all", "handoff everything to <@U0BEN>"),
    *does("handoff_offered", None, "hand off all I have to <@U0BEN|ben>!", "handoff all @U0BEN"),
    *does("handoff_offered", None, "handoff <@U0BEN>", "handoff <@U0BEN> all", where="@"),
    *does("handoff_offered", None, "handoff <@U0BEN>", where="t"),
    *says("handoff all", "handoff @ben all", has=("say who takes over", "handoff @SOMEONE all`")),
    *says("handoff <@U0ANA>", has=("someone else",)),
    *says("handoff <@U0ANA> all", has=("someone else",)),
    *says(
        "handoff <@U0BEN|ben>",
        has=("Which run?", "`/runbook FI-1 handoff @ben`", "`/runbook FI-2 handoff @ben`"),
        runs=TWO,
    ),
    *opens("assign", "roles", "commander"),
    *does("role_assigned", None, "take command", "lead"),
    *opens("update", "update", "tell stakeholders"),
    *says("drill", has=("A drill of what?",)),
    *says("new", "new channel please", has=("A channel of its own for what?",)),
    *silent("thanks", "thank you!", "👍", ":tada:", "great, thanks", where="@"),
    *silent("", "about it yesterday", "is a great bot", where="~"),
    *says("take 3", has=("If you mean me", "`@runbook take 3`"), where="~"),
]

STARTING = [
    *[
        Line(text, "/", NONE, "run_started", words="lamp")
        for text in (
            "fix-it thing=lamp",
            "Fix-It thing=lamp",
            "fix-it thing = lamp",
            "fix-it thing =lamp",
            "fix-it thing= lamp",
            "fix-it thing=“lamp”",
            "fix-it thing='lamp'",
            "fix-it thing=‘lamp’",
            "fix-it thing=«lamp»",
            "fix-it thing=`lamp`",
            "fix-it lamp",
            "fix-it “lamp”",
            "fix-it lamp please",
            "please start fix-it lamp",
            "start fix-it thing=lamp",
            "START fix-it  lamp",
        )
    ],
    Line("drill fix-it lamp", "/", ONE, "run_started", words="lamp"),
    Line("fix-it new lamp", "/", ONE, "run_started", words="lamp"),
    Line("fix-it lamp new private", "/", ONE, "run_started", words="lamp"),
    Line("new fix-it lamp", "@", ONE, "run_started", words="lamp"),
    Line("New private fix-it thing=lamp", "d", ONE, "run_started", words="lamp"),
    Line("drill new fix-it lamp", "/", ONE, "run_started", words="lamp"),
    Line("start fix-it new lamp", "/", ONE, "run_started", words="lamp"),
    Line("fix-it new", "/", NONE, form="start"),
    Line("drill fix-it", "/", NONE, form="start"),
    Line("fix-it thing=o'brien's", "/", NONE, "run_started", words="o'brien's"),
    Line("fix-it thing=“two words”", "/", NONE, "run_started", words="two words"),
    Line("fix-it two words", "/", NONE, says=("`/runbook fix-it thing=two`",)),
    Line('"thing="lamp""', "/", NONE, says=("Nothing fits",)),
    Line('fix-it "thing="lamp""', "/", NONE, says=("`/runbook fix-it thing=lamp`",)),
    Line("fix-it help", "/", NONE, says=("`/runbook fix-it thing=help`",)),
    Line("fix-it", "/", NONE, form="start"),
    Line("fix-it", "@", NONE, says=("button:start", "fix-it thing=")),
    Line("fix-it lamp", "d", NONE, says=("needs a channel", "button:start")),
    Line("start", "/", NONE, says=("Start what?",)),
    Line("restart", "/", NONE, says=("`/runbook list`",)),
    Line("undo", "/", ("FI-1", "+undo"), says=("`/runbook start undo`", "`/runbook KC-7 undo`")),
    Line("start undo", "/", ("FI-1", "+undo"), fact="run_started", run="UN-1"),
    Line("undo 1", "/", ("FI-1", "+undo"), says=("`/runbook start undo 1`", "KC-7 undo 1`")),
    Line("fi-1 undo 1", "/", ("FI-1", "+undo"), fact="step_undone", step="look"),
]

DIRECTLY = [
    Line("FI-1 take 3", "d", ONE, "step_taken", "heal"),
    Line("take 3 in fi-1", "d", ONE, "step_taken", "heal"),
    Line("note FI-1: it smokes", "d", ONE, "note_added", words="it smokes"),
    Line("take 3", "d", ONE, says=("Which run?", "`FI-1 take 3`")),
    Line("take 3", "d", NONE, says=("Say which run: `KC-7 take 3`",)),
    Line("FI-1 skip 3", "d", ONE, says=("on its board",)),
    Line("status FI-1", "d", ONE, says=("FI-1",)),
    Line("help", "d", ONE, says=("walks you through",)),
    Line("list", "d", ONE, says=("Fix it",)),
    Line("disk is full", "d", ONE, says=("These fit",)),
    Line("FI-9 take 3", "d", ONE, says=("no run `FI-9`",)),
]

LINES = [*TAKING, *ENDING, *ABOUT_THE_RUN, *ASKING, *STARTING, *DIRECTLY]
