"""Under which terms does somebody who asks over the web make a change?"""

from datetime import datetime

from flask import current_app

from webapp.adapters.certificate_page import render_certificate
from webapp.domain.actors import Actor
from webapp.services.governance.terms import Terms
from webapp.settings import Settings


def terms_of(actor: Actor, now: datetime) -> Terms:
    """Give the terms of this installation for somebody."""
    settings: Settings = current_app.extensions["settings"]
    return Terms(actor, now, settings.base_url, render_certificate, dict(settings.approvals))
