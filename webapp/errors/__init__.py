"""Which requests cannot be honoured? Each error has a stable code and says what to do."""

from datetime import timedelta


class WebappError(Exception):
    """A request that cannot be honoured. `code` is part of the interface, so it never changes."""

    code = "refused"


class UnknownAccount(WebappError):
    """There is no account of that name."""

    code = "unknown_account"


class UnknownToken(WebappError):
    """The account has no API token of that number."""

    code = "unknown_token"


class AccountExists(WebappError):
    """An account of that name is there already."""

    code = "account_exists"


class UnknownLearner(WebappError):
    """No learner has that user name."""

    code = "unknown_learner"


class AmbiguousLearner(WebappError):
    """Several learners have that e-mail address."""

    code = "ambiguous_learner"
    WORDS = "Several learners have the e-mail address “{}”: say the user name."


class UnknownCourse(WebappError):
    """No course run has that key."""

    code = "unknown_course"


class WeakPassword(WebappError):
    """The password is too short to protect anything."""

    code = "weak_password"


class RolesClash(WebappError):
    """The roles cannot be held together."""

    code = "roles_clash"


class UnknownDelivery(WebappError):
    """The inbox has no delivery of that number."""

    code = "unknown_delivery"


class UnknownBadge(WebappError):
    """There is no badge of that number."""

    code = "unknown_badge"


class BadgeNotFailed(WebappError):
    """Only a badge that failed is sent again."""

    code = "badge_not_failed"


class NotApplicable(WebappError):
    """The delivery cannot be applied again."""

    code = "not_applicable"


class AlreadyClosed(WebappError):
    """Somebody has closed the delivery already."""

    code = "already_closed"


class NoteMissing(WebappError):
    """The act needs a note that says why."""

    code = "note_missing"


class NoteRefused(WebappError):
    """The note about a learner is not there, or not to be touched any more."""

    code = "note_refused"


class BadMail(WebappError):
    """No mail could go to this address."""

    code = "bad_mail"


class BadName(WebappError):
    """The text cannot be the name of an account."""

    code = "bad_name"


class OwnAccount(WebappError):
    """The act would shut out the one who does it."""

    code = "own_account"


class IdentityTaken(WebappError):
    """The person at that issuer signs in to another account."""

    code = "identity_taken"


class NoSecondFactor(WebappError):
    """The account has no second factor, or none that was begun."""

    code = "no_second_factor"


class SecondFactorSet(WebappError):
    """The account has a second factor already."""

    code = "second_factor_set"


class SecondFactorUnreadable(WebappError):
    """The second factor was sealed with another secret key."""

    code = "second_factor_unreadable"


class DemoRefused(WebappError):
    """Demonstration data would mix with real learners."""

    code = "demo_refused"


class NotEnrolled(WebappError):
    """The learner is not enrolled in the course run."""

    code = "not_enrolled"


class NoCertificate(WebappError):
    """The learner has no certificate in the course run."""

    code = "no_certificate"


class OnAllowlist(WebappError):
    """The learner is on the allowlist."""

    code = "on_allowlist"


class NotOnAllowlist(WebappError):
    """The learner is not on the allowlist."""

    code = "not_on_allowlist"


class AlreadyInvalidated(WebappError):
    """The certificate is invalidated."""

    code = "already_invalidated"


class NotInvalidated(WebappError):
    """No invalidation of the certificate is active."""

    code = "not_invalidated"


class NoDateOverride(WebappError):
    """The certificate shows no other day than its own."""

    code = "no_date_override"


class BadDate(WebappError):
    """No certificate can be said to be of that day."""

    code = "bad_date"


class NotIssued(WebappError):
    """The certificate is not issued."""

    code = "not_issued"


class MoveRefused(WebappError):
    """The certificate's status does not allow the act."""

    code = "move_refused"


class NoExamples(WebappError):
    """No example certificate can be made of the course run."""

    code = "no_examples"


class BadFile(WebappError):
    """The file cannot be read as what it should be."""

    code = "bad_file"


class BadImage(WebappError):
    """The picture cannot be that of a badge."""

    code = "bad_image"


class UnknownRun(WebappError):
    """There is no run of that number."""

    code = "unknown_run"


class RunOpen(WebappError):
    """The course run has a run under way already."""

    code = "run_open"


class RunMoveRefused(WebappError):
    """The run's state does not allow the act."""

    code = "run_move_refused"


class StatusMissing(WebappError):
    """Nobody said which certificates shall be made anew."""

    code = "status_missing"


class StatusNotPresent(WebappError):
    """No certificate of the course run is in the status."""

    code = "status_not_present"


class KeyUnreadable(WebappError):
    """A private key was sealed with another secret than the one that is set now."""

    code = "key_unreadable"


class KeyReused(WebappError):
    """The key of a request was sent with another request before."""

    code = "idempotency_key_reused"


class KeyInFlight(WebappError):
    """The request of that key is under way."""

    code = "idempotency_key_in_flight"

    def __init__(self, wait: timedelta) -> None:
        """Say for how long at most it can be."""
        super().__init__("The request of that key is under way; send it again in a moment.")
        self.wait = wait
