"""The three ways to be told no: as an app, as a person, and as someone whose app did not answer."""

from typing import Any


class SlackError(Exception):
    """The Web API's `{"ok": false, "error": code, …}`. `more` goes into the answer beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more

    @classmethod
    def arguments(cls, *problems: str, code: str = "invalid_arguments") -> "SlackError":
        """With Slack's list of what is wrong."""
        metadata = {"messages": [f"[ERROR] {problem}" for problem in problems]}
        if code == "invalid_blocks":
            return cls(code, errors=list(problems), response_metadata=metadata)
        return cls(code, response_metadata=metadata) if problems else cls(code)


class PersonError(Exception):
    """The person's API refuses: an HTTP status, a word for programs, a sentence for people."""

    def __init__(self, error: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.error = error
        self.message = message
        self.status = status


class NotDeliveredError(Exception):
    """The app did not take a delivery: `operation_timeout` or `dispatch_failed`.

    `final` says that the app wants no retry.
    """

    def __init__(self, error: str, reason: str, *, final: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.reason = reason
        self.final = final
