"""What becomes a command, and what does not."""

import contextlib
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.config.gateway import CommandName
from edge.fleet.commands import (
    BODIES,
    COMMANDS,
    LARGEST_BODY,
    CommandError,
    Request,
    Resend,
    Restart,
    Zero,
    body_of,
    can_be_answered,
    command_of,
)

PREFIX = "v1/acme/sh-1/gw-1"
REPLY = f"{PREFIX}/reply/ops"
ALL = frozenset(COMMANDS)
EPOCH = "019abc000000-0123abcd"


def asked(name: str, payload: bytes = b"{}", *, correlation: bytes = b"c-1", retained: bool = False) -> Request:
    return Request(
        topic=f"{PREFIX}/cmd/{name}", payload=payload, reply_to=REPLY, correlation=correlation, retained=retained
    )


def test_the_configuration_names_just_the_commands_of_the_table() -> None:
    assert set(get_args(CommandName)) == set(COMMANDS)


@pytest.mark.parametrize(
    ("name", "payload", "doer"),
    [
        ("status", b"", "supervisor"),
        ("diagnose", b"{}", "supervisor"),
        ("restart", b'{"agent": "camera/door"}', "supervisor"),
        ("log_level", b'{"agent": "uplink", "level": "debug"}', "uplink"),
        ("zero", b'{"plate": "aisle-3/p1"}', "shelf/aisle-3"),
        ("tare", b'{"plate": "aisle-3/p1"}', "shelf/aisle-3"),
        ("price_book", b'{"lane": "sco-1", "version": "0123456789ab"}', "checkout/sco-1"),
        ("resend", f'{{"source": "camera/door", "epoch": "{EPOCH}", "from": 3, "to": 9}}'.encode(), "uplink"),
    ],
)
def test_each_command_goes_to_its_doer_and_its_body_survives_the_book(name: str, payload: bytes, doer: str) -> None:
    command = command_of(asked(name, payload), PREFIX, ALL)
    assert (command.name, command.doer, command.reply_to) == (name, doer, REPLY)
    assert command.correlation == b"c-1".hex()
    assert isinstance(body_of(name, command.body), COMMANDS[name].body)


def test_only_what_the_box_allows_is_taken() -> None:
    with pytest.raises(CommandError, match="expected a command of status, found 'restart'"):
        command_of(asked("restart", b'{"agent": "uplink"}'), PREFIX, {"status"})
    with pytest.raises(CommandError, match="expected a command of none"):
        command_of(asked("status"), PREFIX, ())
    with pytest.raises(CommandError, match="found 'load_price_book'"):
        command_of(asked("load_price_book", b'{"lane": "a", "form": "csv", "text": ""}'), PREFIX, ALL)


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("restart", b"{}", "missing required field `agent`"),
        ("restart", b'{"agent": "/bin/sh"}', "agent"),
        ("restart", b'{"agent": "camera/../../etc"}', "agent"),
        ("restart", b'{"agent": "uplink", "shell": "rm"}', "unknown field"),
        ("restart", b'{"agent": "uplink\\n"}', "agent"),
        ("zero", b'{"plate": "p1"}', "plate"),
        ("log_level", b'{"agent": "uplink", "level": "debug", "minutes": 61}', "minutes"),
        ("price_book", b'{"lane": "a", "version": "../../x"}', "version"),
        ("resend", f'{{"source": "camera/d", "epoch": "{EPOCH}", "from": 9, "to": 3}}'.encode(), "expected to at or"),
        ("resend", b'{"source": "camera/d", "epoch": "1", "from": 1, "to": 3}', "epoch"),
        ("status", b"\xff", "status"),
        ("status", b"[" * 100_000, "at most"),
        ("status", b"x" * (LARGEST_BODY + 1), "at most"),
    ],
)
def test_a_payload_that_is_not_as_it_should_be_is_refused(name: str, payload: bytes, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        command_of(asked(name, payload), PREFIX, ALL)


def test_what_the_broker_had_kept_is_not_done() -> None:
    with pytest.raises(CommandError, match="not retained"):
        command_of(asked("status", retained=True), PREFIX, ALL)


@pytest.mark.parametrize(
    ("reply_to", "correlation"),
    [
        (REPLY, b""),
        (REPLY, b"x" * 65),
        ("", b"c"),
        ("v1/other/sh-1/gw-1/reply/ops", b"c"),
        (f"{PREFIX}/evt/camera/door/footfall.counted.v1", b"c"),
        (f"{PREFIX}/reply/#", b"c"),
    ],
)
def test_nobody_makes_the_gateway_publish_elsewhere(reply_to: str, correlation: bytes) -> None:
    request = Request(topic=f"{PREFIX}/cmd/status", payload=b"", reply_to=reply_to, correlation=correlation)
    assert not can_be_answered(request, PREFIX)


@given(st.sampled_from(sorted(COMMANDS)), st.binary(max_size=200))
def test_rubbish_is_refused_or_is_a_command(name: str, payload: bytes) -> None:
    with contextlib.suppress(CommandError):
        body_of(name, command_of(asked(name, payload), PREFIX, ALL).body)


def test_bodies_are_told_apart_by_their_name() -> None:
    assert body_of("restart", b'{"agent": "uplink"}') == Restart(agent="uplink")
    assert body_of("zero", b'{"plate": "a/b"}') == Zero(plate="a/b")
    resend = Resend(source="shelf/a", epoch=EPOCH, from_=1, to=2)
    assert body_of("resend", msgspec.json.encode(resend)) == resend
    with pytest.raises(CommandError, match="expected a command of the table"):
        body_of("reboot", b"{}")
    assert all(row.per_minute > 0 for row in BODIES.values())
