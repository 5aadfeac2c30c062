"""Which requests cannot be honoured? Each error has a stable code and says what to do."""


class WebappError(Exception):
    """A request that cannot be honoured. `code` is part of the interface, so it never changes."""

    code = "refused"


class UnknownAccount(WebappError):
    """There is no account of that name."""

    code = "unknown_account"


class AccountExists(WebappError):
    """An account of that name is there already."""

    code = "account_exists"


class UnknownLearner(WebappError):
    """No learner has that user name."""

    code = "unknown_learner"


class WeakPassword(WebappError):
    """The password is too short to protect anything."""

    code = "weak_password"


class RolesClash(WebappError):
    """The roles cannot be held together."""

    code = "roles_clash"


class UnknownDelivery(WebappError):
    """The inbox has no delivery of that number."""

    code = "unknown_delivery"


class NotApplicable(WebappError):
    """The delivery cannot be applied again."""

    code = "not_applicable"


class AlreadyClosed(WebappError):
    """Somebody has closed the delivery already."""

    code = "already_closed"


class NoteMissing(WebappError):
    """The act needs a note that says why."""

    code = "note_missing"


class BadName(WebappError):
    """The text cannot be the name of an account."""

    code = "bad_name"


class OwnAccount(WebappError):
    """The act would shut out the one who does it."""

    code = "own_account"


class DemoRefused(WebappError):
    """Demonstration data would mix with real learners."""

    code = "demo_refused"
