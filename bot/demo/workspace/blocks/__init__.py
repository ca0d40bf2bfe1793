"""Block Kit's judge: which blocks Slack takes, and in which words it refuses the rest."""

from .judge import Verdict, complete, interactive, judge_message, judge_view, take_message

__all__ = ["Verdict", "complete", "interactive", "judge_message", "judge_view", "take_message"]
