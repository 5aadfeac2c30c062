"""Which wishes about lists, their views and what is chosen in them cannot be honoured? As in the package above."""

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


class NothingChosen(WebappError):
    """No certificate is chosen, or none matches any more."""

    code = "nothing_chosen"


class TooManyChosen(WebappError):
    """More certificates match than one run takes."""

    code = "too_many_chosen"


class OthersCourses(WebappError):
    """Some of what is chosen is of course runs that are not whoever asks's to act on."""

    code = "others_courses"


class NotRehearsed(WebappError):
    """Chosen certificates are gone over for real after a dry run that is done, and this is none."""

    code = "not_rehearsed"
