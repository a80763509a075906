"""The parts of a mail: subject, text, HTML, in the recipient's language."""

import pytest
from django.template import TemplateDoesNotExist
from django.utils import translation

from hosting.records.services import render_mail

TRIO = {
    "subject.txt": "Case of {{ name }}\n and more",
    "txt": '{% extends "emails/base.txt" %}{% block content %}Dear {{ name }},\n\n\n\n{{ link }}{% endblock %}',
    "html": '{% extends "emails/base.html" %}{% block content %}<p>Dear {{ name }}</p>{% endblock %}',
}


@pytest.fixture
def trio(tmp_path, settings):
    folder = tmp_path / "emails"
    folder.mkdir()
    for ending, text in TRIO.items():
        (folder / f"sample.{ending}").write_text(text)
    configuration = {**settings.TEMPLATES[0]}
    configuration["DIRS"] = [tmp_path, *configuration["DIRS"]]
    settings.TEMPLATES = [configuration]
    return folder


def test_text_parts_are_not_escaped_and_html_is(trio):
    mail = render_mail("sample", "en", {"name": "Zoë O'Brien & <b>Söhne</b>"})
    assert mail.subject == "Case of Zoë O'Brien & <b>Söhne</b> and more"
    assert "Dear Zoë O'Brien & <b>Söhne</b>,\n\n" in mail.text
    assert "Dear Zoë O&#x27;Brien &amp; &lt;b&gt;" in mail.html


def test_each_part_names_the_provider_and_nothing_is_loaded_from_elsewhere(trio, settings):
    mail = render_mail("sample", "en", {"name": "Ada"})
    assert settings.PROVIDER["telephone"] in mail.text
    assert settings.PROVIDER["legal_name"] in mail.html
    assert "<img" not in mail.html
    assert "<table" not in mail.html
    assert "\n\n\n" not in mail.text


def test_the_language_is_the_recipients_and_stays_ours_afterwards(trio):
    with translation.override("de"):
        mail = render_mail("sample", "en", {"name": "Ada"})
        assert '<html lang="en">' in mail.html
        assert "Kind regards" in mail.text
        assert translation.get_language() == "de"


def test_a_mail_without_its_trio_is_an_error(trio):
    (trio / "sample.html").unlink()
    with pytest.raises(TemplateDoesNotExist):
        render_mail("sample", "en", {"name": "Ada"})
