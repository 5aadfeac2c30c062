"""Which wishes about the views of lists cannot be honoured? As in the package above."""

from webapp.errors import WebappError


class UnknownView(WebappError):
    """There is no such view, or it is another's own."""

    code = "unknown_view"


class ViewNotYours(WebappError):
    """A shared view is changed by whoever made it, and by admins."""

    code = "view_not_yours"


class ViewExists(WebappError):
    """One view of that name is there already."""

    code = "view_exists"


class BadView(WebappError):
    """The view has no name that fits, or there are too many."""

    code = "bad_view"
