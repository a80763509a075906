"""The reseller's space (`/espace/`): pages over all apps, one package per section.

A section has `urls.py`, `views.py`, and `forms.py` where somebody types. Views read the clock, ask
`access.portal_page` who is there, call one verb of a service, and answer.
"""
