"""By which code does whoever holds a certificate on paper see that its page says the same (ecosystem note §4, "verify box")?"""

import hashlib
import json
from datetime import datetime

_DIGITS = 12
_GROUP = 4


def check_code(*, verify_uuid: str, name: str, course_id: str, mode: str, issued_on: datetime) -> str:
    """Give the code of what a certificate says: 12 hexadecimal digits of its SHA-256, in groups of four.

    It is made anew from the record each time, and the texts around it do not enter: a sheet that was printed before
    the name or the day was put right has another one, and so has a sheet on which somebody changed them. It is no
    secret and no signature: who forges a sheet can forge its code, but not the one that the page shows.
    """
    said = json.dumps([verify_uuid, name, course_id, mode, issued_on.date().isoformat()], ensure_ascii=False)
    digits = hashlib.sha256(said.encode(errors="surrogatepass")).hexdigest()[:_DIGITS].upper()
    return " ".join(digits[start : start + _GROUP] for start in range(0, _DIGITS, _GROUP))
