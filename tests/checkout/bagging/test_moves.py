"""Which weight belongs to which piece."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.bagging import moves
from edge.checkout.bagging.bag import Bag, Change
from edge.checkout.bagging.explain import Tolerance, best_explanation
from edge.checkout.bagging.piece import Piece, WeightMode

TOLERANCE = Tolerance()
# Every sum of some of these is at least 20 g from every other one.
WEIGHTS = {1: 100.0, 2: 221.0, 3: 470.0, 4: 975.0, 5: 1990.0}


def piece(line: int, *means: float, sd_g: float = 2.0) -> Piece:
    return Piece(line, f"k{line}", tuple(WeightMode(mean, sd_g, 20) for mean in means))


def change(grams: float, at: float = 0.0, sd_g: float = 0.5) -> Change:
    return Change(at=at, delta_g=grams, sd_g=sd_g)


def bag(pieces: Sequence[Piece] = (), grams: Sequence[float] = ()) -> Bag:
    one = moves.opened(moves.begun(0.0), pieces)
    for n, delta in enumerate(grams):
        one = moves.changed(one, change(delta, float(n)), sum(grams[: n + 1]))
    return one


def settled(one: Bag) -> Bag:
    return moves.settled(one, TOLERANCE, 400.0)[0]


@given(
    st.permutations(sorted(WEIGHTS)),
    st.permutations(sorted(WEIGHTS)),
    st.lists(st.booleans(), min_size=10, max_size=10),
)
def test_any_order_of_scans_and_weights_ends_with_nothing_open(
    scans: list[int], drops: list[int], scan_first: list[bool]
) -> None:
    one = moves.begun(0.0)
    for choose_scan in [*scan_first, *[True] * 10]:
        if scans and (choose_scan or not drops):
            one = moves.opened(one, [piece(line := scans.pop(), WEIGHTS[line])])
        elif drops:
            one = moves.changed(one, change(WEIGHTS[drops.pop()]), 0.0)
        one = settled(one)
    assert not one.open
    assert not one.changes
    assert len(one.placed) == len(WEIGHTS)


@given(st.sets(st.sampled_from(sorted(WEIGHTS)), min_size=1))
def test_lumps_are_taken_apart(lines: set[int]) -> None:
    one = settled(bag([piece(line, WEIGHTS[line]) for line in WEIGHTS], [sum(WEIGHTS[line] for line in lines)]))
    assert {there.piece.line for there in one.placed} == lines


@given(st.floats(30, 3000), st.floats(1.16, 5) | st.floats(0.1, 0.84))
def test_a_weight_that_is_off_by_more_than_a_sixth_fits_nothing(mean: float, factor: float) -> None:
    sd_g = max(1.0, 0.01 * mean)
    least = max(2 * TOLERANCE.division_g, TOLERANCE.sigmas * (sd_g**2 + 1.5**2 + 0.25) ** 0.5)
    one = settled(bag([piece(1, mean, sd_g=sd_g)], [mean * factor]))
    assert bool(one.open) is (abs(mean * factor - mean) > least)


def test_packages_of_a_product_are_all_tried() -> None:
    variants = piece(1, 330.0, 500.0)
    assert not settled(bag([variants], [501.0])).open
    assert not settled(bag([variants], [329.0])).open
    assert settled(bag([variants], [415.0])).open


def test_what_comes_and_goes_is_nothing() -> None:
    one = settled(bag([piece(1, 300.0)], [5000.0, -5000.0]))
    assert not one.changes
    assert one.open


def test_what_was_taken_out_is_open_again_and_known_by_its_measured_weight() -> None:
    one = settled(bag([piece(1, 300.0, sd_g=6.0), piece(2, 320.0, sd_g=6.0)], [307.0, 313.0]))
    assert not one.open
    placed = {there.piece.line: there.weight_g for there in one.placed}
    one = settled(moves.changed(one, change(-placed[2]), 0.0))
    assert [(open_.line, open_.was_placed) for open_ in one.open] == [(2, True)]


def test_the_difference_of_two_pieces_explains_nothing() -> None:
    one = settled(bag([piece(1, 300.0)], [300.0]))
    one = settled(moves.changed(moves.opened(one, [piece(2, 450.0)]), change(150.0, 9.0), 450.0))
    assert [there.piece.line for there in one.placed] == [1]
    assert one.changes


def test_one_thing_does_not_come_in_two_drops() -> None:
    heavy = piece(1, 1754.0, sd_g=22.0)
    one = moves.changed(moves.opened(moves.begun(0.0), [heavy]), change(102.0, 0.0), 102.0)
    one = settled(moves.changed(one, change(1735.0, 5.0), 1837.0))
    assert [round(there.weight_g) for there in one.placed] == [1735]
    assert [round(left.delta_g) for left in one.changes] == [102]


def test_what_is_scanned_later_is_no_part_of_a_sum_with_what_was_open_before() -> None:
    early, late = piece(1, 135.0), Piece(2, "k2", (WeightMode(142.0, 2.0, 20),), since_s=20.0)
    one = settled(moves.changed(moves.opened(moves.begun(0.0), [early]), change(286.0, 5.0), 286.0))
    one = settled(moves.opened(one, [late]))
    assert one.changes
    alone = settled(moves.changed(moves.opened(moves.begun(0.0), [late]), change(142.0, 5.0), 142.0))
    assert not alone.changes


def test_a_wrong_guess_is_taken_back_when_later_weight_shows_it() -> None:
    goods = [piece(1, 433.0, sd_g=4.0), piece(2, 167.0), piece(3, 272.0)]
    one = settled(bag(goods, [439.0]))
    one = settled(moves.changed(one, change(167.0, 5.0), 606.0))
    one = settled(moves.changed(one, change(272.0, 9.0), 878.0))
    assert not one.open
    assert not one.changes
    assert sorted((there.piece.line, round(there.weight_g)) for there in one.placed) == [(1, 439), (2, 167), (3, 272)]


def test_equal_goods_are_one_as_good_as_another() -> None:
    one = settled(
        bag([Piece(1, "k", (WeightMode(300.0, 2.0, 9),)), Piece(4, "k", (WeightMode(300.0, 2.0, 9),))], [600.0])
    )
    one = settled(moves.changed(one, change(-300.0, 5.0), 300.0))
    for line in (1, 4):
        voided = moves.closed(one, line, 1)
        assert not voided.leaving
        assert not voided.open


def test_a_crate_is_a_lump_of_one_line() -> None:
    crate = [piece(1, 520.0, sd_g=3.0)] * 24
    one = settled(bag([*crate, piece(2, 90.0)], [24 * 520.0]))
    assert [open_.line for open_ in one.open] == [2]


def test_all_that_was_taken_at_once() -> None:
    one = settled(bag([piece(line, grams) for line, grams in WEIGHTS.items()], [sum(WEIGHTS.values())]))
    assert len(one.placed) == len(WEIGHTS)
    one = settled(moves.changed(one, change(-sum(WEIGHTS.values())), 0.0))
    assert len(one.open) == len(WEIGHTS)


def test_an_unknown_weight_is_taken_for_what_came_alone() -> None:
    one, matches = moves.settled(bag([piece(1, 300.0), Piece(2, "new")], [742.0]), TOLERANCE, 400.0)
    assert {there.piece.line: round(there.weight_g) for there in one.placed} == {2: 742}
    assert matches[0].learning


def test_an_open_piece_of_known_weight_goes_before_an_unknown_one() -> None:
    one = settled(bag([Piece(2, "new"), piece(1, 300.0)], [301.0]))
    assert [there.piece.line for there in one.placed] == [1]


def test_what_is_voided_leaves_by_its_own_weight() -> None:
    one = settled(bag([piece(1, 300.0), piece(2, 450.0)], [750.0]))
    one = moves.closed(one, 1, 1)
    assert [there.piece.line for there in one.leaving] == [1]
    one = settled(moves.changed(one, change(-300.0), 450.0))
    assert not one.leaving
    assert not one.changes


def test_changes_do_not_grow_for_ever() -> None:
    one = bag(grams=[100.0 + n * n for n in range(60)])
    assert len(one.changes) == moves.MOST_CHANGES
    assert round(one.excess_g) == sum(100 + n * n for n in range(60))


def test_a_better_estimate_moves_the_last_change_only() -> None:
    one = bag(grams=[200.0])
    assert moves.refined(one, 201.0, 0.2, 201.0).changes[0].delta_g == 201.0
    assert moves.refined(one, 900.0, 0.2, 900.0).changes[0].delta_g == 200.0


@given(st.lists(st.floats(-4000, 4000), min_size=1, max_size=8), st.integers(0, 7))
def test_weight_is_neither_made_nor_lost(grams: list[float], pieces: int) -> None:
    """What lies there is what was placed, what has to leave, and what nothing explains, up to the tolerance."""
    one = bag([piece(n, 150.0 + 90 * n) for n in range(pieces)])
    level, matches = 0.0, 0
    for delta in grams:
        level += delta
        one, found = moves.settled(moves.changed(one, change(delta), level), TOLERANCE, 400.0)
        matches += 1 + len(found)
    explained = sum(there.weight_g for there in (*one.placed, *one.leaving)) + one.excess_g
    assert abs(explained - level) <= matches * 4 * 4 * 3.0


def test_nothing_explains_nothing() -> None:
    assert best_explanation(Bag(), TOLERANCE) is None
