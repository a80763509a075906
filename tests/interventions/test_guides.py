"""Guides for a broken site (N6): whole in three languages, safe as HTML, and no link leads nowhere."""

import re

import pytest
from django.urls import resolve

from interventions import guides
from interventions.guides import LANGUAGES, SLUGS, read_guide

ALL = [(slug, language) for slug in SLUGS for language in LANGUAGES]


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_each_guide_has_a_title_a_purpose_and_sections_and_ends_with_what_to_do_next(
    slug, language
):
    found = guides.guide(slug, language)
    assert found.title
    assert len(found.lead) > 80
    anchors = [heading.anchor for heading in found.contents]
    assert len(anchors) == len(set(anchors)) > 3
    assert all(f'<h2 id="{anchor}">' in found.html for anchor in anchors)
    last = {"en": "What next", "fr": "Et maintenant", "de": "Wie es weitergeht"}[language]
    assert found.contents[-1].words == last
    assert "<ol>" in found.html


@pytest.mark.parametrize("slug", SLUGS)
def test_the_languages_say_the_same_in_the_same_order(slug):
    def skeleton(language):
        html = guides.guide(slug, language).html
        tags = re.findall(r"<(h2|h3|ol|ul|li|table|tr|pre)[ >]", html)
        return tags, re.findall(r'href="(/[^"]*|\.\./[^"]*)"', html)

    assert skeleton("fr") == skeleton("en") == skeleton("de")


@pytest.mark.parametrize(("slug", "language"), ALL)
def test_every_link_leads_somewhere(slug, language):
    found = guides.guide(slug, language)
    anchors = {heading.anchor for heading in found.contents}
    for href in re.findall(r'href="([^"]+)"', found.html):
        if href.startswith("#"):
            assert href[1:] in anchors, href
        elif href.startswith("../"):
            assert href[3:].strip("/") in SLUGS, href
        else:
            assert resolve(href), href


@pytest.mark.parametrize("slug", SLUGS)
def test_french_is_written_with_its_spaces(slug):
    text = (guides.FOLDER / "fr" / f"{slug}.md").read_text(encoding="utf-8")
    assert not re.search(
        r"« | [:;?!»]|'(?!WP_DEBUG|\s*[,)])(?<!`)[a-zé]", re.sub(r"`[^`]*`|define.*", "", text)
    )


def test_no_folder_holds_a_guide_that_is_not_shown():
    for language in LANGUAGES:
        names = {file.stem for file in (guides.FOLDER / language).iterdir()}
        assert names == set(SLUGS)


def test_html_in_a_guide_is_shown_and_not_obeyed():
    text = "# Title\n\nWhat for.\n\n## One\n\n<script>x</script> [a](javascript:x) <b>b</b>\n"
    found = read_guide("x", text)
    assert "<script" not in found.html
    assert "href" not in found.html
    assert "&lt;b&gt;" in found.html


def test_a_guide_without_title_or_purpose_is_refused():
    with pytest.raises(ValueError, match="title"):
        read_guide("x", "## One\n\ntext\n")


def test_a_guide_is_read_once_per_process():
    assert guides.guide("dns", "fr") is guides.guide("dns", "fr")


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Restaurer"), ("de", "Sicherung"), ("en", "Bring")]
)
def test_pages_speak_the_visitors_language(client, language, words):
    headers = {"accept-language": language}
    page = client.get("/assistance/guides/restore/", headers=headers)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert f'lang="{language}"' in page.content.decode()
    assert words in client.get("/assistance/guides/", headers=headers).content.decode()


@pytest.mark.parametrize("slug", ["nothing", "..", "DNS", "../en/dns"])
def test_another_name_is_not_found(client, slug):
    assert client.get(f"/assistance/guides/{slug}/").status_code == 404
