"""Variables of what stands around the platform, which no code of ours reads."""

from pydantic import Field

from fer_platform.environment.reading import SettingGroup


class Deployment(SettingGroup):
    """Around the platform: read by docker-compose.yml, the proxy and deploy/, not by the platform"""

    site: str = Field(
        "localhost",
        description="The name that people type, for the proxy. A public one gets its "
        "certificate by itself.",
    )
    web: str = Field(
        "web-1:8000 web-2:8000",
        description="The web processes behind the proxy, separated by spaces.",
    )
    proxy_alive: str = Field(
        "127.0.0.1:2080", description="Where the proxy's health check asks."
    )
    proxy_bind: str = Field(
        "", description="Where the proxy listens, as `bind ADDRESS`; blank: everywhere."
    )
    sign_on: str = Field(
        "", description="The school's sign-on, for the proxy (docs/operations.md)."
    )
    images: str = Field("classmood", description="Where the images come from.")
    version: str = Field("latest", description="The images' version.")
    folder: str = Field(
        "/srv/classmood",
        description="Where docker-compose.yml lies; for deploy/roll_out.sh.",
    )
    database_password_file: str = Field(
        "/run/secrets/database_password",
        description="The password that deploy/database.sql gives the platform's role.",
    )
