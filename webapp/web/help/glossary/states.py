"""What does each status, state, outcome and role mean, to whoever reads it on a page?"""

from collections.abc import Mapping

from webapp.domain.approval.states import State
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role
from webapp.domain.runs import RunState
from webapp.wording import phrase

STATUSES: Mapping[Status, str] = {
    Status.UNAVAILABLE: phrase(
        "There is none, and there may have been one: it was taken away, or never made. The learner can be judged anew."
    ),
    Status.GENERATING: phrase("The job is with XQueue, or on its way there."),
    Status.REGENERATING: phrase("It is being made anew; what was issued before stays valid meanwhile."),
    Status.DELETING: phrase("XQueue was asked to remove the file, and has not answered yet."),
    Status.DELETED: phrase("Support has ended it. Its page says that it is gone."),
    Status.DOWNLOADABLE: phrase(
        "It is issued: the learner can open it, and the world too where the course run shows its certificates."
    ),
    Status.ERROR: phrase("It could not be made; the reason stands with it."),
    Status.NOT_PASSING: phrase("The grade does not pass."),
    Status.RESTRICTED: phrase("The platform does not let this learner hold certificates."),
    Status.AUDITING: phrase("The learner is enrolled in audit; from an older version of the platform."),
    Status.AUDIT_PASSING: phrase("The learner passes, in audit, which earns no certificate. Staff alone see this."),
    Status.AUDIT_NOT_PASSING: phrase("The learner does not pass, in audit. Staff alone see this."),
    Status.HONOR_PASSING: phrase("The learner passed under the honor code, in an older version of the platform."),
    Status.UNVERIFIED: phrase("The mode asks who the learner is, and the platform has no valid proof."),
    Status.INVALIDATED: phrase(
        "Staff declared it void; from an older version of the platform, which kept it as a status."
    ),
    Status.REQUESTING: phrase("The learner could ask for it; from an older version of the platform."),
}
EXAMPLE_STATUSES: Mapping[ExampleStatus, str] = {
    ExampleStatus.STARTED: phrase("It is being made."),
    ExampleStatus.SUCCESS: phrase("It came out well."),
    ExampleStatus.ERROR: phrase("It did not come out; the reason stands with it."),
}
CHANGE_STATES: Mapping[State, str] = {
    State.PENDING: phrase("It waits for approvals."),
    State.ON_HOLD: phrase("Somebody has stopped it until a question is answered."),
    State.SCHEDULED: phrase("It is approved, and goes live at its moment."),
    State.APPLIED: phrase("It is approved and went live."),
    State.REJECTED: phrase("An approver has turned it down, and said why."),
    State.WITHDRAWN: phrase("Its author has given it up."),
    State.EXPIRED: phrase("Nobody touched it for so long that it ended by itself."),
}
RUN_STATES: Mapping[RunState, str] = {
    RunState.WAITING: phrase("It begins as soon as there is room."),
    RunState.RUNNING: phrase("It goes from learner to learner."),
    RunState.PAUSED: phrase("It rests until somebody resumes it. What it did stays."),
    RunState.CANCELLED: phrase("Somebody has ended it. What it did stays."),
    RunState.DONE: phrase("It has been with every learner."),
    RunState.FAILED: phrase("It met something that it could not get over. It can be resumed."),
}
BADGE_STATES: Mapping[BadgeState, str] = {
    BadgeState.WAITING: phrase("It is earned, and waits for an image of its mode or a default one."),
    BadgeState.SENDING: phrase("The badge server has been asked, or is to be, and has not issued it yet."),
    BadgeState.AWARDED: phrase("The learner has it."),
    BadgeState.FAILED: phrase("The badge server has refused it; the reason stands with it."),
}
ROLES: Mapping[Role, str] = {
    Role.VIEWER: phrase("Reads."),
    Role.SUPPORT: phrase(
        "Generates, invalidates and deletes certificates, keeps the allowlist, handles deliveries, brings in facts."
    ),
    Role.EDITOR: phrase("Proposes and edits changes of configuration."),
    Role.APPROVER: phrase("Decides on what others proposed."),
    Role.AUDITOR: phrase("Reads, exports and checks the audit. Cannot also be admin."),
    Role.ADMIN: phrase("Manages accounts, proposes roles, acts in emergencies, freezes changes."),
}
MODES: Mapping[Mode, str] = {
    Mode.HONOR: phrase("Earns a certificate; nobody asks who the learner is."),
    Mode.VERIFIED: phrase("Earns a certificate, once the learner has shown who they are."),
    Mode.AUDIT: phrase("Never earns a certificate."),
    Mode.PROFESSIONAL: phrase("Paid; earns a certificate."),
    Mode.NO_ID_PROFESSIONAL: phrase("Paid; earns a certificate, and nobody asks who the learner is."),
    Mode.CREDIT: phrase("Earns credit at a university as well; asks who the learner is."),
    Mode.MASTERS: phrase("Part of a degree; asks who the learner is."),
    Mode.EXECUTIVE_EDUCATION: phrase("Executive education; asks who the learner is."),
    Mode.PAID_EXECUTIVE_EDUCATION: phrase("Executive education that is paid for; asks who the learner is."),
    Mode.PAID_BOOTCAMP: phrase("A boot camp that is paid for; asks who the learner is."),
}
KIND_MEANINGS: Mapping[Kind, str] = {
    Kind.HTML_VIEW: phrase("What certificate pages say and show, and whether there are any."),
    Kind.CRAWLERS: phrase("Which visitors count as crawlers, so that they leave no trace with the learner."),
    Kind.GENERATION: phrase("Whether learners may ask for their certificates at all."),
    Kind.COURSE: phrase(
        "What one course run does differently: whether its learners may ask for their certificates, and by which rules they are judged."
    ),
    Kind.BADGE: phrase("The badge image of one mode."),
    Kind.BADGE_DEFAULT: phrase("The mode whose badge image serves those without one."),
    Kind.ACCESS: phrase("The roles of one account."),
}
