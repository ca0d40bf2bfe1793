"""Start the command-line program."""

import sys


def main() -> int:
    """Run the program; the return value is the exit status."""
    return 0


if __name__ == "__main__":
    sys.exit(main())
