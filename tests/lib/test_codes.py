"""One-time codes: easy to read and to type, derived and never stored (V2)."""

import pytest

from hosting.lib import codes

NONCE = "0f" * 16


def test_a_code_has_two_groups_of_signs_that_do_not_look_alike() -> None:
    made = {codes.code("challenge_call", key, NONCE) for key in range(500)}
    assert len(made) == 500
    assert {len(code) for code in made} == {9}
    signs = set("".join(made)) - {"-"}
    assert signs <= set(codes.ALPHABET)
    for pair in ("0O", "1IL", "5S", "2Z", "8B", "UV"):
        assert len(signs & set(pair)) <= 1


@pytest.mark.parametrize(
    "change", [str.lower, lambda text: text.replace("-", ""), lambda text: f" {text} ", str.title]
)
def test_it_is_recognised_as_people_type_it(change) -> None:
    code = codes.code("challenge_call", 7, NONCE)
    assert codes.matches(change(code), "challenge_call", 7, NONCE)


def test_a_sign_that_looks_like_another_one_is_taken_for_it() -> None:
    code = next(
        found for key in range(99) if "5" in (found := codes.code("challenge_call", key, NONCE))
    )
    assert codes.tidy(code.replace("5", "S")) == codes.tidy(code)


@pytest.mark.parametrize("typed", ["", "é" * 8, "A" * 10_000, "\0", "٤٤٤٤٤٤٤٤"])
def test_rubbish_is_no_code(typed: str) -> None:
    assert not codes.matches(typed, "challenge_call", 7, NONCE)


@pytest.mark.parametrize(
    "other",
    [("challenge_letter", 7, NONCE), ("challenge_call", 8, NONCE), ("challenge_call", 7, "1f")],
)
def test_another_purpose_row_or_nonce_has_another_code(other) -> None:
    assert codes.code("challenge_call", 7, NONCE) != codes.code(*other)


def test_a_code_on_paper_outlives_a_change_of_the_secret_key(settings) -> None:
    code = codes.code("challenge_letter", 7, NONCE)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-that-is-long-enough-for-all"
    assert codes.matches(code, "challenge_letter", 7, NONCE)
    assert codes.code("challenge_letter", 7, NONCE) != code
    settings.SECRET_KEY_FALLBACKS = []
    assert not codes.matches(code, "challenge_letter", 7, NONCE)


def test_in_stored_texts_a_sealed_placeholder_stands_for_it() -> None:
    code = codes.code("challenge_owner_email", 7, NONCE)
    text = f"Your code: {codes.placeholder('challenge_owner_email', 7, NONCE)}."
    assert code not in text
    assert codes.fill(text) == f"Your code: {code}."
    assert codes.hide(text, "[code]") == "Your code: [code]."
    forged = text.replace(":7:", ":8:")
    assert codes.fill(forged) == forged


def test_what_is_handed_out_bears_nothing_that_could_be_made_a_code_again() -> None:
    text = f"Your code: {codes.placeholder('challenge_owner_email', 7, NONCE)}."
    out = codes.unsealed(text)
    assert out == "Your code: [[code:challenge_owner_email:7]]."
    assert codes.fill(out) == out
