"""Which lists are there, and under which addresses?"""

from collections.abc import Iterable

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import Admin, AdminIndexView, BaseView, expose
from flask_admin.contrib.sqla import ModelView

from webapp.domain.roles import Permission
from webapp.models.base import db
from webapp.models.governance.changes import ChangeRequest, Contributor, Decision
from webapp.models.governance.versions import Blob, ConfigVersion
from webapp.web.admin.access.access_view import AccessView
from webapp.web.admin.account_views import AccountView
from webapp.web.admin.audit_view import AuditView
from webapp.web.admin.badges.award_view import BadgeView
from webapp.web.admin.bus.letter_view import LetterView
from webapp.web.admin.caches.cache_view import CacheView
from webapp.web.admin.certificate_views import CertificateView
from webapp.web.admin.changes.change_view import ChangeView
from webapp.web.admin.course_views import CourseView
from webapp.web.admin.desk_view import DeskView
from webapp.web.admin.example_views import ExampleView
from webapp.web.admin.exceptions.views import AllowlistView, InvalidationView
from webapp.web.admin.governed.badge_view import BadgeImageView
from webapp.web.admin.governed.config_views import (
    BadgeDefaultView,
    CourseSettingsView,
    CrawlersView,
    GenerationView,
    HtmlViewView,
)
from webapp.web.admin.governed.governed_view import GovernedView
from webapp.web.admin.inbox_view import InboxView
from webapp.web.admin.learner_views import LearnerView
from webapp.web.admin.runs.run_view import RunView

GOVERNED = (
    HtmlViewView,
    CrawlersView,
    GenerationView,
    CourseSettingsView,
    BadgeImageView,
    BadgeDefaultView,
    AccessView,
)
VIEWS = (
    CertificateView,
    LearnerView,
    CourseView,
    ExampleView,
    AllowlistView,
    InvalidationView,
    BadgeView,
    RunView,
    ChangeView,
    InboxView,
    LetterView,
    AuditView,
    AccountView,
    *GOVERNED,
)
LEDGER = (ConfigVersion, Blob)
WORKFLOW = (ChangeRequest, Contributor, Decision)


class OpenDoor(RuntimeError):
    """A view would let somebody write what only an approved change may write."""


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
    admin.add_view(CacheView(name="Cache", endpoint="caches", url="/admin/cache"))
    refuse_open_doors(admin)


def refuse_open_doors(admin: Admin) -> None:
    """Raise OpenDoor for a view over the ledger that is not GovernedView, and for one over requests with doors to write."""
    views: Iterable[BaseView] = admin._views
    for view in views:
        if not isinstance(view, ModelView):
            continue
        of_ledger, of_workflow = issubclass(view.model, LEDGER), issubclass(view.model, WORKFLOW)
        if (of_ledger and not isinstance(view, GovernedView)) or (of_workflow and not isinstance(view, DeskView)):
            raise OpenDoor(f"{type(view).__name__} opens {view.model.__name__}, which only approved changes may write")
