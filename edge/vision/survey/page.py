"""A survey as one HTML page that needs nothing else. Pure."""

import base64
from collections.abc import Iterable, Sequence
from html import escape

from edge.events import Direction
from edge.vision.report import STYLE
from edge.vision.survey.advice import Advice
from edge.vision.survey.findings import Findings
from edge.vision.survey.proposal import toml
from edge.vision.survey.walks import TOLERANCE_S, Compared

MORE_STYLE = """
td:nth-child(2) { text-align: left; } td.about { color: var(--soft); text-align: left; }
pre { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: .8rem; overflow-x: auto; }
ul.advice { list-style: none; padding: 0; } ul.advice li { border-left: 4px solid var(--bad); padding: .2rem .8rem;
  margin: .6rem 0; } ul.advice b { display: block; }
p.fine { border-left: 4px solid var(--good); padding: .2rem .8rem; }
img.wide { width: 100%; border-radius: 4px; display: block; }
"""


def page(findings: Findings, advice: Sequence[Advice], pictures: Sequence[tuple[str, bytes]]) -> str:
    """The whole page.

    Args:
        findings: the figures.
        advice: the warnings.
        pictures: each a caption and a JPEG.
    """
    body = [
        f"<h1>Survey of {escape(findings.source)}</h1>",
        _about(findings),
        _advice(advice),
        *(_picture(*one) for one in pictures),
        "<h2>How it sees</h2>",
        _table(_rows(findings)),
        *_lines(findings),
        *_walks(findings.walks),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Survey of {escape(findings.source)}</title><style>{STYLE}{MORE_STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _about(found: Findings) -> str:
    seen = f"watched for {found.seconds:.0f} s · {found.people} people seen"
    return f'<p class="about">{found.size[0]}×{found.size[1]} pixels · {seen}</p>'


def _advice(advice: Sequence[Advice]) -> str:
    if not advice:
        return '<p class="fine">Nothing speaks against counting here.</p>'
    items = "".join(f"<li><b>{escape(one.what)}</b>{escape(one.do)}</li>" for one in advice)
    return f'<ul class="advice">{items}</ul>'


def _picture(caption: str, jpeg: bytes) -> str:
    encoded = base64.b64encode(jpeg).decode()
    return (
        f"<figure><figcaption>{escape(caption)}</figcaption>"
        f'<img class="wide" alt="{escape(caption)}" src="data:image/jpeg;base64,{encoded}"></figure>'
    )


def _rows(found: Findings) -> Iterable[tuple[str, str, str]]:
    """What, how much, and what it means."""
    if found.view is not None:
        low, high = found.view.tilt_range
        yield "camera tilt", f"{found.view.tilt:.0f}° down", f"{low:.0f}° to {high:.0f}° over usual lenses"
        yield "people are seen at", f"{found.view.steepness:.0f}° down", "20° to 55° is good"
        yield "camera height", f"about {found.view.height_m:.1f} m", "if people are 1.70 m tall"
    else:
        yield "camera tilt", "cannot be told", "too few whole people, or all equally far away"
    if found.heights is not None:
        low, middle, high = found.heights
        yield "pixels a person", f"{middle:.0f}", f"most are {low:.0f} to {high:.0f} tall"
        yield "pixels for the model", f"{middle * found.scale:.0f}", "its input is smaller; 50 at the line are wanted"
    if found.occlusion is not None:
        yield "partly hidden by others", f"{found.occlusion:.0%} of sights", "below 15 % is good"
    yield "brightness", f"{found.light.mean:.0f} of 255", "45 or more"
    yield "contrast", f"{found.light.contrast:.0f}", "20 or more"
    yield "burnt out", f"{found.light.burnt:.1%}", "backlight: below 12 %"
    if found.light.noise is not None:
        yield "noise", f"{found.light.noise:.1f} grey levels", "below 6"
    if found.fps is not None:
        yield "analysed pictures a second", f"{found.fps:.1f}", f"{found.wanted_fps:g} were aimed at"


def _table(rows: Iterable[tuple[str, str, str]]) -> str:
    cells = "".join(
        f'<tr><td>{escape(what)}</td><td>{escape(value)}</td><td class="about">{escape(about)}</td></tr>'
        for what, value, about in rows
    )
    return f"<table><tbody>{cells}</tbody></table>"


def _lines(found: Findings) -> Iterable[str]:
    for one, what in zip(found.proposals, found.expected, strict=True):
        yield f"<h2>Proposed line {escape(one.line.id)}</h2>"
        off = f", of which {what.lost_to_occlusion:.0%} is taken off for people who hide each other"
        yield (
            f"<p>{one.crossings} people went over it, {one.against} appear, vanish or turn round at it. People are "
            f"{one.height:.0f} pixels tall there and are analysed {one.frames:.0f} times on their way over it. "
            f"Expect about <b>{what.f1:.0%}</b> of crossings to be counted rightly"
            f"{off if what.lost_to_occlusion else ''}: measured on rendered clips; the test walks have the last word."
            "</p>"
        )
        yield f"<pre>{escape(toml(one.line))}</pre>"


def _walks(walks: Sequence[Compared]) -> Iterable[str]:
    if not walks:
        return
    yield "<h2>Test walks</h2>"
    heads = "".join(f"<th>{head}</th>" for head in ("line", "way", "walked", "counted", "matched"))
    rows = "".join(
        f"<tr><td>{escape(one.line)}</td><td>{way}</td>"
        f'<td>{one.tallies[way].true}</td><td class="{"good" if one.tallies[way].bias == 0 else "bad"}">'
        f"{one.tallies[way].counted}</td><td>{one.tallies[way].matched}</td></tr>"
        for one in walks
        for way in Direction
    )
    yield f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    timed = f"matched one to one, within {TOLERANCE_S:g} s" if walks[0].timed else "totals only: no times were given"
    yield f'<p class="about">{timed}</p>'
