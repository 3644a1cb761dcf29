"""`store-edge`: exit statuses and one-line errors. The verbs themselves are in `edge.verbs`.

Exit status: 0 fine, 1 the answer is no (or something failed that worked before), 2 wrong usage or bad input, 130
interrupted. An error is one line that says what was expected, what was found and what to do.
"""

import sys
from collections.abc import Sequence

from edge.errors import ConfigError, ModelError, SourceError, StoreEdgeError
from edge.exit_status import BAD_INPUT, INTERRUPTED, NO, OK


def main() -> None:
    """The program `store-edge`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say.

    Args:
        arguments: without the program's name.

    Returns:
        The exit status.
    """
    try:
        status = _dispatch(list(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # the reader is gone: nothing is to be flushed at exit
        return NO
    except StoreEdgeError as error:
        return _say(str(error), status_of(error))
    except OSError as error:
        return _say(_file_trouble(error), BAD_INPUT)
    return status


def _file_trouble(error: OSError) -> str:
    """What a file or folder that a verb was given refuses."""
    if error.filename is None:
        return str(error)
    return f"{error.filename}: expected a file or folder that can be read or written here, found: {error.strerror}"


def status_of(error: StoreEdgeError) -> int:
    """2 when a person has to mend the input, 1 when the answer is no."""
    return BAD_INPUT if isinstance(error, ConfigError | SourceError | ModelError) else NO


def _dispatch(arguments: list[str]) -> int:
    if arguments[:1] == ["agent"]:
        return _agent(arguments[1:])
    return _verb(arguments or ["--help"])


def _agent(arguments: list[str]) -> int:
    """One agent's process, for the supervisor: without the command line's libraries, for it starts often."""
    from edge.agent.worker import main as work

    return work(arguments)


def _verb(arguments: list[str]) -> int:
    import typer

    from edge.verbs import app

    # The class for wrong usage, reached over a public name: which module holds it depends on typer's version.
    usage_error: type[Exception] = typer.BadParameter.__mro__[1]
    try:
        status = app(args=arguments, prog_name="store-edge", standalone_mode=False)
    except typer.Abort:  # Ctrl-C at a question, or the end of what was to answer it
        if sys.stdin.isatty():
            return INTERRUPTED
        return _say("expected an answer, found the end of the input; give it as an option (--help)", BAD_INPUT)
    except usage_error as error:
        hint = getattr(getattr(error, "ctx", None), "command_path", "store-edge")
        message = error.format_message() if hasattr(error, "format_message") else str(error)
        return _say(f"{message.rstrip('.')}; `{hint} --help` shows the usage", BAD_INPUT)
    return status if isinstance(status, int) else OK


def _say(message: str, status: int) -> int:
    print("store-edge:", " ".join(message.split()), file=sys.stderr)  # noqa: T201 - a program's voice
    return status
