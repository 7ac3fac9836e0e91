"""The numbers that dossiers offer: how the work goes (`work`), how it is rated (`ratings`)."""

from tinhso.dossiers.measures import ratings, work

__all__ = ["ratings", "work"]
