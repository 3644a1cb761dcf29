"""Whether something in the bagging area looks wrong, why, and how sure that is. Pure.

Goods that lie there beyond the bill are what matters. Goods that are on the bill and not there are no loss; they are
only asked for. So what is weighed is the excess: what came in less what went out, of all that nothing explains.
"""

import math
from enum import StrEnum

import msgspec

from edge.checkout.bagging.bag import Bag
from edge.checkout.bagging.explain import UNEXPLAINED, Tolerance, nearest_piece

# An item that is within this factor of one that is open was probably meant to be it.
ALIKE = 3.0
# Sessions that the share of false alerts is taken over.
SESSIONS = 200
MOST_LOOSENED = 1.5


class Cause(StrEnum):
    """What looks wrong."""

    UNEXPECTED_ITEM = "unexpected_item"
    WEIGHT_MISMATCH = "weight_mismatch"
    VOIDED_NOT_REMOVED = "voided_not_removed"
    ADDED_AFTER_PAYMENT = "added_after_payment"
    WALKED_OFF = "walked_off"


class Suspicion(msgspec.Struct, frozen=True, kw_only=True):
    """Something that looks wrong now.

    Attributes:
        cause: what.
        since_s: from when on it lay there.
        grams: how much.
        sigmas: how far that is outside the noise of the scale.
        nearest_g: what the most alike open piece would weigh; None when there is none.
        unseen: nobody watched while it came.
    """

    cause: Cause
    since_s: float
    grams: float
    sigmas: float
    nearest_g: float | None = None
    unseen: bool = False


def suspicion(bag: Bag, tolerance: Tolerance, voided_s: float) -> Suspicion | None:
    """What looks wrong in a bag; None when nothing does.

    Args:
        bag: settled.
        tolerance: of its scale.
        voided_s: when a line was voided last.
    """
    return _excess(bag, tolerance) or _not_removed(bag, tolerance, voided_s)


def _excess(bag: Bag, tolerance: Tolerance) -> Suspicion | None:
    came = [change for change in bag.changes if change.delta_g > 0]
    grams = bag.excess_g
    if not came or grams <= tolerance.least_g:
        return None
    nearest = nearest_piece(bag, grams)
    nearest_g = None if nearest is None else min((mode.mean_g for mode in nearest.modes), key=lambda g: abs(g - grams))
    alike = nearest_g is not None and grams / ALIKE < nearest_g < grams * ALIKE
    return Suspicion(
        cause=Cause.WEIGHT_MISMATCH if alike else Cause.UNEXPECTED_ITEM,
        since_s=came[-1].at,
        grams=grams,
        sigmas=grams / _noise(bag, tolerance),
        nearest_g=nearest_g,
        unseen=any(change.unseen for change in came),
    )


def _not_removed(bag: Bag, tolerance: Tolerance, voided_s: float) -> Suspicion | None:
    grams = sum(one.weight_g for one in bag.leaving)
    if grams <= tolerance.least_g:
        return None
    return Suspicion(
        cause=Cause.VOIDED_NOT_REMOVED, since_s=voided_s, grams=grams, sigmas=grams / _noise(bag, tolerance)
    )


def _noise(bag: Bag, tolerance: Tolerance) -> float:
    return math.hypot(tolerance.scale_sd_g, *(change.sd_g for change in bag.changes))


def likelihood(one: Suspicion) -> float:
    """How sure it is that goods and bill differ, 0 to 1.

    The evidence of weight: how much likelier so much is as goods of any weight than as noise of the scale, against the
    odds that something like this just happens. What came unseen says half as much.
    """
    noise = -0.5 * min(one.sigmas, 8.0) ** 2
    log_odds = UNEXPLAINED - noise
    if one.unseen:
        log_odds /= 2
    return 1.0 / (1.0 + math.exp(-log_odds))


def evidence(one: Suspicion, *, since_scan_s: float | None, scale_z: float, learning: bool) -> dict[str, str]:
    """What speaks for it, one line a channel.

    Args:
        one: what looks wrong.
        since_scan_s: seconds between the last code and the weight, negative where the weight came first; None where
            nothing was scanned.
        scale_z: mean error of the scale's latest matches, in standard deviations.
        learning: a weight that is not known was accepted in this session.
    """
    nearest = "no open line" if one.nearest_g is None else f"nearest open piece {one.nearest_g:.0f} g"
    told = {"weight": f"{one.grams:+.0f} g, {one.sigmas:.0f} sigma beyond the bill; {nearest}"}
    if since_scan_s is None:
        told["order"] = "weight without a scan"
    else:
        told["gap"] = f"{since_scan_s:.1f} s from the last scan to the weight"
        told["order"] = "weight before scan" if since_scan_s < 0 else "weight after scan"
    told["scale"] = f"mean error {scale_z:+.2f} sigma"
    if learning:
        told["learning"] = "goods of unknown weight lie there"
    if one.unseen:
        told["watch"] = "the scale was gone while it came"
    return told


def false_share(share: float, *, false: bool) -> float:
    """The share of sessions with a false alert, after one more session."""
    return share + (float(false) - share) / SESSIONS


def loosened(tolerance: Tolerance, share: float, budget: float) -> Tolerance:
    """The tolerance of a lane that calls attendants for nothing more often than its budget allows.

    It grows with the overdraft, up to half as much again, and is itself again when the share has come down.
    """
    if share <= budget:
        return tolerance
    factor = min(MOST_LOOSENED, 1.0 + 0.25 * math.log2(share / budget))
    return msgspec.structs.replace(tolerance, sigmas=tolerance.sigmas * factor)
