"""Is any input at all a failure, or does it touch the row of another key?"""

import json

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.certificates import make_certificate
from tests.factories.deliveries import columns_of
from tests.factories.queue_messages import COURSE, KEY, PATH, URL, VERIFY, failure, header_of, success
from webapp.models.certificates import GeneratedCertificate

FORM_TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
WORDS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(codec=None), max_size=20),
    st.sampled_from([COURSE, VERIFY, URL, "ada", "bob", KEY, "b" * 32, []]),
)
NAMES = ["username", "course_id", "download_uuid", "verify_uuid", "url", "error", "error_reason", "lms_key"]
OBJECTS = st.dictionaries(st.sampled_from(NAMES), WORDS)
HEADERS = st.one_of(
    FORM_TEXTS, OBJECTS.map(json.dumps), st.sampled_from([header_of(), header_of("b" * 32), header_of("")])
)
BODIES = st.one_of(
    FORM_TEXTS,
    OBJECTS.map(json.dumps),
    OBJECTS.map(lambda drawn: json.dumps({**json.loads(success()), **drawn})),
    OBJECTS.map(lambda drawn: json.dumps({**json.loads(failure()), **drawn})),
)

# The application is emptied by hand, and an instance of the class holds nothing: each database may have one of its own.
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.differing_executors]


class TestGivenAnythingAtAll:
    @settings(
        max_examples=120,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=QUIET,
    )
    @given(header=HEADERS, body=BODIES)
    def test_it_is_never_a_failure_and_never_touches_a_row_with_another_key(
        self, app: Flask, session: Session, header: str, body: str
    ) -> None:
        session.commit()
        for username, key in (("ada", KEY), ("bob", "b" * 32), ("eve", "")):
            if session.scalar(select(GeneratedCertificate.id).where(GeneratedCertificate.key == key)) is None:
                make_certificate(session, username, key=key)
        session.commit()
        rows = {row.key: row.id for row in session.scalars(select(GeneratedCertificate))}
        before = {key: columns_of(session, number) for key, number in rows.items()}
        app.extensions["overflow"].__init__()

        answer = app.test_client().post(PATH, data={"xqueue_header": header, "xqueue_body": body})

        assert answer.status_code in (200, 400)
        try:
            sent = json.loads(header)["lms_key"]
        except (ValueError, KeyError, TypeError):
            sent = None
        touched = {own for own, number in rows.items() if columns_of(session, number) != before[own]}
        assert touched <= {sent} - {""}

    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=QUIET,
    )
    @given(data=st.binary(max_size=200), content_type=st.sampled_from(["application/x-www-form-urlencoded", "text/x"]))
    def test_no_bytes_are_a_failure(self, app: Flask, data: bytes, content_type: str) -> None:
        app.extensions["overflow"].__init__()

        answer = app.test_client().post(PATH, data=data, content_type=content_type)

        assert answer.status_code in (200, 400)
