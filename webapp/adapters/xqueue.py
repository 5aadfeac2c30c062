"""How do jobs get to XQueue, and why not, where they do not (XQueue note §1a-1b, domain note §3.6)?"""

from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from webapp.adapters.asking import Answer, Asking
from webapp.domain.queue.requests import LOGIN_REQUIRED, BadReply, QueueReply, Submission, parse_reply
from webapp.logs import forwarded
from webapp.ports import QueueRefused, QueueUnreachable, SignInRefused

# With its final slash each: without, XQueue answers a redirect, in which what was posted is lost.
LOGIN = "/xqueue/login/"
SUBMIT = "/xqueue/submit/"
QUEUE_LENGTH = "/xqueue/get_queuelen/"
CONNECT_TIMEOUT_S = 3.05  # these two as the platform's own client has them
ANSWER_TIMEOUT_S = 10.0
MOST_REPLY_BYTES = 64 * 1024
# The reply as it is, not packed: a small one that unpacks to gigabytes cannot be.
HEADERS = {"User-Agent": "Certdesk", "Accept-Encoding": "identity"}

NO_SERVER = "cannot connect to server"
NO_REPLY = "unexpected reply from server"
STRANGERS = "XQueue refused our sign-in ({words}); an operator must correct CERTDESK_XQUEUE_USERNAME and CERTDESK_XQUEUE_PASSWORD"


class XQueue:
    """Submits jobs; signs in whenever XQueue asks for it. Any number of threads may use one at once.

    A refused sign-in is no refusal of the job: an operator mends it, and the job goes out then (decision 39).
    """

    def __init__(
        self,
        url: str,
        *,
        username: str,
        password: str,
        queue_name: str,
        basic_auth: str | None = None,
        timeout_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        """Remember where it is and who we are; connects to nothing. `timeout_s` is how long an answer may take, to its last byte."""
        self._url = url
        self._credentials = {"username": username, "password": password}
        self._queue_name = queue_name
        self._session = ""  # the cookies of the newest sign-in
        client = httpx.Client(
            auth=(basic_auth.partition(":")[0], basic_auth.partition(":")[2]) if basic_auth else None,
            headers=HEADERS,
            # A shared jar is no place for threads: a late answer to an old session would empty it for all.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=httpx.Timeout(timeout_s, connect=CONNECT_TIMEOUT_S),
            # XQueue closes each connection anyway, and one that a proxy closed meanwhile would look like a fault.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,  # a proxy that is set for the world outside shall not see our password
            verify=httpx.create_ssl_context(),  # but SSL_CERT_FILE counts: XQueue's certificate may be a private one
        )
        self._asking = Asking(client, timeout_s, NO_SERVER, QueueUnreachable, MOST_REPLY_BYTES, NO_REPLY)

    def submit(self, submission: Submission) -> None:
        """Hand over one job; raises QueueRefused with XQueue's own words, or QueueUnreachable with the reason."""
        form = {"xqueue_header": submission.header, "xqueue_body": submission.body}
        reply = self._post_signed_in(SUBMIT, form)
        if not reply.accepted:
            raise QueueRefused(reply.content)

    def find_fault(self) -> str | None:
        """Sign in, ask how long our queue is, and give what is wrong; None where all is well."""
        try:
            self._sign_in()
            reply, _ = self._ask("GET", QUEUE_LENGTH, query={"queue_name": self._queue_name}, session=self._session)
        except QueueUnreachable as fault:
            return str(fault)
        return None if reply.accepted else reply.content

    def _post_signed_in(self, path: str, form: dict[str, str]) -> QueueReply:
        reply, _ = self._ask("POST", path, form=form, session=self._session)
        if reply.asks_for_sign_in:
            self._sign_in()
            reply, _ = self._ask("POST", path, form=form, session=self._session)
        if reply.asks_for_sign_in:
            raise QueueUnreachable(f"{LOGIN_REQUIRED}, again, right after a sign-in")
        return reply

    def _sign_in(self) -> None:
        """Begin a session of its own each time: of two threads that sign in at once either may keep the other's."""
        reply, cookies = self._ask("POST", LOGIN, form=self._credentials)
        if not reply.accepted:
            raise SignInRefused(STRANGERS.format(words=reply.content))
        self._session = cookies

    def _ask(
        self,
        method: str,
        path: str,
        *,
        form: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        session: str = "",
    ) -> tuple[QueueReply, str]:
        """Give the reply and the cookies that came with it; raises QueueUnreachable for whatever is no reply."""
        headers = {**forwarded(), **({"Cookie": session} if session else {})}
        url = f"{self._url}{path}"
        with self._asking.answer(method, url, data=form, params=query, headers=headers) as answer:
            return _reply_in(answer), _cookies(answer.response)


def _reply_in(answer: Answer) -> QueueReply:
    status = answer.response.status_code
    if status == httpx.codes.FOUND and _leads_to_sign_in(answer.response):
        return QueueReply(accepted=False, content=LOGIN_REQUIRED)
    if status != httpx.codes.OK:
        raise QueueUnreachable(f"unexpected HTTP status code [{status}]")
    try:
        return parse_reply(answer.read().decode())
    except (BadReply, UnicodeDecodeError):
        raise QueueUnreachable(NO_REPLY) from None


def _leads_to_sign_in(response: httpx.Response) -> bool:
    location: str = response.headers.get("Location", "")
    return location.partition("?")[0].endswith(LOGIN)


def _cookies(response: httpx.Response) -> str:
    return "; ".join(cookie.partition(";")[0] for cookie in response.headers.get_list("Set-Cookie"))
