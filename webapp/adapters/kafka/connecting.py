"""With which options do all clients of ours reach the brokers?"""

from typing import Any

from webapp.kafka_server import KafkaServer

LOOK_TIMEOUT_S = 5.0


def connection(server: KafkaServer) -> dict[str, Any]:
    """Give the options of librdkafka that say where the brokers are, and as whom we come."""
    options: dict[str, Any] = {
        "bootstrap.servers": server.bootstrap,
        "client.id": "certdesk",
        "reconnect.backoff.max.ms": 1_000,  # of ten seconds' patience, else one might pass before they are asked again
        "security.protocol": server.security.value,
        "log_level": 2,  # what goes wrong is in our own log, once
    }
    if server.security.signs_in:
        options |= {"sasl.mechanism": server.mechanism.value}
        options |= {"sasl.username": server.username, "sasl.password": server.password}
    files = {
        "ssl.ca.location": server.ca,
        "ssl.certificate.location": server.certificate,
        "ssl.key.location": server.key,
    }
    return options | {name: path for name, path in files.items() if path}
