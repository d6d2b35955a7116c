"""The catalogues in locale/: gathered, merged, compiled and checked, without GNU gettext."""
