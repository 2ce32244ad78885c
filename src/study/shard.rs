//! Shards: which histories of a study are computed where. A pure function of the number of a history.

use std::fmt;
use std::str::FromStr;

/// Most shards of a study.
pub const MOST_SHARDS: u64 = 10_000;

/// One shard of several: history `n` (from 0) belongs to shard `n mod count + 1`, so that every shard has its part
/// of each arm and point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard {
    /// Which, from 1.
    pub number: u64,
    /// Of how many.
    pub count: u64,
}

impl Shard {
    /// Everything.
    pub const WHOLE: Shard = Shard { number: 1, count: 1 };

    /// Histories of this shard among `all`.
    pub fn size(&self, all: u64) -> u64 {
        (all + self.count - self.number) / self.count
    }

    /// Position in the study of the history with this rank in the shard.
    pub fn position(&self, rank: u64) -> u64 {
        rank * self.count + self.number - 1
    }

    /// The shard that the variables of a Slurm array describe: its task, and the number, first and step of the tasks.
    ///
    /// # Errors
    /// When they are missing or make no sense.
    pub fn of_slurm(variable: impl Fn(&str) -> Option<String>) -> Result<Shard, String> {
        let number = |name: &str| {
            let text = variable(name)
                .ok_or_else(|| format!("{name} is not set: this is no task of a Slurm array"))?;
            text.trim().parse::<u64>().map_err(|_| format!("{name} is {text:?}, which is no number"))
        };
        let or = |name: &str, default: u64| if variable(name).is_some() { number(name) } else { Ok(default) };
        let (task, count) = (number("SLURM_ARRAY_TASK_ID")?, number("SLURM_ARRAY_TASK_COUNT")?);
        let (first, step) = (or("SLURM_ARRAY_TASK_MIN", 1)?, or("SLURM_ARRAY_TASK_STEP", 1)?.max(1));
        let offset = task.checked_sub(first).filter(|offset| offset % step == 0);
        let shard = offset.map(|offset| Shard { number: offset / step + 1, count });
        shard.filter(Shard::is_valid).ok_or_else(|| {
            format!("task {task} is not one of {count} from {first} in steps of {step}: number the array without gaps")
        })
    }

    fn is_valid(&self) -> bool {
        (1..=self.count).contains(&self.number) && self.count <= MOST_SHARDS
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.number, self.count)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let wrong = || format!("expected I/N with 1 <= I <= N <= {MOST_SHARDS}, such as 3/10");
        let (number, count) = text.split_once('/').ok_or_else(wrong)?;
        let parse = |text: &str| text.trim().parse().map_err(|_| wrong());
        let shard = Shard { number: parse(number)?, count: parse(count)? };
        if shard.is_valid() { Ok(shard) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_cover_every_history_once() {
        for count in [1, 2, 3, 7, 10] {
            for all in [0, 1, 5, 10, 23] {
                let shards = (1..=count).map(|number| Shard { number, count });
                let mut seen: Vec<u64> = shards
                    .flat_map(|shard| (0..shard.size(all)).map(move |rank| shard.position(rank)))
                    .collect();
                seen.sort_unstable();
                assert_eq!(seen, (0..all).collect::<Vec<_>>(), "{count} shards of {all}");
            }
        }
    }

    #[test]
    fn a_shard_is_read_and_written() {
        assert_eq!("3/10".parse(), Ok(Shard { number: 3, count: 10 }));
        assert_eq!(Shard { number: 3, count: 10 }.to_string(), "3/10");
        for wrong in ["", "3", "0/3", "4/3", "a/b", "1/0", "-1/2", "1/10001", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_variables_of_slurm_give_a_shard() {
        let shard = |all: &'static [(&'static str, &'static str)]| {
            Shard::of_slurm(move |name| {
                let of = |(key, value): &(&str, &str)| {
                    (format!("SLURM_ARRAY_TASK_{key}") == name).then(|| value.to_string())
                };
                all.iter().find_map(of)
            })
        };
        assert_eq!(shard(&[("ID", "3"), ("COUNT", "4")]), Ok(Shard { number: 3, count: 4 }));
        assert_eq!(shard(&[("ID", "0"), ("COUNT", "4"), ("MIN", "0")]), Ok(Shard { number: 1, count: 4 }));
        let stepped = shard(&[("ID", "14"), ("COUNT", "3"), ("MIN", "10"), ("STEP", "2")]);
        assert_eq!(stepped, Ok(Shard { number: 3, count: 3 }));
        assert!(shard(&[]).unwrap_err().contains("SLURM_ARRAY_TASK_ID is not set"));
        assert!(shard(&[("ID", "x"), ("COUNT", "4")]).unwrap_err().contains("no number"));
        assert!(shard(&[("ID", "9"), ("COUNT", "4"), ("MIN", "1")]).unwrap_err().contains("without gaps"));
    }
}
