"""A first configuration as a commented TOML text. Pure."""

from collections.abc import Iterator

from edge.config.shelf import WITHOUT_ADDRESS
from edge.init.answers import Answers, CameraAnswer, LaneAnswer, ShelfAnswer

PRICE_BOOK = "price_book.csv"
# A GTIN for one's own shop (GS1 General Specifications, section 2.1.11: prefix 02, 20 to 29), to be replaced.
SAMPLE_GTIN = "02000000000015"
USUAL_SIZE = (1280, 720)
FIRST_SCREEN = 8081
SAMPLE_BOOK = (
    "code,name,price,sold_by,tax,min_age,unit_weight_g\n2000000000015,Sample product,1.00,piece,standard,0,330\n"
)


def toml(answers: Answers) -> str:
    """The text; `edge.config.gateway.parse` takes it."""
    return "\n".join(_parts(answers))


def _parts(answers: Answers) -> Iterator[str]:
    yield _STORE.format(
        tenant=quoted(answers.tenant),
        store=quoted(answers.store),
        gateway=quoted(answers.gateway),
        timezone=quoted(answers.timezone),
        data_dir=quoted(answers.data_dir),
    )
    yield _no_uplink() if answers.broker is None else _uplink(answers.broker)
    for camera in answers.cameras:
        yield _left_out(_camera(camera), camera.silent)
    for shelf in answers.shelves:
        yield _left_out(_shelf(shelf), shelf.silent)
    for n, lane in enumerate(answers.lanes):
        yield _left_out(_lane(lane, answers.currency, FIRST_SCREEN + n), lane.silent)


def quoted(text: str) -> str:
    """A basic string of TOML 1.0."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in escaped) + '"'


def _left_out(section: str, why: str) -> str:
    """As a comment where the device does not answer, with what it said."""
    if not why:
        return section
    lines = (f"# {line}" if line else "#" for line in section.splitlines())
    return "\n".join((f"# Left out, for it did not answer: {_one_line(why)}", *lines, ""))


def _one_line(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)


def _uplink(url: str) -> str:
    secure = url.startswith("mqtts:")
    lines = ["[uplink]", f"url = {quoted(url)}"]
    if secure:
        lines += [
            '# ca_file = "ca.pem"            # who may vouch for the broker; the system\'s authorities when left out',
            '# cert_file = "gw.pem"          # our own certificate and its key, mode 0640',
            '# key_file = "gw.key"',
        ]
    lines += ['# username = "gw-1"', '# password_file = "mqtt.pw"     # never the password itself', ""]
    return "\n".join(lines)


def _no_uplink() -> str:
    return '# [uplink]                      # without it all events stay on the box\n# url = "mqtts://broker.example"\n'


def _camera(camera: CameraAnswer) -> str:
    width, height = camera.size or USUAL_SIZE
    size = f"frame_size = [{width}, {height}]" if camera.size else f"# frame_size = [{width}, {height}]"
    return _CAMERA.format(id=quoted(camera.id), url=quoted(camera.url), size=size, middle=height // 2, width=width)


def _shelf(shelf: ShelfAnswer) -> str:
    line = "".join(
        (
            f"baud = {shelf.baud}\n" if shelf.baud else "",
            f"format = {quoted(shelf.format)}\n" if shelf.format else "",
            "echo = true\n" if shelf.echo else "",
        )
    )
    head = _SHELF.format(id=quoted(shelf.id), port=quoted(shelf.port), driver=quoted(shelf.driver or "…"), line=line)
    usual = (0,) if shelf.driver in WITHOUT_ADDRESS else (1,)
    return head + "".join(_plate(n, address) for n, address in enumerate(shelf.addresses or usual, 1))


def _plate(n: int, address: int) -> str:
    return _PLATE.format(n=n, address=f"address = {address}" if address else "# address = 1", gtin=SAMPLE_GTIN)


def _lane(lane: LaneAnswer, currency: str, screen: int) -> str:
    port, sign = (lane.scale, "") if lane.scale is not None else ("/dev/serial/by-path/…", "# ")
    why = f"# Left out, for it did not answer: {_one_line(lane.scale_silent)}\n" if lane.scale_silent else ""
    sign = "# " if why else sign
    scale = f"{sign}scale = {{ port = {quoted(port)}, driver = {quoted(lane.scale_driver)}, capacity_g = 15000 }}"
    return _LANE.format(
        id=quoted(lane.id),
        scanner=quoted(lane.scanner),
        scale=why + scale,
        book=quoted(PRICE_BOOK),
        currency=quoted(currency),
        screen=screen,
    )


_STORE = """\
# Written by `store-edge init`. Change what is yours, then:
#
#   store-edge check FILE            is it right?
#   store-edge check FILE --probe    do camera, scales and broker answer?
#   store-edge run FILE
#
# Every key is explained in deploy/examples/store.toml. Paths are relative to this file.

[store]
tenant = {tenant}
store = {store}
gateway = {gateway}
timezone = {timezone}
data_dir = {data_dir}
"""
_CAMERA = """\
[[camera]]
id = {id}
url = {url}
{size}      # pixels of the stream
# username = "viewer"           # with password_file
# password_file = "camera.pw"

[[camera.line]]                 # across the way in; draw yours: `store-edge count` tries one on a recording
id = "door"
points = [[0, {middle}], [{width}, {middle}]]
inside = [0, 1]                 # a direction that points to the inside
"""
_SHELF = """\
[[shelf]]
id = {id}
port = {port}
driver = {driver}
{line}"""
_PLATE = """
[[shelf.plate]]                 # one for each plate
id = "p{n}"
{address}
capacity_g = 15000

[[shelf.plate.product]]         # what stands on it
gtin = "{gtin}"
unit_weight_g = 330.0           # `store-edge scale learn` finds it
low = 2
"""
_LANE = """\
[[lane]]
id = {id}
scanner = {{ port = {scanner} }}
{scale}
price_book = {book}
currency = {currency}
screen_port = {screen}              # of the lane's screen, on this box
"""
