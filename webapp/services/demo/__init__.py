"""What does somebody look at who tries Certdesk out? Made-up learners, courses and certificates that tell stories."""

from webapp.services.demo.load import is_empty, load
from webapp.services.demo.people import Person, list_people
from webapp.services.demo.proposals import Installation

__all__ = ["Installation", "Person", "is_empty", "list_people", "load"]
