"""A small RTSP camera: H.264 (RFC 2326, RFC 6184) interleaved over TCP, over TLS, or over UDP beside it.

It can refuse, fall silent, die and return.
"""

import base64
import contextlib
import hashlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import av
import numpy as np

REALM, NONCE = "camera", "5ccc069c403ebaf9"
FPS, PICTURES, GOP = 20, 40, 5
# Bytes of one RTP payload; larger NAL units are cut up (RFC 6184, FU-A).
MOST_PAYLOAD = 1200
FU_A = 28
VIDEO_RATE = 90_000
SDP = (
    "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=test\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
    "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=control:track0\r\n"
)


@dataclass(frozen=True)
class Login:
    """What a client has to know."""

    username: str
    password: str
    scheme: Literal["Basic", "Digest"]

    def challenge(self) -> str:
        nonce = f', nonce="{NONCE}"' if self.scheme == "Digest" else ""
        return f'{self.scheme} realm="{REALM}"{nonce}'

    def admits(self, method: str, answer: str) -> bool:
        if self.scheme == "Basic":
            return answer == "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        given = dict(re.findall(r'(\w+)="([^"]*)"', answer))
        secret = _md5(f"{self.username}:{REALM}:{self.password}")
        return given.get("response") == _md5(f"{secret}:{NONCE}:{_md5(f'{method}:' + given.get('uri', ''))}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def pictures(size: tuple[int, int]) -> list[list[bytes]]:
    """A short grey clip, each picture as its NAL units."""
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = *size, "yuv420p"
    codec.time_base, codec.framerate, codec.gop_size = Fraction(1, FPS), Fraction(FPS), GOP
    codec.options = {"preset": "ultrafast", "tune": "zerolatency"}
    packets = []
    for number in range(PICTURES):
        grey = np.full((size[1], size[0], 3), 40 + 4 * number, dtype=np.uint8)
        picture = av.VideoFrame.from_ndarray(grey, format="bgr24")
        picture.pts = number
        packets += codec.encode(picture)
    return [[unit for unit in re.split(rb"\x00\x00\x00?\x01", bytes(packet)) if unit] for packet in packets]


def payloads(unit: bytes) -> Iterator[bytes]:
    """A NAL unit as RTP payloads."""
    if len(unit) <= MOST_PAYLOAD:
        yield unit
        return
    head, body = unit[0], unit[1:]
    for start in range(0, len(body), MOST_PAYLOAD):
        first, last = start == 0, start + MOST_PAYLOAD >= len(body)
        yield bytes([head & 0xE0 | FU_A, first << 7 | last << 6 | head & 0x1F]) + body[start : start + MOST_PAYLOAD]


@dataclass
class RtspServer:
    """One camera on loopback.

    Attributes:
        login: what it asks for.
        fps: pictures it really delivers a second.
        stamp: the presentation time in seconds that it puts on the picture of a number.
        mute: set, it accepts connections and never answers.
        tls: what it proves itself with; makes it rtsps.
        udp: it offers UDP, and only that, for the pictures.
        silent: set, it keeps the connection and sends no more pictures.
        requests: the requests seen, for assertions.
    """

    login: Login | None = None
    tls: ssl.SSLContext | None = None
    udp: bool = False
    fps: float = FPS
    size: tuple[int, int] = (160, 120)
    stamp: Callable[[int], float] = lambda number: number / FPS
    mute: threading.Event = field(default_factory=threading.Event)
    silent: threading.Event = field(default_factory=threading.Event)
    requests: list[str] = field(default_factory=list)
    port: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _clients: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{'rtsp' if self.tls is None else 'rtsps'}://127.0.0.1:{self.port}/live"

    def start(self) -> None:
        """Listen: at first on any port, later on the same one again."""
        self._stop.clear()
        self._pictures = pictures(self.size)
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind(("127.0.0.1", 0))
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        listener.settimeout(0.05)
        self._spawn(lambda: self._accept(listener))

    def stop(self) -> None:
        """Die: close everything."""
        self._stop.set()
        for client in self._clients:
            with_shutdown(client)
        for thread in self._threads:
            thread.join()
        self._datagrams.close()
        self._clients.clear()
        self._threads.clear()

    def _spawn(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with listener:
            while not self._stop.is_set():
                try:
                    client, _ = listener.accept()
                except TimeoutError:
                    continue
                self._clients.append(client)
                self._spawn(lambda client=client: self._serve(client))  # type: ignore[misc]  # bound now, not later

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(None)
        with client, contextlib.suppress(OSError):
            if self.tls is None:
                self._converse(client)
            else:
                with self.tls.wrap_socket(client, server_side=True) as wrapped:
                    self._converse(wrapped)

    def _converse(self, client: socket.socket) -> None:
        seen = b""
        while not self._stop.is_set():
            while b"\r\n\r\n" not in seen:
                chunk = client.recv(4096)
                if not chunk:
                    return
                seen += chunk
            text, _, seen = seen.partition(b"\r\n\r\n")
            if self.mute.is_set():
                continue
            if self._answer(client, text.decode()) == "PLAY":
                self._play(client)
                return

    def _answer(self, client: socket.socket, text: str) -> str:
        self.requests.append(text)
        method = text.split(" ", 1)[0]
        headers = dict(line.split(": ", 1) for line in text.split("\r\n")[1:])
        status, more, body = "200 OK", "", ""
        if self.login is not None and not self.login.admits(method, headers.get("Authorization", "")):
            status, more, method = "401 Unauthorized", f"WWW-Authenticate: {self.login.challenge()}\r\n", ""
        elif method == "DESCRIBE":
            more, body = "Content-Type: application/sdp\r\n", SDP
        elif method == "SETUP":
            status, more = self._set_up(headers["Transport"])
        elif method == "PLAY":
            more = "Session: 1\r\n"
        length = f"Content-Length: {len(body)}\r\n" if body else ""
        answer = f"RTSP/1.0 {status}\r\nCSeq: {headers['CSeq']}\r\n{more}{length}\r\n{body}"
        client.sendall(answer.encode())
        return method

    def _set_up(self, asked: str) -> tuple[str, str]:
        """The status and the headers of the answer to a SETUP (RFC 2326, section 12.39)."""
        ports = re.search(r"client_port=(\d+)-(\d+)", asked)
        if self.udp != bool(ports):
            return "461 Unsupported Transport", ""
        if ports is None:
            return "200 OK", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\nSession: 1\r\n"
        self._datagrams_to = int(ports[1])
        mine = self._datagrams.getsockname()[1]
        return "200 OK", f"Transport: RTP/AVP;unicast;{ports[0]};server_port={mine}-{mine + 1}\r\nSession: 1\r\n"

    def _play(self, client: socket.socket) -> None:
        sequence = 0
        number = 0
        while not self._stop.wait(1 / self.fps):
            if self.silent.is_set():
                continue
            units = self._pictures[number % PICTURES]
            ticks = round(self.stamp(number) * VIDEO_RATE) & 0xFFFFFFFF
            parts = [(part, unit is units[-1]) for unit in units for part in payloads(unit)]
            for place, (part, final) in enumerate(parts):
                marker = final and place == len(parts) - 1
                rtp = struct.pack(">BBHII", 0x80, marker << 7 | 96, sequence & 0xFFFF, ticks, 7) + part
                if self.udp:
                    self._datagrams.sendto(rtp, ("127.0.0.1", self._datagrams_to))
                else:
                    client.sendall(struct.pack(">cBH", b"$", 0, len(rtp)) + rtp)
                sequence += 1
            number += 1


def with_shutdown(client: socket.socket) -> None:
    """End a connection that another thread may be waiting on."""
    try:
        client.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


@contextmanager
def rtsp(**settings: object) -> Iterator[RtspServer]:
    """A running server, ended afterwards."""
    server = RtspServer(**settings)  # type: ignore[arg-type]  # any of its fields
    server.start()
    try:
        yield server
    finally:
        server.stop()
