"""What is a learner told of a certificate, in plain words (domain note §2)?"""

from webapp.domain.certificates.statuses import Status

PLAIN_WORDS: dict[Status, str] = {
    Status.DOWNLOADABLE: "Your certificate is ready.",
    Status.GENERATING: "Your certificate is being made. This usually takes a few minutes.",
    Status.REGENERATING: "Your certificate is being made anew. This usually takes a few minutes.",
    Status.ERROR: "Your certificate is being made. This takes longer than usual; we know about it.",
    Status.NOT_PASSING: "You have not passed this course yet.",
    Status.UNVERIFIED: "Your identity has to be verified before you get a certificate.",
    Status.RESTRICTED: "A certificate cannot be given to you here. Ask support why.",
}
NOT_SHOWN_YET = "You have earned your certificate. You can open it once the course shows its certificates."
MADE_ANEW_WORDS: dict[Status, str] = {
    Status.GENERATING: "Your certificate is being made anew; its page stays open. This usually takes a few minutes.",
    Status.REGENERATING: "Your certificate is being made anew; its page stays open. This usually takes a few minutes.",
    Status.ERROR: "Your certificate is being made anew; its page stays open. This takes longer than usual; we know about it.",
}
"""What is said of a certificate that was issued before."""
OTHER_WORDS = "There is no certificate for this course at the moment."
NOT_EARNED = "There is no certificate for you yet. If you think that you have passed, ask your support team."
ASK_WORDS = "Once you have passed, ask for your certificate here."
