"""Components whose drawing depends on their attributes alone, drawn once for each: a page has some fifty of them, icons
and links of menus, and every one would cost a tenth of a millisecond."""

from collections.abc import Callable
from typing import Any

from django.template import Context, Library, Node
from django.template.base import Parser, Token
from django_cotton.templatetags import UnprocessableDynamicAttr
from django_cotton.templatetags._component import AttrKind, CottonComponentNode, PreparedAttr, cotton_component

register = Library()

#: By name; whether these attributes can be drawn so. A button of a menu holds the token of the session's forms.
ALONE: dict[str, Callable[[dict[str, Any]], bool]] = {
    "icon": lambda values: True,
    "mark": lambda values: True,
    "nav-link": lambda values: not values["entry"].post,
}
MOST = 4096  #: drawings kept; then all are forgotten
_drawn: dict[Any, str] = {}


class AloneNode(Node):
    """Such a component."""

    def __init__(self, whole: CottonComponentNode) -> None:
        self.whole, self.alone = whole, ALONE[whole.component_name]
        self.attrs: list[PreparedAttr] = whole._prepared_attrs

    def render(self, context: Context) -> str:
        try:
            values = {attr.key: _value(attr, context) for attr in self.attrs}
        except UnprocessableDynamicAttr:
            return str(self.whole.render(context))
        if not self.alone(values):
            return str(self.whole.render(context))
        key = (self.whole.component_name, *((name, type(value), value) for name, value in values.items()))
        drawn = _drawn.get(key)
        if drawn is None:
            if len(_drawn) >= MOST:
                _drawn.clear()
            drawn = _drawn[key] = str(self.whole.render(context))
        return drawn


def _value(attr: PreparedAttr, context: Context) -> Any:
    if attr.kind in (AttrKind.DYNAMIC, AttrKind.UNQUOTED):
        return attr.compiled.resolve(context)
    return attr.compiled.render(context) if attr.compiled is not None else attr.value


@register.tag("cotton")
def component(parser: Parser, token: Token) -> Node:
    """Cotton's own tag."""
    whole = cotton_component(parser, token)
    return AloneNode(whole) if whole.component_name in ALONE and not whole.nodelist else whole
