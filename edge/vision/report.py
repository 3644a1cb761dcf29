"""A validation as one HTML page that needs nothing else: figures, a time line per clip, a strip per mistake."""

import base64
from collections.abc import Mapping, Sequence
from html import escape

from edge.events import Direction
from edge.vision.matching import Tally
from edge.vision.strips import Strip, mistakes
from edge.vision.validate import ClipResult, Validation

STYLE = """
:root { color-scheme: light dark; --ink: #1d2530; --paper: #fbfaf7; --rule: #d9d6ce; --soft: #6b7280;
        --good: #1f8a4c; --bad: #c2372e; --panel: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --paper: #15181d; --rule: #343a44; --soft: #9aa3af; --good: #4cc38a; --bad: #ff7369;
          --panel: #1c2027; } }
body { margin: 2.5rem auto; max-width: 72rem; padding: 0 1.5rem; background: var(--paper); color: var(--ink);
       font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p.about, figcaption, td.why { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; } th:first-child, td:first-child, td.why { text-align: left; }
tr.total td { font-weight: 600; border-top: 2px solid var(--ink); }
.good { color: var(--good); } .bad { color: var(--bad); }
svg { width: 100%; height: 64px; display: block; } svg text { fill: var(--soft); font-size: 11px; }
svg .axis { stroke: var(--rule); } svg .good { fill: var(--good); } svg .bad { fill: var(--bad); }
figure { margin: 1.2rem 0; padding: .8rem; background: var(--panel); border: 1px solid var(--rule);
         border-radius: 8px; }
figcaption { margin-bottom: .5rem; } figcaption b { color: var(--bad); }
.strip { display: flex; gap: .4rem; overflow-x: auto; }
.strip div { flex: 1 0 9rem; font-size: 12px; color: var(--soft); text-align: center; }
.strip img { width: 100%; border-radius: 4px; display: block; }
"""

RULE = (
    "crossings matched one to one, same direction, within ± max(0.5 s, 2 analysed pictures) and the clip's tolerance."
)
HEADS = ("clip", "in", "true", "out", "true", "precision", "recall", "F1")


def page(validation: Validation, strips: Mapping[str, Sequence[Strip]]) -> str:
    """The whole page.

    Args:
        validation: the figures.
        strips: the pictures of each clip's mistakes, by the clip's file name.
    """
    body = [
        "<h1>Footfall validation</h1>",
        f'<p class="about">Model {escape(validation.model)} · {RULE}</p>',
        _table(validation),
        *(_clip(clip, strips.get(clip.truth.file, ())) for clip in validation.clips),
        _skipped(validation),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Footfall validation</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(body)
        + "\n</body></html>\n"
    )


def _table(validation: Validation) -> str:
    rows = [_row(clip.truth.file, clip.tallies, clip.both) for clip in validation.clips]
    totals = {direction: validation.tally(direction) for direction in Direction}
    total = _row("all", totals, validation.both, "total")
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}{total}</tbody></table>"


def _row(name: str, tallies: Mapping[Direction, Tally], both: Tally, style: str = "") -> str:
    cells = [f"<td>{escape(name)}</td>"]
    for direction in Direction:
        one = tallies[direction]
        cells.append(f'<td class="{"bad" if one.bias else "good"}">{one.counted}{_signed(one.bias)}</td>')
        cells.append(f"<td>{one.true}</td>")
    cells += [f"<td>{share:.3f}</td>" for share in (both.precision, both.recall, both.f1)]
    return f'<tr class="{style}">{"".join(cells)}</tr>'


def _signed(bias: int) -> str:
    return f" ({bias:+d})" if bias else ""


def _clip(clip: ClipResult, strips: Sequence[Strip]) -> str:
    parts = [f"<h2>{escape(clip.truth.file)}</h2>", timeline(clip)]
    parts += [_figure(strip) for strip in strips]
    wrong = len(mistakes(clip))
    if not wrong:
        parts.append('<p class="about">Every crossing was counted, and nothing else.</p>')
    elif wrong > len(strips):
        parts.append(f'<p class="about">{wrong - len(strips)} more without pictures.</p>')
    return "\n".join(parts)


def timeline(clip: ClipResult) -> str:
    """An SVG of the clip's length: what happened above the axis, what was counted below it; mistakes in red."""
    length_s = max(clip.truth.frames, clip.count.frames, 1) / clip.truth.fps
    missed, false = set(clip.matching.missed), set(clip.matching.false)
    marks = [
        _mark(one.frame / clip.truth.fps / length_s, one.direction, above=True, good=n not in missed)
        for n, one in enumerate(clip.truth.crossings)
    ]
    marks += [
        _mark(one.frame / clip.truth.fps / length_s, one.direction, above=False, good=n not in false)
        for n, one in enumerate(clip.count.crossings)
    ]
    return (
        f'<svg viewBox="0 0 1000 64" preserveAspectRatio="none" role="img" aria-label="time line">'
        f'<line class="axis" x1="0" y1="32" x2="1000" y2="32"/>{"".join(marks)}</svg>'
        f'<p class="about">above: truth · below: counted · ▲ in ▼ out · {length_s:.0f} s '
        f"· ±{clip.tolerance_s:.1f} s</p>"
    )


def _mark(share: float, direction: Direction, *, above: bool, good: bool) -> str:
    """A triangle, up for in and down for out, `share` of the way along."""
    x, top = share * 1000, 12 if above else 38
    apex, base = (top, top + 14) if direction is Direction.IN else (top + 14, top)
    points = f"{x:.1f},{apex} {x - 5:.1f},{base} {x + 5:.1f},{base}"
    return f'<polygon class="{"good" if good else "bad"}" points="{points}"/>'


def _figure(strip: Strip) -> str:
    one = strip.mistake
    what = "Missed" if one.kind == "missed" else "Counted, but false"
    note = f" · {escape(one.note)}" if one.note else ""
    pictures = "".join(_picture(at, data) for at, data in strip.pictures)
    return (
        f"<figure><figcaption><b>{what}</b> · {one.direction} at {one.at:.1f} s (picture {one.frame}){note}"
        "</figcaption>"
        f'<div class="strip">{pictures}</div></figure>'
    )


def _picture(at: float, data: bytes) -> str:
    encoded = base64.b64encode(data).decode()
    return f'<div><img alt="" src="data:image/jpeg;base64,{encoded}">{at:.1f} s</div>'


def _skipped(validation: Validation) -> str:
    if not validation.skipped:
        return ""
    rows = "".join(
        f'<tr><td>{escape(one.file)}</td><td class="why">{escape(one.reason)}</td></tr>' for one in validation.skipped
    )
    return f"<h2>Skipped</h2><table><tbody>{rows}</tbody></table>"
