"""What does XQueue say, word for word?"""

import json

COURSE = "course-v1:edX+DemoX+Demo_Course"
KEY = "529aa7bcfd893e4197da49aa13f7f721"
DOWNLOAD = "b1893280b1b146dba4ebdda414fe2c3b"
VERIFY = "065f7d6fcbe54fe8a044a7d0c411bdd4"
URL = f"https://certs.example.org/downloads/{DOWNLOAD}/Certificate.pdf"
ERROR = "There was an error processing the certificate request: no font"
REASON = "(ada) <class 'ValueError'>: no font: certificate_agent.py:117"
EXAMPLE_UUID = "7f735467656749e6aac57136b8be0af5"
EXAMPLE_KEY = "d0cf2ddd4c49c996b1bf75143bffc831"
PATH = "/update_certificate"
EXAMPLE_PATH = "/update_example_certificate"
LEFT_OUT = object()
"""The value of a member that is not there at all."""
BROKEN_JSON = [
    "",
    " ",
    "{",
    "xqueue",
    "'{}'",
    "{'a': 1}",
    "[" * 100_000,
    '{"a":' * 50_000,
    "9" * 5_000,
    "\x00",
    "\ufeff{}",
    "\ud800",
]
NO_OBJECT = ["[]", "1", "null", "true", '"text"', "NaN", "-Infinity", "1e999", "[{}]"]


def header_of(key: object = KEY, path: str = PATH) -> str:
    """Give a header as XQueue sends it."""
    return json.dumps({"lms_callback_url": f"http://desk{path}", "lms_key": key, "queue_name": "certificates"})


def success(**changed: object) -> str:
    """Give the body of a success, with members changed or left out."""
    return _body(
        {
            "action": "create",
            "download_uuid": DOWNLOAD,
            "verify_uuid": VERIFY,
            "username": "ada",
            "course_id": COURSE,
            "url": URL,
            **changed,
        }
    )


def failure(**changed: object) -> str:
    """Give the body of an error, with members changed or left out."""
    return _body({"error": ERROR, "username": "ada", "course_id": COURSE, "error_reason": REASON, **changed})


def removal(**changed: object) -> str:
    """Give the body of an answer to a job that was to remove a file, with members changed or left out."""
    return _body({"action": "remove", "username": "ada", "course_id": COURSE, **changed})


def example_result(**said: object) -> str:
    """Give the body of an answer about an example; without members it says neither success nor error."""
    return _body({"username": EXAMPLE_UUID, **said})


def _body(message: dict[str, object]) -> str:
    return json.dumps({name: value for name, value in message.items() if value is not LEFT_OUT})


EXAMPLE_HEADER = header_of(EXAMPLE_KEY, EXAMPLE_PATH)
