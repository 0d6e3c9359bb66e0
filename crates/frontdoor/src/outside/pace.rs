//! How often one network may ask for a page. Kept in memory: a restart forgets it, and that is no harm.
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// Pages in a window: more than anybody reads.
const MOST: u32 = 240;
/// Networks that are counted; beyond that those of ended windows are forgotten, and if there are none, all are.
const NETWORKS: usize = 20_000;

#[derive(Default)]
pub struct Pace(Mutex<HashMap<String, (Instant, u32)>>);

impl Pace {
    /// Counts a page. `Err`: too many, come back in so many seconds.
    pub fn count(&self, place: String) -> Result<(), u64> {
        let now = Instant::now();
        let mut all = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if all.len() >= NETWORKS {
            all.retain(|_, (since, _)| now.duration_since(*since) < WINDOW);
            if all.len() >= NETWORKS {
                all.clear();
            }
        }
        let (since, count) = all.entry(place).or_insert((now, 0));
        if now.duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        *count += 1;
        let left = WINDOW.saturating_sub(now.duration_since(*since)).as_secs() + 1;
        if *count > MOST { Err(left) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_network_is_slowed_down_and_another_is_not() {
        let pace = Pace::default();
        for _ in 0..MOST {
            assert_eq!(pace.count("198.51.100.7".into()), Ok(()));
        }
        assert!(pace.count("198.51.100.7".into()).is_err_and(|secs| (1..=61).contains(&secs)));
        assert_eq!(pace.count("198.51.100.8".into()), Ok(()));
        for n in 0..2 * NETWORKS {
            pace.count(format!("{n}")).unwrap();
        }
        assert!(pace.0.lock().unwrap().len() <= NETWORKS, "memory does not grow with strangers");
    }
}
