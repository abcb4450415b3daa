"""From bytes to typed documents, their identity, their needs and their differences: one package per format.

Opens no file, socket or clock. The table of formats is in ``contracthub.formats.registry``.
"""
