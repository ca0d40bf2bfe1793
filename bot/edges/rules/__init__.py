"""Alerting rules from files and from a running Prometheus, and what their links lead to.

Reading blocks; it is what a command at a terminal does, and what the bot does in a thread.
"""

from bot.edges.rules.checkout import checkout, look
from bot.edges.rules.counting import counts
from bot.edges.rules.files import RulesError, read_files
from bot.edges.rules.online import answers, from_prometheus

__all__ = ["RulesError", "answers", "checkout", "counts", "from_prometheus", "look", "read_files"]
