"""Which doors do the platform's own clients knock at? Theirs, at their addresses and in their words (interface §5)."""

from webapp.web.api.compat import certificates_v0, learner, support_tools
from webapp.web.api.compat.blueprint import bp, init_app
from webapp.web.api.compat.instructor import exceptions, generation, issued

__all__ = ["bp", "certificates_v0", "exceptions", "generation", "init_app", "issued", "learner", "support_tools"]
