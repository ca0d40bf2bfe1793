"""All acts: the one place that knows each of them.

A kind of fact that is in its union and has no meaning here is an error of types, and so is a
command without its act.
"""

from typing import Never

from bot.core.acting.act import Acts
from bot.core.acting.meaning import Meanings
from bot.core.acts import (
    about,
    action_item,
    again,
    alerted,
    answer_hand_off,
    archive,
    ask_approval,
    assign,
    baseline,
    call_owner,
    catch_up,
    change_answer,
    check_again,
    close,
    confirm,
    correct_input,
    correct_pin,
    correct_value,
    decide,
    drill,
    erase,
    evidence,
    export,
    fail,
    find,
    finish,
    fire,
    give_back,
    hand_off,
    hand_off_elsewhere,
    hand_over,
    lead,
    look,
    members,
    mistake,
    note,
    owner_coming,
    pin,
    remind,
    reopen,
    report,
    room,
    secrets,
    severity,
    show,
    show_request,
    skip,
    start,
    take,
    taken_back,
    undo,
    update,
    verify,
    vote,
    vote_withdrawn,
    write,
)
from bot.core.run import events as e

Command = (
    take.Take
    | finish.MarkDone
    | skip.Skip
    | decide.Decide
    | ask_approval.AskApproval
    | ask_approval.CancelApproval
    | vote.Vote
    | vote.TakeVoteBack
    | change_answer.ChangeAnswer
    | again.Again
    | correct_value.CorrectValue
    | correct_input.CorrectInput
    | members.ListAgain
    | fail.Fail
    | call_owner.CallOwner
    | owner_coming.OwnerComes
    | owner_coming.OwnerStays
    | give_back.GiveBack
    | hand_over.HandOver
    | hand_over.TakeOver
    | undo.Undo
    | note.AddNote
    | write.Write
    | action_item.AddItem
    | action_item.AcceptItem
    | action_item.EditItem
    | action_item.MarkItem
    | pin.PinMessage
    | pin.TakePinBack
    | correct_pin.CorrectPin
    | check_again.CheckAgain
    | verify.Verify
    | confirm.Confirm
    | undo.Withdraw
    | close.Close
    | mistake.Mistake
    | severity.ChangeSeverity
    | assign.AssignRole
    | hand_off.HandOff
    | hand_off.TakeHandoffBack
    | answer_hand_off.AcceptHandoff
    | answer_hand_off.DeclineHandoff
    | hand_off_elsewhere.TellHandoff
    | reopen.Reopen
    | room.ChooseChannel
    | archive.KeepChannel
    | export.Export
    | look.Observe
    | baseline.TellBaseline
    | fire.Fire
    | hand_over.BringBack
    | report.Report
    | taken_back.TellTakenBack
    | erase.Erase
    | secrets.TellSecrets
    | call_owner.TellCalled
    | update.TellStakeholders
    | update.TellArrived
    | evidence.TellEvidence
    | lead.TellStarted
    | lead.TellClosed
    | drill.RemindOfDrill
    | alerted.HearAlerts
    | room.TellRoom
    | archive.TellArchive
)
"""Whatever can be asked of a run."""

_NO_ACTS: Acts[Never] = Acts({}, [])

ACTS: Acts[Command] = (
    _NO_ACTS.plus(decide.DECIDE)
    .plus(take.TAKE)
    .plus(ask_approval.ASK_IT)
    .plus(vote.VOTE)
    .plus(vote.TAKE_BACK)
    .plus(ask_approval.CANCEL_IT)
    .plus(finish.FINISH)
    .plus(fail.FAIL)
    .plus(call_owner.CALL)
    .plus(owner_coming.COME)
    .plus(owner_coming.STAY)
    .plus(skip.SKIP)
    .plus(hand_over.TAKE_OVER)
    .plus(hand_over.HAND_OVER)
    .plus(give_back.GIVE_BACK)
    .plus(check_again.CHECK_AGAIN)
    .plus(undo.UNDO)
    .plus(verify.VERIFY)
    .plus(note.NOTE)
    .showing(catch_up.CATCH_UP)
    .plus(update.TELL_STAKEHOLDERS)
    .plus(write.WRITE)
    .plus(action_item.ADD)
    .plus(action_item.ACCEPT)
    .plus(action_item.EDIT)
    .plus(action_item.MARK)
    .plus(pin.PIN)
    .plus(pin.TAKE_BACK)
    .plus(correct_pin.CORRECT)
    .showing(show.SHOW)
    .showing(show_request.SHOW_ALL)
    .showing(about.ABOUT)
    .plus(export.EXPORT_IT)
    .showing(undo.ONE)
    .plus(change_answer.CHANGE)
    .plus(again.AGAIN)
    .plus(correct_value.CORRECT)
    .plus(correct_input.CORRECT)
    .plus(members.LIST_AGAIN)
    .plus(severity.SEVERITY)
    .plus(assign.ASSIGN)
    .plus(hand_off.HAND_OFF)
    .plus(hand_off.TAKE_BACK)
    .plus(answer_hand_off.ACCEPT)
    .plus(answer_hand_off.DECLINE)
    .plus(close.CLOSE)
    .plus(mistake.MISTAKE)
    .showing(start.AGAIN)
    .plus(reopen.REOPEN)
    .plus(room.CHOOSE)
    .plus(archive.KEEP)
    .plus(confirm.CONFIRM)
    .plus(undo.WITHDRAW)
    .plus(look.OBSERVE)
    .plus(baseline.TELL)
    .plus(fire.FIRE)
    .plus(hand_over.BRING_BACK)
    .plus(report.REPORT)
    .plus(taken_back.TELL)
    .plus(erase.ERASE)
    .plus(secrets.TELL)
    .plus(call_owner.TELL)
    .plus(update.TELL)
    .plus(evidence.TELL)
    .plus(lead.TELL_STARTED)
    .plus(lead.TELL_CLOSED)
    .plus(drill.REMIND)
    .plus(alerted.HEAR)
    .plus(hand_off_elsewhere.TELL)
    .plus(room.TELL)
    .plus(archive.TELL)
)
"""What people and the bot can do, in the order in which *More…* lists it."""

_NO_FACTS: Meanings[Never] = Meanings({})

MEANINGS: Meanings[e.Event] = (
    _NO_FACTS.plus(start.STARTED)
    .plus(take.TAKEN)
    .plus(finish.FINISHED)
    .plus(skip.SKIPPED)
    .plus(fail.FAILED)
    .plus(give_back.GIVEN_BACK)
    .plus(hand_over.HANDED_OVER)
    .plus(hand_over.RETURNED)
    .plus(undo.UNDONE)
    .plus(decide.DECIDED)
    .plus(again.REOPENED)
    .plus(find.FOUND)
    .plus(correct_value.CORRECTED)
    .plus(correct_input.CORRECTED)
    .plus(ask_approval.REQUESTED)
    .plus(vote.VOTED)
    .plus(vote_withdrawn.WITHDRAWN)
    .plus(ask_approval.VOIDED)
    .plus(ask_approval.LAPSED)
    .plus(vote.APPROVED)
    .plus(call_owner.CALLED)
    .plus(call_owner.REACHED)
    .plus(owner_coming.COMING)
    .plus(owner_coming.NOT_COMING)
    .plus(update.SENT)
    .plus(update.ARRIVED)
    .plus(members.LISTED)
    .plus(note.ADDED)
    .plus(write.WRITTEN)
    .plus(action_item.ADDED)
    .plus(action_item.CHANGED)
    .plus(action_item.MARKED)
    .plus(pin.PINNED)
    .plus(correct_pin.CORRECTED)
    .plus(pin.TAKEN_BACK)
    .plus(severity.CHANGED)
    .plus(assign.ASSIGNED)
    .plus(hand_off.OFFERED)
    .plus(answer_hand_off.ACCEPTED)
    .plus(answer_hand_off.DECLINED)
    .plus(hand_off.TAKEN_BACK)
    .plus(hand_off.LAPSED)
    .plus(hand_off_elsewhere.ENDED)
    .plus(verify.REQUESTED)
    .plus(look.REQUESTED)
    .plus(look.OBSERVED)
    .plus(baseline.SEEN_AT_START)
    .plus(confirm.CONFIRMED)
    .plus(undo.WITHDRAWN)
    .plus(export.REQUESTED)
    .plus(close.REQUESTED)
    .plus(close.KEPT_OPEN)
    .plus(close.CLOSED)
    .plus(reopen.REOPENED)
    .plus(fire.FIRED)
    .plus(remind.WAIT_OVER)
    .plus(remind.LATE)
    .plus(remind.REMINDED)
    .plus(report.BOARD_REPLACED)
    .plus(report.REFUSED)
    .plus(report.RESUMED)
    .plus(report.UPLOADED)
    .plus(report.DELETED)
    .plus(report.PICTURED)
    .plus(taken_back.TAKEN_BACK)
    .plus(erase.ERASED)
    .plus(erase.NOTED)
    .plus(secrets.FOUND)
    .plus(evidence.GIVEN)
    .plus(evidence.READ)
    .plus(lead.STARTED)
    .plus(lead.CLOSED)
    .plus(drill.DUE)
    .plus(alerted.CHANGED)
    .plus(room.MADE)
    .plus(room.NOT_MADE)
    .plus(room.FURNISHED)
    .plus(room.CHOSEN)
    .plus(room.ANOTHER_ID)
    .plus(archive.ANNOUNCED)
    .plus(archive.KEPT)
    .plus(archive.BEGUN)
    .plus(archive.ARCHIVED)
    .plus(archive.SPARED)
)
"""What each kind of fact means."""


def matters(event: e.Event) -> bool:
    """Whether what happened may have changed the system, so that what was seen before is old."""
    found = MEANINGS.of(event).matters
    return found is not None and found.when(event)
