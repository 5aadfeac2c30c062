"""What do a signed badge and the list of its status say (Open Badges 3.0, VCDM 2.0; ecosystem note §3.1)?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from webapp.domain.badges import open_badges, status_lists
from webapp.domain.badges.open_badges import Achievement, Award, moment
from webapp.domain.certificates.visibility import page_url

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
"""Has the word for the kind of our schema, which no other context has."""
SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
MEDIA_TYPE = "application/vc+jwt"
ALGORITHM = "ES256"
REVOCATION = "revocation"
LIST_LASTS = timedelta(days=1)
"""A list that somebody kept says nothing any more after that, so that an old copy cannot bring a badge back for ever."""

Claims = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: its name on the web of keys, and what people read of it."""

    did: str
    name: str
    url: str
    email: str

    def as_profile(self) -> dict[str, Any]:
        """Give it as a credential names it."""
        return {"id": self.did, "type": ["Profile"], "name": self.name, "url": self.url, "email": self.email}


def credential_path(assertion_id: str) -> str:
    """Give the path of a signed badge."""
    return f"{open_badges.assertion_path(assertion_id)}.jwt"


def credential_url(base_url: str, assertion_id: str) -> str:
    """Give the address of a signed badge."""
    return base_url + credential_path(assertion_id)


def list_url(base_url: str, number_of_list: int) -> str:
    """Give the address of a status list."""
    return f"{base_url}/badges/status/{number_of_list}"


def credential(award: Award, achievement: Achievement, number: int, issuer: Issuer, *, base_url: str) -> Claims:
    """Say that somebody has achieved something: whoever knows their address can tell that it was they, others cannot.

    `number` is that of the award's status. There is no `sub`: the learner has no address of their own on the web.
    """
    url = credential_url(base_url, award.assertion_id)
    said: Claims = {
        "@context": [CREDENTIALS, OPEN_BADGES, EXTENSIONS],
        "id": url,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.course_name,
        "issuer": issuer.as_profile(),
        "validFrom": moment(award.awarded_at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [_identity(award)],
            "achievement": _achieved(achievement, base_url=base_url),
        },
        "credentialStatus": _status(number, base_url=base_url),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
    }
    if award.verify_uuid:
        page = f"{page_url(base_url, award.verify_uuid)}?evidence_visit=1"
        said["evidence"] = [{"id": page, "type": ["Evidence"], "narrative": open_badges.EVIDENCE}]
    return _registered(said, issuer.did, award.awarded_at)


def status_list(number_of_list: int, places: Iterable[int], issuer_did: str, *, base_url: str, at: datetime) -> Claims:
    """Say which places of a list stand for badges that are not valid any more, as it is at a moment."""
    url, until = list_url(base_url, number_of_list), at + LIST_LASTS
    said: Claims = {
        "@context": [CREDENTIALS],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did,
        "validFrom": moment(at),
        "validUntil": moment(until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": REVOCATION,
            "encodedList": status_lists.encoded(places),
        },
    }
    return {**_registered(said, issuer_did, at), "exp": int(until.timestamp())}


def _registered(said: Claims, issuer_did: str, at: datetime) -> Claims:
    """The credential itself is what is signed, beside what every token says of itself (Open Badges 3.0 §8.2.4)."""
    return {**said, "iss": issuer_did, "jti": said["id"], "nbf": int(at.timestamp())}


def _identity(award: Award) -> Mapping[str, Any]:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": award.identity,
        "identityType": "emailAddress",
        "salt": award.salt,
    }


def _achieved(achievement: Achievement, *, base_url: str) -> Mapping[str, Any]:
    url, said = open_badges.class_url(base_url, achievement.slug), open_badges.description(achievement)
    return {
        "id": url,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": achievement.course_name,
        "description": said,
        "criteria": {"narrative": said},
        "image": {"id": open_badges.picture_url(url), "type": "Image"},
    }


def _status(number: int, *, base_url: str) -> Mapping[str, Any]:
    url, place = list_url(base_url, status_lists.list_of(number)), status_lists.place_of(number)
    return {
        "id": f"{url}#{place}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": REVOCATION,
        "statusListIndex": str(place),
        "statusListCredential": url,
    }
