"""Each page's link to the guides, and the guides as pages."""

import re

import pytest
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, override

from fer_platform.texts.catalogues import read
from sessions_app.web.guides import DOCS, GUIDES, guide, texts_of
from sessions_app.web.help_links import HOME_OF_STAFF, SECTIONS
from tests.e2e.states import STATES

# Without a foot: in frames of learning platforms, on projectors, in a small window, in Django's
# own admin site. An error may have any page's place, and the guides are help themselves.
WITHOUT_HELP = {
    *("lti-open", "lti-register", "session-projector", "course-projector"),
    *("session-compact", "error", "help"),
}
SERVED = [*GUIDES, *{name for name, _ in SECTIONS.values()} - set(GUIDES)]
LINK = re.compile(r'href="([^"]+)"')
PICTURE = re.compile(r'src="([^"]+)"')
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def test_every_page_has_a_section_that_helps():
    pages = {state.url for state in STATES if not state.url.startswith("admin:")}

    assert pages - WITHOUT_HELP == set(SECTIONS) - {"lti-connect"}  # it is in no state


@pytest.mark.parametrize("section", sorted({*SECTIONS.values(), HOME_OF_STAFF}))
def test_every_section_that_is_linked_is_there(section):
    name, heading = section

    assert heading in guide(name).anchors


@pytest.mark.parametrize("name", sorted(SERVED))
def test_a_guide_leads_to_pages_of_ours_and_to_headings_that_are_there(name):
    html = guide(name).html

    for link in LINK.findall(html):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, heading = link.partition("#")
        target = re.fullmatch(r"/help/(\w+)/", path)[1] if path else name
        assert not heading or heading in guide(target).anchors, link
    for picture in PICTURE.findall(html):
        file = picture.removeprefix(static("docs/"))
        assert (DOCS / "pictures" / file).is_file(), picture
    assert html.count("<img") == html.count('loading="lazy"')
    assert "<script" not in html
    assert ".md" not in "".join(LINK.findall(html))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("home", "student/#join-a-lesson"),
        ("login", "teacher/#get-in"),
        ("api-docs", "api/#coming-in"),
    ],
)
def test_a_page_links_its_section_in_another_tab(client, page, leads_to):
    text = client.get(reverse(page)).content.decode()

    assert f'<a href="/help/{leads_to}" target="_blank"' in text


@pytest.mark.django_db
def test_staff_begin_elsewhere_than_students(teacher, browser_of):
    text = browser_of(teacher).get(reverse("home")).content.decode()

    assert 'href="/help/teacher/#create-a-lesson"' in text


@pytest.mark.django_db
def test_a_guide_is_in_the_language_of_its_reader_under_the_same_addresses(client):
    client.cookies["language"] = "de"
    text = client.get(reverse("help", args=["teacher"])).content.decode()

    assert "<title>Anleitung für Lehrkräfte" in text
    assert '<h2 id="steer-the-lesson">Die Stunde steuern</h2>' in text
    assert 'lang="en"' not in text
    assert "Diese Seite ist auf Englisch." not in text


@pytest.mark.django_db
def test_a_page_for_operators_says_that_it_is_in_english(client):
    client.cookies["language"] = "de"
    text = client.get(reverse("help", args=["operations"])).content.decode()

    assert 'class="prose guide" lang="en" dir="ltr"' in text
    assert "Diese Seite ist auf Englisch." in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GUIDES)
def test_a_translated_guide_leads_where_the_english_one_leads(name, language):
    english = guide(name)
    with override(language):
        translated = guide(name)

    assert translated.title != english.title
    assert translated.anchors == english.anchors
    for each in (LINK, PICTURE, re.compile(r"<(\w+)")):
        assert sorted(each.findall(translated.html)) == sorted(
            each.findall(english.html)
        )


def labels(text):
    """What a guide calls a button, a field or a page by its name."""
    return {bold or slanted for bold, slanted in LABEL.findall(text)}


LABEL = re.compile(r"\*\*(.+?)\*\*|\*(.+?)\*")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GUIDES)
def test_a_translated_guide_calls_a_button_what_the_page_calls_it(name, language):
    of_pages = {
        each.id
        for each in read(language)
        if not all(path.startswith("docs/") for path, _ in each.locations)
    }
    wrong = []
    with override(language):
        for text in texts_of(DOCS / "guides" / f"{name}.md"):
            named = labels(gettext(text))
            wrong += [
                (label, named)
                for label in sorted(labels(text) & of_pages)
                if gettext(label) not in named
            ]

    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["conf", "README", "decisions"])
def test_no_other_page_of_docs_is_served(client, name):
    assert client.get(reverse("help", args=[name])).status_code == 404
