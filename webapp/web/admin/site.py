"""Which lists are there, and under which addresses?"""

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import Admin, AdminIndexView, expose

from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.web.admin.account_views import AccountView, AuditView
from webapp.web.admin.certificate_views import CertificateView, ExampleView
from webapp.web.admin.course_views import CourseView
from webapp.web.admin.exception_views import AllowlistView, InvalidationView
from webapp.web.admin.inbox_view import InboxView
from webapp.web.admin.learner_views import LearnerView

VIEWS = (
    CertificateView,
    LearnerView,
    CourseView,
    ExampleView,
    AllowlistView,
    InvalidationView,
    InboxView,
    AuditView,
    AccountView,
)


class Entrance(AdminIndexView):  # type: ignore[misc]  # Flask-Admin's base is untyped
    """`/admin/` itself: the home page is elsewhere."""

    guard = Permission.READ_DESK

    @expose("/")  # type: ignore[untyped-decorator]  # Flask-Admin
    def index(self) -> ResponseReturnValue:
        """Lead to the home page."""
        return redirect(url_for("console.home"))


def init_app(app: Flask) -> None:
    """Open every list."""
    admin = Admin(app, name="Certdesk", index_view=Entrance(), csp_nonce_generator=app.jinja_env.globals["csp_nonce"])
    for view in VIEWS:
        admin.add_view(view(view.model, db, name=view.heading, endpoint=view.endpoint_name, url=view.address))
