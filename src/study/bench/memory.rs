//! Most memory that this process has held.

/// In bytes; none where the system does not tell.
pub fn peak() -> Option<u64> {
    parse(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// The high-water mark in a Linux status file.
fn parse(status: &str) -> Option<u64> {
    let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    mark.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(parse("Name:\tx\nVmHWM:\t    5400 kB\nVmRSS:\t 1 kB\n"), Some(5400 * 1024));
    }

    #[test]
    fn anything_else_is_not_known() {
        let bad = [
            "",
            "VmRSS:\t1 kB",
            "VmHWM:\t1 MB",
            "VmHWM: kB",
            "VmHWM: -1 kB",
            "VmHWM: 18446744073709551615 kB",
        ];
        assert!(bad.iter().all(|status| parse(status).is_none()));
    }
}
