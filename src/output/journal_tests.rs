use super::*;
use std::fs;

fn desk() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// Records from 10 bytes to more than a megabyte, well over what is read at a time.
fn payloads() -> Vec<Vec<u8>> {
    [10, 0, 1000, CHUNK, 1_200_000, 3]
        .iter()
        .map(|length| (0..*length).map(|at| (at * 31 % 251) as u8).collect())
        .collect()
}

fn write(folder: &Path) -> Vec<u64> {
    let mut journal = Journal::open(folder, &Disk::default()).unwrap();
    let mut ends = Vec::new();
    for bytes in payloads() {
        journal.append(Kind::Histories, &bytes).unwrap();
        ends.push(journal.file.metadata().unwrap().len());
    }
    ends
}

fn read(folder: &Path) -> (Vec<Vec<u8>>, u64, bool) {
    let mut records = Records::open(&folder.join(JOURNAL)).unwrap();
    let mut all = Vec::new();
    while let Some((kind, bytes)) = records.next_record().unwrap() {
        assert_eq!(kind, Kind::Histories);
        all.push(bytes.to_vec());
    }
    (all, records.offset(), records.is_at_end())
}

#[test]
fn records_come_back_as_they_were() {
    let desk = desk();
    write(desk.path());
    let (all, _, whole) = read(desk.path());
    assert!(whole);
    assert_eq!(all, payloads());
}

#[test]
fn a_record_that_is_cut_off_anywhere_is_dropped_and_those_before_it_stay() {
    let desk = desk();
    let ends = write(desk.path());
    let whole = fs::read(desk.path().join(JOURNAL)).unwrap();
    let cuts =
        ends.iter().flat_map(|end| [-30, -1, 0, 1, 9, 24, 25, 26].map(|by| end.saturating_add_signed(by)));
    for cut in cuts.chain(0..40).filter(|cut| *cut <= whole.len() as u64) {
        fs::write(desk.path().join(JOURNAL), &whole[..cut as usize]).unwrap();
        let (all, end, at_end) = read(desk.path());
        let kept = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(all, payloads()[..kept], "cut at {cut}");
        assert_eq!(end, if kept == 0 { 0 } else { ends[kept - 1] });
        assert_eq!(at_end, end == cut);
    }
}

#[test]
fn a_byte_that_changed_is_noticed_wherever_it_is() {
    let desk = desk();
    let ends = write(desk.path());
    let whole = fs::read(desk.path().join(JOURNAL)).unwrap();
    for at in (0..60).chain(ends.iter().map(|end| *end as usize - 1)).chain([5_000, 700_000]) {
        let mut changed = whole.clone();
        changed[at] ^= 4;
        fs::write(desk.path().join(JOURNAL), &changed).unwrap();
        let before = ends.iter().filter(|end| **end <= at as u64).count();
        assert_eq!(read(desk.path()).0, payloads()[..before], "byte {at}");
    }
}

#[test]
fn after_a_cut_the_journal_goes_on() {
    let desk = desk();
    let ends = write(desk.path());
    let mut journal = Journal::open(desk.path(), &Disk::default()).unwrap();
    journal.cut(ends[1]).unwrap();
    journal.append(Kind::Histories, b"again").unwrap();
    let wanted = [&payloads()[..2], &[b"again".to_vec()]].concat();
    assert_eq!(read(desk.path()).0, wanted);
}

#[test]
fn a_second_writer_is_refused() {
    let desk = desk();
    let first = Journal::open(desk.path(), &Disk::default()).unwrap();
    assert!(matches!(Journal::open(desk.path(), &Disk::default()), Err(OutputError::Busy(_))));
    drop(first);
    Journal::open(desk.path(), &Disk::default()).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_in_its_place_is_not_followed() {
    let (desk, elsewhere) = (desk(), desk());
    let target = elsewhere.path().join("target");
    fs::write(&target, "mine").unwrap();
    std::os::unix::fs::symlink(&target, desk.path().join(JOURNAL)).unwrap();
    assert!(matches!(Journal::open(desk.path(), &Disk::default()), Err(OutputError::Io { .. })));
    assert!(Records::open(&desk.path().join(JOURNAL)).is_err());
    assert_eq!(fs::read(&target).unwrap(), b"mine");
}
