"""Reply addresses lead back to their row, and nobody can make one up."""

import uuid

import pytest

from hosting import startup
from hosting.lib import replies

KEY = uuid.UUID("7d444840-9dc0-11d1-b245-5ffdce74fad2")


@pytest.fixture(autouse=True)
def _configured(settings):
    settings.REPLY_ADDRESS = "assistance+{token}@example.org"


def test_an_address_leads_back_and_fits_into_a_local_part():
    address = replies.address("ticket", KEY)
    assert len(address.partition("@")[0]) <= 64
    [(key, word)] = replies.keys_in([f"Support <{address}>"]).items()
    assert key == KEY
    assert replies.holds("ticket", word, key)


def test_a_mail_program_may_write_it_large():
    [(key, word)] = replies.keys_in([replies.address("ticket", KEY).upper()]).items()
    assert replies.holds("ticket", word, key)


def test_it_is_bound_to_purpose_generation_row_and_key(settings):
    word = replies.token("ticket", KEY, 1)
    assert replies.holds("ticket", word, KEY, 1)
    assert not replies.holds("ticket", word, KEY, 2)
    assert not replies.holds("quote", word, KEY, 1)
    assert not replies.holds("ticket", word, uuid.uuid4(), 1)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 40
    assert not replies.holds("ticket", word, KEY, 1)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert replies.holds("ticket", word, KEY, 1)


@pytest.mark.parametrize("text", ["", "assistance@example.org", "assistance+@example.org", "\0"])
def test_other_addresses_speak_of_nothing(text):
    assert replies.keys_in([text]) == {}


def test_a_longer_word_or_another_domain_is_no_token():
    word = replies.token("ticket", KEY)
    for text in (
        f"assistance+{word}a@example.org",
        f"xassistance+{word}@example.org",
        f"assistance+{word}@example.org.evil.example",
        f"assistance+{word}@example.com",
    ):
        assert replies.keys_in([text]) == {}


def test_the_outbox_holds_a_placeholder_that_is_filled_on_the_way_out(settings):
    stored = replies.placeholder("ticket", KEY, 3)
    assert replies.token("ticket", KEY, 3) not in stored
    assert replies.fill(stored) == replies.address("ticket", KEY, 3)
    assert replies.fill("help@example.org") == "help@example.org"
    settings.REPLY_ADDRESS = ""
    assert replies.fill(stored) == ""


@pytest.mark.parametrize(
    "value",
    ["", "assistance+{token}@example.org", "{token}@antwort.example.org", "a.b-{token}@x.eu"],
)
def test_a_usable_reply_address_starts(value):
    assert startup.reply_address("REPLY_ADDRESS", value) == value


@pytest.mark.parametrize(
    "value",
    [
        "assistance@example.org",
        "{token}",
        "{token}@localhost",
        "a b{token}@example.org",
        "assistance@{token}.example.org",
        "twenty-three-characters{token}@example.org",
    ],
)
def test_an_unusable_reply_address_stops_the_start(value):
    with pytest.raises(SystemExit):
        startup.reply_address("REPLY_ADDRESS", value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "imaps://me:secret@mail.example.org/INBOX",
        "imap+tls://me%40example.org:secret@mail.example.org:143",
        "imap://me:secret@127.0.0.1:1143",
    ],
)
def test_a_usable_mailbox_starts(value):
    assert startup.mailbox("IMAP_URL", value) == value


@pytest.mark.parametrize(
    "value", ["imap://me:secret@mail.example.org", "imaps://host", "pop://a:b@c"]
)
def test_a_mailbox_in_the_clear_or_without_password_stops_the_start_and_is_not_shown(value, capsys):
    with pytest.raises(SystemExit) as stopped:
        startup.mailbox("IMAP_URL", value)
    assert "secret" not in str(stopped.value)
