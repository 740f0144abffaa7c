"""Which examples people look at, and what their answers say about all data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tagline.store import SampleRecord

if TYPE_CHECKING:
    from tagline.project.tagging.agreement import Agreement
    from tagline.project.tagging.estimate_table import TagEstimates
    from tagline.project.tagging.learned_rule import LearnedRule
    from tagline.project.tagging.sight import Blindness

from tagline.project.tagging.saying import Saying

__all__ = ["AskingPeople"]


class AskingPeople(Saying):
    """Which examples people look at, and what their answers say about all data."""

    def sample(
        self,
        name: str,
        *,
        size: int = 200,
        run: str | None = None,
        by: str | Sequence[str] = (),
        wrong: float | None = None,
        first: str | None = None,
        blind: bool = False,
        twice: float = 0.1,
        seed: int = 0,
        person: str | None = None,
        **options: Any,
    ) -> SampleRecord:
        """Choose examples to look at, and keep them under a name.

        Wrong and right ones are mixed: tagging wrong ones only cannot give the error rate of a
        tag. The probability of selection is kept, so that rates from the sample are weighted back
        to all examples.

        Parameters
        ----------
        name : str
            Of the sample.
        size : int, default 200
            How many examples.
        run : str, optional
            Whose errors; default: the run that was made last.
        by : str or sequence of str, default ()
            What else makes a stratum: tags, columns (numbers with fractions in quarters), or
            scalar SQL conditions such as ``"said <> human"``.
        wrong : float, optional
            What fraction of them the model got wrong. Default: what makes the error rate of a tag
            most certain where nothing is known of it: half of them.
        first : str, optional
            Pick the first by this column or scalar SQL expression instead, the smallest first,
            such as ``"margin"``. That is a purposive sample: it has no rates.
        blind : bool, default False
            Hide label and prediction until the tags are set.
        twice : float, default 0.1
            What fraction of them two people look at, neither knowing what the other said.
        seed : int, default 0
        person : str, optional
            Who draws it.
        **options
            `label`, `prediction`, `measure`, `where` of `tagline.analyze_errors`.

        Returns
        -------
        SampleRecord

        Raises
        ------
        ConflictError
            If there is a sample of this name.
        InputError
            If an argument does not fit.
        """
        from tagline.project.tagging.drawing import drawn_sample

        sample, items = drawn_sample(
            self._project,
            name,
            size=size,
            run=run,
            by=[by] if isinstance(by, str) else list(by),
            wrong=wrong,
            first=first,
            blind=blind,
            twice=twice,
            seed=seed,
            options=options,
        )
        self.store.add_sample(sample, items, by=self._who(person))
        return next(each for each in self.store.samples if each.name == name)

    @property
    def samples(self) -> list[SampleRecord]:
        """The samples, the oldest first, with how far they are."""
        return self.store.samples

    def queue(self, tag: str, *, limit: int = 100) -> list[tuple[str, float]]:
        """Return the examples to look at again for a tag: the likeliest first.

        These are the examples that somebody looked at, for other tags, before this one was there.

        Parameters
        ----------
        tag : str
            One that people give.
        limit : int, default 100

        Returns
        -------
        list of (example_id, probability)
            By naive Bayes over the other tags, the notes, and the label of each example: an order,
            not a rate.

        Raises
        ------
        InputError
            If people give no such tag.
        """
        from tagline.project.tagging.queues import queue

        return queue(self._project, self, tag, limit)

    def estimate(
        self,
        sample: str | None = None,
        *,
        tags: Sequence[str] = (),
        learn: bool = True,
        level: float = 0.95,
        seed: int = 0,
        **options: Any,
    ) -> TagEstimates:
        """Estimate share, error rate and gain of people's tags on all data, from a sample.

        Parameters
        ----------
        sample : str, optional
            One drawn by chance; default: the last such.
        tags : sequence of str, default ()
            Of those that people give; default: all.
        learn : bool, default True
            Whether a classifier is learned from the decisions, whose scores on all rows narrow the
            intervals (PPI++ [1]_); it needs scikit-learn.
        level : float, default 0.95
        seed : int, default 0
            Of the folds that keep the classifier from rows that it is judged on.
        **options
            `label`, `prediction`, `measure`, `where`, `human` of `tagline.analyze_errors`. People's
            rate must be a number, or a number for each tag.

        Returns
        -------
        TagEstimates

        Raises
        ------
        InputError
            If there is no such sample, it was picked on purpose, or nobody has looked at it yet.
        MissingExtraError
            If scikit-learn is not installed and `learn` is true.

        References
        ----------
        .. [1] A. Angelopoulos, J. Duchi, T. Zrnic (2023). "PPI++: Efficient Prediction-Powered
           Inference". arXiv 2311.01453.
        """
        from tagline.project.tagging.asking import estimate

        return estimate(
            self._project, self, sample, tags, learn=learn, level=level, seed=seed, options=options
        )

    def learn(self, tag: str, sample: str | None = None, **options: Any) -> LearnedRule:
        """Learn a rule for one of people's tags from a sample: scalar SQL that can be read.

        Parameters
        ----------
        tag : str
        sample : str, optional
            One drawn by chance; default: the last such.
        **options
            As in `estimate`.

        Returns
        -------
        LearnedRule
            With precision and recall on rows that did not teach it.

        Raises
        ------
        InputError
            If there is too little to learn from.
        MissingExtraError
            If scikit-learn is not installed.
        """
        from tagline.project.tagging.asking import learn

        return learn(self._project, self, tag, sample, options)

    def agreement(self, *, level: float = 0.95) -> Agreement:
        """Return how far people agree on each tag, on the examples that two of them decided."""
        from tagline.project.tagging.agreement import agreements

        return agreements(self.to_arrow(), level=level)

    def blindness(self, run: str | None = None, *, level: float = 0.95) -> Blindness:
        """Return how much more often each tag is given where label and prediction are seen.

        Parameters
        ----------
        run : str, optional
            Whose errors; default: the run that was made last.
        level : float, default 0.95

        Returns
        -------
        Blindness
        """
        from tagline.project.tagging.asking import blindness

        return blindness(self._project, self, run, level)
