"""Is a broker that claims to be somebody's looked at before it is believed?"""

import ssl

import pytest

from webapp.adapters import broker


class TestGivenAnAddress:
    @pytest.mark.parametrize(
        ("url", "tls"),
        [
            ("redis://broker.test", None),
            ("amqp://broker.test", None),
            ("rediss://broker.test", {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}),
            ("amqps://me:pass@broker.test", {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": "broker.test"}),
        ],
    )
    def test_certificate_and_name_must_be_right(self, url: str, tls: dict[str, object] | None) -> None:
        celery = broker.connect(url, "certdesk-desk.test")

        assert celery.conf.broker_use_ssl == tls

    @pytest.mark.parametrize(
        ("url", "options"),
        [
            ("redis://broker.test", {"socket_timeout": 1, "socket_connect_timeout": 1}),
            ("rediss://broker.test", {"socket_timeout": 1, "socket_connect_timeout": 1}),
            ("amqp://broker.test", {"read_timeout": 1, "write_timeout": 1}),
            ("amqps://broker.test", {"read_timeout": 1, "write_timeout": 1}),
        ],
    )
    def test_every_wait_can_be_ended(self, url: str, options: dict[str, object]) -> None:
        assert broker.timeouts(url, 1) == options

    def test_nothing_but_json_is_understood(self) -> None:
        celery = broker.connect("redis://broker.test", "certdesk-desk.test")

        assert (celery.conf.accept_content, celery.conf.task_serializer) == (["json"], "json")
