"""alertd finds what is late in a public administration, tells who answers for it, and keeps the evidence.

The map, in the order in which the data meets it (``pipeline.py`` is the same list as code):

==============  ====================================================================================
``intake/``     poll → normalise → stage → guard → merge: what the city's systems say, believed or not
``derive/``     what follows from the records: sync gaps, results by period, changes to be explained
``contacts/``   who can be reached: people, invitations, bindings
``rules/``      load → condition → compile → evaluate: YAML to one SELECT per rule
``alerts/``     reconcile findings with alerts; acknowledge, dispute
``notices/``    route → render → outbox → deliver; the daily digests; the limiter
``channels/``   the ways out and in: telegram, email, http
``reports/``    what people look at: the index, sync, the monthly bulletin; reads only
==============  ====================================================================================

Beneath them: ``settings/`` (config.toml, frozen), ``store/`` (database, migrations, locks), ``model/`` (the nouns),
``errors.py``. Above them: ``check/`` and ``explain/`` (look at the whole), ``wiring.py`` (with what), ``daemon.py``
(when), ``cli/`` (the commands), ``demo/`` (a make-believe city). Imports run down only.
"""

__version__ = "0.1.0"
