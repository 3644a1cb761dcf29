"""The exception tree: whose fault it is decides the branch.

    StoreEdgeError
    ├── ConfigError      the configuration, or an argument, is wrong: a person must mend it
    ├── DeviceError      a camera, port or scale is absent, gone or refuses: it may come back
    │   └── SourceError  a video stream or file cannot be opened or read
    ├── FrameError       bytes or a frame arrived, but damaged: drop and go on
    ├── ModelError       a detector model cannot be used
    ├── OutboxError      the durable queue cannot take an event
    └── CodecError       a message is not one of ours

Every message says what was expected, what was found and what to do, in one line.
"""


class StoreEdgeError(Exception):
    """Anything that store-edge itself reports as gone wrong."""


class ConfigError(StoreEdgeError):
    """The configuration or an argument is wrong.

    Attributes:
        path: where, as in ``camera[0].line[1].points``; empty when the whole file is meant.
    """

    def __init__(self, message: str, path: str = "") -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path


class DeviceError(StoreEdgeError):
    """A device is absent, gone or refuses; it may come back."""


class SourceError(DeviceError):
    """A video stream or file cannot be opened or read."""


class FrameError(StoreEdgeError):
    """Bytes or a picture arrived, but damaged."""


class ModelError(StoreEdgeError):
    """A detector model cannot be used."""


class OutboxError(StoreEdgeError):
    """The durable queue cannot take an event."""


class CodecError(StoreEdgeError):
    """A message is not one of ours."""
