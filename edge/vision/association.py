"""Which detection belongs to which track: how alike two boxes are, and an exact assignment. Pure."""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Pairs = list[tuple[int, int]]
# Of the share of rows: the larger, the less a box that stands elsewhere is like this one.
WITHIN_POWER, WHOLE_POWER = 4, 2


def overlap(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating], grow: float = 0.0) -> Matrix:
    """Intersection over union of boxes (N, 4) and (M, 4), each grown on every side by `grow` of its size.

    Growing lets boxes that moved further than their own width still touch (Yang et al. 2023, C-BIoU).

    Returns:
        (N, M), 0..1.
    """
    a, b = _grown(a, grow), _grown(b, grow)
    sides = np.minimum(a[:, None, 2:], b[None, :, 2:]) - np.maximum(a[:, None, :2], b[None, :, :2])
    np.maximum(sides, 0.0, out=sides)
    shared = sides[:, :, 0] * sides[:, :, 1]
    return np.asarray(shared / np.maximum(_areas(a)[:, None] + _areas(b) - shared, 1e-9))


def likeness(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> Matrix:
    """The overlap, less where the boxes do not stand in the same rows of the picture.

    Who walks past somebody overlaps them across, but is nearer or farther and so stands higher or lower. The overlap
    is weighed by the share of rows that both cover (Yang et al. 2024, Hybrid-SORT: height-modulated IoU), here of the
    rows of the lower box: one that a shelf or the picture's edge cuts off stands within the whole one.

    Returns:
        (N, M), 0..1.
    """
    lower = np.minimum((a[:, 3] - a[:, 1])[:, None], (b[:, 3] - b[:, 1])[None])
    return np.asarray(overlap(a, b) * (_shared_rows(a, b) / np.maximum(lower, 1e-9)) ** WITHIN_POWER)


def likeness_grown(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating], grow: float) -> Matrix:
    """The same of grown boxes, which overlap many a neighbour: they must cover the same rows as a whole.

    Returns:
        (N, M), 0..1.
    """
    a, b = _grown(a, grow), _grown(b, grow)
    either = np.maximum(a[:, None, 3], b[None, :, 3]) - np.minimum(a[:, None, 1], b[None, :, 1])
    return np.asarray(overlap(a, b) * (_shared_rows(a, b) / np.maximum(either, 1e-9)) ** WHOLE_POWER)


def _shared_rows(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> Matrix:
    """How many rows of the picture both cover, (N, M)."""
    both = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    return np.asarray(np.maximum(both, 0.0))


def _areas(boxes: Matrix) -> Matrix:
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def _grown(boxes: npt.NDArray[np.floating], share: float) -> Matrix:
    wide = np.asarray(boxes, dtype=np.float64)
    if not share:
        return wide
    margin = share * (wide[:, 2:] - wide[:, :2])
    return np.concatenate([wide[:, :2] - margin, wide[:, 2:] + margin], axis=1)


def assign(gain: Matrix, least: float) -> Pairs:
    """The pairs (row, column) with the greatest sum of gains, using each row and column once at most.

    Pairs below `least` are never made. People are mostly apart: a row and a column that have only each other are a
    pair at a glance. The rest falls into small groups that share no candidate, each solved by itself (Hungarian
    method, Kuhn 1955).

    Args:
        gain: (N, M), at least 0.
        least: above 0.
    """
    possible = gain >= least
    alone = possible & (possible.sum(axis=1, keepdims=True) == 1) & (possible.sum(axis=0) == 1)
    rows, columns = np.nonzero(alone)
    pairs: Pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
    for group_rows, group_columns in _groups(possible & ~alone):
        block = np.where(possible, gain, 0.0)[np.asarray(group_rows)[:, None], group_columns]
        solved = ((group_rows[i], group_columns[j]) for i, j in hungarian(block))
        pairs += [(row, column) for row, column in solved if possible[row, column]]
    return pairs


def _groups(possible: npt.NDArray[np.bool_]) -> list[tuple[list[int], list[int]]]:
    """Rows and columns that hang together by what is possible, (N, M); whoever has no candidate is in no group."""
    groups: list[tuple[set[int], set[int]]] = []
    for row in np.flatnonzero(possible.any(axis=1)).tolist():
        rows, columns = {row}, set(possible[row].nonzero()[0].tolist())
        apart = []
        for other in groups:
            if columns.isdisjoint(other[1]):
                apart.append(other)
            else:
                rows, columns = rows | other[0], columns | other[1]
        groups = [*apart, (rows, columns)]
    return [(sorted(rows), sorted(columns)) for rows, columns in groups]


def hungarian(gain: Matrix) -> Pairs:  # noqa: C901 - one algorithm; its parts mean nothing alone
    """The assignment of greatest sum in a small dense matrix, by shortest augmenting paths with potentials."""
    if gain.shape[0] > gain.shape[1]:
        return [(i, j) for j, i in hungarian(gain.T)]
    cost = (gain.max(initial=0.0) - gain).tolist()
    n, m = gain.shape
    u, v, match = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1)  # 1-based; column 0 is the row being placed
    for i in range(1, n + 1):
        match[0], free = i, 0
        slack, way, done = [float("inf")] * (m + 1), [0] * (m + 1), [False] * (m + 1)
        while match[free]:
            done[free] = True
            row, step, best = match[free], float("inf"), 0
            for j in range(1, m + 1):
                if done[j]:
                    continue
                reduced = cost[row - 1][j - 1] - u[row] - v[j]
                if reduced < slack[j]:
                    slack[j], way[j] = reduced, free
                if slack[j] < step:
                    step, best = slack[j], j
            for j in range(m + 1):
                if done[j]:
                    u[match[j]] += step
                    v[j] -= step
                else:
                    slack[j] -= step
            free = best
        while free:
            match[free], free = match[way[free]], way[free]
    return [(match[j] - 1, j - 1) for j in range(1, m + 1) if match[j]]
