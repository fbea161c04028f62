"""``muca bench``: a load test that anybody can repeat.

``wires.py`` says how a server is spoken to, ``crowd.py`` is the load of one process, ``load.py`` spreads it over
processes, ``servers.py`` starts the server or finds a running one, ``scenarios.py`` is the table of what is measured,
``capacity.py`` searches for what the machine can carry, and ``report.py`` prints and draws the results.
"""
