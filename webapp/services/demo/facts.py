"""Which course runs and learners does the demonstration have?"""

from dataclasses import dataclass

CALCULUS = "course-v1:Certdesk+Calculus+2026"
HARBOUR = "course-v1:Certdesk+Harbour+2026"
HARBOUR_CCX = "ccx-v1:Certdesk+Harbour+2026+ccx@7"
NAVIGATION = "course-v1:SeaU+Navigation+2026_T1"
POETRY = "Certdesk/Poetry/2014_Fall"
TYPESETTING = "course-v1:SeaU+Typesetting+2026"
_OPEN = ("honor", "verified", "audit")


@dataclass(frozen=True, slots=True)
class Course:
    """One course run; days count from the moment of loading, those before it are negative."""

    course_id: str
    organisation: str
    name: str
    modes: tuple[str, ...]
    html: bool
    start_days: int
    end_days: int | None = None
    available_days: int | None = None
    badges: bool = False
    signatory: tuple[str, str] = ("Dr. Imogen Hale", "Course lead")


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """One learner; `verification` is what the platform says of their identity, "" where it says nothing."""

    username: str
    name: str
    verification: str = "approved"
    allowed: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A learner in a course run who holds nothing there; `percent` is "" before the first grade."""

    username: str
    course_id: str
    mode: str
    percent: str = ""
    active: bool = True


COURSES = (
    Course(CALCULUS, "Certdesk", "Calculus, Step by Step", _OPEN, html=False, start_days=-200, end_days=60),
    Course(HARBOUR, "Certdesk", "How a Harbour Works", _OPEN, html=True, start_days=-240, badges=True),
    Course(HARBOUR_CCX, "Certdesk", "Harbours, evening class", ("honor",), html=True, start_days=-90, end_days=-5),
    Course(
        NAVIGATION,
        "SeaU",
        "Navigation without Satellites",
        ("professional", "no-id-professional", "masters"),
        html=True,
        start_days=-150,
        end_days=-20,
        available_days=12,
        signatory=("Capt. Henrike Sørby", "School of Seamanship"),
    ),
    Course(
        POETRY, "Certdesk", "Reading Poetry Aloud", ("honor", "audit"), html=False, start_days=-4400, end_days=-4300
    ),
    Course(
        TYPESETTING, "SeaU", "Typesetting by Hand", ("honor", "verified"), html=False, start_days=-120, end_days=-10
    ),
)

LEARNERS = (
    LearnerFacts("ada", "Ada Lovelace"),
    LearnerFacts("emmy", "Emmy Noether"),
    LearnerFacts("sofya", "Sofya Kovalevskaya"),
    LearnerFacts("hypatia", "Hypatia of Alexandria"),
    LearnerFacts("emilie", "Émilie du Châtelet"),
    LearnerFacts("grace", "Grace Hopper"),
    LearnerFacts("leila", "ليلى العلوي"),
    LearnerFacts("fatima", "فاطمة الزهراء بنعلي"),
    LearnerFacts("noam", "נועם בן־דוד"),
    LearnerFacts("liwei", "李伟"),
    LearnerFacts("yuki", "山田 由紀", allowed=False),
    LearnerFacts("sukru", "Şükrü Yıldırım"),
    LearnerFacts("elif", "Elif Işık Çağlayan"),
    LearnerFacts("oluwaseun", "Olúwáṣeun Adébáyọ̀"),
    LearnerFacts("hang", "Nguyễn Thị Thanh Hằng"),
    LearnerFacts("guadalupe", "María Guadalupe Fernández de Córdoba y Álvarez de Toledo-Montenegro Ruiz"),
    LearnerFacts("zoe", "Zoë Fäil 李明 😀"),
    LearnerFacts("kofi", "Kofi Mensah"),
    LearnerFacts("marta", "Marta Kowalska"),
    LearnerFacts("piotr", "Piotr Zieliński"),
    LearnerFacts("pedro", "Pedro Alves", verification=""),
    LearnerFacts("ines", "Inês Duarte", verification=""),
    LearnerFacts("tomas", "Tomáš Novák", verification="denied"),
    LearnerFacts("ravi", "रवि शर्मा", verification="expired"),
    LearnerFacts("sofia", "Sofía Núñez"),
    LearnerFacts("dmitri", "Дмитрий Соколов"),
    LearnerFacts("aoife", "Aoife Ní Bhriain"),
    LearnerFacts("bjorn", "Bjørn Ødegård"),
    LearnerFacts("chidi", "Chidi Okafor"),
    LearnerFacts("giulia", "Giulia D'Angelo"),
    LearnerFacts("marek", "Marek Horváth"),
    LearnerFacts("thandi", "Thandiwe Nkosi"),
    LearnerFacts("jamal", "Jamal Haddad"),
    LearnerFacts("nina", "Nina Petrova"),
    LearnerFacts("anneke", "Anneke van der Meer"),
    LearnerFacts("kenji", "佐藤 健二"),
    LearnerFacts("priya", "பிரியா ராஜன்"),
    LearnerFacts("lars", "Lars Åkesson", verification=""),
    LearnerFacts("eleni", "Ελένη Παπαδοπούλου"),
    LearnerFacts("minjun", "김민준"),
    LearnerFacts("teuila", "Teuila Faʻasavalu"),
    LearnerFacts("O'Brien_77", "Siobhán O'Brien"),
)

WITHOUT_CERTIFICATE = (
    Place("nina", HARBOUR, "verified", "0.94"),  # a beta tester: the rules pass her over
    Place("jamal", HARBOUR_CCX, "honor", "0.82"),  # a CCX run: issues to nobody who is not allowlisted
    Place("liwei", CALCULUS, "verified"),
    Place("eleni", TYPESETTING, "honor", "0.31"),
    Place("kenji", CALCULUS, "honor", "0.57"),
    Place("teuila", NAVIGATION, "masters", active=False),
    # Graded, and not judged yet: `certdesk certificates generate` issues, queues or refuses.
    Place("emmy", HARBOUR, "verified", "0.91"),
    Place("sofia", HARBOUR, "verified", "0.86"),
    Place("chidi", HARBOUR, "honor", "0.7"),
    Place("lars", HARBOUR, "verified", "0.83"),  # never verified
    Place("yuki", HARBOUR, "verified", "0.95"),  # may hold no certificate
    Place("hang", CALCULUS, "verified", "0.89"),
    Place("dmitri", CALCULUS, "honor", "0.74"),
    Place("pedro", CALCULUS, "verified", "0.81"),  # never verified: becomes honor in a course of PDFs
    Place("ines", CALCULUS, "audit", "0.9"),
)

ROLES = (
    ("nina", HARBOUR, "beta_tester"),
    ("anneke", HARBOUR, "instructor"),
    ("anneke", HARBOUR_CCX, "instructor"),
    ("lars", CALCULUS, "staff"),
)
