"""The list of documents that wait for a token."""

import html

import pytest

from labms.signing.rules import SigningWay

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("language", "name"), [("vi", "Cân đồng hồ lò xo"), ("en", "Spring dial scale")]
)
def test_what_waits_for_a_token_is_named_in_the_language_of_the_page(
    make, client, work, issue, signs, language, name
):
    signs(SigningWay.TOKEN)
    one = issue(work.job())
    desk = make.sign_in(client, work.signatory)

    page = html.unescape(desk.get(f"/certificates/to-sign?lang={language}").text)

    line = page[page.index(one.number) :].split("</tr>")[0]
    assert name in line
