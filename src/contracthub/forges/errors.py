"""Why a forge did not do what it was asked."""


class ForgeFailure(Exception):
    """A forge could not be asked, or did not do it."""


class ForgeUnreachable(ForgeFailure):
    """No answer, or one that says nothing: the forge failed, or wants no more requests for now."""


class NotLetIn(ForgeFailure):
    """The forge does not know the token."""


class ForgeRefused(ForgeFailure):
    """The forge understood, and refused for good."""


class NotAllowed(ForgeRefused):
    """The token may not do this: that of a fork's pull request may only read."""


class Gone(ForgeRefused):
    """There is no such thing, or the token may not know of it."""
