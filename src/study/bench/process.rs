//! What the system tells about this process: its memory and its processor time.

/// Ticks of processor time per second in Linux's files.
const TICKS: f64 = 100.0;

/// Most memory held, bytes; none where the system does not tell.
pub fn peak_memory() -> Option<u64> {
    high_water(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Processor time of all threads, seconds, in hundredths; none where the system does not tell.
pub fn cpu_seconds() -> Option<f64> {
    cpu(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

fn high_water(status: &str) -> Option<u64> {
    let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    mark.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

fn cpu(stat: &str) -> Option<f64> {
    // The program's name, in brackets, may hold anything; user and system time are fields 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11).map(str::parse::<u64>);
    let (user, system) = (fields.next()?.ok()?, fields.next()?.ok()?);
    Some((user as f64 + system as f64) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t    5400 kB\nVmRSS:\t 1 kB\n"), Some(5400 * 1024));
    }

    #[test]
    fn any_other_memory_is_not_known() {
        let huge = "VmHWM: 18446744073709551615 kB";
        let bad = ["", "VmRSS:\t1 kB", "VmHWM:\t1 MB", "VmHWM: kB", "VmHWM: -1 kB", huge];
        assert!(bad.iter().all(|status| high_water(status).is_none()));
    }

    #[test]
    fn processor_time_is_read_past_any_name() {
        let stat = "7 (a ) b) R 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20";
        assert_eq!(cpu(stat), Some(3.0));
    }

    #[test]
    fn any_other_processor_time_is_not_known() {
        let bad = [
            "",
            "7 (x",
            "7 (x) R 1 2",
            "7 (x) R 1 2 3 4 5 6 7 8 9 10 -1 50",
            "7 (x) R 1 2 3 4 5 6 7 8 9 10 5",
        ];
        assert!(bad.iter().all(|stat| cpu(stat).is_none()));
    }
}
