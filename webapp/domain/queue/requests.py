"""What do we ask of XQueue, letter for letter, and what does its reply say (XQueue note §1a-1b)?"""

import html
import json
import re
from dataclasses import dataclass

from webapp.domain.identifiers import made_storable
from webapp.domain.queue.messages import BadResult, cut, parse_object

HEADER_LENGTH = 1024  # XQueue's column: one character more is its HTTP 500 (XQueue note §1b)
TOLD_APART_BY = 128  # XQueue takes two callback URLs that are equal so far for one, and drops the earlier job
LOGIN_REQUIRED = "login_required"
_MARKUP = re.compile(r"<!--.*?-->|</?[a-z][^>]*>", re.DOTALL | re.IGNORECASE)


class UnusableHeader(ValueError):
    """XQueue would fail on the header, or take one job for another; the text says why."""


class BadReply(ValueError):
    """The text is no reply of XQueue."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One job for XQueue: what the form fields `xqueue_header` and `xqueue_body` hold, as it is sent."""

    header: str
    body: str


@dataclass(frozen=True, slots=True)
class QueueReply:
    """What XQueue says: yes or no, and its own words."""

    accepted: bool
    content: str

    @property
    def asks_for_sign_in(self) -> bool:
        """True where nobody is signed in, or not any more: sign in, and ask once more."""
        return not self.accepted and self.content == LOGIN_REQUIRED


def certificate_submission(
    *,
    key: str,
    username: str,
    course_id: str,
    course_name: str,
    name: str,
    grade: str | None,
    template_pdf: str,
    designation: str | None,
    base_url: str,
    queue_name: str,
) -> Submission:
    """Ask for a certificate; a regeneration is the same under a new key (XQueue note §1b). Raises UnusableHeader."""
    body = {
        "action": "create",
        "username": username,
        "course_id": course_id,
        "course_name": course_name,
        "name": name,
        "grade": grade,
        "template_pdf": template_pdf,
        "designation": designation,
    }
    callback_url = f"{base_url}/update_certificate?key={key}"
    return Submission(_header(callback_url, key=key, queue_name=queue_name), json.dumps(body))


def example_submission(
    *,
    uuid: str,
    access_key: str,
    course_id: str,
    course_name: str,
    name: str,
    template_pdf: str,
    base_url: str,
    queue_name: str,
) -> Submission:
    """Ask for an example certificate; raises UnusableHeader."""
    body = {
        "action": "create",
        "course_id": course_id,
        "name": name,
        "template_pdf": template_pdf,
        "username": uuid,
        "example_certificate": True,
        "course_name": course_name,  # the platform leaves it out, and the agent drops the job (decision 21)
    }
    callback_url = f"{base_url}/update_example_certificate?key={uuid}"
    return Submission(_header(callback_url, key=access_key, queue_name=queue_name), json.dumps(body))


def removal_submission(
    *,
    key: str,
    username: str,
    course_id: str,
    course_name: str,
    name: str,
    delete_download_uuid: str,
    delete_verify_uuid: str,
    base_url: str,
    queue_name: str,
) -> Submission:
    """Ask for the end of a certificate's file: the stock agent dies on it, so only where a setting allows it (decision 43).

    Raises UnusableHeader.
    """
    body = {
        "action": "remove",
        "username": username,
        "course_id": course_id,
        "course_name": course_name,
        "name": name,
        "delete_download_uuid": delete_download_uuid,
        "delete_verify_uuid": delete_verify_uuid,
    }
    callback_url = f"{base_url}/update_certificate?key={key}"
    return Submission(_header(callback_url, key=key, queue_name=queue_name), json.dumps(body))


def grade_label(letter: str | None, *, forced: str | None = None) -> str | None:
    """Give the letter grade, or the one that staff forces, as plain text; None where nothing is left (decision 16)."""
    return html.unescape(_MARKUP.sub("", forced or letter or "")).strip() or None


def parse_reply(text: str) -> QueueReply:
    """Give what a reply says, its words cut to what a certificate can keep; raises BadReply."""
    try:
        reply = parse_object(text)
    except BadResult:
        raise BadReply("not a JSON object") from None
    code, content = reply.get("return_code"), reply.get("content")
    if type(code) is not int or code not in (0, 1):  # true is 1 in Python, but not in XQueue
        raise BadReply("no return_code of 0 or 1")
    words = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return QueueReply(code == 0, cut(made_storable(words)))


def _header(callback_url: str, *, key: str, queue_name: str) -> str:
    if len(callback_url) > TOLD_APART_BY:
        raise UnusableHeader(f"the callback URL is longer than the {TOLD_APART_BY} characters that XQueue looks at")
    header = json.dumps({"lms_callback_url": callback_url, "lms_key": key, "queue_name": queue_name})
    if len(header) > HEADER_LENGTH:
        raise UnusableHeader(f"the header is longer than the {HEADER_LENGTH} characters that XQueue can keep")
    return header
