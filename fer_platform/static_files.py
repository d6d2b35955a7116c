"""Which files of libraries are served: those that a page asks for."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    """Leaves out the API page's twin that is not used, and maps for debugging."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "redoc", "*.js.map"]
