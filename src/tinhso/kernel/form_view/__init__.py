"""A form's topic as frozen widgets for templates, and back: what a browser sent as data.

The kernel knows no procedure: anything shaped like :class:`TopicLike` can be drawn. What was typed is never lost: a
date that cannot be, or a number that is none, is kept as text, shown again and named by validation.

    view = topic_view(topic, values=data, errors=errors, sources=sources)
    # template: <c-error-summary :errors="view.errors" /> <c-form-topic :view="view" />
    data = read_topic(topic, request.POST, options=units, sources=sources)

A question may depend on another of the same page. Without a script it first appears when the page is sent; it then
comes back as a new question, not as an error: the page names what it asked (``asked``).
"""

from tinhso.kernel.form_view.drawing import date_parts, topic_view
from tinhso.kernel.form_view.reading import date_sent, read_topic
from tinhso.kernel.form_view.shapes import ChoiceLike, FieldLike, GroupLike, HelpLike, TopicLike
from tinhso.kernel.form_view.widgets import DatePart, Option, Section, Source, TopicView, Widget

__all__ = [
    "ChoiceLike",
    "DatePart",
    "FieldLike",
    "GroupLike",
    "HelpLike",
    "Option",
    "Section",
    "Source",
    "TopicLike",
    "TopicView",
    "Widget",
    "date_parts",
    "date_sent",
    "read_topic",
    "topic_view",
]
