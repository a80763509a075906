"""Machine-readable zones: read in every shape, proved by their check digits, compared by name (D5)."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosting.lib.reading.mrz import best_of, best_zone, birth_date, check_digit, expiry_date
from hosting.lib.reading.mrz_values import Field, Kind, Line, Zone
from hosting.lib.reading.people import compare, spellings

TODAY = date(2026, 6, 9)
PASSPORT = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)
CARD = (
    "I<UTOD231458907<<<<<<<<<<<<<<<",
    "7408122F1204159UTO<<<<<<<<<<<6",
    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
)
LONG_NUMBER = (
    "I<UTOD23145890<7349<<<<<<<<<<<",
    "3407127M9507122UTO<<<<<<<<<<<2",
    "STEVENSON<<PETER<<<<<<<<<<<<<<",
)
GERMAN = (
    "IDD<<T220001293<<<<<<<<<<<<<<<",
    "6408125<2010315D<<<<<<<<<<<<<4",
    "MUSTERMANN<<ERIKA<<<<<<<<<<<<<",
)
TD2 = (
    "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
    "D231458907UTO7408122F1204159<<<<<<<6",
)
OLD_FRENCH = (
    "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
    "8806923102858CORINNE<<<<<<<6512068F6",
)
"""The specimens that ICAO and the issuing states publish: nobody's own."""


def zone_of(lines: Sequence[str], today: date = TODAY) -> Zone:
    found = best_zone([Line(text) for text in lines], today)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("lines", "kind", "number", "surnames", "given_names"),
    [
        (PASSPORT, Kind.TD3, "L898902C3", ("ERIKSSON",), ("ANNA", "MARIA")),
        (CARD, Kind.TD1, "D23145890", ("ERIKSSON",), ("ANNA", "MARIA")),
        (LONG_NUMBER, Kind.TD1, "D23145890734", ("STEVENSON",), ("PETER",)),
        (GERMAN, Kind.TD1, "T22000129", ("MUSTERMANN",), ("ERIKA",)),
        (TD2, Kind.TD2, "D23145890", ("ERIKSSON",), ("ANNA", "MARIA")),
        (OLD_FRENCH, Kind.OLD_FRENCH, "880692310285", ("BERTHIER",), ("CORINNE",)),
    ],
)
def test_each_shape_is_read_and_its_digits_hold(
    lines: tuple[str, ...],
    kind: Kind,
    number: str,
    surnames: tuple[str, ...],
    given_names: tuple[str, ...],
) -> None:
    zone = zone_of(lines)
    assert (zone.kind, zone.number) == (kind, number)
    assert (zone.surnames, zone.given_names) == (surnames, given_names)
    assert zone.consistent
    assert zone.repaired == 0


def test_country_dates_and_document_come_from_the_zone() -> None:
    german = zone_of(GERMAN)
    assert (german.document, german.country) == ("ID", "D")
    assert (german.born, german.expires) == (date(1964, 8, 12), date(2020, 10, 31))
    french = zone_of(OLD_FRENCH)
    assert (french.country, french.born, french.expires) == ("FRA", date(1965, 12, 6), None)
    assert french.issued == (1988, 6)
    assert french.last_of_number == "0285"


@pytest.mark.parametrize(
    ("lines", "line", "place", "wrong"),
    [
        (PASSPORT, 1, 9, Field.NUMBER),
        (PASSPORT, 1, 19, Field.BIRTH),
        (PASSPORT, 1, 27, Field.EXPIRY),
        (PASSPORT, 1, 42, Field.PERSONAL),
        (CARD, 1, 14, Field.EXPIRY),
        (TD2, 1, 19, Field.BIRTH),
        (OLD_FRENCH, 1, 12, Field.NUMBER),
    ],
)
def test_a_digit_that_does_not_hold_is_named(
    lines: tuple[str, ...], line: int, place: int, wrong: Field
) -> None:
    forged = list(lines)
    digit = str((int(forged[line][place]) + 1) % 10)
    forged[line] = forged[line][:place] + digit + forged[line][place + 1 :]
    zone = zone_of(forged)
    assert set(zone.wrong) == {wrong, Field.ALL}


def test_a_later_expiry_without_new_digits_is_seen() -> None:
    zone = zone_of((PASSPORT[0], PASSPORT[1].replace("1204159", "3204159")))
    assert set(zone.wrong) == {Field.EXPIRY, Field.ALL}


@pytest.mark.parametrize(
    ("lines", "slip", "reads"),
    [
        (PASSPORT, ("L898902C3", "L8989O2C3"), "L898902C3"),
        (PASSPORT, ("7408122", "74O8I22"), "L898902C3"),
        (CARD, ("D231458907<", "D231458907K"), "D23145890"),
        (GERMAN, ("2010315D", "2O1O3I5D"), "T22000129"),
    ],
)
def test_a_slip_of_the_ocr_is_put_right_where_the_digits_prove_it(
    lines: tuple[str, ...], slip: tuple[str, str], reads: str
) -> None:
    zone = zone_of([line.replace(*slip) for line in lines])
    assert zone.consistent
    assert zone.number == reads


def test_a_repair_is_counted_so_that_people_can_see_it() -> None:
    assert zone_of((PASSPORT[0], PASSPORT[1].replace("L898902", "L8989O2"))).repaired == 1


def test_a_slip_that_several_readings_would_explain_is_left_and_called_doubtful() -> None:
    zone = zone_of((CARD[0].replace("D231458907", "0231458907"), *CARD[1:]))  # D for 0, or B for 8
    assert (zone.consistent, zone.doubtful, zone.repaired) == (False, True, 0)


def test_lost_and_doubled_fillers_are_put_right() -> None:
    shorter = (PASSPORT[0][:-9], PASSPORT[1].replace("<<<<<", "<<<"))
    assert zone_of(shorter).consistent
    longer = (CARD[0] + "<<", CARD[1].replace("UTO", "UTO<<"), CARD[2] + "<<<")
    assert zone_of(longer).consistent


def test_lines_of_several_readings_are_put_together_where_the_digits_prove_it() -> None:
    one = [Line(text) for text in (CARD[0].replace("D23145890", "D23X4589V"), *CARD[1:])]
    other = [Line(text) for text in (CARD[0], CARD[1].replace("7408122", "7308122"), CARD[2])]
    zone = best_of([one, other], TODAY)
    assert zone is not None
    assert (zone.consistent, zone.number) == (True, "D23145890")


def test_of_readings_proved_alike_the_one_with_fewer_letters_names_the_bearer() -> None:
    noisy = [Line(CARD[0]), Line(CARD[1]), Line(CARD[2].replace("MARIA<", "MARIAK"))]
    zone = best_of([noisy, [Line(text) for text in CARD]], TODAY)
    assert zone is not None
    assert zone.given_names == ("ANNA", "MARIA")


def test_what_an_ocr_sees_in_the_fillers_is_no_name() -> None:
    seen = PASSPORT[0].replace("<<<<<<<<<<<<<<<<<<<", "<<<<KK<<<CKLL<<<<<<")
    assert zone_of((seen, PASSPORT[1])).given_names == ("ANNA", "MARIA")
    seen = PASSPORT[0].replace("<<<<<<<<<<<<<<<<<<<", "<KKKKKKKKKKKKKKKKK<")
    assert zone_of((seen, PASSPORT[1])).given_names == ("ANNA", "MARIA")


def test_a_zone_is_found_among_the_lines_of_a_page() -> None:
    rows = [
        "REPUBLIQUE FRANCAISE CARTE NATIONALE",
        "Nom: ERIKSSON",
        "P<UTOERIKSSON<<ANNA <MARIA«««<<<<< <<<<<<<<",
        "L898902C36UTO7408122F1204159 ZE184226B<<<<<10",
        "page 1",
    ]
    lines = [Line(row, 1, 0, 0.1 * i, 1, 0.1 * i + 0.03) for i, row in enumerate(rows)]
    zone = best_zone(lines, TODAY)
    assert zone is not None
    assert zone.consistent
    assert [round(line.top, 2) for line in zone.lines] == [0.2, 0.3]


@pytest.mark.parametrize(
    "text", ["", "FACTURE N 2026-001 HEBERGEMENT WWW EXAMPLE FR TOTAL TTC 120 EUR", "<" * 200]
)
def test_a_paper_without_a_zone_has_none(text: str) -> None:
    assert best_zone([Line(text), Line(text), Line(text)], TODAY) is None


def test_the_century_follows_from_today() -> None:
    assert birth_date("260610", TODAY) == date(1926, 6, 10)
    assert birth_date("260609", TODAY) == TODAY
    assert expiry_date("991231", TODAY) == date(1999, 12, 31)
    assert expiry_date("351231", TODAY) == date(2035, 12, 31)
    assert expiry_date("991231", date(2096, 1, 1)) == date(2099, 12, 31)
    assert birth_date("74<<<<", TODAY) is None
    assert birth_date("740231", TODAY) is None


@given(st.text("ABCXYZ0123456789<", min_size=1, max_size=30), st.data())
def test_one_digit_typed_wrong_always_changes_the_check_digit(
    text: str, data: st.DataObject
) -> None:
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from(sorted(set("0123456789") - {text[place]})))
    assert check_digit(text) != check_digit(text[:place] + other + text[place + 1 :])


@given(st.lists(st.text("ABCKL<0123456789 «Ö\n", max_size=60), max_size=5))
def test_any_rubbish_is_read_without_an_error(lines: list[str]) -> None:
    best_zone([Line(text) for text in lines], TODAY)


@pytest.mark.parametrize(
    ("wanted", "surnames", "given_names"),
    [
        ("Anna Maria Eriksson", ["ERIKSSON"], ["ANNA", "MARIA"]),
        ("ERIKSSON Anna", ["ERIKSSON"], ["ANNA", "MARIA"]),
        ("Mme Hélène Lefèvre", ["LEFEVRE"], ["HELENE"]),
        ("Jürgen Groß-Öhler", ["GROSS", "OEHLER"], ["JUERGEN"]),
        ("Jürgen Größer", ["GROSSER"], ["JURGEN"]),
        ("Søren Ångström", ["AANGSTROEM"], ["SOEREN"]),
        ("Begoña Muñoz", ["MUNOZ"], ["BEGONA"]),
        ("Jean-Pierre d’Artagnan", ["DARTAGNAN"], ["JEAN", "PIERRE"]),
        ("Camille Durand née Petit", ["PETIT"], ["CAMILLE"]),
        ("Camille Durand née Petit", ["DURAND"], ["CAMILLE"]),
        ("Erika Mustermann geb. Gabler", ["MUSTERMANN"], ["ERIKA"]),
        ("Erika Gabler-Mustermann", ["GABLER", "MUSTERMANN"], ["ERIKA"]),
        ("Martin Martin", ["MARTIN"], ["MARTIN"]),
    ],
)
def test_a_name_is_found_however_it_is_written(
    wanted: str, surnames: list[str], given_names: list[str]
) -> None:
    assert compare(wanted, surnames, given_names, cut=False).exact


@pytest.mark.parametrize(
    ("wanted", "surnames", "given_names"),
    [
        ("Camille Durand", ["DURANO"], ["CAMILLE"]),
        ("Camille Durand", ["DURANDKKCAMILLE"], []),
        ("Camille Louise Durand", ["DURAND"], ["CAMILLE"]),
    ],
)
def test_a_name_read_nearly_is_near(
    wanted: str, surnames: list[str], given_names: list[str]
) -> None:
    match = compare(wanted, surnames, given_names, cut=False)
    assert not match.exact
    assert 80 <= match.nearness < 100


@pytest.mark.parametrize(
    ("wanted", "surnames", "given_names"),
    [
        ("Camille Durand", ["PETIT"], ["CAMILLE"]),
        ("Camille Durand", ["DURAND"], ["LUC"]),
        ("Camille Durand", ["DURAND"], []),
        ("Durand", ["DURAND"], ["CAMILLE"]),
        ("", ["DURAND"], ["CAMILLE"]),
        ("Mme", ["DURAND"], ["CAMILLE"]),
    ],
)
def test_another_name_is_another_name(
    wanted: str, surnames: list[str], given_names: list[str]
) -> None:
    match = compare(wanted, surnames, given_names, cut=False)
    assert not match.exact
    assert match.nearness == 0


def test_a_name_that_was_cut_to_its_place_is_near() -> None:
    match = compare("Jean Maximilien Durand", ["DURAND"], ["JEAN", "MAXIMI"], cut=True)
    assert match.nearness == 99


def test_many_marks_cost_no_more_than_some_spellings() -> None:
    assert len(spellings("Ä" * 60)) <= 32
