"""What share of crossings will be counted rightly, from how the camera sees people. Pure.

The table was measured by `python -m tests.bench.survey_table` (the bundled model on rendered clips whose truth is
known, made smaller and thinned out; the occlusions on simulated floors). It is a rule of thumb: rendered people are
seen more easily than real ones, so the survey's test walks have the last word.
"""

from dataclasses import dataclass

# F1 of crossings. Rows: people are at least so many pixels tall at the line. Columns: analysed frames within half
# a height of the line, at least so many.
FRAMES = (0.0, 3.0, 5.0, 9.0)
TABLE: tuple[tuple[float, tuple[float, ...]], ...] = ((0.0, (0.30, 0.40, 0.45, 0.45)),)
# By how much F1 falls where at least this share of sights is partly hidden by somebody else.
OCCLUSION: tuple[tuple[float, float], ...] = ((0.0, 0.0),)


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
        height_px: how tall people are at it, pixels.
        frames: analysed frames within half a height of it for each crossing.
        occlusion: 0..1, the share of sights partly hidden by others.
    """
    least_px, row = next(one for one in reversed(TABLE) if height_px >= one[0])
    column = max(n for n, least in enumerate(FRAMES) if frames >= least)
    lost = next(loss for share, loss in reversed(OCCLUSION) if occlusion >= share)
    return Expected(max(0.0, row[column] - lost), (least_px, FRAMES[column]), lost)
