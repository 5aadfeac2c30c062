"""Which doors does the house have? Each translates HTTP into one call of a service and back."""

from flask import Flask

from webapp.web import (
    addresses,
    api,
    auth,
    changes,
    console,
    courses,
    errors,
    headers,
    help,
    language,
    learners,
    notices,
    pages,
    runs,
    saved_views,
)
from webapp.web.admin import site
from webapp.web.callbacks import learner_requests, xqueue
from webapp.web.headers import pace, request_ids
from webapp.web.public import badges, certificate, course_preview, credentials, health, metrics, prints, shares


def init_app(app: Flask) -> None:
    """Open every door of the application."""
    addresses.init_app(app)
    metrics.init_app(app)  # its count of a request, which comes last, takes the time from where that got its id
    request_ids.init_app(app)
    headers.init_app(app)
    pace.init_app(app)
    auth.init_app(app)
    errors.init_app(app)
    pages.init_app(app)
    language.init_app(app)
    xqueue.init_app(app)
    learner_requests.init_app(app)
    health.init_app(app)
    certificate.init_app(app)
    prints.init_app(app)
    shares.init_app(app)
    course_preview.init_app(app)
    badges.init_app(app)
    credentials.init_app(app)
    console.init_app(app)
    learners.init_app(app)
    runs.init_app(app)
    changes.init_app(app)
    notices.init_app(app)
    saved_views.init_app(app)
    help.init_app(app)
    api.init_app(app)
    courses.init_app(app)
    site.init_app(app)
