"""Every row of what the lecture decks teach has its names, its test and its place in the course."""

from tests.support import script

cover = script("docs/cover.py")


def test_no_row_lacks_anything():
    assert cover.missing() == []


def test_the_page_is_that_of_the_rows():
    assert cover.PAGE.read_text() == cover.page()
