"""What do the words of the field mean? One word for one thing, on every page, in the API and in the code alike."""

from collections.abc import Mapping

from webapp.wording import phrase

WORDS: Mapping[str, str] = {
    phrase("Actor"): phrase(
        "Who did something: an account, XQueue, the command line, the schedule, the platform’s events."
    ),
    phrase("Allowlist"): phrase(
        "Learners who get a certificate in a course run without having passed it. Each entry has a note, and says who made it."
    ),
    phrase("Audit"): phrase(
        "The list of every act, with who did it, when and why. Each event holds the fingerprint of the one before, so that nothing can be altered or cut out unseen."
    ),
    phrase("Certificate"): phrase(
        "What one learner holds in one course run, with its status. There is at most one for a learner and a course run."
    ),
    phrase("Change"): phrase(
        "One wish to change one key of the configuration, from its proposal to its end. Somebody else has to approve it."
    ),
    phrase("Check"): phrase(
        "One rule by which a learner is judged, with the fact that it saw. All checks are made, whichever fails first."
    ),
    phrase("Course run"): phrase(
        "One run of a course, named by its course key. The platform’s older word is “course”."
    ),
    phrase("Crawler"): phrase(
        "A program that visits public pages, such as a search engine. Its visits leave no trace with the learner."
    ),
    phrase("Dead letter"): phrase(
        "An event of the platform that could not be taken. It stays until somebody has looked at it, or until what it waits for has come."
    ),
    phrase("Delivery"): phrase("One message of XQueue, as it came in. What became of it is its outcome."),
    phrase("Emergency"): phrase("An admin makes a change live without approvals. Somebody else owes it a review."),
    phrase("Event"): phrase(
        "What the platform tells over the event bus: a grade, an enrollment, a name. An older one never overwrites what a newer one told."
    ),
    phrase("Evidence visit"): phrase("A visit of a certificate’s page by somebody who is not its learner."),
    phrase("Example"): phrase("A certificate of nobody, made to see that those of a course run will come out well."),
    phrase("Facts"): phrase(
        "What the platform has told of learners and course runs. Verdicts are made from facts alone."
    ),
    phrase("Freeze"): phrase("Until a moment that an admin has set nothing goes live, but in an emergency."),
    phrase("Held back"): phrase(
        "A learner who passed so long ago that the event leads to nothing by itself. A run issues what they have earned."
    ),
    phrase("HTML view"): phrase("What certificate pages say and show. It is configuration: two people decide on it."),
    phrase("Inbox"): phrase("Every delivery of XQueue, with its outcome. Nothing is thrown away unread."),
    phrase("Invalidation"): phrase(
        "A certificate that staff declared void. The world is told so; to end the invalidation makes the certificate anew."
    ),
    phrase("Key"): phrase(
        "What one value of the configuration is called within its kind; also, in a job for XQueue, the secret by which the answer is known."
    ),
    phrase("Kind"): phrase(
        "What is configured: certificate pages, crawlers, self-generation, a course run, badge images, somebody’s access."
    ),
    phrase("Learner"): phrase("Who takes courses. The platform says user or student."),
    phrase("Live"): phrase("The value that counts: the newest version of a key that was approved."),
    phrase("Milestone"): phrase("That a learner has passed a course run, once and for ever."),
    phrase("Mode"): phrase(
        "How a learner is enrolled: honor, verified, audit and others. Audit never earns a certificate."
    ),
    phrase("Notice"): phrase("What one person is told of one change."),
    phrase("Outbox"): phrase(
        "What is to leave: jobs for XQueue, events, mails. It is written down together with what caused it, and sent afterwards, again and again until it has left."
    ),
    phrase("Outcome"): phrase("What became of a delivery."),
    phrase("Public id"): phrase(
        "By which the world finds a certificate. It stays the same when the certificate is made anew."
    ),
    phrase("Review owed"): phrase("A change was made live in an emergency, and nobody else has looked at it."),
    phrase("Revision"): phrase(
        "One content of a change. An approval is for one revision; another revision needs another."
    ),
    phrase("Run"): phrase(
        "One act for a whole course run: to judge everybody, or to make anew what some hold. It can be tried dry, paused, resumed and cancelled."
    ),
    phrase("Self-generation"): phrase("Whether learners of a course run may ask for their certificates themselves."),
    phrase("Settled"): phrase("An answer of XQueue was taken: the certificate is issued, in error or deleted."),
    phrase("Stale"): phrase(
        "A change that was made from a version that is not live any more. It cannot be approved before it is brought up to date."
    ),
    phrase("Stuck"): phrase("A certificate whose job XQueue took long ago, without an answer since."),
    phrase("Transition"): phrase("One move of a certificate from a status to another, with what caused it."),
    phrase("Verdict"): phrase("What came of judging a learner in a course run: earned or not, with every check."),
    phrase("Version"): phrase("One value of a key that was live. The highest is live."),
    phrase("Visit"): phrase("One request for a public page, of a person or a crawler."),
    phrase("XQueue"): phrase("The queue that hands jobs for PDF certificates to a worker, and brings its answers."),
}
