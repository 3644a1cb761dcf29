"""What a configuration that comes from afar may name."""

import typing
from pathlib import Path

import msgspec
import pytest

from edge.config.gateway import Config
from edge.config.read import parse
from edge.errors import ConfigError
from edge.fleet.references import PLAIN, REFERENCES, check_wanted, is_allowed, references

OWN = """
[store]
tenant = "acme"
store = "sh-1"
gateway = "g-1"
data_dir = "data"
[uplink]
url = "mqtts://broker.example"
ca_file = "ca.pem"
[remote]
config = true
[[camera]]
id = "door"
url = "rtsp://10.0.0.5/sub"
[[shelf]]
id = "aisle"
port = "/dev/serial/by-path/a"
driver = "mt_sics"
[[shelf.plate]]
id = "p"
capacity_g = 1000
[[shelf.plate.product]]
gtin = "06901234567892"
unit_weight_g = 100
"""
FOLDER = Path("/etc/store-edge")


def wanted(change: tuple[str, str], allow: tuple[str, ...] = ()) -> None:
    assert change[0] in OWN
    check_wanted(parse(OWN.replace(*change), folder=FOLDER), parse(OWN, folder=FOLDER), allow)


@pytest.mark.parametrize(
    "change",
    [
        ('id = "door"', 'id = "entrance"\nfps = 5'),
        ("capacity_g = 1000", "capacity_g = 2000"),
        ("[[camera]]", '[[camera]]\nid = "second"\nurl = "rtsp://10.0.0.5/sub"\n[[camera]]'),
        ('driver = "mt_sics"', 'driver = "nci"\nbaud = 4800'),
        ('url = "rtsp://10.0.0.5/sub"', 'url = "rtsp://10.0.0.5/sub"\nmodel = "person"'),
        ('url = "rtsp://10.0.0.5/sub"', 'url = "rtsp://10.0.0.5/sub"\nmodel = "person-int8"'),
    ],
)
def test_what_names_nothing_new_is_taken(change: tuple[str, str]) -> None:
    wanted(change)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (("rtsp://10.0.0.5/sub", "rtsp://evil.example/sub"), "camera\\[0\\].url"),
        (("rtsp://10.0.0.5/sub", "/etc/shadow"), "camera\\[0\\].url"),
        (('id = "door"', 'id = "door"\nmodel = "/tmp/x.onnx"'), "camera\\[0\\].model"),
        (('id = "door"', 'id = "door"\nusername = "u"\npassword_env = "HOME"'), "camera\\[0\\].password_env"),
        (("mqtts://broker.example", "mqtts://evil.example"), "uplink.url"),
        (('ca_file = "ca.pem"', 'ca_file = "/tmp/ca.pem"'), "uplink.ca_file"),
        (("/dev/serial/by-path/a", "spy:///dev/ttyS0?file=/etc/passwd"), "shelf\\[0\\].port"),
    ],
)
def test_what_names_something_new_is_refused(change: tuple[str, str], where: str) -> None:
    with pytest.raises(ConfigError, match=f"{where}: expected what the box's own file names"):
        wanted(change)


@pytest.mark.parametrize(
    "change", [("acme", "other"), ('"data"', '"elsewhere"'), ("config = true", 'commands = ["status"]')]
)
def test_what_is_the_boxs_own_business_is_refused(change: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="change it on the box"):
        wanted(change)


def test_what_the_box_allows_is_taken() -> None:
    wanted(("rtsp://10.0.0.5/sub", "rtsp://10.0.0.77/main?x=1"), ("rtsp://10.0.0.*",))
    wanted(("/dev/serial/by-path/a", "/dev/serial/by-path/b"), ("/dev/serial/by-path/*",))


@pytest.mark.parametrize(
    ("value", "pattern", "allowed"),
    [
        ("rtsp://10.0.0.5:554/x", "rtsp://10.0.0.*", True),
        ("rtsp://10.0.0.5@evil.example/x", "rtsp://10.0.0.*", False),
        ("rtsp://evil.example/10.0.0.5", "rtsp://10.0.0.*", False),
        ("rtsp://10.0.0.5\\@evil.example", "rtsp://10.0.0.*", False),
        ("rtsp://[", "rtsp://*", False),
        ("http://10.0.0.5/x", "rtsp://10.0.0.*", False),
        ("/dev/serial/by-path/a", "/dev/serial/by-path/*", True),
        ("/dev/serial/by-path/../../../etc/passwd", "/dev/serial/by-path/*", False),
        ("/dev/serial/by-path/a/b", "/dev/serial/by-path/*", False),
        ("/etc/passwd", "*", False),
    ],
)
def test_patterns_match_host_and_segment_not_more(value: str, pattern: str, allowed: bool) -> None:
    assert is_allowed(value, (pattern,)) is allowed


def texts_of(section: type[msgspec.Struct], seen: set[type]) -> set[str]:
    """The names of all fields that can hold a text, in a section and those below it."""
    seen.add(section)
    found: set[str] = set()
    for name, hint in typing.get_type_hints(section).items():
        for part in parts_of(hint):
            if part is str:
                found.add(name)
            elif isinstance(part, type) and issubclass(part, msgspec.Struct) and part not in seen:
                found |= texts_of(part, seen)
    return found


def parts_of(hint: object) -> list[object]:
    inner = typing.get_args(hint)
    if not inner:
        return [hint]
    if all(isinstance(one, str) for one in inner):
        return [str]
    return [part for one in inner if one is not Ellipsis for part in parts_of(one)]


def test_every_text_of_the_configuration_is_on_one_of_the_lists() -> None:
    known = REFERENCES | PLAIN
    assert texts_of(Config, set()) - known == set(), (
        "say in edge/fleet/references.py whether it names something outside"
    )
    assert not REFERENCES & PLAIN


def test_references_say_where_they_stand() -> None:
    found = dict(references(parse(OWN, folder=FOLDER)))
    assert found["camera[0].url"] == "rtsp://10.0.0.5/sub"
    assert found["uplink.ca_file"] == str(FOLDER / "ca.pem")
    assert found["shelf[0].port"] == "/dev/serial/by-path/a"
