//! Distinct counts in two steps, on all processors. First the facts are read in the order they were said and each voice is
//! noted once for each stretch of time, with a code for how it is cut. Then, for conversations, persons, teams and
//! accounts on their own, each note raises flags of its ordinal, and a flag counts when it goes up.
use super::voices::{ACCOUNT, CLASSES, CONVERSATION, PERSON, TEAM};
use super::{Asked, By, Columns, Dim, EMOTIONS, Four, Mark, Mask, Slice};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Below this many facts a second processor costs more than it brings.
const WORTH_SHARING: usize = 40_000;
const MOST_THREADS: usize = 4;

/// Does numbered tasks on all processors; their results in order.
pub(super) fn share<T: Send>(tasks: usize, facts: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks {
                return done;
            }
            done.push((task, work(task)));
        }
    };
    let others = if facts < WORTH_SHARING { 0 } else { threads().min(tasks) - 1 };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (0..others).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for other in others {
            // A panic of one is a panic of the whole.
            done.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(task, _)| *task);
    done.into_iter().map(|(_, result)| result).collect()
}

pub(super) fn threads() -> usize {
    thread::available_parallelism().map_or(1, |n| n.get().min(MOST_THREADS))
}

/// Two ways to cut at once, either of which may be missing.
#[derive(Clone, Copy)]
pub(super) struct Cross {
    by: [Option<Dim>; 2],
    /// How many values each way has.
    values: [usize; 2],
}

/// A voice in a stretch of time, and for each cross a code of its two values there.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Note<const N: usize> {
    pub voice: u32,
    codes: [u32; N],
}

/// What one processor noted.
#[derive(Default)]
pub(super) struct Heard<const N: usize> {
    pub notes: Vec<Note<N>>,
    /// Each stretch of time that was read and how many notes there were after it; stretch 0 is what was before the first
    /// beginning.
    ends: Vec<(usize, usize)>,
    /// Facts that count.
    pub n: u32,
}

/// The distinct numbers of each flag: of everything heard, and of each stretch from the first beginning on.
pub(super) struct Told {
    pub whole: Vec<Four>,
    pub stretches: Vec<Vec<Four>>,
}

/// How far a cross is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    Whole,
    Firsts,
    Sides,
    Cells,
}

/// What a question asks, and where it is among all flags: first those of the whole, then those of each stretch.
pub(super) struct Laid<const N: usize> {
    crosses: [Cross; N],
    pub whole: [Flags; N],
    pub stretch: [Flags; N],
    /// How many flags there are of the whole, and of a stretch.
    counts: [usize; 2],
}

/// Where the flags of a cross begin: flag 0 is everything at once. None for what is not asked.
#[derive(Clone, Copy)]
pub(super) struct Flags {
    values: [usize; 2],
    firsts: Option<usize>,
    seconds: Option<usize>,
    cells: Option<usize>,
}

impl Flags {
    pub fn firsts(&self) -> impl Iterator<Item = (u16, usize)> {
        values_from(self.firsts, self.values[0])
    }
    pub fn seconds(&self) -> impl Iterator<Item = (u16, usize)> {
        values_from(self.seconds, self.values[1])
    }
    pub fn cells(&self) -> impl Iterator<Item = ([u16; 2], usize)> {
        let [firsts, seconds] = self.values;
        let pair = move |i: usize| [(i / seconds) as u16, (i % seconds) as u16];
        self.cells.into_iter().flat_map(move |from| (0..firsts * seconds).map(move |i| (pair(i), from + i)))
    }
}

fn values_from(from: Option<usize>, values: usize) -> impl Iterator<Item = (u16, usize)> {
    from.into_iter().flat_map(move |from| (0..values).map(move |value| (value as u16, from + value)))
}

/// Gives each number that is asked for a flag; of a stretch only where time is asked for.
pub(super) fn lay<const N: usize>(crosses: &[Cross; N], whole: Detail, stretch: Option<Detail>) -> Laid<N> {
    let (whole, n) = flags(crosses, whole);
    let (stretch, each) = stretch.map_or((whole, 0), |detail| flags(crosses, detail));
    Laid { crosses: *crosses, whole, stretch, counts: [n, each] }
}

/// The flags and how many there are. A way that is missing has one value, which is everything.
fn flags<const N: usize>(crosses: &[Cross; N], detail: Detail) -> ([Flags; N], usize) {
    let mut n = 1;
    let mut take = |values: usize| {
        n += values;
        Some(n - values)
    };
    let flags = crosses.map(|Cross { by: [first, second], values }| {
        let mut side = |by: Option<Dim>, n, least| match by {
            None => Some(0),
            Some(_) if detail >= least => take(n),
            Some(_) => None,
        };
        let (firsts, seconds) = (side(first, values[0], Detail::Firsts), side(second, values[1], Detail::Sides));
        let cells = match (first, second) {
            (None, _) => seconds,
            (_, None) => firsts,
            _ if detail == Detail::Cells => take(values[0] * values[1]),
            _ => None,
        };
        Flags { values, firsts, seconds, cells }
    });
    (flags, n)
}

/// Of a voice that was not looked at yet; that counts not; else the kinds it was heard with are bits.
const UNKNOWN: u8 = 0;
const BARRED: u8 = 1 << 7;
/// Sets of kinds: six, and without one.
const KIND_SETS: usize = 1 << 7;

/// How many codes a way to cut needs: kinds come in sets.
fn codes(by: Option<Dim>, values: usize) -> usize {
    if by == Some(Dim::Kind) { KIND_SETS } else { values }
}

/// The values a code stands for.
fn values_of_code(by: Option<Dim>, code: usize) -> impl Iterator<Item = usize> {
    let kinds = (0..7).filter(move |kind| code >> kind & 1 == 1);
    let (set, one) = if by == Some(Dim::Kind) { (Some(kinds), None) } else { (None, Some(code)) };
    set.into_iter().flatten().chain(one)
}

impl Columns {
    pub(super) fn cross(&self, by: [Option<Dim>; 2]) -> Cross {
        let most = |dim| match dim {
            Dim::Plan => self.plans.most().max(self.accounts.most.plan),
            Dim::ValueBand => self.bands.most().max(self.accounts.most.band),
            Dim::CompanySize => self.accounts.most.size.into(),
            Dim::TeamSize => self.teams.most.size.into(),
            Dim::Channel => self.voices.most_channel.into(),
            Dim::Language => self.voices.most_language,
            Dim::Kind => 6,
            Dim::Emotion => EMOTIONS.len() as u16,
        };
        Cross { by, values: by.map(|dim| dim.map_or(1, |dim| most(dim) as usize + 1)) }
    }

    /// From when until when the account and the team of a voice stood as they did at a moment.
    fn steady(&self, voice: u32, said: i32) -> (i32, i32) {
        let account = self.accounts.steady(self.ordinal(ACCOUNT, voice), said);
        let team = self.teams.steady(self.ordinal(TEAM, voice), said);
        (account.0.max(team.0), account.1.min(team.1))
    }

    #[inline]
    fn code_of(&self, dim: Option<Dim>, voice: u32, said: i32, kinds: u8, then: bool) -> u32 {
        let v = voice as usize;
        let account = || self.accounts.at(self.ordinal(ACCOUNT, voice), said, then);
        match dim {
            None => 0,
            Some(Dim::Plan) => account().plan.into(),
            Some(Dim::ValueBand) => account().band.into(),
            Some(Dim::CompanySize) => account().size.into(),
            Some(Dim::TeamSize) => self.teams.at(self.ordinal(TEAM, voice), said, then).size.into(),
            Some(Dim::Channel) => self.voices.channels[v].into(),
            Some(Dim::Language) => self.voices.languages[v].into(),
            Some(Dim::Kind) => kinds.into(),
            Some(Dim::Emotion) => self.emotions.of(self.ordinal(CONVERSATION, voice)).into(),
        }
    }

    #[inline]
    fn note<const N: usize>(&self, crosses: &[Cross; N], voice: u32, said: i32, kinds: u8, then: bool) -> Note<N> {
        let code = |Cross { by: [first, second], values }: Cross| {
            let width = codes(second, values[1]) as u32;
            self.code_of(first, voice, said, kinds, then) * width + self.code_of(second, voice, said, kinds, then)
        };
        Note { voice, codes: crosses.map(code) }
    }

    /// Reads all that is asked for. With `starts` (ascending, each the end of the one before, the last one open) also cut
    /// along time.
    pub(super) fn hear<const N: usize>(&self, asked: &Asked, laid: &Laid<N>, starts: &[i32]) -> Vec<Heard<N>> {
        let facts = asked.slices.iter().map(|(facts, _)| facts.len()).sum();
        let parts = parts(asked, facts, starts);
        share(parts.len(), facts, |part| {
            let states = vec![UNKNOWN; self.voices.len()];
            let steady = vec![(0, 0); if asked.mask.filter.then { self.voices.len() } else { 0 }];
            let (mask, heard) = (&asked.mask, Heard::default());
            let mut ear = Ear { columns: self, mask, crosses: &laid.crosses, states, spoke: Vec::new(), steady, heard };
            let (slices, period) = &parts[part];
            match mask.filter.by {
                By::Said => ear.follow(slices, starts, *period),
                By::Tagged => ear.sort(slices, starts),
            }
            ear.heard
        })
    }

    /// Counts what was heard, along `starts` stretches of time.
    pub(super) fn tell<const N: usize>(&self, heard: &[Heard<N>], laid: &Laid<N>, starts: usize) -> Told {
        let mut stretches: Vec<Vec<&[Note<N>]>> = vec![Vec::new(); starts + 1];
        for heard in heard {
            let mut from = 0;
            for (stretch, end) in &heard.ends {
                stretches[*stretch].push(&heard.notes[from..*end]);
                from = *end;
            }
        }
        let [whole, stretch] = laid.counts;
        let words: Vec<Word<N>> = (0..(whole + stretch).div_ceil(64)).map(|word| Word::new(laid, word)).collect();
        let notes = heard.iter().map(|heard| heard.notes.len()).sum();
        let tasks = words.len() * CLASSES;
        let raised = share(tasks, notes, |task| self.raise(&stretches, &words[task / CLASSES], task % CLASSES));
        let of = |stretch: usize, flag: usize| {
            let count = |class: usize| raised[flag / 64 * CLASSES + class][stretch][flag % 64];
            let [conversations, persons, teams, accounts] = [CONVERSATION, PERSON, TEAM, ACCOUNT].map(count);
            Four { conversations, persons, teams, accounts }
        };
        // Those of the whole come after all stretches.
        let whole_told = (0..whole).map(|flag| of(starts + 1, flag)).collect();
        let stretch_told = |i| (whole..whole + stretch).map(|flag| of(i, flag)).collect();
        Told { whole: whole_told, stretches: (1..=starts).map(stretch_told).collect() }
    }

    /// Raises the flags of one word for the ordinals of one class: how many went up in each stretch, and of those that
    /// stay up, in all.
    fn raise<const N: usize>(&self, stretches: &[Vec<&[Note<N>]>], word: &Word<N>, class: usize) -> Vec<[u32; 64]> {
        let (ordinals, canon) = (&self.voices.who[class], self.canons()[class]);
        let ordinal = |note: &Note<N>| canon.of(ordinals[note.voice as usize]) as usize;
        let mut raised = vec![0u64; self.voices.most[class].max(canon.most()) as usize + 1];
        let (mut told, mut tally) = (Vec::with_capacity(stretches.len() + 1), Tally::default());
        for slices in stretches {
            // Zero stands for nobody, whose flags are all up before.
            raised[0] = u64::MAX;
            for note in slices.iter().copied().flatten() {
                let held = &mut raised[ordinal(note)];
                let up = word.raised_by(note) & !*held;
                *held |= up;
                tally.add(up);
            }
            if word.falls != 0 {
                slices.iter().copied().flatten().for_each(|note| raised[ordinal(note)] &= !word.falls);
            }
            told.push(tally.take(word.falls));
        }
        told.push(tally.take(u64::MAX));
        told
    }
}

/// How often each of sixty-four flags went up, counted for all of them at once: plane `k` holds bit `k` of every count.
/// Eight are added together first, by the adders of W. Muła, N. Kurz, D. Lemire, "Faster population counts using AVX2
/// instructions" (2018), so that most of the work needs no branch.
#[derive(Default)]
struct Tally {
    planes: [u64; 32],
    waiting: [u64; 8],
    n: usize,
}

/// Three bits in each of sixty-four places become a sum and what is carried.
#[inline]
fn add_three(a: u64, b: u64, c: u64) -> (u64, u64) {
    let half = a ^ b;
    (half ^ c, a & b | half & c)
}

impl Tally {
    #[inline]
    fn add(&mut self, up: u64) {
        self.waiting[self.n] = up;
        self.n += usize::from(up != 0);
        if self.n == self.waiting.len() {
            self.settle();
        }
    }

    fn settle(&mut self) {
        // What does not wait any more counts nothing.
        self.waiting[self.n..].fill(0);
        self.n = 0;
        let [a, b, c, d, e, f, g, h] = self.waiting;
        let [one, two, four, ..] = self.planes;
        let (one, ab) = add_three(one, a, b);
        let (one, cd) = add_three(one, c, d);
        let (two, abcd) = add_three(two, ab, cd);
        let (one, ef) = add_three(one, e, f);
        let (one, gh) = add_three(one, g, h);
        let (two, efgh) = add_three(two, ef, gh);
        let (four, mut carried) = add_three(four, abcd, efgh);
        [self.planes[0], self.planes[1], self.planes[2]] = [one, two, four];
        for plane in &mut self.planes[3..] {
            (*plane, carried) = (*plane ^ carried, *plane & carried);
            if carried == 0 {
                return;
            }
        }
    }

    /// The counts of some flags, which begin anew.
    fn take(&mut self, flags: u64) -> [u32; 64] {
        self.settle();
        let mut counts = [0; 64];
        for (bit, plane) in self.planes.iter_mut().enumerate() {
            for (flag, count) in counts.iter_mut().enumerate() {
                *count |= ((*plane & flags) >> flag & 1) as u32 * (1 << bit);
            }
            *plane &= !flags;
        }
        counts
    }
}

/// Sixty-four of the flags.
struct Word<const N: usize> {
    /// For each cross and each code of it, the flags it raises.
    tables: [Vec<u64>; N],
    /// Flags that fall at the end of a stretch.
    falls: u64,
}

impl<const N: usize> Word<N> {
    #[inline]
    fn raised_by(&self, note: &Note<N>) -> u64 {
        self.tables.iter().zip(note.codes).fold(0, |all, (table, code)| all | table[code as usize])
    }

    fn new(laid: &Laid<N>, word: usize) -> Word<N> {
        let [whole, stretch] = laid.counts;
        let one = |at: usize| if at / 64 == word { 1u64 << (at % 64) } else { 0 };
        let flag = |from: Option<usize>, value: usize| from.map_or(0, |from| one(from + value));
        let tables = std::array::from_fn(|i| {
            let Cross { by: [first, second], values } = laid.crosses[i];
            let (rows, columns) = (codes(first, values[0]), codes(second, values[1]));
            let raised = |code: usize| {
                let mut raised = one(0);
                for (begin, flags) in
                    [(0, laid.whole[i]), (whole, laid.stretch[i])].into_iter().take(1 + stretch.min(1))
                {
                    let at = |from: Option<usize>| from.map(|from| begin + from);
                    raised |= one(begin);
                    for row in values_of_code(first, code / columns) {
                        for column in values_of_code(second, code % columns) {
                            raised |= flag(at(flags.firsts), row)
                                | flag(at(flags.seconds), column)
                                | flag(at(flags.cells), row * values[1] + column);
                        }
                    }
                }
                raised
            };
            (0..rows * columns).map(raised).collect()
        });
        Word { tables, falls: (whole..whole + stretch).map(one).fold(0, |all, flag| all | flag) }
    }
}

/// What one processor has heard of a stretch so far.
struct Ear<'a, const N: usize> {
    columns: &'a Columns,
    mask: &'a Mask<'a>,
    crosses: &'a [Cross; N],
    /// Of each voice: not looked at yet, barred, or the kinds it was heard with.
    states: Vec<u8>,
    spoke: Vec<u32>,
    /// As it was then: from when until when the account and the team of each voice stood as when it was heard last.
    steady: Vec<(i32, i32)>,
    heard: Heard<N>,
}

impl<const N: usize> Ear<'_, N> {
    /// Reads columns side by side from one beginning to the next.
    fn follow(&mut self, slices: &[Slice], starts: &[i32], (from, to): (i32, i32)) {
        let from_here = |facts: &'_ [Mark]| facts.partition_point(|f| f.said < from);
        let mut rest: Vec<(i32, Slice)> =
            slices.iter().map(|(facts, kinds)| (i32::MIN, (&facts[from_here(facts)..], *kinds))).collect();
        for stretch in starts.partition_point(|s| *s <= from)..=starts.len() {
            let end = starts.get(stretch).copied().unwrap_or(i32::MAX).min(to);
            for (next, (facts, kinds)) in &mut rest {
                if *next >= end {
                    continue;
                }
                let mut read = 0;
                *next = i32::MAX;
                while let Some(f) = facts.get(read) {
                    if f.said >= end {
                        *next = f.said;
                        break;
                    }
                    read += 1;
                    if self.columns.is_asked(f, *kinds, self.mask) {
                        self.take(f.voice, f.said, f.kind);
                    }
                }
                *facts = &facts[read..];
            }
            self.end(stretch);
            if end == to {
                break;
            }
        }
    }

    /// Sorts facts by stretches first, where they are not asked for in the order they stand in.
    fn sort(&mut self, slices: &[Slice], starts: &[i32]) {
        let mut stretches: Vec<Vec<(u32, i32, u8)>> = vec![Vec::new(); starts.len() + 1];
        for (facts, kinds) in slices {
            for f in facts.iter().filter(|f| self.columns.is_asked(f, *kinds, self.mask)) {
                match starts {
                    [] => self.take(f.voice, f.said, f.kind),
                    _ => stretches[starts.partition_point(|s| *s <= f.tagged)].push((f.voice, f.said, f.kind)),
                }
            }
        }
        for (stretch, facts) in stretches.into_iter().enumerate() {
            facts.into_iter().for_each(|(voice, said, kind)| self.take(voice, said, kind));
            self.end(stretch);
        }
    }

    #[inline]
    fn take(&mut self, voice: u32, said: i32, kind: u8) {
        if self.mask.filter.then {
            self.turn(voice, said);
        }
        let state = &mut self.states[voice as usize];
        if *state == UNKNOWN {
            if self.columns.fits(voice, said, self.mask) { self.spoke.push(voice) } else { *state = BARRED }
        }
        if *state != BARRED {
            *state |= 1 << kind;
            self.heard.n += 1;
        }
    }

    /// A voice that stands otherwise at another moment is noted as it stood, and heard anew.
    fn turn(&mut self, voice: u32, said: i32) {
        let (from, to) = self.steady[voice as usize];
        if said < from || said >= to {
            self.note(voice);
            self.states[voice as usize] = UNKNOWN;
            self.steady[voice as usize] = self.columns.steady(voice, said);
        }
    }

    fn note(&mut self, voice: u32) {
        let kinds = std::mem::replace(&mut self.states[voice as usize], UNKNOWN);
        match kinds {
            UNKNOWN => {}
            BARRED => self.states[voice as usize] = BARRED,
            _ => {
                let then = self.mask.filter.then;
                let said = if then { self.steady[voice as usize].0 } else { 0 };
                self.heard.notes.push(self.columns.note(self.crosses, voice, said, kinds, then));
            }
        }
    }

    /// Notes who spoke in the stretch that is over.
    fn end(&mut self, stretch: usize) {
        let mut spoke = std::mem::take(&mut self.spoke);
        // Nearly all voices are noted in their order: what stands together in memory is read together.
        if spoke.len() > self.states.len() / 4 {
            spoke.clear();
            spoke.extend(0..self.states.len() as u32);
        }
        self.heard.notes.reserve(spoke.len());
        spoke.drain(..).for_each(|voice| self.note(voice));
        self.spoke = spoke;
        self.heard.ends.push((stretch, self.heard.notes.len()));
    }
}

/// Work for each processor: by time about as many facts each, from where a stretch begins to where one ends; or some of
/// the columns, where they are not in the order that is asked for.
fn parts<'a>(asked: &Asked<'a>, facts: usize, starts: &[i32]) -> Vec<(Vec<Slice<'a>>, (i32, i32))> {
    let n = if facts < WORTH_SHARING { 1 } else { threads() };
    let always = (i32::MIN, i32::MAX);
    if asked.mask.filter.by == By::Tagged {
        return (0..n).map(|i| (asked.slices.iter().skip(i).step_by(n).copied().collect(), always)).collect();
    }
    let longest = asked.slices.iter().map(|(facts, _)| *facts).max_by_key(|facts| facts.len()).unwrap_or_default();
    let mut cuts = vec![i32::MIN];
    for i in 1..n {
        let at = longest[longest.len() * i / n].said;
        let begins = starts.partition_point(|s| *s <= at).checked_sub(1).map(|i| starts[i]);
        cuts.extend(if starts.is_empty() { Some(at) } else { begins });
    }
    cuts.push(i32::MAX);
    cuts.dedup();
    cuts.windows(2).map(|two| (asked.slices.clone(), (two[0], two[1]))).collect()
}
