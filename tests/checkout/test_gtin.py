"""GTINs: vectors of the standard, and biip's own judgement beside ours."""

import pytest
from biip import ParseError
from biip.gtin import Gtin
from biip.upc import Upc
from hypothesis import given
from hypothesis import strategies as st

from edge.checkout.barcode_error import BarcodeError
from edge.checkout.gtin import LENGTHS, check_digit, expand_upc_e, gtin14, is_checked, is_coupon, is_restricted

digits = st.text("0123456789", min_size=1, max_size=20)
payloads = st.sampled_from(LENGTHS).flatmap(lambda n: st.text("0123456789", min_size=n - 1, max_size=n - 1))
anything = st.one_of(digits, st.text(max_size=20))


@pytest.mark.parametrize(
    ("payload", "digit"),
    [("590123412345", 7), ("9638507", 4), ("950110153100", 0), ("690123456789", 2), ("0690123456789", 2)],
)
def test_check_digits_of_the_standard(payload: str, digit: int) -> None:
    assert check_digit(payload) == digit


@given(payload=payloads)
def test_a_gtin_keeps_its_number_and_its_check_digit_at_fourteen_digits(payload: str) -> None:
    gtin = payload + str(check_digit(payload))
    if gtin.strip("0"):
        assert gtin14(gtin) == gtin.zfill(14)
        assert is_checked(gtin14(gtin))
        assert gtin14(gtin14(gtin)) == gtin14(gtin)


@given(payload=payloads, wrong=st.integers(1, 9))
def test_a_wrong_check_digit_is_refused_and_the_right_one_named(payload: str, wrong: int) -> None:
    right = check_digit(payload)
    with pytest.raises(BarcodeError, match=f"expected check digit {right}, found {(right + wrong) % 10}"):
        gtin14(payload + str((right + wrong) % 10))


@given(payload=payloads, place=st.integers(0, 12), by=st.integers(1, 9))
def test_one_misread_digit_is_always_found(payload: str, place: int, by: int) -> None:
    gtin = payload + str(check_digit(payload))
    place %= len(gtin)
    misread = gtin[:place] + str((int(gtin[place]) + by) % 10) + gtin[place + 1 :]
    with pytest.raises(BarcodeError):
        gtin14(misread)


@given(text=anything)
def test_biip_takes_whatever_we_take(text: str) -> None:
    try:
        found = gtin14(text)
    except BarcodeError:
        return
    assert Gtin.parse(text).as_gtin_14() == found


@pytest.mark.parametrize(
    "text", ["", "0" * 13, "٥901234123457", "590123412345", "59012341234570", "5 901234123457", "x"]
)
def test_no_gtin(text: str) -> None:
    with pytest.raises(BarcodeError):
        gtin14(text)


@pytest.mark.parametrize(
    ("upc_e", "upc_a"),
    [
        ("04252614", "042100005264"),
        ("01234505", "012000003455"),
        ("01234133", "012300000413"),
        ("01234543", "012340000053"),
        ("01234565", "012345000065"),
        ("01234596", "012345000096"),
    ],
)
def test_a_upc_e_grows_by_its_last_digit(upc_e: str, upc_a: str) -> None:
    assert expand_upc_e(upc_e) == upc_a


@given(text=st.one_of(st.text("0123456789", min_size=8, max_size=8), anything))
def test_biip_expands_a_upc_e_as_we_do(text: str) -> None:
    try:
        ours = expand_upc_e(text)
    except BarcodeError:
        if text.isascii() and text.isdecimal() and len(text) == 8:
            with pytest.raises(ParseError):
                Upc.parse(text)
        return
    assert Upc.parse(text).as_upc_a() == ours


def test_a_upc_e_is_judged_after_its_expansion() -> None:
    # 0425261 has check digit 7 as it stands, and 4 as the UPC-A that it means.
    assert check_digit("0425261") != 4
    assert expand_upc_e("04252614") == "042100005264"


@pytest.mark.parametrize(
    ("gtin", "restricted"),
    [
        ("02112345000008", True),
        ("00212345000007", True),
        ("00412345000005", True),
        ("00000020123451", True),
        ("00000096385074", False),
        ("06901234567892", False),
        ("12112345000005", False),
    ],
)
def test_numbers_of_restricted_circulation(gtin: str, restricted: bool) -> None:
    assert is_restricted(gtin) is restricted


def test_coupons_have_prefixes_of_their_own() -> None:
    assert is_coupon("09912345678909")
    assert is_coupon("09812345678909")
    assert not is_coupon("09771234567003")
