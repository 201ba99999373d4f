"""The embedded news site: three small outlets on loopback whose articles are edited while one watches."""
