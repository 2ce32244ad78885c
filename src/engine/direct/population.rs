//! Who is simulated event by event: members (clones) of classes (phenotypes). Cells of one class have the same
//! rates, so an event first finds its class and then, among the class's members, a cell.

use super::setting::{Setting, Stretch};
use super::tree::Tree;
use super::urn::{Urn, level};
use crate::disease::{PhenotypeId, Tumour};
use crate::engine::hazards::CellRates;
use crate::engine::stream::Stream;

/// A clone that is simulated here.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its position in the tumour.
    pub position: usize,
    /// Its cells.
    pub cells: u64,
    /// Day its last cell was gone.
    pub extinct: Option<f64>,
    /// Its class, once it is known.
    class: Option<usize>,
    /// Its slot in the class's urn.
    slot: usize,
}

/// The members with one phenotype.
#[derive(Clone, Debug)]
pub struct Class {
    /// What their cells do.
    pub phenotype: PhenotypeId,
    /// Their cells.
    pub cells: u64,
    /// The most that can happen to a cell within the stretch.
    pub most: Split,
    /// Whether that is known for the present setting.
    rated: bool,
    first: usize,
    size: usize,
    /// Those alive, when the first is not the only one.
    urn: Urn,
}

/// Rates of one cell, added up in the order in which a place among them is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Split {
    /// Divisions without a mutation.
    pub plain: f64,
    /// And deaths.
    pub ordinary: f64,
    /// And divisions with one mutant.
    pub one_mutant: f64,
    /// And divisions with two.
    pub two_mutants: f64,
    /// And switches.
    pub all: f64,
}

impl Split {
    /// The rates of a cell.
    pub fn of(rates: CellRates) -> Split {
        let [two, one, none] = rates.shares.map(|share| share * rates.division);
        let ordinary = two + rates.death;
        let two_mutants = ordinary + one + none;
        Split {
            plain: two,
            ordinary,
            one_mutant: ordinary + one,
            two_mutants,
            all: two_mutants + rates.switching,
        }
    }
}

/// A class whose rates do not vary and whose only member can be counted by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Favourite {
    /// Its member.
    pub member: Option<usize>,
    /// Its cells.
    pub cells: u64,
    /// Its rates.
    pub rates: Split,
}

/// All members.
#[derive(Clone, Debug, Default)]
pub struct Population {
    members: Vec<Member>,
    classes: Vec<Class>,
    /// Member at each position of the tumour, counted from 1; 0 for none.
    at_position: Vec<u32>,
    /// Class of each phenotype, counted from 1; 0 for none.
    of_phenotype: Vec<u32>,
    /// Bounds of the events per day of each class but the favourite.
    tree: Tree,
    /// The class whose events are looked for first.
    favourite: Option<usize>,
    cells: u64,
}

impl Population {
    /// Nobody is a member any more.
    pub fn clear(&mut self) {
        self.members.iter().for_each(|member| self.at_position[member.position] = 0);
        self.classes.iter().for_each(|class| self.of_phenotype[class.phenotype.0] = 0);
        self.members.clear();
        self.classes.clear();
        self.favourite = None;
        self.cells = 0;
    }

    /// The setting has changed: the rates that are known no longer hold.
    pub fn begin(&mut self) {
        self.classes.iter_mut().for_each(|class| class.rated = false);
    }

    /// The members.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The class at this number.
    pub fn class(&self, class: usize) -> &Class {
        &self.classes[class]
    }

    /// All cells.
    pub fn cells(&self) -> u64 {
        self.cells
    }

    /// The most events per day of all but the favourite.
    pub fn others(&self) -> f64 {
        self.tree.total()
    }

    /// Adds cells of the clone at `position`; a new member finds its class in [`Population::classify`].
    pub fn join(&mut self, position: usize, cells: u64) {
        let member = self.member(position);
        self.members[member].extinct = None;
        self.change(member, cells as i64);
    }

    /// Finds the classes of new members, and the rates of all.
    pub fn classify(&mut self, tumour: &Tumour, setting: &Setting, stretch: &Stretch) {
        for member in 0..self.members.len() {
            self.enrol(member, tumour);
        }
        for class in self.classes.iter_mut().filter(|class| stretch.varies || stretch.anew || !class.rated) {
            class.rate(tumour, setting, stretch);
        }
        let largest = |&class: &usize| self.classes[class].cells;
        let fit = |&class: &usize| !stretch.varies && self.classes[class].size == 1;
        self.favourite = (0..self.classes.len()).filter(fit).max_by_key(largest);
        self.build();
    }

    /// The favourite; one without cells and rates if there is none.
    pub fn favourite(&self) -> Favourite {
        let class = self.favourite.map(|favourite| &self.classes[favourite]);
        class.map_or(Favourite::default(), |class| Favourite {
            member: Some(class.first),
            cells: class.cells,
            rates: class.most,
        })
    }

    /// Makes a class of one member the favourite if it has outgrown the one that is.
    pub fn promote(&mut self, class: usize) {
        let Some(before) = self.favourite else { return };
        let Class { cells, size, .. } = self.classes[class];
        if size == 1 && cells > 2 * self.classes[before].cells {
            self.favourite = Some(class);
            self.weigh(before);
            self.weigh(class);
        }
    }

    /// Adds cells of the clone at `position` in the middle of a stretch.
    pub fn admit(
        &mut self,
        position: usize,
        cells: u64,
        tumour: &Tumour,
        (setting, stretch): (&Setting, &Stretch),
    ) {
        let (member, known) = (self.member(position), self.classes.len());
        self.enrol(member, tumour);
        if self.classes.len() > known {
            self.classes[known].rate(tumour, setting, stretch);
        }
        if self.classes.len() > self.tree.len() {
            self.build();
        }
        self.members[member].extinct = None;
        self.change(member, cells as i64);
    }

    /// The class at a place between 0 and [`Population::others`], and the place among its events.
    pub fn find(&self, at: f64) -> (usize, f64) {
        let (class, rest) = self.tree.find(at);
        // A place beyond the last sum, by rounding, belongs to the last class.
        (class.min(self.classes.len().saturating_sub(1)), rest)
    }

    /// A member of a class with cells, in proportion to them.
    pub fn pick(&self, class: usize, stream: &mut Stream) -> usize {
        let Class { first, size, urn, .. } = &self.classes[class];
        if *size == 1 { *first } else { urn.pick(|member| self.members[member].cells, stream) }
    }

    /// Gives a member another number of cells.
    pub fn recount(&mut self, member: usize, cells: u64, day: f64) {
        let by = cells as i64 - self.members[member].cells as i64;
        if by != 0 {
            self.shift(member, by, day);
        }
    }

    /// Changes the cells of a member; notes the day if it loses the last one.
    pub fn shift(&mut self, member: usize, by: i64, day: f64) {
        self.change(member, by);
        if self.members[member].cells == 0 {
            self.members[member].extinct = Some(day);
        }
    }

    fn change(&mut self, member: usize, by: i64) {
        let Member { cells: before, class, .. } = self.members[member];
        let cells = before.saturating_add_signed(by);
        self.members[member].cells = cells;
        self.cells = self.cells.saturating_add_signed(by);
        let Some(number) = class else { return };
        let class = &mut self.classes[number];
        class.cells = class.cells.saturating_add_signed(by);
        if class.size > 1 && level(before) != level(cells) {
            self.move_in_urn(member, level(before), level(cells));
        }
        self.weigh(number);
    }

    fn weigh(&mut self, class: usize) {
        self.tree.set(class, self.weight(class));
    }

    /// Events per day of a class that the tree has to know of.
    fn weight(&self, class: usize) -> f64 {
        let Class { cells, most, .. } = &self.classes[class];
        if self.favourite == Some(class) { 0.0 } else { *cells as f64 * most.all }
    }

    /// Another level for a member; the urn holds no dead ones.
    fn move_in_urn(&mut self, member: usize, from: u32, to: u32) {
        let Member { class, slot, .. } = self.members[member];
        let Some(class) = class else { return };
        let urn = &mut self.classes[class].urn;
        if from > 0
            && let Some(moved) = urn.take(from, slot)
        {
            self.members[moved].slot = slot;
        }
        if to > 0 {
            self.members[member].slot = urn.put(member, to);
        }
    }

    /// The member at a position of the tumour; a new one has no cells and no class.
    fn member(&mut self, position: usize) -> usize {
        let number = entry(&mut self.at_position, position);
        if *number == 0 {
            self.members.push(Member { position, cells: 0, extinct: None, class: None, slot: 0 });
            *number = self.members.len() as u32;
        }
        *number as usize - 1
    }

    /// Finds the class of a member that has none.
    fn enrol(&mut self, member: usize, tumour: &Tumour) {
        let Member { position, cells, class: None, .. } = self.members[member] else { return };
        let number = self.class_of(tumour.clones()[position].phenotype, member);
        self.members[member].class = Some(number);
        let class = &mut self.classes[number];
        (class.cells, class.size) = (class.cells + cells, class.size + 1);
        let (size, first) = (class.size, class.first);
        if size == 2 {
            self.favourite = self.favourite.filter(|&favourite| favourite != number);
            self.move_in_urn(first, 0, level(self.members[first].cells));
        }
        if size > 1 {
            self.move_in_urn(member, 0, level(cells));
        }
    }

    /// The class of a phenotype; a new one has no members yet, and `first` will be its first.
    fn class_of(&mut self, phenotype: PhenotypeId, first: usize) -> usize {
        let number = entry(&mut self.of_phenotype, phenotype.0);
        if *number == 0 {
            let (most, urn) = (Split::default(), Urn::default());
            self.classes.push(Class { phenotype, cells: 0, most, rated: false, first, size: 0, urn });
            *number = self.classes.len() as u32;
        }
        *number as usize - 1
    }

    fn build(&mut self) {
        let weights: Vec<f64> = (0..self.classes.len()).map(|class| self.weight(class)).collect();
        self.tree.build(weights.into_iter());
    }
}

impl Class {
    fn rate(&mut self, tumour: &Tumour, setting: &Setting, stretch: &Stretch) {
        let phenotype = &tumour.phenotypes[self.phenotype];
        self.rated = true;
        self.most = Split::of(setting.most(phenotype, stretch));
    }
}

/// The entry at a place of a table that grows.
fn entry(table: &mut Vec<u32>, at: usize) -> &mut u32 {
    if table.len() <= at {
        table.resize(at + 1, 0);
    }
    &mut table[at]
}
