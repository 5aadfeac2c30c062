"""What does a configuration of the certificate pages switch on, beside the texts that it gives (interface §4)?"""

import re
from collections.abc import Mapping
from typing import Any

from webapp.wording import phrase

INDEXABLE = "indexable"
OFFERED = ("share_linkedin", "share_x", "share_facebook", "share_embed")
"""Ways to pass a certificate on that are there where they are switched on; mail and the address to copy always are."""
SWITCHES = (*OFFERED, INDEXABLE)
LINKEDIN_ID = "linkedin_organization_id"
UNSAID: Mapping[str, Any] = {**dict.fromkeys(SWITCHES, False), LINKEDIN_ID: ""}
"""What counts where no layer says anything: nothing is shared but by mail, and no search engine is let in."""
_NUMBER = re.compile(r"[0-9]{1,20}")
NUMBER_PATTERN = f"^({_NUMBER.pattern})?$"
"""What LINKEDIN_ID matches, as an expression by ECMA-262."""
_NO_SWITCH = phrase("Must be true or false.")
_NO_NUMBER = phrase("Must be the number of the organization’s page at LinkedIn, as a text of digits; empty for none.")
_NOT_OF_A_COURSE = phrase("Stands under a course alone: names are personal data, and each course answers for its own.")


def find_fault(key: str, value: object, *, of_course: bool) -> str | None:
    """Say what a setting has to be where it is not; None for a sound one and for what is no setting.

    `of_course` is true for a layer of a single course.
    """
    if key in SWITCHES and not isinstance(value, bool):
        return _NO_SWITCH
    if key == INDEXABLE and not of_course:
        return _NOT_OF_A_COURSE
    if key == LINKEDIN_ID and not (isinstance(value, str) and (value == "" or _NUMBER.fullmatch(value))):
        return _NO_NUMBER
    return None
