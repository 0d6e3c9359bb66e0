//! Requests with their votes from another product, in the number a large one has, and the roadmap that they become.
use crate::company::{Dice, make, sentence};
use crate::measure::{Clock, Sarang, Table};
use anyhow::Result;
use std::path::Path;

const REQUESTS: u64 = 100_000;
const VOTERS: u64 = 40_000;
const ROUNDS: usize = 100;

/// A table with a request a line and five votes each on average, few requests having most of them.
fn table_of(cache: &Path) -> Result<std::path::PathBuf> {
    make(cache.join("requests.csv"), |file| {
        let mut dice = Dice(11);
        writeln!(file, "id,title,details,status,created_at,author,author_email,voters,tags")?;
        for n in 0..REQUESTS {
            let author = dice.below(VOTERS);
            let voters: Vec<String> = (0..dice.skewed(20))
                .map(|_| dice.skewed(VOTERS))
                .map(|voter| format!("손님 {voter} <v{voter}@firm{}.example>", voter % 2_000))
                .collect();
            let status = ["open", "open", "under review", "planned", "complete", "closed"][(n % 6) as usize];
            let (title, details) = (sentence(&mut dice), sentence(&mut dice));
            let (month, day) = (1 + n % 10, 1 + n % 28);
            writeln!(
                file,
                "r{n},\"{n} {title}\",\"{details}\",{status},2026-{month:02}-{day:02},손님 {author},v{author}@firm{}.example,\"{}\",area{}",
                author % 2_000,
                voters.join("; "),
                n % 40
            )?;
        }
        Ok(())
    })
}

pub async fn measure(sarang: &Sarang, cache: &Path, table: &mut Table) -> Result<()> {
    let file = table_of(cache)?;
    let import = sarang.import(&file, "requests")?;
    anyhow::ensure!(import.conversations == REQUESTS, "{} of {REQUESTS} came in", import.conversations);
    table.at_most("100,000 requests with votes, s", import.secs, 60.0);
    table.told("the same, memory at most, MB", import.peak_mb);
    let again = sarang.import(&file, "requests")?;
    table.told("the same file again, s", again.secs);
    let token = sarang.make_owner()?;
    let mut server = sarang.serve().await?;
    server.rest().await?;
    for (name, path) in [
        ("board of 100,000 items, p95 ms", "/api/roadmap/items?limit=100"),
        ("best hundred of 100,000 items, p95 ms", "/api/roadmap/ranking?limit=100"),
        ("loop centre, p95 ms", "/api/news"),
    ] {
        table.told(name, Clock::ask(&server, &token, &[path.to_owned()], ROUNDS).await?.p95_ms);
    }
    table.told("server memory, MB", server.memory_mb()?);
    server.stop()
}
