"""Journeys: steps at one provider or several that a consumer takes one after the other (format ``journey/1``)."""
