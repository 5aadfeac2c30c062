"""How does a learner pass a certificate on, and what do programs read of it (ecosystem note §4)?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from html import escape
from typing import Any
from urllib.parse import quote

from webapp.domain.certificates.page.voices import IN_ENGLISH, Voice
from webapp.domain.certificates.page_context import Page
from webapp.wording import phrase

LINKEDIN_PROFILE = "https://www.linkedin.com/profile/add"
LINKEDIN_SHARE = "https://www.linkedin.com/sharing/share-offsite/"
X_INTENT = "https://twitter.com/intent/tweet"
COPY, EMBED = "copy", "embed"
SLIP = (420, 220)
"""The width and height of a certificate in somebody else's page, in CSS pixels."""
_MARKS = {0x2068: None, 0x2069: None}
_BLANK_LINE = "\r\n\r\n"
_quoted = lru_cache(4096)(partial(quote, safe="", errors="replace"))
"""A course is named on each of its certificates, and to encode its name takes as long as all else that is said here."""
FACEBOOK_SHARER = "https://www.facebook.com/sharer/sharer.php"


@dataclass(frozen=True, slots=True)
class ShareLink:
    """One way to pass a certificate on: its key, what people read, and where it leads."""

    key: str
    label: str
    url: str


def publish(
    page: Page,
    *,
    pdf_url: str | None = None,
    badge_url: str | None = None,
    signed_badge_url: str | None = None,
    card_url: str | None = None,
    voice: Voice | None = None,
) -> Page:
    """Give a page what it has where the world sees it, and an example or a preview has not.

    `pdf_url` leads to the same on paper, `badge_url` to its badge's assertion, `signed_badge_url` to the same as a
    credential, `card_url` (absolute) to its picture for those who link to it; without one, the page names none. What
    leaves with a link is in the language of the page, whose `voice` that is; None is English.
    """
    values, voice = page.values, voice or IN_ENGLISH
    summary = _sentence(values, voice)
    own = {
        "canonical_url": values["own_url"],
        "share_links": share_links(values, voice),
        "linked_data": linked_data(values, summary),
        "summary": summary,
        "pdf_url": pdf_url,
        "badge_url": badge_url,
        "signed_badge_url": signed_badge_url,
        "card_url": card_url,
        "embed_code": embed_code(values, voice) if values["share_embed"] else None,
    }
    return replace(page, values={**values, **own})


def share_links(values: Mapping[str, Any], voice: Voice = IN_ENGLISH) -> tuple[ShareLink, ...]:
    """Give the ways to pass a certificate on: what its configuration switched on, and mail, which asks nobody."""
    return tuple(_links(values, voice))


def ways_to_share(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the keys of the ways that a page offers, its address to be copied among them; each is one of `NETWORKS`."""
    return *(link.key for link in share_links(values)), COPY, *((EMBED,) if values["share_embed"] else ())


def profile_url(values: Mapping[str, Any], voice: Voice = IN_ENGLISH) -> str:
    """Give the address at LinkedIn that adds a certificate to the visitor's own profile."""
    return f"{LINKEDIN_PROFILE}?{_profile_query(values, voice)}"


def embed_url(values: Mapping[str, Any]) -> str:
    """Give the address of a certificate as others show it in a page of theirs."""
    return f"{values['own_url']}/embed"


def embed_code(values: Mapping[str, Any], voice: Voice = IN_ENGLISH) -> str:
    """Give the HTML that shows a certificate in somebody else's page: a frame in which nothing of ours can run."""
    named = phrase(
        "{certificate_type} of {name}",
        certificate_type=values["certificate_type"],
        name=values["accomplishment_copy_name"],
    )
    width, height = SLIP
    return (
        f'<iframe src="{escape(embed_url(values))}" title="{escape(_plain(voice, named))}" width="{width}" height="{height}"'
        ' sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" loading="lazy" style="border:0;max-width:100%"></iframe>'
    )


def linked_data(values: Mapping[str, Any], summary: str) -> dict[str, Any]:
    """Give what the page says in the words of schema.org: a person has a credential, which is about a course."""
    issuer = {"@type": "Organization", "name": values["accomplishment_copy_course_org"]}
    credential = {
        "@type": "EducationalOccupationalCredential",
        "name": f"{values['certificate_type']}: {values['accomplishment_copy_course_name']}",
        "description": summary,
        "credentialCategory": "certificate",
        "recognizedBy": issuer,
        "dateCreated": values["issued_on"].date().isoformat(),
        "url": values["own_url"],
        "identifier": values["certificate_id_number"],
        "about": {
            "@type": "Course",
            "name": values["accomplishment_copy_course_name"],
            "courseCode": values["course_number"],
            "provider": issuer,
        },
    }
    return {
        "@context": "https://schema.org",
        "@type": "Person",
        "name": values["accomplishment_copy_name"],
        "hasCredential": credential,
    }


def _links(values: Mapping[str, Any], voice: Voice) -> Iterator[ShareLink]:
    url = values["own_url"]
    course, platform = values["accomplishment_copy_course_name"], values["platform_name"]
    said = _plain(voice, phrase("I completed the {course} course on {platform}.", course=course, platform=platform))
    if values["share_linkedin"]:
        yield ShareLink("linkedin-profile", phrase("Add to LinkedIn"), profile_url(values, voice))
        yield ShareLink("linkedin", phrase("Share on LinkedIn"), f"{LINKEDIN_SHARE}?{_query(url=url)}")
    if values["share_x"]:
        yield ShareLink("x", phrase("Share on X"), f"{X_INTENT}?{_query(text=said, url=url)}")
    if values["share_facebook"]:
        yield ShareLink("facebook", phrase("Share on Facebook"), f"{FACEBOOK_SHARER}?{_query(u=url)}")
    title = f"{values['certificate_type']}: {values['accomplishment_copy_course_name']}"
    mail = f"{_query(subject=title, body=said)}{_quoted(_BLANK_LINE)}{_quoted(url)}"
    yield ShareLink("mail", phrase("Send by mail"), f"mailto:?{mail}")


def _profile_query(values: Mapping[str, Any], voice: Voice) -> str:
    """An organization's number brings its logo into the profile; without one its name stands there."""
    number = values["linkedin_organization_id"]
    name = phrase(
        "{platform} {certificate_type} for {course}",
        platform=values["platform_name"],
        certificate_type=values["certificate_type"],
        course=values["accomplishment_copy_course_name"],
    )
    issuer = {"organizationId": number} if number else {"organizationName": values["accomplishment_copy_course_org"]}
    return _query(
        startTask="CERTIFICATION_NAME",
        name=_plain(voice, name),
        **issuer,
        issueYear=str(values["issued_on"].year),
        issueMonth=str(values["issued_on"].month),
        certUrl=values["own_url"],
        certId=values["certificate_id_number"],
    )


def _query(**fields: str) -> str:
    """Encode every field whole: in an address of mail a plus sign stands for itself, and so a space is %20."""
    return "&".join(f"{name}={_quoted(value)}" for name, value in fields.items())


def _sentence(values: Mapping[str, Any], voice: Voice) -> str:
    said = phrase(
        "{certificate_type} of {organization}, issued on {day}.",
        certificate_type=values["certificate_type"],
        organization=values["accomplishment_copy_course_org"],
        day=values["certificate_date_issued"],
    )
    return _plain(voice, said)


def _plain(voice: Voice, said: str) -> str:
    """Say a sentence without the marks that keep the direction of what stands in it: it leaves for somebody else's page."""
    return voice.say(said).translate(_MARKS)
