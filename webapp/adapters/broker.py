"""What do we say to a Celery broker, in which words, and to which queue?"""

import ssl
from urllib.parse import urlsplit

from celery import Celery

RUN_JOB = "certdesk.run-job"
"""The one task: its argument is a job's name; with `wanted` the job runs though its time has not come."""

WORTH_S = 60
"""For how long a message is worth anything. The schedule says it again soon, so nobody needs a pile of old ones; but
short of a minute, clocks that differ would make every message look old."""


def connect(url: str, queue: str, **options: object) -> Celery:
    """Give a Celery application that speaks with one queue of a broker; connects only when it is used."""
    celery = Celery("certdesk", broker=url, set_as_current=False)
    celery.conf.update(
        broker_use_ssl=_tls(url),
        task_default_queue=queue,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
        enable_utc=True,
        **options,
    )
    return celery


def send(celery: Celery, job: str) -> None:
    """Ask for a job now; raises what the transport raises where the broker does not take it."""
    celery.send_task(RUN_JOB, args=[job], kwargs={"wanted": True}, expires=WORTH_S)


def answers(celery: Celery, timeout_s: float) -> bool:
    """Say whether the broker can be reached and lets us in."""
    try:
        with celery.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=timeout_s)
    except Exception:  # each transport has errors of its own; whatever it is, it is no answer
        return False
    return True


def is_redis(url: str) -> bool:
    """Say whether the address is of a Redis; else it is of an AMQP broker."""
    return url.startswith("redis")


def timeouts(url: str, seconds: float) -> dict[str, object]:
    """Give the transport's options that end every wait; not for workers, who wait for their next message."""
    names = ("socket_timeout", "socket_connect_timeout") if is_redis(url) else ("read_timeout", "write_timeout")
    return dict.fromkeys(names, seconds)


def _tls(url: str) -> dict[str, object] | None:
    """Give what Celery leaves out by itself: to look whether the certificate is good, and is that host's."""
    parts = urlsplit(url)
    if parts.scheme == "rediss":
        return {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
    if parts.scheme == "amqps":
        return {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": parts.hostname}
    return None
