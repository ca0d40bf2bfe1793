"""The Web API's methods. Importing this package fills the table."""

from . import chat, conversations, files, people, views
from .conversations import KINDS
from .table import TABLE, Call, Method

__all__ = ["KINDS", "TABLE", "Call", "Method", "chat", "conversations", "files", "people", "views"]
