"""Certificates made for one test: an authority, a server's and a client's, and an authority to distrust."""

from dataclasses import dataclass
from pathlib import Path

import grpc
import trustme


@dataclass(frozen=True)
class Certificates:
    """PEM files.

    Args:
        authority: that signed the server's and the client's.
        stranger: another authority.
        server: certificate and key in one file.
        client: certificate.
        client_key: its key.
    """

    authority: Path
    stranger: Path
    server: Path
    client: Path
    client_key: Path

    def grpc_server(self, *, asks_for_client: bool = False) -> grpc.ServerCredentials:
        """Return what a gRPC server needs."""
        pair = self.server.read_bytes()
        authority = self.authority.read_bytes() if asks_for_client else None
        return grpc.ssl_server_credentials([(pair, pair)], authority, asks_for_client)


def create_certificates(directory: Path, host: str = "localhost") -> Certificates:
    """Write certificates for a host into a directory."""
    directory.mkdir()
    authority, stranger = trustme.CA(), trustme.CA()
    server = authority.issue_cert(host)
    client = authority.issue_cert("client@example.org")
    made = Certificates(
        *(directory / f"{name}.pem" for name in ("ca", "stranger", "server", "client", "key"))
    )
    authority.cert_pem.write_to_path(made.authority)
    stranger.cert_pem.write_to_path(made.stranger)
    server.private_key_and_cert_chain_pem.write_to_path(made.server)
    client.cert_chain_pems[0].write_to_path(made.client)
    client.private_key_pem.write_to_path(made.client_key)
    return made
