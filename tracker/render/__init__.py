"""What was found, as people read it: values in, text out.

terminal    diffs and reports as rich renderables; timeline and status: one article's history, the whole at a glance
markdown    diffs and reports to paste
html        diffs, reports and articles as one self-contained file
json_form   rows with the columns of the database's views
"""
