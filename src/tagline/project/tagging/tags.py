"""`project.tags`: the vocabulary, what people say with it, and what follows from that."""

from tagline.project.tagging.asking_people import AskingPeople

__all__ = ["ProjectTags"]


class ProjectTags(AskingPeople):
    """The tags of an open project.

    It iterates over the vocabulary. Whoever changes something is named by `by`; without, it is the
    user of this computer.

    Parameters
    ----------
    project : OpenProject
    """
