"""Certificates that tests make for their own servers."""

import subprocess


def certificate(folder, name, host, *, days=2, days_ago=0):
    """Make a certificate that signs itself; return its file and its key's.

    Args:
        host: Whom it is for: `IP:127.0.0.1`, `DNS:mail.example`.
        days: For how long it is valid.
        days_ago: When it was made.
    """
    files = folder / f"{name}.pem", folder / f"{name}.key"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        str(days),
    ]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName={host}"]
    command += ["-out", str(files[0]), "-keyout", str(files[1])]
    command = [*(["faketime", f"-{days_ago} days"] if days_ago else []), *command]
    subprocess.run(command, check=True, capture_output=True)
    return files
