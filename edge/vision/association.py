"""Which detection belongs to which track: overlap of boxes and an exact assignment. Pure."""

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float64]
Pairs = list[tuple[int, int]]


def overlap(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating], grow: float = 0.0) -> Matrix:
    """Intersection over union of boxes (N, 4) and (M, 4), each grown on every side by `grow` of its size.

    Growing lets boxes that moved further than their own width still touch (Yang et al. 2023, C-BIoU).

    Returns:
        (N, M), 0..1.
    """
    a, b = _grown(a, grow), _grown(b, grow)
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area_a, area_b = np.prod(a[:, 2:] - a[:, :2], axis=1), np.prod(b[:, 2:] - b[:, :2], axis=1)
    return np.asarray(shared / np.maximum(area_a[:, None] + area_b[None, :] - shared, 1e-9))


def _grown(boxes: npt.NDArray[np.floating], share: float) -> Matrix:
    wide = np.asarray(boxes, dtype=np.float64)
    if not share:
        return wide
    margin = share * (wide[:, 2:] - wide[:, :2])
    return np.concatenate([wide[:, :2] - margin, wide[:, 2:] + margin], axis=1)


def assign(gain: Matrix, least: float) -> Pairs:
    """The pairs (row, column) with the greatest sum of gains, using each row and column once at most.

    Pairs below `least` are never made. People are mostly apart, so the matrix falls into small groups that share no
    candidate; each is solved by itself (Hungarian method, Kuhn 1955), most of them by a glance.
    """
    possible = gain >= least
    pairs: Pairs = []
    rows_left = set(np.flatnonzero(possible.any(axis=1)).tolist())
    while rows_left:
        rows, columns = _group(possible, rows_left.pop())
        rows_left -= set(rows)
        if len(rows) == 1 or len(columns) == 1:
            block = np.where(possible[np.ix_(rows, columns)], gain[np.ix_(rows, columns)], -1.0)
            i, j = np.unravel_index(int(block.argmax()), block.shape)
            pairs.append((rows[i], columns[j]))
        else:
            block = np.where(possible[np.ix_(rows, columns)], gain[np.ix_(rows, columns)], 0.0)
            pairs += [(rows[i], columns[j]) for i, j in hungarian(block) if possible[rows[i], columns[j]]]
    return pairs


def _group(possible: npt.NDArray[np.bool_], row: int) -> tuple[list[int], list[int]]:
    rows, columns = {row}, set(np.flatnonzero(possible[row]).tolist())
    while True:
        more = set(np.flatnonzero(possible[:, sorted(columns)].any(axis=1)).tolist())
        if more == rows:
            return sorted(rows), sorted(columns)
        rows = more
        columns = set(np.flatnonzero(possible[sorted(rows)].any(axis=0)).tolist())


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
