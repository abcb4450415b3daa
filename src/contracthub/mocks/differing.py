"""How a mock tells that the consumer did otherwise than its contract says."""


class ClientDiffers(AssertionError):
    """The client did not do what the contract says of it; the text says at which step, and how."""


class NotPlayable(Exception):
    """A contract can't be played, because what is needed for it stands elsewhere; the text says what."""
