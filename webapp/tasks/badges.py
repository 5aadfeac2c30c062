"""Who gets the badge that they waited for, once its image is there?"""

from flask import Flask

from webapp import clock
from webapp.domain.actors import SCHEDULE_NAME, Actor
from webapp.models.base import unit_of_work
from webapp.services.badges import awarding
from webapp.services.badges.awarding import Awarding
from webapp.settings import Settings


def award_badges(app: Flask) -> int:
    """Award every badge that waited and has an image now, and give how many; none while badges are switched off."""
    settings: Settings = app.extensions["settings"]
    number = 0
    while settings.badges:
        with unit_of_work() as session:
            awarded = awarding.award_waiting(session, awarding_by_schedule(settings))
        number += awarded
        if awarded < awarding.AT_ONCE:
            break
    return number


def awarding_by_schedule(settings: Settings) -> Awarding:
    """Give how the schedule awards now."""
    actor = Actor(SCHEDULE_NAME, request_id=clock.new_request_id())
    return Awarding(actor, clock.now(), clock.new_key, settings.base_url)
