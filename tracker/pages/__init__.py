"""What people look at in a browser: values in, HTML out. The same pages for a server and for a folder of files.

links       where one page leads to another, live or as files
templating  the templates, with every text escaped
marking     deleted and inserted words, as HTML
"""
