"""What would XQueue send? The texts of its deliveries, letter for letter as captured (XQueue note §1f, §4)."""

import json

CALLBACK = "http://127.0.0.1:8000/update_certificate"
EXAMPLE_CALLBACK = "http://127.0.0.1:8000/update_example_certificate"
STORAGE = "https://certs.example.org/downloads"
ALERT = (
    '<div class="capa_alert">Your submission could not be graded. Please recheck your submission and try again. '
    "If the problem persists, please notify the course staff.</div>"
)
GRADER_BODY = json.dumps({"correct": None, "score": 0, "msg": ALERT})
"""What XQueue's own retire command sends: no certificate result at all."""


def pdf_address(download_uuid: str) -> str:
    """Give where a worker puts the PDF."""
    return f"{STORAGE}/{download_uuid}/Certificate.pdf"


def header(key: str) -> str:
    """Give the header of an answer for a certificate job."""
    return _header(f"{CALLBACK}?key={key}", key)


def example_header(uuid: str, access_key: str) -> str:
    """Give the header of an answer for an example job."""
    return _header(f"{EXAMPLE_CALLBACK}?key={uuid}", access_key)


def done_body(username: str, course_id: str, *, download_uuid: str, verify_uuid: str) -> str:
    """Give the body that says a PDF was made."""
    return json.dumps(
        {
            "action": "create",
            "download_uuid": download_uuid,
            "verify_uuid": verify_uuid,
            "username": username,
            "course_id": course_id,
            "url": pdf_address(download_uuid),
        }
    )


def failed_body(username: str, course_id: str, problem: str) -> str:
    """Give the body that says no PDF could be made."""
    return json.dumps(
        {
            "error": f"There was an error processing the certificate request: {problem}",
            "username": username,
            "course_id": course_id,
            "error_reason": error_reason(username, course_id, problem),
        }
    )


def error_reason(username: str, course_id: str, problem: str) -> str:
    """Give the worker's reason with whom it was about and where it stood."""
    return f"({username} {course_id}) <class 'ValueError'>: {problem}: certificate_agent.py:117"


def no_font(name: str) -> str:
    """Give the worker's commonest problem: a name in a script that none of its fonts has."""
    return f"Nothing in fontlist supports string '{name}'. Fontlist: []"


def _header(address: str, key: str) -> str:
    return json.dumps({"lms_callback_url": address, "lms_key": key, "queue_name": "certificates"})
