"""What pages and the API say while the database is busy or away."""

from django.utils.translation import gettext_lazy as _

DATABASE_AWAY = _(
    "The database is busy, or cannot be reached. Nothing was saved. Try again in some seconds."
)
DATABASE_BACK_S = 5  # after so long it is worth another try
