"""What the program can be asked at a prompt."""

from bot.cli.main import parser


def command_names() -> list[str]:
    """Every command, in the order of the help."""
    for action in parser()._actions:
        if isinstance(action.choices, dict):
            return list(action.choices)
    raise AssertionError("the program has no commands")
