"""Finding network cameras: WS-Discovery, as ONVIF devices answer it. Pure.

A Probe for NetworkVideoTransmitter is sent to a multicast group; every camera answers with a ProbeMatch that holds the
address of its device service. Sources: WS-Discovery (April 2005), sections 2.4, 5.2 and 5.3; ONVIF Core Specification,
section 7.3. What comes back is anybody's: it is bounded, parsed without entities, and only an address that is the
sender's own is believed.
"""

import uuid
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

GROUP, PORT = "239.255.255.250", 3702
LARGEST = 65_507  # of a UDP datagram
NAMESPACES = {
    "soap": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "wsd": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
}
_PROBE = """<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="{soap}" xmlns:a="{wsa}" xmlns:d="{wsd}" xmlns:n="http://www.onvif.org/ver10/network/wsdl">
<s:Header><a:Action>{wsd}/Probe</a:Action><a:MessageID>urn:uuid:{message}</a:MessageID>
<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>
<s:Body><d:Probe><d:Types>n:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>"""
_NAME = "onvif://www.onvif.org/name/"
LONGEST_NAME = 60


@dataclass(frozen=True, order=True)
class FoundCamera:
    """A camera that answered.

    Attributes:
        host: its address.
        name: as it calls itself; empty where it does not.
    """

    host: str
    name: str = ""


def probe(message: uuid.UUID) -> bytes:
    """The datagram to send.

    Args:
        message: a new one for each.
    """
    return _PROBE.format(message=message, **NAMESPACES).encode()


def camera_of(answer: bytes, sender: str, message: uuid.UUID) -> FoundCamera | None:
    """The camera that an answer tells of; None where it is no answer to our probe, or tells of somebody else.

    Args:
        answer: a datagram.
        sender: the address that it came from.
        message: of the probe.
    """
    try:
        root = fromstring(answer[:LARGEST].decode("utf-8"))
    except (ParseError, DefusedXmlException, UnicodeDecodeError, ValueError):
        return None
    if (root.findtext("soap:Header/wsa:RelatesTo", "", NAMESPACES) or "").strip() != f"urn:uuid:{message}":
        return None
    match = root.find("soap:Body/wsd:ProbeMatches/wsd:ProbeMatch", NAMESPACES)
    if match is None:
        return None
    addresses = (match.findtext("wsd:XAddrs", "", NAMESPACES) or "").split()
    if sender not in {_host(address) for address in addresses}:
        return None
    scopes = (match.findtext("wsd:Scopes", "", NAMESPACES) or "").split()
    names = [unquote(scope.removeprefix(_NAME)) for scope in scopes if scope.startswith(_NAME)]
    name = "".join(one for one in (names or [""])[0] if one.isprintable())
    return FoundCamera(sender, name[:LONGEST_NAME])


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
