"""How told moves are held against true ones."""

from edge.bench.shelf_score import Move, Score, acts, matched


def move(at: float, quantity: int, gtin: str = "a", confidence: float = 1.0, *, mixed: bool = False) -> Move:
    return Move(at, "p", gtin, quantity, confidence, mixed)


def correction(at: float, quantity: int, gtin: str = "a") -> Move:
    return Move(at, "p", gtin, quantity, corrects=True)


def test_two_units_one_after_the_other_are_one_act() -> None:
    (one,) = acts([move(1.0, -1), move(2.5, -1)])
    assert (one.at, one.lasts_s, one.quantity) == (1.0, 1.5, -2)
    assert acts([move(1.0, -1), move(2.0, 1)]) == []
    assert len(acts([move(1.0, -1), move(9.0, -1)])) == 2


def test_pairs_are_of_one_product_one_direction_and_near_in_time() -> None:
    truth = [move(10.0, -1), move(20.0, -1, "b"), move(30.0, 1)]
    told = [move(10.8, -1), move(20.5, -1, "a"), move(30.0, -1), move(40.0, 1)]
    assert matched(truth, told) == [(0, 0)]


def test_each_is_paired_once_and_with_its_nearest() -> None:
    assert matched([move(10.0, -1)], [move(9.5, -1), move(10.1, -1)]) == [(0, 1)]


def test_what_was_mistaken_is_no_invention_and_the_other_way_round() -> None:
    score = Score()
    score.add(
        [move(10.0, -1, "a", mixed=True)], [move(10.2, -1, "b", 0.6, mixed=True), move(50.0, 2, "a", mixed=True)], 1.0
    )
    assert (score.true, score.told, score.matched) == (1, 2, 0)
    assert (score.false, score.wrong_product) == (1, 1)
    assert score.false_per_plate_day == 1.0
    assert score.f1 == 0


def test_the_calibration_error_is_that_of_confidence_and_truth() -> None:
    score = Score()
    truth = [move(20.0 * n, -1, mixed=True) for n in range(1, 11)]
    told = [move(20.0 * n, -1, confidence=0.85, mixed=True) for n in range(1, 8)]
    told += [move(20.0 * n, -1, "b", 0.85, mixed=True) for n in range(8, 11)]
    score.add(truth, told, 1.0)
    assert round(score.ece, 2) == 0.15


def test_scores_add_up() -> None:
    one, other = Score(), Score()
    one.add([move(10.0, -1)], [move(10.0, -1)], 1.0)
    other.add([move(10.0, -1)], [move(10.0, -2)], 2.0)
    one.merge(other)
    assert (one.matched, one.exact, one.plate_days) == (2, 1, 3.0)


def test_a_correction_that_restores_the_truth_is_no_move_and_the_guess_stays_false() -> None:
    score, strict = Score(), Score(strict=True)
    for one in (score, strict):
        one.add([], [move(10.0, 13), correction(60.0, -13)], 1.0)
    assert (score.told, score.false, score.corrections, score.restored) == (1, 1, 1, 1)
    assert (strict.told, strict.false, strict.corrections) == (2, 2, 0)


def test_a_correction_that_goes_astray_is_an_invented_move() -> None:
    score = Score()
    score.add([move(10.0, -1)], [move(10.0, -1), correction(60.0, -2), correction(90.0, 1, "b")], 1.0)
    assert (score.told, score.matched, score.false, score.restored) == (3, 1, 2, 0)


def test_a_correction_that_overshoots_by_more_than_it_mends_restores_nothing() -> None:
    score = Score()
    score.add([], [move(10.0, 1), correction(60.0, -3)], 1.0)
    assert (score.false, score.restored) == (2, 0)


def test_a_correction_beside_a_true_move_does_not_hide_it() -> None:
    score = Score()
    score.add(
        [move(10.0, -2, "b"), move(50.0, -1, "a")],
        [move(10.0, -1, "a"), move(50.0, -1, "a"), correction(50.0, 1, "a"), correction(50.0, -2, "b")],
        1.0,
    )
    assert (score.true, score.told, score.matched, score.restored) == (2, 2, 1, 2)
    assert score.false == 0
