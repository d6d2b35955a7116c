"""Who staff and students are, as the school's own accounts say."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from fer_platform.addresses import require_issuer
from fer_platform.environment.kinds import Names, Values
from fer_platform.environment.reading import SettingGroup

Issuer = Annotated[
    str, AfterValidator(require_issuer), Values("https://login.school.example/realm")
]


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
    sso_name: str = Field(
        "School account", description="What pages call the school's accounts."
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
        description="The claim that names a person's roles or groups, such as `groups` or "
        "`realm_access.roles`. Then roles follow it at each sign-on, and who has none of "
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
