"""Last year's dossiers through a draft of a process: how long, the load by role, the share late, beside how it was.

`going` walks a draft with what was observed, `measuring` reads what was observed, `reporting` adds it up, `asking` are
the act, the job's work and what the pages read. What the model assumes is `reporting.ASSUMED`, shown on the page.
"""

from tinhso.dossiers.trials.asking import ask_trial, of_draft, report_of, run, trial

__all__ = ["ask_trial", "of_draft", "report_of", "run", "trial"]
