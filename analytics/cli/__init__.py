"""The command line: the same calls as the pages, nothing more."""

import os
import sys

from analytics.cli.parser import build_parser
from analytics.contract.errors import UserError

__all__ = ["build_parser", "main"]


def main(arguments: list[str] | None = None) -> int:
    """Runs one command. Returns 0 done, 2 the user's input is at fault (one sentence), 1 our fault."""
    args = build_parser().parse_args(arguments)
    try:
        args.run(args)
        sys.stdout.flush()
    except UserError as error:
        print(f"holdfast: {error.sentence}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader of the pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("HOLDFAST_DEBUG"):
            raise
        print(
            f"holdfast: our fault: {type(error).__name__}: {error} (HOLDFAST_DEBUG=1 shows where)",
            file=sys.stderr,
        )
        return 1
    return 0
