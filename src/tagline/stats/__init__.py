"""Statistics: pure functions on counts, sums and draws, vectorised over tags.

Nothing here sees a row of data or an engine, so the statistics are the same on every engine and are
tested without data. Arrays have the shape (n_tags,), draws (n_draws, n_tags); NaN means unknown.
"""

from tagline.stats.adjusted import (
    AdjustedGap,
    mantel_haenszel,
    mantel_haenszel_variance,
)
from tagline.stats.adjusted_ratios import adjusted_ratio, stratum_scores
from tagline.stats.agreement import (
    TagAgreement,
    observed_agreement,
    specific_agreement,
    tag_agreement,
)
from tagline.stats.allocation import neyman_allocation, residual_spread, selection_probability
from tagline.stats.alpha import krippendorff_alpha
from tagline.stats.calibration import CalibrationError, calibration_error
from tagline.stats.corrections import benjamini_hochberg, holm
from tagline.stats.difference import fisher_test, proportion_test, ratio_test, score_test
from tagline.stats.draws import beta_draws, gamma_draws, jeffreys_draws
from tagline.stats.gains import (
    answered_gain_draws,
    draws_interval,
    estimated_gain_draws,
    pair_gain_draws,
    stated_gain_draws,
)
from tagline.stats.gates import (
    decide_more,
    limit_p_value,
    ratio_decide_more,
    ratio_limit_p_value,
)
from tagline.stats.hypergeometric import hypergeometric_tail
from tagline.stats.intervals import (
    clopper_pearson,
    clopper_pearson_bound,
    jeffreys,
    normal_quantile,
    wilson,
)
from tagline.stats.kappas import cohen_kappa, fleiss_kappa, gwet_ac1
from tagline.stats.moments import (
    Estimate,
    Moments,
    answered_rate,
    complement_rate,
    effective_units,
    error_share,
    human_gain,
    human_rate,
    human_room,
    linearised_covariance,
    linearised_variance,
    rate_difference,
    tag_rate,
    tag_share,
)
from tagline.stats.paired import mcnemar, paired_interval, paired_limit_p_value
from tagline.stats.paired_cells import PairedCells, effective_cells
from tagline.stats.paired_ratios import (
    paired_change,
    paired_ratio_interval,
    paired_ratio_limit_p_value,
    paired_ratio_test,
)
from tagline.stats.power import label_more, label_more_from_variance, mde, mde_from_variance
from tagline.stats.predicted_tags import (
    ScoreSums,
    TagSample,
    predicted_error_rate,
    predicted_error_share,
    predicted_gain,
    predicted_share,
)
from tagline.stats.prediction_powered import predicted_ratio
from tagline.stats.ranking import p_top, priority_draws
from tagline.stats.rate import Rate
from tagline.stats.ratios import (
    difference_interval,
    effective_sample,
    ratio_interval,
    student_quantile,
)
from tagline.stats.sample_design import SampleDesign, merged_probability
from tagline.stats.sampling import SampledRatio, sampled_ratio
from tagline.stats.saturation import Saturation, chao1, note_saturation, unseen_mass
from tagline.stats.seed_planning import seed_decide_examples, seed_decide_runs, seed_mde
from tagline.stats.seeds import SeedChange, SeedParts, seed_change, seed_overlap
from tagline.stats.shrinkage import (
    BetaPosterior,
    NormalPosterior,
    shrink_counts,
    shrink_estimates,
)
from tagline.stats.strata import StratumTables, pattern_strata
from tagline.stats.stratified import (
    StratifiedTags,
    stratified_error_rate,
    stratified_error_share,
    stratified_share,
)
from tagline.stats.tag_rates import steadied_variance, tag_rate_interval, unseen_error_bound
from tagline.stats.verdicts import (
    BETTER,
    NO_DIFFERENCE,
    UNDECIDED,
    WORSE,
    Verdict,
    change_verdicts,
    discovery_level,
    paired_decide_more,
    paired_ratio_decide_more,
)
from tagline.stats.visibility import (
    VisibilityEffect,
    excess_effect,
    paired_visibility,
    proportion_difference,
    visibility_effect,
)
from tagline.stats.votes import Coefficient, Votes

__all__ = [
    "BETTER",
    "NO_DIFFERENCE",
    "UNDECIDED",
    "WORSE",
    "AdjustedGap",
    "BetaPosterior",
    "CalibrationError",
    "Coefficient",
    "Estimate",
    "Moments",
    "NormalPosterior",
    "PairedCells",
    "Rate",
    "SampleDesign",
    "SampledRatio",
    "Saturation",
    "ScoreSums",
    "SeedChange",
    "SeedParts",
    "StratifiedTags",
    "StratumTables",
    "TagAgreement",
    "TagSample",
    "Verdict",
    "VisibilityEffect",
    "Votes",
    "adjusted_ratio",
    "answered_gain_draws",
    "answered_rate",
    "benjamini_hochberg",
    "beta_draws",
    "calibration_error",
    "change_verdicts",
    "chao1",
    "clopper_pearson",
    "clopper_pearson_bound",
    "cohen_kappa",
    "complement_rate",
    "decide_more",
    "difference_interval",
    "discovery_level",
    "draws_interval",
    "effective_cells",
    "effective_sample",
    "effective_units",
    "error_share",
    "estimated_gain_draws",
    "excess_effect",
    "fisher_test",
    "fleiss_kappa",
    "gamma_draws",
    "gwet_ac1",
    "holm",
    "human_gain",
    "human_rate",
    "human_room",
    "hypergeometric_tail",
    "jeffreys",
    "jeffreys_draws",
    "krippendorff_alpha",
    "label_more",
    "label_more_from_variance",
    "limit_p_value",
    "linearised_covariance",
    "linearised_variance",
    "mantel_haenszel",
    "mantel_haenszel_variance",
    "mcnemar",
    "mde",
    "mde_from_variance",
    "merged_probability",
    "neyman_allocation",
    "normal_quantile",
    "note_saturation",
    "observed_agreement",
    "p_top",
    "pair_gain_draws",
    "paired_change",
    "paired_decide_more",
    "paired_interval",
    "paired_limit_p_value",
    "paired_ratio_decide_more",
    "paired_ratio_interval",
    "paired_ratio_limit_p_value",
    "paired_ratio_test",
    "paired_visibility",
    "pattern_strata",
    "predicted_error_rate",
    "predicted_error_share",
    "predicted_gain",
    "predicted_ratio",
    "predicted_share",
    "priority_draws",
    "proportion_difference",
    "proportion_test",
    "rate_difference",
    "ratio_decide_more",
    "ratio_interval",
    "ratio_limit_p_value",
    "ratio_test",
    "residual_spread",
    "sampled_ratio",
    "score_test",
    "seed_change",
    "seed_decide_examples",
    "seed_decide_runs",
    "seed_mde",
    "seed_overlap",
    "selection_probability",
    "shrink_counts",
    "shrink_estimates",
    "specific_agreement",
    "stated_gain_draws",
    "steadied_variance",
    "stratified_error_rate",
    "stratified_error_share",
    "stratified_share",
    "stratum_scores",
    "student_quantile",
    "tag_agreement",
    "tag_rate",
    "tag_rate_interval",
    "tag_share",
    "unseen_error_bound",
    "unseen_mass",
    "visibility_effect",
    "wilson",
]
