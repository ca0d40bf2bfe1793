"""A local Slack workspace: Slack's wire protocol for the app, a page and JSON for people.

It imports nothing of the bot. `Workspace.serve()` runs it inside a program,
`python -m bot.demo.workspace` alone.
"""

from .server import Workspace

__all__ = ["Workspace"]
