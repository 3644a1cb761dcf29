"""The element strings of a GS1 code, from a message with FNC1 or from a Digital Link URI. Pure.

biip knows the application identifiers (AI) and their forms. How the elements follow each other is judged here, and
more strictly: an element of variable length ends at FNC1 or at the end of the message, never where its form happens to
stop matching.

Source: GS1 General Specifications, sections 3 and 7.8; GS1 Digital Link standard, URI syntax.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString, GS1ElementStrings

from edge.checkout.barcode_error import BarcodeError, shown
from edge.checkout.gtin import is_digits

FNC1 = "\x1d"
SCHEMES = ("http://", "https://")

# Dates are judged here, without a clock: biip would ask it for the century.
_CONFIG = ParseConfig(gs1_element_strings_verify_date=False)

# AI → value.
Elements = Mapping[str, str]


def is_uri(text: str) -> bool:
    """Whether a code is a web address, and so a Digital Link or nothing."""
    return text.lower().startswith(SCHEMES)


def from_message(text: str) -> Elements:
    """The elements of a GS1 message as a scanner sends it, with 0x1D for FNC1.

    An FNC1 at the very front or end, which some scanners add, is let pass.

    Raises:
        BarcodeError: an unknown AI, a value that does not fit its AI, a missing FNC1, or an AI with two values.
    """
    found: dict[str, str] = {}
    for part in text.removeprefix(FNC1).removesuffix(FNC1).split(FNC1):
        rest = part
        while True:
            element = _first(rest)
            _add(found, element)
            rest = rest[len(element) :]
            if not rest:
                break
    return found


def from_digital_link(uri: str) -> Elements:
    """The elements of an uncompressed GS1 Digital Link URI, of any domain and sub-path.

    Raises:
        BarcodeError: no such URI, or an AI that is given two values.
    """
    try:
        parsed = GS1DigitalLinkURI.parse(uri, config=_CONFIG)
        keys = [key for key, _ in parse_qsl(urlsplit(uri).query)]
    except (ParseError, ValueError) as error:
        raise BarcodeError("a GS1 Digital Link URI with a GTIN, not compressed", shown(uri)) from error
    for key in keys:
        if is_digits(key) and keys.count(key) > 1:
            raise BarcodeError(f"one value of AI {key}", f"{keys.count(key)} in {shown(uri)}")
    return _all(parsed.element_strings)


def _first(text: str) -> GS1ElementString:
    """The element at the front; all of `text` where its AI asks for FNC1 behind it."""
    try:
        ai = GS1ApplicationIdentifier.extract(text)
    except ParseError as error:
        raise BarcodeError("a GS1 application identifier", shown(text)) from error
    read = GS1ElementString.parse if ai.separator_required else GS1ElementString.extract
    try:
        return read(text, config=_CONFIG)
    except ParseError as error:
        end = " that ends at FNC1 (0x1D)" if ai.separator_required else ""
        raise BarcodeError(f"a value of AI {ai} as {ai.format}{end}", shown(text[len(ai) :])) from error


def _all(elements: GS1ElementStrings) -> Elements:
    found: dict[str, str] = {}
    for element in elements:
        _add(found, element)
    return found


def _add(found: dict[str, str], element: GS1ElementString) -> None:
    ai, value = element.ai.ai, element.value
    if not value.isascii():
        raise BarcodeError(f"ASCII in AI {ai}", shown(value))
    if found.setdefault(ai, value) != value:
        raise BarcodeError(f"one value of AI {ai}", f"{shown(found[ai])} and {shown(value)}")
