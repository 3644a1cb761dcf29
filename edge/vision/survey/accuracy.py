"""What share of crossings will be counted rightly, from how the camera sees people. Pure.

The table was measured by `python -m edge.bench.survey_table` (2026-11-24): the bundled model on the rendered doors and
the demo's clip, 34 crossings, made smaller and thinned out; occlusions on simulated doors, 10 minutes each. Cells that
no clip fell into have the value above or left of them, and a cell without an error .98. It is a rule of thumb: rendered
people are seen more easily than real ones, so the survey's test walks have the last word.
"""

from dataclasses import dataclass

# F1 of crossings. Rows: people at the line are at least so many pixels tall in the model's input. Columns: analysed
# frames within half a height of the line, at least so many.
FRAMES = (0.0, 3.0, 5.0, 9.0)
TABLE: tuple[tuple[float, tuple[float, ...]], ...] = (
    (0.0, (0.00, 0.28, 0.61, 0.61)),
    (25.0, (0.44, 0.82, 0.82, 0.89)),
    (35.0, (0.70, 0.82, 0.87, 0.93)),
    (50.0, (0.70, 0.87, 0.95, 0.95)),
    (80.0, (0.70, 0.89, 0.95, 0.98)),
)
# By how much F1 falls where at least this share of sights is partly hidden by somebody else.
OCCLUSION: tuple[tuple[float, float], ...] = ((0.0, 0.0), (0.08, 0.01), (0.15, 0.07))


@dataclass(frozen=True)
class Expected:
    """What to expect.

    Attributes:
        f1: 0..1, of crossings.
        cell: the row and column of the table it comes from: least pixels, least frames.
        lost_to_occlusion: what was taken off for it.
    """

    f1: float
    cell: tuple[float, float]
    lost_to_occlusion: float


def expected(height_px: float, frames: float, occlusion: float) -> Expected:
    """What to expect of a line.

    Args:
        height_px: how tall people are at it, pixels of the model's input.
        frames: analysed frames within half a height of it for each crossing.
        occlusion: 0..1, the share of sights partly hidden by others.
    """
    least_px, row = next(one for one in reversed(TABLE) if height_px >= one[0])
    column = max(n for n, least in enumerate(FRAMES) if frames >= least)
    lost = next(loss for share, loss in reversed(OCCLUSION) if occlusion >= share)
    return Expected(max(0.0, row[column] - lost), (least_px, FRAMES[column]), lost)
