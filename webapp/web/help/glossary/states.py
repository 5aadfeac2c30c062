"""What does each status, state, outcome and role mean, to whoever reads it on a page?"""

from collections.abc import Mapping

from webapp.domain.approval.states import State
from webapp.domain.badges.states import BadgeState
from webapp.domain.certificates.modes import Mode
from webapp.domain.certificates.statuses import ExampleStatus, Status
from webapp.domain.configs.kinds import Kind
from webapp.domain.roles import Role
from webapp.domain.runs import RunState

STATUSES: Mapping[Status, str] = {
    Status.UNAVAILABLE: "There is none, and there may have been one: it was taken away, or never made. The learner can be judged anew.",
    Status.GENERATING: "The job is with XQueue, or on its way there.",
    Status.REGENERATING: "It is being made anew; what was issued before stays valid meanwhile.",
    Status.DELETING: "XQueue was asked to remove the file, and has not answered yet.",
    Status.DELETED: "Support has ended it. Its page says that it is gone.",
    Status.DOWNLOADABLE: "It is issued: the learner can open it, and the world too where the course run shows its certificates.",
    Status.ERROR: "It could not be made; the reason stands with it.",
    Status.NOT_PASSING: "The grade does not pass.",
    Status.RESTRICTED: "The platform does not let this learner hold certificates.",
    Status.AUDITING: "The learner is enrolled in audit; from an older version of the platform.",
    Status.AUDIT_PASSING: "The learner passes, in audit, which earns no certificate. Staff alone see this.",
    Status.AUDIT_NOT_PASSING: "The learner does not pass, in audit. Staff alone see this.",
    Status.HONOR_PASSING: "The learner passed under the honor code, in an older version of the platform.",
    Status.UNVERIFIED: "The mode asks who the learner is, and the platform has no valid proof.",
    Status.INVALIDATED: "Staff declared it void; from an older version of the platform, which kept it as a status.",
    Status.REQUESTING: "The learner could ask for it; from an older version of the platform.",
}
EXAMPLE_STATUSES: Mapping[ExampleStatus, str] = {
    ExampleStatus.STARTED: "It is being made.",
    ExampleStatus.SUCCESS: "It came out well.",
    ExampleStatus.ERROR: "It did not come out; the reason stands with it.",
}
CHANGE_STATES: Mapping[State, str] = {
    State.PENDING: "It waits for approvals.",
    State.ON_HOLD: "Somebody has stopped it until a question is answered.",
    State.SCHEDULED: "It is approved, and goes live at its moment.",
    State.APPLIED: "It is approved and went live.",
    State.REJECTED: "An approver has turned it down, and said why.",
    State.WITHDRAWN: "Its author has given it up.",
    State.EXPIRED: "Nobody touched it for so long that it ended by itself.",
}
RUN_STATES: Mapping[RunState, str] = {
    RunState.WAITING: "It begins as soon as there is room.",
    RunState.RUNNING: "It goes from learner to learner.",
    RunState.PAUSED: "It rests until somebody resumes it. What it did stays.",
    RunState.CANCELLED: "Somebody has ended it. What it did stays.",
    RunState.DONE: "It has been with every learner.",
    RunState.FAILED: "It met something that it could not get over. It can be resumed.",
}
BADGE_STATES: Mapping[BadgeState, str] = {
    BadgeState.WAITING: "It is earned, and waits for an image of its mode or a default one.",
    BadgeState.SENDING: "The badge server has been asked, or is to be, and has not issued it yet.",
    BadgeState.AWARDED: "The learner has it.",
    BadgeState.FAILED: "The badge server has refused it; the reason stands with it.",
}
ROLES: Mapping[Role, str] = {
    Role.VIEWER: "Reads.",
    Role.SUPPORT: "Generates, invalidates and deletes certificates, keeps the allowlist, handles deliveries, brings in facts.",
    Role.EDITOR: "Proposes and edits changes of configuration.",
    Role.APPROVER: "Decides on what others proposed.",
    Role.AUDITOR: "Reads, exports and checks the audit. Cannot also be admin.",
    Role.ADMIN: "Manages accounts, proposes roles, acts in emergencies, freezes changes.",
}
MODES: Mapping[Mode, str] = {
    Mode.HONOR: "Earns a certificate; nobody asks who the learner is.",
    Mode.VERIFIED: "Earns a certificate, once the learner has shown who they are.",
    Mode.AUDIT: "Never earns a certificate.",
    Mode.PROFESSIONAL: "Paid; earns a certificate.",
    Mode.NO_ID_PROFESSIONAL: "Paid; earns a certificate, and nobody asks who the learner is.",
    Mode.CREDIT: "Earns credit at a university as well; asks who the learner is.",
    Mode.MASTERS: "Part of a degree; asks who the learner is.",
    Mode.EXECUTIVE_EDUCATION: "Executive education; asks who the learner is.",
    Mode.PAID_EXECUTIVE_EDUCATION: "Executive education that is paid for; asks who the learner is.",
    Mode.PAID_BOOTCAMP: "A boot camp that is paid for; asks who the learner is.",
}
KIND_MEANINGS: Mapping[Kind, str] = {
    Kind.HTML_VIEW: "What certificate pages say and show, and whether there are any.",
    Kind.CRAWLERS: "Which visitors count as crawlers, so that they leave no trace with the learner.",
    Kind.GENERATION: "Whether learners may ask for their certificates at all.",
    Kind.COURSE: "What one course run does differently: whether its learners may ask for their certificates, and by which rules they are judged.",
    Kind.BADGE: "The badge image of one mode.",
    Kind.BADGE_DEFAULT: "The mode whose badge image serves those without one.",
    Kind.ACCESS: "The roles of one account.",
}
