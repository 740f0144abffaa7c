"""People's tags of one project in the metadata: every question and change is one transaction."""

from tagline.store.tagging.drawn import Drawn
from tagline.store.tagging.names import Names
from tagline.store.tagging.remarks import Remarks
from tagline.store.tagging.said import Said

__all__ = ["Tagging"]


class Tagging(Names, Said, Remarks, Drawn):
    """The tags that people give, in a project's metadata.

    Every change names who makes it (`by`); a name that the project does not know yet is entered as
    somebody who cannot log in.

    Parameters
    ----------
    metadata : Metadata
    """
