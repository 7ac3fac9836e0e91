"""How long things are kept. An app says what of its own grows old (`retention.py`), the province's pack how long it
stays (`retention.yaml`), a job of the night applies it in small portions and says so in the trail.

    subjects.register("dossiers.drafts", Subject(_("Tờ khai chưa nộp"), count=…, remove=…))

A rule without a verified source is shown and never applied by itself: what the law may ask for is not deleted.
"""

from tinhso.kernel.retention.applying import Outcome, apply, outlook
from tinhso.kernel.retention.rules import Rule, rules
from tinhso.kernel.retention.subjects import Subject, counted, subjects

__all__ = ["Outcome", "Rule", "Subject", "apply", "counted", "outlook", "rules", "subjects"]
