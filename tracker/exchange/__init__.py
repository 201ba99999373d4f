"""Formats in and out: files of others read, files for others written. No database, no network.

newsdiffs   the printed form of NewsDiffs, one version or a chain
tables      CSV and JSON Lines with the columns of the public views
url_lists   lists of addresses to track

Archives of others, each read as a stream of looks (`imported`):

newsdiffs_repository   NewsDiffs' database and its git repositories (`newsdiffs_git`)
diffengine             diffengine's database
warc_in                WARC files: records (`warc_records`), and the HTTP answers in them (`http_messages`)
memento                web archives over the network, by TimeMaps (`link_format`) and a given way to fetch
html_folder            a folder of saved pages
"""
