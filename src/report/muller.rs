//! The layout of a Muller plot: each clone is drawn within its parent, which is seen before and after it.

use std::collections::BTreeMap;

use super::lives::{Life, Lineage};

/// A clone that never holds this share of the cells is drawn as its parent.
const VISIBLE: f64 = 0.005;
/// Most clones of a plot.
const MOST: usize = 40;

/// A clone as it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// The clone.
    pub clone: u64,
    /// Its parent among the layers.
    pub parent: Option<u64>,
    /// Its traits.
    pub traits: String,
    /// Its share of the cells at each day, with those of clones too small to be seen.
    pub shares: Vec<f64>,
    /// Places of its two halves in the stack: before and after its children.
    pub slots: [usize; 2],
}

/// The layers of a life, in the order of their first halves.
pub fn layers(life: &Life) -> Vec<Layer> {
    let total = |day: usize| life.clones.iter().map(|clone| clone.cells[day]).sum::<f64>();
    let totals: Vec<f64> = (0..life.days.len()).map(total).collect();
    let share = |cells: f64, day: usize| if totals[day] > 0.0 { cells / totals[day] } else { 0.0 };
    let shares = |lineage: &Lineage| -> Vec<f64> {
        lineage.cells.iter().enumerate().map(|(day, cells)| share(*cells, day)).collect()
    };
    let all: BTreeMap<u64, (&Lineage, Vec<f64>)> =
        life.clones.iter().map(|lineage| (lineage.clone, (lineage, shares(lineage)))).collect();
    let peak = |shares: &[f64]| shares.iter().copied().fold(0.0, f64::max);
    let mut peaks: Vec<(u64, f64)> = all.iter().map(|(clone, (_, shares))| (*clone, peak(shares))).collect();
    peaks.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let seen = peaks.into_iter().take(MOST).filter(|(_, peak)| *peak >= VISIBLE).map(|(clone, _)| clone);
    let seen: Vec<u64> = seen.collect();
    // The closest ancestor that is drawn, or the clone itself.
    let drawn = |clone: u64| {
        let up = |clone: &u64| all.get(clone).and_then(|(lineage, _)| lineage.parent);
        std::iter::successors(Some(clone), up).take(all.len() + 1).find(|ancestor| seen.contains(ancestor))
    };
    let mut layers: BTreeMap<u64, Layer> = BTreeMap::new();
    for (clone, (lineage, shares)) in &all {
        let Some(home) = drawn(*clone) else { continue };
        let layer = layers.entry(home).or_insert_with(|| Layer {
            clone: home,
            parent: None,
            traits: String::new(),
            shares: vec![0.0; life.days.len()],
            slots: [0, 0],
        });
        for (sum, share) in layer.shares.iter_mut().zip(shares) {
            *sum += share;
        }
        if home == *clone {
            layer.traits.clone_from(&lineage.traits);
            layer.parent = lineage.parent.and_then(drawn);
        }
    }
    placed(layers)
}

/// Gives each layer its two places: depth first, children by number.
fn placed(mut layers: BTreeMap<u64, Layer>) -> Vec<Layer> {
    let mut children: BTreeMap<Option<u64>, Vec<u64>> = BTreeMap::new();
    for layer in layers.values() {
        children.entry(layer.parent).or_default().push(layer.clone);
    }
    // Each clone is met twice: on the way down and on the way up.
    let mut todo: Vec<(u64, usize)> = Vec::new();
    let push = |todo: &mut Vec<(u64, usize)>, parent: Option<u64>| {
        let below = children.get(&parent).into_iter().flatten().rev();
        todo.extend(below.map(|clone| (*clone, 0)));
    };
    push(&mut todo, None);
    let (mut slot, mut order) = (0, Vec::new());
    while let Some((clone, half)) = todo.pop() {
        if let Some(layer) = layers.get_mut(&clone) {
            layer.slots[half] = slot;
            slot += 1;
        }
        if half == 0 {
            order.push(clone);
            todo.push((clone, 1));
            push(&mut todo, Some(clone));
        }
    }
    order.into_iter().filter_map(|clone| layers.remove(&clone)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lineage(clone: u64, parent: Option<u64>, cells: [f64; 2]) -> Lineage {
        Lineage { clone, parent, traits: format!("T{clone}"), cells: cells.to_vec() }
    }

    fn life(clones: Vec<Lineage>) -> Life {
        Life { history: 0, days: vec![0.0, 1.0], clones, visits: vec![], events: vec![] }
    }

    #[test]
    fn a_child_lies_between_the_halves_of_its_parent() {
        let layers = layers(&life(vec![
            lineage(1, None, [50.0, 50.0]),
            lineage(2, Some(1), [10.0, 20.0]),
            lineage(3, Some(2), [20.0, 10.0]),
            lineage(4, Some(1), [20.0, 20.0]),
        ]));
        let slots: Vec<_> = layers.iter().map(|layer| (layer.clone, layer.slots)).collect();
        assert_eq!(slots, [(1, [0, 7]), (2, [1, 4]), (3, [2, 3]), (4, [5, 6])]);
        let total: f64 = layers.iter().map(|layer| layer.shares[1]).sum();
        assert!((total - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_clone_too_small_to_be_seen_is_drawn_as_its_ancestor() {
        let layers = layers(&life(vec![
            lineage(1, None, [1e6, 1e6]),
            lineage(2, Some(1), [0.0, 10.0]),
            lineage(3, Some(2), [0.0, 1e6]),
        ]));
        assert_eq!(layers.iter().map(|layer| layer.clone).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(layers[1].parent, Some(1));
        assert!((layers[0].shares[1] - (1e6 + 10.0) / (2e6 + 10.0)).abs() < 1e-12);
    }
}
