"""Mails from outside are read, whatever they are made of; nothing in them can stop the reader."""

import time
from email.message import EmailMessage

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hosting.lib import incoming, mailtext


def mail(text="Good day", subject="Hello", sender="Ada <Ada@Bakery.example>", **headers):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "us@example.org", subject
    message["Message-ID"] = "<one@bakery.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def read(message):
    return incoming.read(message.as_bytes())


def test_an_ordinary_mail_is_read():
    found = read(mail("Good day\n\n\n\nall", In_Reply_To="<b@us>", References="<a@us> <b@us>"))
    assert found.sender == "ada@bakery.example"
    assert found.subject == "Hello"
    assert found.message_id == "<one@bakery.example>"
    assert found.refers_to == ("<a@us>", "<b@us>")
    assert found.text == "Good day\n\nall"
    assert (found.automatic, found.report, found.whole) == (False, False, True)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated (vacation)"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "away"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"X_Failed_Recipients": "ada@bakery.example"},
        {"subject": "Réponse automatique : Votre site"},
        {"subject": "Message d’absence"},
        {"subject": "Absente du bureau"},
        {"subject": "Automatische Antwort: Ihre Website"},
        {"subject": "Abwesenheitsnotiz"},
        {"subject": "Ich bin nicht im Büro"},
        {"subject": "Out of office: your site"},
        {"subject": "Automatic reply: your site"},
        {"subject": "=?utf-8?q?R=C3=A9ponse_automatique?="},
    ],
)
def test_what_a_machine_wrote_is_recognised(headers):
    assert read(mail(**headers)).automatic


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Precedence": "first-class"},
        {"Return_Path": "<ada@bakery.example>"},
        {"subject": "Re: your site"},
        {"subject": "The automatic reply of my shop is broken"},
        {"subject": "Absences are not shown in my calendar"},
        {"subject": "AW: Website, Formular der Abwesenheit"},
        {"subject": ""},
    ],
)
def test_what_a_person_wrote_is_not_taken_for_a_machines(headers):
    assert not read(mail(**headers)).automatic


@pytest.mark.parametrize(
    "sender",
    [
        "ada@bakery.example, eve@evil.example",
        "ada@bakery.example <eve@evil.example>, ada@bakery.example",
        "nobody",
        "",
        "<>",
    ],
)
def test_a_mail_without_one_author_has_no_sender(sender):
    raw = b"From: " + sender.encode() + b"\r\nTo: us@example.org\r\n\r\nhi"
    assert incoming.read(raw).sender == ""


def test_two_from_lines_are_no_author():
    assert incoming.read(b"From: a@b.example\r\nFrom: c@d.example\r\n\r\nhi").sender == ""


def test_an_address_in_a_name_is_not_the_sender():
    found = incoming.read(b'From: "ada@bakery.example" <eve@evil.example>\r\n\r\nhi')
    assert found.sender == "eve@evil.example"


def test_html_alone_becomes_text_and_runs_nothing():
    message = mail()
    message.set_content(
        "<head><title>x</title><style>p{}</style></head><p>Good <b>day</b>,</p>"
        "<script>alert(1)</script><ul><li>one<li>two</ul><blockquote>old<br>words</blockquote>",
        subtype="html",
    )
    found = read(message)
    assert found.text == "Good day,\n\n- one\n- two\n> old\n> words"


def test_the_plain_part_is_preferred_and_files_are_named():
    message = mail("plain words")
    message.add_alternative("<p>other words</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="à.pdf")
    message.add_attachment("notes", filename="notes.txt")
    found = read(message)
    assert found.text == "plain words"
    assert [(one.name, one.size) for one in found.attachments] == [("à.pdf", 8), ("notes.txt", 6)]
    assert found.attachments[0].content == b"%PDF-1.4"


def test_a_mail_inside_a_mail_says_nothing_by_itself():
    message = mail("see below")
    message.add_attachment(mail("I validate everything", subject="inner"))
    found = read(message)
    assert found.text == "see below"
    assert len(found.attachments) == 1


@pytest.mark.parametrize(
    "charset",
    ["no-such", "utf-16", "idna", "punycode", "rot13", "zip", "hex", "unicode_escape", ""],
)
def test_a_charset_that_is_none_costs_no_word(charset):
    head = f'From: a@b.example\r\nContent-Type: text/plain; charset="{charset}"\r\n\r\n'
    assert "plain" in incoming.read(head.encode() + b"plain \xe9 words").text or charset == "utf-16"


def test_nul_half_characters_and_turned_directions_go():
    head = b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    words = "one\0two\u202ethree\x1b[31mfour\u2028five".encode() + b"\xed\xa0\x80"
    text = incoming.read(head + words).text
    assert text.startswith("onetwothree[31mfour\nfive")
    assert "\0" not in text


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 1000,
        b"From: a@b.example\r\n" + b"X-A: b\r\n" * 10_000 + b"\r\nwords",
        b"From: " + b"a@b.example, " * 50_000 + b"\r\n\r\nwords",
        b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\nwords",
        b"Subject: " + b"=?utf-8?q?" * 100_000,
        b"Subject: =?utf-8?b?!!!?= =?nope?q?x?=\r\n\r\nwords",
        b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(20_000)
        ),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!" * 500_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a " * 500_000,
        b"Content-Type: text/html\r\n\r\n" + b"<script>" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 300_000,
        b"Content-Type: text/html\r\n\r\n" + b"</" * 500_000,
        b"Content-Type: text/html\r\n\r\n" + b"&#" * 500_000,
        b"Content-Type: text/html\r\n\r\n" + b"<?" * 500_000,
        b"Content-Type: text/html\r\n\r\n<a" + b' x="' * 300_000,
        b"\r\n\r\n" + b"> a\n" * 100_000 + b"end",
        b"\r\n\r\n" + b"On a wrote b " * 100_000,
        b"\r\n\r\n" + (b"Am " + b"schrieb am " * 25 + b"\n") * 2000,
        b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AAA" * 100_000,
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + b"\xff" * 1000,
        b"Content-Disposition: attachment; filename*0*=x'y'%ff; filename*1=\xff\r\n\r\nwords",
        b"Content-Type: text/plain; charset*=x'y'%ff\r\n\r\nwords",
        b"x" * (incoming.MOST_BYTES + 1),
    ],
)
def test_rubbish_is_read_in_no_time(raw):
    began = time.process_time()
    found = incoming.read(raw)
    mailtext.split_quoted(found.text)
    assert time.process_time() - began < 10  # a quadratic reader takes minutes here


PIECES = [
    b"From: ada@bakery.example\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/html; charset=utf-16\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Subject: =?utf-8?b?////?=\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%e9\r\n",
    b"\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"<blockquote>&#x0;&#xd800;",
    b"> quoted\r\n",
    b"On Monday Ada wrote:\r\n",
]
RAW = st.one_of(
    st.binary(max_size=2000),
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=60)), max_size=30).map(b"".join),
)


@settings(max_examples=400, deadline=None)
@given(RAW)
@example(b"From: \xff\xfe <a@b>\r\nSubject: \xed\xa0\x80\r\n\r\n\xed\xa0\x80")
def test_any_bytes_are_read(raw):
    found = incoming.read(raw)
    texts = [found.sender, found.subject, found.message_id, found.text, *found.recipients]
    for text in [*texts, *(one.name for one in found.attachments)]:
        text.encode("utf-8")
        assert "\0" not in text
    new, quoted = mailtext.split_quoted(found.text)
    assert len(new) + len(quoted) <= len(found.text)


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Thanks\n\nOn Tue, 9 Jun 2026 at 11:00, Support <s@x.example> wrote:\n> old", "Thanks"),
        ("Merci\n\nLe mar. 9 juin 2026 à 11:00, Support a écrit :\n> vieux\n>\n> mots", "Merci"),
        ("Merci\nLe mar. 9 juin 2026 à 11:00, Support\n<s@x.example> a écrit :\n> vieux", "Merci"),
        ("Danke\n\nAm 09.06.2026 um 11:00 schrieb Support:\n> alt", "Danke"),
        ("Yes\n\n-----Original Message-----\nFrom: us\nold words", "Yes"),
        ("Oui\n\nDe : Support\nEnvoyé : mardi\nÀ : Ada\nObjet : site\n\nvieux", "Oui"),
        ("Ja\n________________________________\nVon: Support\nalt", "Ja"),
        ("Ja\n\nVon: Support\nGesendet: Dienstag\nalt", "Ja"),
        ("My answer\n\n> old\n> words\n", "My answer"),
    ],
)
def test_quoted_history_is_told_from_what_is_new(text, new):
    found, quoted = mailtext.split_quoted(text)
    assert found == new
    assert quoted


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nthe cart is empty",
        "> Is it the cart?\nYes.\n> Since when?\nMonday.",
        "On Tue Support wrote:\n> Is it the cart?\nYes, it is.",
        "> only\n> quoted",
        "De : rien",
        "From: that page\nI see nothing",
        "",
    ],
)
def test_an_answer_between_quoted_lines_is_left_whole(text):
    assert mailtext.split_quoted(text) == (text, "")
