"""Which wishes about learners who are, or shall be, forgotten cannot be honoured? As in the package above."""

from webapp.errors import WebappError
from webapp.wording import phrase

ERASED = phrase("The learner was erased: nothing is made or written about them any more.")


class LearnerErased(WebappError):
    """The learner was erased: nothing is made or written about them any more."""

    code = "learner_erased"


class ErasureRefused(WebappError):
    """The learner cannot be erased as things are."""

    code = "erasure_refused"


class ReasonNamesLearner(WebappError):
    """The reason, which stays for good, names the learner who shall be forgotten."""

    code = "reason_names_learner"
