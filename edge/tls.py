"""TLS towards the broker: our authorities, our certificate, verification on by default."""

import ssl

from edge.config import UplinkConfig
from edge.errors import ConfigError


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
    return context


def ssl_reason(error: OSError) -> str:
    """Why a handshake or a file failed, in plain words."""
    reason = getattr(error, "reason", None) or error.strerror or str(error)
    return str(reason).lower().replace("_", " ")


def _refuse_passphrase() -> str:
    """OpenSSL would ask on the terminal otherwise, and wait."""
    return ""
