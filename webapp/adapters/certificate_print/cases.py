"""What is printed of a case file?"""

import json
from typing import Any

from webapp.adapters.certificate_print.sheets import NO_PICTURES, Sheet
from webapp.adapters.certificate_print.texts import printed
from webapp.domain.support.case_file import CaseFile, moment


def case_of(case: CaseFile) -> Sheet:
    """Give what a case file on A4 is made of; equal ones give the same bytes."""
    shown: dict[str, Any] = {
        "title": printed(case.title),
        "subject": printed(case.subject),
        "verdict": printed(case.verdict),
        "as_of": f"As of {moment(case.made_at)[:10]}, from Certdesk",
        "sections": [
            {
                "title": section.title,
                "empty": section.empty,
                "items": [
                    {
                        "label": printed(item.label),
                        "text": printed(item.text),
                        "more": [printed(line) for line in item.more],
                    }
                    for item in section.items
                ],
            }
            for section in case.sections
            if section.items or section.empty
        ],
    }
    return Sheet("case.typ", "pdf", "a4", json.dumps(shown, sort_keys=True), NO_PICTURES, case.made_at, "ua-1")
