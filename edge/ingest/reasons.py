"""Reason codes of MQTT 5 in words (OASIS standard MQTT 5.0, section 2.4). Pure."""

FAILURE = 0x80  # from here on they refuse

# Those that a person can do something about.
_REASONS = {
    0x00: "normal disconnection",
    0x80: "unspecified error",
    0x81: "malformed packet",
    0x82: "protocol error",
    0x84: "unsupported protocol version",
    0x85: "client identifier not valid",
    0x86: "bad user name or password",
    0x87: "not authorized",
    0x88: "server unavailable",
    0x89: "server busy",
    0x8A: "banned",
    0x8B: "server shutting down",
    0x8D: "keep alive timeout",
    0x8E: "session taken over by a worker of the same name",
    0x8F: "topic filter invalid",
    0x93: "receive maximum exceeded",
    0x95: "packet too large",
    0x97: "quota exceeded",
    0x9E: "shared subscriptions not supported",
}


def reason(code: int) -> str:
    """A reason code in words."""
    return _REASONS.get(code, f"reason 0x{code:02x}")
