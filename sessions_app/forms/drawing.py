"""The controls of forms, drawn here where a template takes long: a page has dozens of options."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]  # as Django gives it to templates


class FormRenderer(TemplatesSetting):
    """Django's, but for plain controls, which come out as Django's templates write them."""

    def render(
        self,
        template_name: str,
        context: dict[str, Any],
        request: HttpRequest | None = None,
    ) -> str:
        draw = _DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return draw(context["widget"])


def _input(widget: Widget) -> SafeString:
    value = {} if widget["value"] is None else {"value": widget["value"]}
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        flatatt(value),
        flatatt(widget["attrs"]),
    )


def _textarea(widget: Widget) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        flatatt(widget["attrs"]),
        widget["value"] or "",
    )


def _select(widget: Widget) -> SafeString:
    groups = ((name, _options(each)) for name, each, _index in widget["optgroups"])
    return format_html(
        '<select name="{}"{}>{}</select>',
        widget["name"],
        flatatt(widget["attrs"]),
        format_html_join(
            "\n",
            "{}",
            ((_group(name, options) if name else options,) for name, options in groups),
        ),
    )


def _group(name: str, options: SafeString) -> SafeString:
    return format_html('<optgroup label="{}">{}</optgroup>', name, options)


def _options(group: list[Widget]) -> SafeString:
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((each["value"], flatatt(each["attrs"]), each["label"]) for each in group),
    )


_INPUTS = (
    *("checkbox", "date", "datetime", "email", "hidden"),
    *("number", "password", "text", "url"),
)
_DRAWN: Mapping[str, Callable[[Widget], SafeString]] = {
    f"django/forms/widgets/{name}.html": draw
    for draw, names in {
        _input: _INPUTS,
        _textarea: ("textarea",),
        _select: ("select",),
    }.items()
    for name in names
}
