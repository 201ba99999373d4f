"""The pages on a web server: a plug-in of Datasette, which shows the tables beneath. Reads, never writes.

plugin   what Datasette calls
routes   the addresses of our pages, and what answers them
tables   what Datasette's own pages tell of our database
problems what goes wrong there
headers  the rules that browsers keep
desk     open databases for the threads that answer
serving  the server, for `tracker web`
"""
