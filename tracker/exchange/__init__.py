"""Formats in and out: files of others read, files for others written. No database, no network.

newsdiffs   the printed form of NewsDiffs, one version or a chain
tables      CSV and JSON Lines with the columns of the public views
url_lists   lists of addresses to track
"""
