//! The list of who was erased, outside of the database: a backup from before does not know it, so it is kept as a file
//! in the data folder, ids and moments only, and replayed after a restore.
use super::erase_in;
use base::{Actor, Error, PersonId, Result};
use std::{collections::BTreeMap, fs, io::Write, path::Path};
use store::Db;

/// The name of the file in the data folder.
const FILE: &str = "erasures.txt";

/// Writes down in the data folder who was erased: what the store knows, and what the file knew already.
pub async fn keep_erasure_list(db: &Db) -> Result<()> {
    let known = people::list_erasures(&mut db.read().await?).await?;
    let place = db.location().folder().join(FILE);
    let writing = move || {
        let before = match fs::read_to_string(&place) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Error::store(error)),
        };
        let earlier = before.lines().filter_map(|line| line.split_once(' '));
        let mut lines: BTreeMap<String, String> = earlier.map(|(id, at)| (id.into(), at.into())).collect();
        lines.extend(known.into_iter().map(|one| (one.person_id.to_string(), one.erased_at.to_string())));
        let text: String = lines.iter().map(|(id, at)| format!("{id} {at}\n")).collect();
        if text == before {
            return Ok(());
        }
        write_whole(&place, text.as_bytes()).map_err(Error::store)
    };
    tokio::task::spawn_blocking(writing).await.map_err(Error::store)?
}

/// It is there as it was or as it will be, also after a power cut.
fn write_whole(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = place.with_extension("new");
    let mut file = fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, place)?;
    fs::File::open(place.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// The persons of a list. A line that is none fails: nobody is left out in silence.
pub fn read_erasure_list(text: &str) -> Result<Vec<PersonId>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let id = |line: &str| {
        let id = line.split(' ').next().unwrap_or_default();
        PersonId::parse(id).map_err(|_| Error::store(format!("the list of erased persons says “{line}”")))
    };
    lines.map(id).collect()
}

/// Erases those of a list who are in this store again, after a backup from before was restored; how many.
pub async fn erase_again(db: &Db, list: &[PersonId]) -> Result<usize> {
    let mut again = 0;
    for id in list {
        let mut tx = db.write().await?;
        match people::get_person(&mut tx, *id).await {
            Ok(person) if person.erased_at.is_none() => {
                erase_in(&mut tx, &Actor::system(), *id).await?;
                tx.commit().await?;
                again += 1;
            }
            // Came after the backup, or is erased in it.
            Ok(_) | Err(Error::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    keep_erasure_list(db).await?;
    Ok(again)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_names_nobody_is_not_passed_over() {
        let id = PersonId::new();
        assert_eq!(read_erasure_list(&format!("\n{id} 2026-11-22T00:00:00Z\n")).unwrap(), [id]);
        assert!(read_erasure_list("per_nonsense 2026-11-22T00:00:00Z").is_err());
    }
}
