//! A binary tree of sums: an item is changed or found in a time that grows with the logarithm of their number.

/// Weights and their sums.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The children of `node` are `2 node` and `2 node + 1`; the root is 1, the items begin at `leaves`.
    nodes: Vec<f64>,
    leaves: usize,
}

impl Tree {
    /// Takes these weights for those it had.
    pub fn build(&mut self, weights: impl ExactSizeIterator<Item = f64>) {
        self.leaves = weights.len().next_power_of_two();
        self.nodes.clear();
        self.nodes.resize(self.leaves, 0.0);
        self.nodes.extend(weights);
        self.nodes.resize(2 * self.leaves, 0.0);
        for node in (1..self.leaves).rev() {
            self.nodes[node] = self.nodes[2 * node] + self.nodes[2 * node + 1];
        }
    }

    /// Items there is place for.
    pub fn len(&self) -> usize {
        self.leaves
    }

    /// The sum of all weights.
    pub fn total(&self) -> f64 {
        self.nodes[1]
    }

    /// Gives an item another weight.
    pub fn set(&mut self, item: usize, weight: f64) {
        let (mut node, mut sum) = (self.leaves + item, weight);
        self.nodes[node] = sum;
        while node > 1 {
            sum += self.nodes[node ^ 1];
            node /= 2;
            self.nodes[node] = sum;
        }
    }

    /// The item at a place between 0 and the total, and how far into its weight the place is.
    pub fn find(&self, mut at: f64) -> (usize, f64) {
        let mut node = 1;
        while node < self.leaves {
            node *= 2;
            let left = self.nodes[node];
            if at >= left {
                at -= left;
                node += 1;
            }
        }
        (node - self.leaves, at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_belong_to_the_item_they_fall_on() {
        let mut tree = Tree::default();
        tree.build([1.0, 0.0, 2.0, 4.0, 8.0].into_iter());
        assert_eq!((tree.len(), tree.total()), (8, 15.0));
        let found = [0.5, 1.0, 2.9, 3.0, 7.5].map(|at| tree.find(at));
        assert_eq!(found, [(0, 0.5), (2, 0.0), (2, 1.9), (3, 0.0), (4, 0.5)]);
    }

    #[test]
    fn a_changed_weight_changes_the_sums_above_it_only() {
        let (mut changed, mut built) = (Tree::default(), Tree::default());
        changed.build([1.0, 2.0, 3.0].into_iter());
        changed.set(1, 5.0);
        built.build([1.0, 5.0, 3.0].into_iter());
        assert_eq!(changed.nodes[1..], built.nodes[1..]);
    }

    #[test]
    fn nothing_weighs_nothing() {
        let mut tree = Tree::default();
        tree.build(std::iter::empty());
        assert_eq!((tree.total(), tree.find(0.0)), (0.0, (0, 0.0)));
    }
}
