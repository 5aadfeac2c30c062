"""What does the support tool hear that sends what cannot be (domain note §8.1, §8.2)? The texts are its interface."""

NO_USER = "user is not given."
UNKNOWN_USER = "user '{}' does not exist"
BAD_COURSE = "Course id '{}' is not valid"
UNKNOWN_COURSE = "The course does not exist against the given key '{}'"

NO_SUCH_USER = "User {} does not exist"
NO_COURSE_KEY = "{} is not a valid course key"
NO_SUCH_COURSE = "The course {} does not exist"
NOT_ENROLLED = "User {} is not enrolled in the course {}"

OF_SEARCH = (NO_USER, UNKNOWN_USER, BAD_COURSE, UNKNOWN_COURSE)
OF_SUBJECT = (NO_SUCH_USER, NO_COURSE_KEY, NO_SUCH_COURSE, NOT_ENROLLED)
"""What can be heard there, in the order in which it is looked at."""


class SupportMistake(ValueError):
    """The support tool sent what cannot be; the text is what it hears."""


def plus_restored(text: str) -> str:
    """Give what was meant: the tool sends a raw plus, which every parser takes for a space (ecosystem note §1.1, defect 1)."""
    return text.strip().replace(" ", "+")
