//! The biology: clones and what their traits do. Knows no schedule, no clinic and no random number.

mod clone;
mod density;
mod immigration;
mod phenotype;
mod resistance_trait;
mod sensitivity;
mod trait_set;
mod tumour;

pub use clone::{CloneId, Lineage, Subclone};
pub use density::{ActsOn, Crowding, Density, Law};
pub use immigration::Immigration;
pub use phenotype::{Biology, Daughters, Mutation, Phenotype, PhenotypeId, Phenotypes, Switch};
pub use resistance_trait::{Gain, Loss, ResistanceTrait};
pub use sensitivity::{Antigen, DrugResponse, DrugTarget, Resistance, Sensitivity};
pub use trait_set::{MOST_TRAITS, TraitSet};
pub use tumour::{Identity, MOST_CELLS, Overflow, Tumour};
