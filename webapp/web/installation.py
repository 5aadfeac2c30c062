"""With which settings does this installation answer over the web, and under which terms is it changed there?"""

from datetime import datetime

from flask import current_app

from webapp.adapters.certificate_page import render_certificate
from webapp.domain.actors import Actor
from webapp.services.governance.terms import Terms
from webapp.settings import Settings


def settings() -> Settings:
    """Give the settings of this installation."""
    found: Settings = current_app.extensions["settings"]
    return found


def terms_of(actor: Actor, now: datetime) -> Terms:
    """Give the terms of this installation for somebody."""
    given = settings()
    return Terms(actor, now, given.base_url, render_certificate, dict(given.approvals))
