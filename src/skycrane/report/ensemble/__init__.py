"""The page of an ensemble: ellipse.json, scorecard and summary made visible."""

from skycrane.report.ensemble.page import write_ensemble_page

__all__ = ["write_ensemble_page"]
