"""Private links: signed, never stored, and not to be forged through a text (C10, T5)."""

import uuid

from hosting.lib import links

KEY = uuid.UUID(int=7)


def test_a_token_holds_for_its_purpose_and_generation_only():
    token = links.token("cession_status", KEY, 1)
    assert links.read_token(token) == KEY
    assert links.token_holds("cession_status", token, 1)
    assert not links.token_holds("cession_status", token, 2)
    assert not links.token_holds("cession_answer", token, 1)
    assert not links.token_holds("cession_status", token[:-1], 1)


def test_the_link_is_put_in_only_at_the_moment_of_sending(monkeypatch):
    monkeypatch.setattr(links, "reverse", lambda purpose, args: f"/{purpose}/{args[0]}/")
    stored = f"Please open {links.placeholder('cession_status', KEY)} today."
    assert links.token("cession_status", KEY) not in stored
    assert links.token("cession_status", KEY) in links.fill(stored)
    assert links.hide(stored, "(private link)") == "Please open (private link) today."


def test_a_placeholder_typed_by_a_visitor_stays_text():
    typed = f"[[link:cession_answer:{KEY.hex}:0:forged-seal]]"
    assert links.fill(typed) == typed
    assert links.fill(f"[[link:no_such_page:{KEY.hex}:0]]") == f"[[link:no_such_page:{KEY.hex}:0]]"


def test_the_seal_of_a_placeholder_is_not_the_signature_of_its_link():
    seal = links.PLACEHOLDER.fullmatch(links.placeholder("cession_status", KEY))[4]
    assert seal not in links.token("cession_status", KEY)


def test_what_is_handed_out_bears_no_seal_that_could_be_sent_as_a_link(monkeypatch):
    monkeypatch.setattr(links, "reverse", lambda purpose, args: f"/{purpose}/{args[0]}/")
    sealed = f"Please open {links.placeholder('cession_answer', KEY, 2)} today."
    handed_out = links.unsealed(sealed)
    assert handed_out == f"Please open [[link:cession_answer:{KEY.hex}:2]] today."
    assert links.fill(handed_out) == handed_out
