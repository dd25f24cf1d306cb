"""For everyone: a run as a page in the browser, served to this machine or published as files.

Opens what `record` keeps and what the other readers left in the run folder; knows no engine.
What flies and draws for it is handed in by `cli`.
"""
