"""What people and the bot ask of a run: imperative, frozen, and nothing more.

Each command stands with its act in `bot.core.acts`, and their union in the registry there.
"""

from bot.core.acts.action_item import AcceptItem, AddItem, EditItem, MarkItem
from bot.core.acts.again import Again
from bot.core.acts.alerted import HearAlerts
from bot.core.acts.answer_hand_off import AcceptHandoff, DeclineHandoff
from bot.core.acts.archive import KeepChannel, TellArchive
from bot.core.acts.ask_approval import AskApproval, CancelApproval
from bot.core.acts.assign import AssignRole
from bot.core.acts.baseline import TellBaseline
from bot.core.acts.call_owner import CallOwner, TellCalled
from bot.core.acts.change_answer import ChangeAnswer
from bot.core.acts.check_again import CheckAgain
from bot.core.acts.close import Close
from bot.core.acts.confirm import Confirm
from bot.core.acts.correct_input import CorrectInput
from bot.core.acts.correct_pin import CorrectPin
from bot.core.acts.correct_value import CorrectValue
from bot.core.acts.decide import Decide
from bot.core.acts.drill import RemindOfDrill
from bot.core.acts.erase import Erase
from bot.core.acts.evidence import TellEvidence
from bot.core.acts.export import Export
from bot.core.acts.fail import Fail
from bot.core.acts.finish import MarkDone
from bot.core.acts.fire import Fire
from bot.core.acts.give_back import GiveBack
from bot.core.acts.hand_off import HandOff, TakeHandoffBack
from bot.core.acts.hand_off_elsewhere import TellHandoff
from bot.core.acts.hand_over import BringBack, HandOver, TakeOver
from bot.core.acts.lead import TellClosed, TellStarted
from bot.core.acts.look import Observe
from bot.core.acts.members import ListAgain
from bot.core.acts.mistake import Mistake
from bot.core.acts.note import AddNote
from bot.core.acts.owner_coming import OwnerComes, OwnerStays
from bot.core.acts.pin import PinMessage, TakePinBack
from bot.core.acts.registry import Command
from bot.core.acts.reopen import Reopen
from bot.core.acts.report import Report
from bot.core.acts.room import ChooseChannel, TellRoom
from bot.core.acts.secrets import TellSecrets
from bot.core.acts.severity import ChangeSeverity
from bot.core.acts.skip import Skip
from bot.core.acts.take import Take
from bot.core.acts.taken_back import TellTakenBack
from bot.core.acts.undo import Undo, Withdraw
from bot.core.acts.update import TellArrived, TellStakeholders
from bot.core.acts.verify import Verify
from bot.core.acts.vote import TakeVoteBack, Vote
from bot.core.acts.write import Write

__all__ = [
    "AcceptHandoff",
    "AcceptItem",
    "AddItem",
    "AddNote",
    "Again",
    "AskApproval",
    "AssignRole",
    "BringBack",
    "CallOwner",
    "CancelApproval",
    "ChangeAnswer",
    "ChangeSeverity",
    "CheckAgain",
    "ChooseChannel",
    "Close",
    "Command",
    "Confirm",
    "CorrectInput",
    "CorrectPin",
    "CorrectValue",
    "Decide",
    "DeclineHandoff",
    "EditItem",
    "Erase",
    "Export",
    "Fail",
    "Fire",
    "GiveBack",
    "HandOff",
    "HandOver",
    "HearAlerts",
    "KeepChannel",
    "ListAgain",
    "MarkDone",
    "MarkItem",
    "Mistake",
    "Observe",
    "OwnerComes",
    "OwnerStays",
    "PinMessage",
    "RemindOfDrill",
    "Reopen",
    "Report",
    "Skip",
    "Take",
    "TakeHandoffBack",
    "TakeOver",
    "TakePinBack",
    "TakeVoteBack",
    "TellArchive",
    "TellArrived",
    "TellBaseline",
    "TellCalled",
    "TellClosed",
    "TellEvidence",
    "TellHandoff",
    "TellRoom",
    "TellSecrets",
    "TellStakeholders",
    "TellStarted",
    "TellTakenBack",
    "Undo",
    "Verify",
    "Vote",
    "Withdraw",
    "Write",
]
