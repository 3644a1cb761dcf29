"""What is connected to this box: serial ports, USB cameras, and the network cameras that answer."""

import contextlib
import socket
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from serial.tools import list_ports

from edge.init import onvif
from edge.init.onvif import FoundCamera

LISTEN_S = 2.0
MOST_CAMERAS = 64
BY_PATH = Path("/dev/serial/by-path")
# A USB camera has a second node for its metadata; only one that captures is told (videodev2.h, V4L2_CAP_VIDEO_CAPTURE).
SYS_VIDEO = Path("/sys/class/video4linux")


@dataclass(frozen=True)
class FoundPort:
    """A serial port.

    Attributes:
        path: by the socket it is in, where the system names it so: it stays when adapters change places.
        what: as the adapter describes itself.
    """

    path: str
    what: str


def serial_ports(by_path: Path = BY_PATH) -> tuple[FoundPort, ...]:
    """The serial adapters."""
    names = {str(link.resolve()): str(link) for link in sorted(by_path.glob("*"))} if by_path.is_dir() else {}
    return tuple(
        FoundPort(names.get(port.device, port.device), port.description or "")
        for port in sorted(list_ports.comports(), key=lambda port: port.device)
        if port.vid is not None or port.device in names
    )


def usb_cameras(sys_video: Path = SYS_VIDEO) -> tuple[str, ...]:
    """The devices of USB cameras."""
    found = []
    for entry in sorted(sys_video.glob("video*")) if sys_video.is_dir() else []:
        with contextlib.suppress(OSError):
            if (entry / "index").read_text(encoding="ascii").strip() == "0":
                found.append(f"/dev/{entry.name}")
    return tuple(found)


def network_cameras(
    listen_s: float = LISTEN_S, to: tuple[str, int] = (onvif.GROUP, onvif.PORT)
) -> tuple[FoundCamera, ...]:
    """The cameras that answer a WS-Discovery probe; none where there is no network.

    Args:
        listen_s: how long to wait for answers.
        to: where to send the probe.
    """
    message, found = uuid.uuid4(), set[FoundCamera]()
    end = time.monotonic() + listen_s
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        line.sendto(onvif.probe(message), to)
        while (left := end - time.monotonic()) > 0 and len(found) < MOST_CAMERAS:
            line.settimeout(left)
            answer, sender = line.recvfrom(onvif.LARGEST)
            camera = onvif.camera_of(answer, sender[0], message)
            if camera is not None:
                found.add(camera)
    return tuple(sorted(found))
