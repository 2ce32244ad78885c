//! What the clinic looks at beside the serum M-protein.

use super::Checker;
use super::clinic::POLYCLONAL;
use super::draw::Bounds;
use crate::clinic::{
    Chain, Elimination, FreeLightChains, Haemoglobin, Imaging, Immunofixation, Kinetics, Panel, Urine,
};
use crate::patient::Target;
use crate::scenario::file::{
    ChainEntry, DrawEntry, FreeLightChainsEntry, HaemoglobinEntry, ImagingEntry, UrineEntry, VisitsEntry,
};
use crate::scenario::quantity::Time;

/// The signs of a clinic; `volume` is that of the M-protein, L.
pub fn panel(checker: &mut Checker, visits: &VisitsEntry, volume: f64) -> Panel {
    let light = visits.m_protein.isotype.is_light_chain();
    if visits.free_light_chains.is_some() && light {
        let right = "another isotype, or no such table";
        let problem = "are the M-protein already, of a tumour that secretes nothing else";
        checker.wrong("visits.free_light_chains", problem, right);
    }
    if visits.urine.is_some() && visits.free_light_chains.is_none() && !light {
        let right = "a table [visits.free_light_chains], or the isotype of a light chain";
        checker.wrong("visits.urine", "holds light chains, and nothing says how many there are", right);
    }
    let chains = visits.free_light_chains.as_ref();
    Panel {
        free_light_chains: chains.map(|entry| free_light_chains(checker, entry, volume)),
        urine: visits.urine.as_ref().map(|entry| urine(checker, entry)),
        imaging: visits.imaging.as_ref().map(|entry| imaging(checker, entry)),
        haemoglobin: visits.haemoglobin.as_ref().map(|entry| haemoglobin(checker, entry)),
    }
}

fn free_light_chains(checker: &mut Checker, entry: &FreeLightChainsEntry, volume: f64) -> FreeLightChains {
    let key = "visits.free_light_chains";
    let bounds = Bounds { most: 1e6, unit: "pg/d", ..Bounds::NOT_NEGATIVE };
    let secretion =
        checker.number(&format!("{key}.secretion"), Target::ChainSecretion, bounds, &entry.secretion);
    let bounds = Bounds { most: 1e6, unit: "d", ..Bounds::POSITIVE };
    let usual = DrawEntry::Fixed(Time(entry.chain.half_life()));
    let half_life = entry.half_life.as_ref().unwrap_or(&usual);
    let half_life = checker.number(&format!("{key}.half_life"), Target::ChainHalfLife, bounds, half_life);
    FreeLightChains {
        chain: match entry.chain {
            ChainEntry::Kappa => Chain::Kappa,
            ChainEntry::Lambda => Chain::Lambda,
        },
        kinetics: Kinetics { secretion, volume, elimination: Elimination::FirstOrder { half_life } },
        polyclonal: POLYCLONAL,
        cv: entry.cv,
        sd: entry.sd.0,
    }
}

fn urine(checker: &mut Checker, entry: &UrineEntry) -> Urine {
    Urine {
        share: checker.number("visits.urine.share", Target::UrineShare, Bounds::SHARE, &entry.share),
        cv: entry.cv,
        limit: entry.limit.0,
        immunofixation: Immunofixation { threshold: entry.threshold.0, cv: entry.threshold_cv },
    }
}

fn imaging(checker: &mut Checker, entry: &ImagingEntry) -> Imaging {
    checker.positive("visits.imaging.every", entry.every.0);
    Imaging {
        every: entry.every.0,
        share: checker.number("visits.imaging.share", Target::LesionShare, Bounds::SHARE, &entry.share),
        cv: entry.cv.0,
    }
}

fn haemoglobin(checker: &mut Checker, entry: &HaemoglobinEntry) -> Haemoglobin {
    let bounds = Bounds { most: 250.0, unit: "g/L", ..Bounds::NOT_NEGATIVE };
    let key = "visits.haemoglobin";
    Haemoglobin {
        healthy: checker.number(&format!("{key}.healthy"), Target::Haemoglobin, bounds, &entry.healthy),
        lost: checker.number(&format!("{key}.lost"), Target::HaemoglobinLost, bounds, &entry.lost),
        sd: entry.sd.0,
    }
}
