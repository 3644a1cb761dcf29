"""The lane's screen port: what it shows, what it takes, and whom it turns away."""

import http.client
import json
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from edge.checkout import kiosk_port
from edge.checkout.kiosk_port import Choose, Code, KioskPort
from edge.checkout.session.inputs import Action, Attended, Key, Pressed
from edge.checkout.session.phase import Phase
from edge.checkout.session.screen import Call, Prompt, Screen, ShownLine
from edge.errors import ConfigError

SHOWN = Screen(
    phase=Phase.SCANNING,
    prompt=Prompt.BAG_IT,
    session="j-000001",
    lines=(ShownLine(line=1, name="绿茶", quantity=2, amount=700, bagged=False),),
    total=700,
    currency="CNY",
)


@pytest.fixture
def kiosk() -> Iterator[KioskPort]:
    with KioskPort("127.0.0.1", 0) as one:
        yield one


def ask(
    kiosk: KioskPort, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, dict[str, str], Any]:
    connection = http.client.HTTPConnection("127.0.0.1", kiosk.port, timeout=5)
    data = body if isinstance(body, bytes | None) else json.dumps(body)
    sent = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request(method, path, data, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        told = dict(answer.getheaders())
        return answer.status, told, json.loads(text) if told["Content-Type"] == "application/json" else text
    finally:
        connection.close()


def test_the_screen_is_shown_at_once_and_again_when_it_changes(kiosk: KioskPort) -> None:
    kiosk.show(SHOWN)
    status, _, first = ask(kiosk, "GET", "/screen")
    assert (status, first["screen"]["total"], first["screen"]["lines"][0]["name"]) == (200, 700, "绿茶")
    later: list[Any] = []
    waiting = threading.Thread(target=lambda: later.append(ask(kiosk, "GET", f"/screen?after={first['number']}")[2]))
    waiting.start()
    kiosk.show(SHOWN)
    waiting.join(0.3)
    assert waiting.is_alive(), "the same screen is no news"
    kiosk.show(Screen(phase=Phase.IDLE, prompt=Prompt.WELCOME, call=Call.LEFT_GOODS))
    waiting.join(2)
    assert later[0]["screen"] == {"phase": "idle", "prompt": "welcome", "session": "", "lines": [], "total": 0} | {
        "currency": "",
        "call": "left_goods",
        "detail": [],
        "receipt": "",
    }
    assert later[0]["number"] > first["number"]


def test_a_screen_from_before_a_restart_is_shown_at_once(kiosk: KioskPort) -> None:
    began = time.monotonic()
    assert ask(kiosk, "GET", "/screen?after=4711")[0] == 200
    assert ask(kiosk, "GET", "/screen?after=" + "9" * 5000)[0] == 200
    assert time.monotonic() - began < 2


def test_a_wait_ends_and_too_many_do_not_wait(kiosk: KioskPort, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kiosk_port, "LONGEST_POLL_S", 4.0)
    kiosk.show(SHOWN)
    polls = [threading.Thread(target=ask, args=(kiosk, "GET", "/screen?after=1")) for _ in range(kiosk_port.MOST_POLLS)]
    for poll in polls:
        poll.start()
    time.sleep(1.5)
    began = time.monotonic()
    assert ask(kiosk, "GET", "/screen?after=1")[0] == 200
    assert time.monotonic() - began < 1.5
    for poll in polls:
        poll.join(10)
        assert not poll.is_alive()


def test_a_page_that_hangs_up_is_no_news(kiosk: KioskPort, capsys: pytest.CaptureFixture[str]) -> None:
    for total in range(5):
        kiosk.show(Screen(phase=Phase.SCANNING, prompt=Prompt.SCAN, total=total))
        connection = http.client.HTTPConnection("127.0.0.1", kiosk.port, timeout=5)
        connection.request("GET", f"/screen?after={total + 1}")
        time.sleep(0.05)
        assert connection.sock is not None
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    kiosk.show(SHOWN)
    assert ask(kiosk, "GET", "/screen")[2]["screen"]["total"] == 700
    time.sleep(0.1)
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "body", "meant"),
    [
        ("/press", {"key": "pay"}, Pressed(key=Key.PAY)),
        ("/press", {"key": "quantity", "line": 2, "quantity": 3}, Pressed(key=Key.QUANTITY, line=2, quantity=3)),
        ("/choose", {"key": "4011"}, Choose("4011")),
        ("/code", {"code": "6901234567892"}, Code("6901234567892")),
        (
            "/attend",
            {"action": "accept", "badge": "b7", "reason": "looked"},
            Attended(action=Action.ACCEPT, badge="b7", reason="looked"),
        ),
    ],
)
def test_what_is_pressed_reaches_the_lane_once(kiosk: KioskPort, path: str, body: object, meant: object) -> None:
    assert ask(kiosk, "POST", path, body)[0] == 202
    assert kiosk.orders() == [meant]
    assert kiosk.orders() == []


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/press", {"key": "steal"}, 400, "Invalid enum value 'steal'"),
        ("/press", {"key": "pay", "amount": 0}, 400, "unknown field"),
        ("/press", b"\xff\xfe", 400, "expected Press as JSON"),
        ("/press", b"[" * 4000, 400, "expected Press as JSON"),
        ("/code", {"code": "6" * 201}, 400, "at most 200 characters"),
        ("/code", b"x" * 4097, 400, "a body of at most 4096 bytes"),
        ("/attend", {"action": "accept"}, 400, "missing required field `badge`"),
        ("/attend", {"action": "accept", "badge": ""}, 400, "expected a badge"),
        ("/pay", {}, 404, "expected /press, /choose, /code, /attend, found /pay"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_line(
    kiosk: KioskPort, path: str, body: object, status: int, said: str
) -> None:
    found, _, answer = ask(kiosk, "POST", path, body)
    assert found == status
    assert said in answer["message"]
    assert "\n" not in answer["message"]
    assert kiosk.orders() == []


def test_a_lane_that_does_not_keep_up_says_so(kiosk: KioskPort) -> None:
    answers = [kiosk.take("/press", b'{"key": "help"}', "")[0] for _ in range(kiosk_port.MOST_WAITING + 1)]
    assert answers[-2:] == [202, 503]
    assert len(kiosk.orders()) == kiosk_port.MOST_WAITING


def test_pages_of_elsewhere_are_turned_away(kiosk: KioskPort) -> None:
    assert ask(kiosk, "GET", "/screen", Host="evil.example")[0] == 403
    assert ask(kiosk, "POST", "/press", {"key": "pay"}, Host=f"evil.example:{kiosk.port}")[0] == 403
    assert ask(kiosk, "POST", "/press", {"key": "pay"}, Content_Type="text/plain")[0] == 415
    assert ask(kiosk, "POST", "/press", {"key": "pay"}, Host=f"localhost:{kiosk.port}")[0] == 202
    assert len(kiosk.orders()) == 1


def test_an_attendant_needs_the_token_where_there_is_one() -> None:
    with KioskPort("127.0.0.1", 0, "s3cret") as kiosk:
        body = {"action": "open", "badge": "b7"}
        assert ask(kiosk, "POST", "/attend", body)[0] == 403
        assert ask(kiosk, "POST", "/attend", body, Authorization="Bearer other")[0] == 403
        assert (
            ask(kiosk, "POST", "/attend", body, Authorization="Bearer sécret".encode("latin-1").decode("latin-1"))[0]
            == 403
        )
        assert ask(kiosk, "POST", "/press", {"key": "help"})[0] == 202
        assert ask(kiosk, "POST", "/attend", body, Authorization="Bearer s3cret")[0] == 202
        assert len(kiosk.orders()) == 2


def test_the_page_needs_nothing_from_elsewhere_and_knows_every_prompt(kiosk: KioskPort) -> None:
    status, headers, page = ask(kiosk, "GET", "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page == files("edge.checkout").joinpath("kiosk_page.html").read_text("utf-8")
    assert not re.search(r"https?:|src=|innerHTML", page)
    assert not [prompt for prompt in Prompt if f"{prompt}:" not in page]
    assert ask(kiosk, "GET", "/other")[0] == 404


def test_an_address_that_is_taken_is_told(kiosk: KioskPort) -> None:
    with pytest.raises(ConfigError, match=rf"found 127\.0\.0\.1:{kiosk.port} \(Address already in use\)"):
        KioskPort("127.0.0.1", kiosk.port)
