"""Numbers that apps offer to indicators, kept while things happen and never counted over all rows on a page.

An app registers them in its ``measures.py``::

    measures.register(Measure(
        name="dossiers.satisfied", title=_("…"), unit="%", definition=_("…"),
        changes={Rated: lambda event: event.dossier},     # which event changes what which record adds
        count=what_ratings_add,                           # records → what each adds now
        every=every_rated_dossier,                        # all records, to count anew
        show=shown,                                       # records → lines of a list that opens
    ))

A record's part is read from the record itself, never from the event: an event that comes twice, late or in another
order changes nothing. What is not an event of ours (a pack loaded, a day that came) is counted by `rebuild`.
"""

from tinhso.kernel.measures.counting import never_counted, rebuild, recount
from tinhso.kernel.measures.definition import Count, Kind, Line, Measure, every_measure, measure
from tinhso.kernel.measures.reading import Figure, Listed, Part, breakdown, figures, history, records, rounded, years
from tinhso.kernel.measures.registration import register

__all__ = [
    "Count",
    "Figure",
    "Kind",
    "Line",
    "Listed",
    "Measure",
    "Part",
    "breakdown",
    "every_measure",
    "figures",
    "history",
    "measure",
    "never_counted",
    "rebuild",
    "records",
    "recount",
    "register",
    "rounded",
    "years",
]
