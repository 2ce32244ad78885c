//! The acceptance statistics, which the program shares: see `clonetide::verify`.

#[allow(unused_imports)]
pub use clonetide::verify::Family;
#[allow(unused_imports)]
pub use clonetide::verify::statistics::{
    Outcome, binomial_mid_p, chi2_pmf, ks_uniform, variance_test_is_valid, z_mean, z_variance,
};
