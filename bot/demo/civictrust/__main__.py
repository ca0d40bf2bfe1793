"""`python -m bot.demo.civictrust serve --data DIR`, the operator's commands, and a node's process.

Each imports only what it needs, so that the operator's command starts fast.
"""

import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Run what the first argument names; return the exit status."""
    if arguments[:1] == ["node"]:  # started by the supervisor only
        from bot.demo.civictrust import node  # noqa: PLC0415 - costs what others need not pay

        node.main(arguments[1], Path(arguments[2]))
        return 0
    if arguments[:1] == ["serve"]:
        return _serve(arguments[1:])
    from bot.demo.civictrust import cli  # noqa: PLC0415 - likewise

    return cli.main(arguments)


def _serve(arguments: list[str]) -> int:
    import argparse  # noqa: PLC0415 - likewise
    import socket  # noqa: PLC0415 - likewise

    from bot.demo.civictrust import consensus, system  # noqa: PLC0415 - likewise

    pace = consensus.Pace()
    options = argparse.ArgumentParser(
        prog="civictrust serve", description="Start CivicTrust on a folder; SIGTERM ends it."
    )
    options.add_argument("--data", type=Path, required=True, help="its folder, filled if new")
    options.add_argument("--port", type=int, default=0, help="read-only gateway (0: a free one)")
    options.add_argument("--fd", type=int, help="the gateway's bound socket, in place of a port")
    options.add_argument("--admin-port", type=int, default=0, help="admin API (0: a free one)")
    options.add_argument("--catch-up-batch", type=int, default=pace.catch_up_batch, metavar="N")
    options.add_argument("--catch-up-pause", type=float, default=pace.catch_up_pause, metavar="S")
    given = options.parse_args(arguments)
    pace = consensus.Pace(catch_up_batch=given.catch_up_batch, catch_up_pause=given.catch_up_pause)
    gateway = given.port if given.fd is None else socket.socket(fileno=given.fd)
    return system.serve(given.data, gateway, given.admin_port, pace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
