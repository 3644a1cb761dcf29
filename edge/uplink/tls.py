"""TLS towards the broker: our authorities, our certificate, verification on by default."""

import contextlib
import select
import ssl

from edge.config.gateway import UplinkConfig
from edge.errors import ConfigError

# How long a server may take to say what it thinks of our certificate: a round trip, and some.
VERDICT_S = 1.0


class BrokerSocket(ssl.SSLSocket):
    """A TLS connection whose handshake is over when the other side has agreed too, and that closes when it fails.

    In TLS 1.3 the client is done before the server has judged the client's certificate (RFC 8446, section 4.4.2.4):
    the alert would come with some later read, and is lost where the connection is reset first.
    """

    def do_handshake(self, block: bool = False) -> None:
        """As the library's.

        Raises:
            OSError: one side refused the other; the connection is closed.
        """
        try:
            super().do_handshake(block)
            if self.version() == "TLSv1.3":
                self._await_verdict()
        except OSError:
            self.close()
            raise

    def _await_verdict(self) -> None:
        """Nothing but an alert or session tickets can come: in MQTT it is the client who speaks first."""
        timeout_s = self.gettimeout()
        if not select.select([self], [], [], VERDICT_S)[0]:
            return
        self.settimeout(0)
        with contextlib.suppress(ssl.SSLWantReadError):
            self.recv(1)
        self.settimeout(timeout_s)


def tls_context(config: UplinkConfig) -> ssl.SSLContext:
    """What the TLS handshake needs, from the files of the configuration.

    Raises:
        ConfigError: a file is not what it should be, or certificate and key do not belong together.
    """
    try:
        context = ssl.create_default_context(cafile=config.ca_file)
    except (ssl.SSLError, OSError) as error:
        raise ConfigError(f"expected certificates in PEM, found none in {config.ca_file}", "uplink.ca_file") from error
    try:
        if config.cert_file is not None:
            context.load_cert_chain(config.cert_file, config.key_file, password=_refuse_passphrase)
    except (ssl.SSLError, OSError) as error:
        raise ConfigError(
            f"expected a certificate in PEM and its key, found {config.cert_file} and {config.key_file},"
            f" which are not ({ssl_reason(error)})",
            "uplink.cert_file",
        ) from error
    if not config.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = BrokerSocket
    return context


def tls_obstacle(error: ssl.SSLError) -> str:
    """What was found where a broker was expected, when the handshake failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"a certificate that ca_file does not vouch for ({error.verify_message})"
    if is_refusal(error):
        return f"a broker that refuses us ({ssl_reason(error)}); give a cert_file and key_file that it takes"
    return f"no TLS that we can speak ({ssl_reason(error)})"


def is_refusal(error: ssl.SSLError) -> bool:
    """Whether it was the other side that said no, by an alert (RFC 8446, section 6)."""
    return "_ALERT_" in (error.reason or "")


def ssl_reason(error: OSError) -> str:
    """Why a handshake or a file failed, in plain words."""
    reason = getattr(error, "reason", None) or error.strerror or str(error)
    return str(reason).lower().replace("_", " ")


def _refuse_passphrase() -> str:
    """OpenSSL would ask on the terminal otherwise, and wait."""
    return ""
