"""Who staff and students are, as the school's own accounts say."""

from importlib.util import find_spec
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from fer_platform.addresses import require_issuer
from fer_platform.environment.kinds import Names, Values
from fer_platform.environment.reading import SettingGroup

Issuer = Annotated[
    str, AfterValidator(require_issuer), Values("https://login.school.example/realm")
]


def _require_metadata(text: str) -> str:
    needed = (
        "EntityDescriptor",
        "IDPSSODescriptor",
        "HTTP-Redirect",
        "X509Certificate",
    )
    if text and any(word not in text for word in needed):
        raise ValueError(
            "is no SAML metadata of an identity provider: write the XML that it publishes, "
            "with an address for HTTP-Redirect and a certificate, or name its file in "
            "FER_SAML_METADATA_FILE."
        )
    return text


def _require_key(pem: str) -> str:
    if pem:
        from cryptography import x509  # noqa: PLC0415 -- only where it is used
        from cryptography.hazmat.primitives.asymmetric.rsa import (  # noqa: PLC0415
            RSAPrivateKey,
        )
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            load_pem_private_key,
        )

        try:
            key = load_pem_private_key(pem.encode(), password=None)
            made_for = x509.load_pem_x509_certificate(pem.encode()).public_key()
            fits = isinstance(key, RSAPrivateKey) and key.public_key() == made_for
        except (ValueError, TypeError):
            fits = False
        if not fits:
            raise ValueError(
                "is no RSA key with its certificate: write both as PEM into one file, and "
                "name it in FER_SAML_KEY_FILE (docs/operations.md makes one)."
            )
    return pem


class SignOn(SettingGroup):
    """Sign-on with the school's accounts, docs/operations.md"""

    oidc_issuer: Issuer = Field(
        "",
        description="The school's OpenID Connect provider: its address, under which "
        "`/.well-known/openid-configuration` is found. Blank: passwords alone.",
    )
    oidc_client_id: str = Field(
        "", description="The name under which the provider knows the platform."
    )
    oidc_client_secret: Annotated[str, Values("the secret")] = Field(
        "", description="Its secret there; better in FER_OIDC_CLIENT_SECRET_FILE."
    )
    oidc_scopes: Names = Field(
        ["openid", "profile", "email"],
        description="What the provider is asked for; some give groups for another one.",
    )
    oidc_students: bool = Field(
        False,
        description="Lessons may ask for students who sign in there, without a proxy.",
    )
    saml_metadata: Annotated[
        str, AfterValidator(_require_metadata), Values("the metadata, as XML")
    ] = Field(
        "",
        description="Of a SAML 2.0 identity provider in the place of OpenID Connect, for "
        "staff: what it publishes of itself, best in the file that FER_SAML_METADATA_FILE "
        "names. It holds the keys that answers are checked by.",
    )
    saml_entity_id: str = Field(
        "",
        description="The name under which that provider knows the platform. Blank: the "
        "address of the platform's own metadata, `/login/school/saml/`.",
    )
    saml_key: Annotated[
        str,
        AfterValidator(_require_key),
        Values("an RSA key and its certificate, as PEM"),
    ] = Field(
        "",
        description="Signs what that provider is asked, for one that wants signed requests; "
        "best in the file that FER_SAML_KEY_FILE names. Blank: they are not signed.",
    )
    saml_id: str = Field(
        "",
        description="The attribute that names a person for good, such as "
        "`urn:oasis:names:tc:SAML:attribute:subject-id`. Blank: the NameID, unless it is "
        "transient or an e-mail address.",
    )
    saml_email: Names = Field(
        [
            "urn:oid:0.9.2342.19200300.100.1.3",
            "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
            *("mail", "email"),
        ],
        description="The attributes that may hold the e-mail address; the first one counts "
        "that has a value.",
    )
    saml_name: Names = Field(
        [
            *("urn:oid:2.16.840.1.113730.3.1.241", "urn:oid:2.5.4.3"),
            "http://schemas.microsoft.com/identity/claims/displayname",
            *("displayName", "cn", "name"),
        ],
        description="Those that may hold the name.",
    )
    sso_name: str = Field(
        "",
        description='What pages call the school\'s accounts. Blank: "School account", in '
        "the language of the reader.",
    )
    sso_domains: Names = Field(
        [],
        description="E-mail domains whose people get a staff account when they first "
        "sign on. Without any, staff are invited. Never a domain that students have, "
        "too, unless FER_SSO_ROLE_CLAIM tells them apart.",
    )
    sso_trust_addresses: bool = Field(
        False,
        description="The provider has checked every address that it gives, and nobody can "
        "choose it there. Then a first sign-on opens the account that has the address "
        "already. `off`: an address counts as checked where the provider says so "
        "(`email_verified`), and an account is joined only by its owner, when logged in.",
    )
    sso_role_claim: str = Field(
        "",
        description="The claim or attribute that names a person's roles or groups, such as "
        "`groups` or `realm_access.roles`. Then roles follow it at each sign-on, and who has none of "
        "the following does not get in. Blank: roles are given here.",
    )
    sso_admins: Names = Field([], description="Its values that make an admin.")
    sso_teachers: Names = Field([], description="Its values that make a teacher.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if bool(self.oidc_issuer) != bool(self.oidc_client_id):
            raise ValueError(
                "FER_OIDC_ISSUER and FER_OIDC_CLIENT_ID belong together: set both, or "
                "neither for passwords alone."
            )
        if self.oidc_issuer and self.saml_metadata:
            raise ValueError(
                "FER_OIDC_ISSUER and FER_SAML_METADATA name two providers; set one of them."
            )
        if self.saml_metadata and find_spec("onelogin") is None:
            raise ValueError(
                "FER_SAML_METADATA is set, but what speaks SAML is not installed; install "
                "the extra `saml` of pyproject.toml, or leave FER_SAML_METADATA blank."
            )
        if self.oidc_students and not self.oidc_issuer:
            raise ValueError(
                "FER_OIDC_STUDENTS is on, but FER_OIDC_ISSUER names no provider. Set it, "
                "too, or leave FER_OIDC_STUDENTS off."
            )
        if bool(self.sso_role_claim) != bool(self.sso_admins + self.sso_teachers):
            raise ValueError(
                "FER_SSO_ROLE_CLAIM and its values belong together: set it with "
                "FER_SSO_ADMINS or FER_SSO_TEACHERS or both, or set none of the three."
            )
        return self
