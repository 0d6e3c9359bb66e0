//! The counting columns against a slow count that shares nothing with them.
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tagging::Kind;
use tagging::counts::{By, Columns, Dim, Fact, Filter, Four, LIVING, Pick, Selector, Standing};

#[derive(Clone, Debug)]
struct Row {
    tag: u32,
    fact: Fact,
}

fn row() -> impl Strategy<Value = Row> {
    let who = (1u32..40, 0u32..12, 0u32..6, 0u32..5);
    let when = (-200i32..2_000, 0i32..2_000, prop_oneof![4 => Just(LIVING), 1 => 0i32..2_000]);
    (1u32..7, who, when, 1u16..4, 0u16..3, 1u8..4, 0u8..7).prop_map(
        |(tag, who, when, door, language, channel, kind)| Row {
            tag,
            fact: Fact {
                ord: 0,
                said: when.0,
                tagged: when.1,
                retracted: when.2,
                conversation: who.0,
                person: who.1,
                team: who.2,
                account: who.3,
                door,
                language,
                channel,
                kind,
            },
        },
    )
}

fn pick() -> impl Strategy<Value = Pick> {
    (prop::collection::vec(1u32..7, 1..4), prop_oneof![2 => Just(0u16), 1 => 1u16..128])
        .prop_map(|(tags, kinds)| Pick { tags, kinds })
}

type Maps = (HashMap<u32, u32>, HashMap<u32, u32>, HashMap<u32, u32>);

/// Tag 6 may be merged into 1, person 11 into 1, conversation 39 joined to 1.
fn maps() -> impl Strategy<Value = Maps> {
    let map =
        |from: u32| any::<bool>().prop_map(move |on| if on { HashMap::from([(from, 1)]) } else { HashMap::new() });
    (map(6), map(11), map(39))
}

fn filter() -> impl Strategy<Value = Filter> {
    let period = (prop::option::of(-100i32..1_500), prop::option::of(0i32..2_000), any::<bool>());
    let segment = (
        prop::option::of(prop_oneof![Just("p1"), Just("p2"), Just("none")]),
        prop::option::of(prop_oneof![Just("c1"), Just("c2")]),
        prop::option::of(prop_oneof![Just(Kind::Bug), Just(Kind::Request)]),
        any::<bool>(),
    );
    let seldom = (
        prop::option::weighted(0.1, prop_oneof![Just("1-9"), Just("10-49"), Just("none")]),
        prop::option::weighted(0.1, prop_oneof![Just("l1"), Just("none")]),
        prop::option::weighted(0.1, 1u16..4),
        prop::option::weighted(0.1, 0i32..2_000),
        prop::option::weighted(0.1, prop_oneof![Just("very_bad"), Just("good"), Just("none")]),
    );
    (period, segment, seldom, prop::collection::vec(1u16..4, 0..2), prop::option::of(1u32..6)).prop_map(
        |(
            (from, to, by_tagged),
            (plan, channel, kind, then),
            (team_size, language, door, at, emotion),
            hidden,
            account,
        )| {
            Filter {
                from,
                to,
                by: if by_tagged { By::Tagged } else { By::Said },
                plan: plan.map(str::to_owned),
                team_size: team_size.map(str::to_owned),
                channel: channel.map(str::to_owned),
                language: language.map(str::to_owned),
                emotion: emotion.map(str::to_owned),
                kind,
                door,
                at,
                then,
                hidden,
                account,
                ..Filter::default()
            }
        },
    )
}

/// Team n has seats for fewer than ten, and for more from minute 150·n on; of team 5 nobody knows.
fn team_size_of(team: u32, said: i32, then: bool) -> &'static str {
    match team {
        0 | 5 => "none",
        _ if then && said < 150 * team as i32 => "1-9",
        _ => "10-49",
    }
}

/// Every sixth conversation was not read; the others were felt from very bad to very good in turn.
fn emotion_of(conversation: u32) -> u16 {
    (conversation % 6) as u16
}

fn stands(f: &Fact, filter: &Filter) -> bool {
    filter.at.map_or(f.retracted == LIVING, |at| f.tagged <= at && f.retracted > at)
}

/// Account n had plan p1 from minute 0 and p2 from minute 100·n; account 4 never had one.
fn standings(account: u32) -> Vec<Standing> {
    let at = |from: i32, plan: u16| Standing { from, plan, band: 0, size: plan as u8 };
    if account == 4 { vec![] } else { vec![at(0, 1), at(100 * account as i32, 2)] }
}

fn plan_of(account: u32, said: i32, then: bool) -> &'static str {
    if account == 0 || account == 4 {
        return "none";
    }
    let changed = 100 * account as i32;
    if then && said < changed { "p1" } else { "p2" }
}

/// Every row that counts, by the plainest reading of the words.
fn slow<'a>(rows: &'a [Row], s: &Selector, f: &Filter, (tags, persons, joined): &Maps) -> Vec<(&'a Row, u32, u32)> {
    let tag = |r: &Row| tags.get(&r.tag).copied().unwrap_or(r.tag);
    let conversation = |r: &Row| joined.get(&r.fact.conversation).copied().unwrap_or(r.fact.conversation);
    let chosen = |p: &Pick, r: &Row| {
        (p.tags.contains(&r.tag) || p.tags.contains(&tag(r))) && (p.kinds == 0 || p.kinds >> r.fact.kind & 1 == 1)
    };
    let barred: BTreeSet<u32> = rows
        .iter()
        .filter(|r| stands(&r.fact, f) && s.exclude.iter().any(|p| chosen(p, r)))
        .map(conversation)
        .collect();
    rows.iter()
        .filter(|r| stands(&r.fact, f) && s.include.iter().any(|p| chosen(p, r)))
        .filter(|r| {
            let at = if f.by == By::Said { r.fact.said } else { r.fact.tagged };
            f.from.is_none_or(|from| at >= from) && f.to.is_none_or(|to| at < to)
        })
        .filter(|r| f.kind.is_none_or(|k| r.fact.kind == k.number()))
        .filter(|r| f.channel.as_deref().is_none_or(|c| c == format!("c{}", r.fact.channel)))
        .filter(|r| f.language.as_deref().is_none_or(|l| l == ["none", "l1", "l2"][r.fact.language as usize]))
        .filter(|r| f.door.is_none_or(|d| r.fact.door == d))
        .filter(|r| {
            let size = team_size_of(r.fact.team, r.fact.said, f.then);
            f.team_size.as_deref().is_none_or(|asked| asked == size)
        })
        .filter(|r| f.plan.as_deref().is_none_or(|p| p == plan_of(r.fact.account, r.fact.said, f.then)))
        .filter(|r| f.account.is_none_or(|a| r.fact.account == a) && !f.hidden.contains(&r.fact.door))
        .map(|r| (r, conversation(r), persons.get(&r.fact.person).copied().unwrap_or(r.fact.person)))
        .filter(|(_, conversation, _)| !barred.contains(conversation))
        .filter(|(_, conversation, _)| {
            let words = ["none", "very_bad", "bad", "neutral", "good", "very_good"];
            f.emotion.as_deref().is_none_or(|e| e == words[emotion_of(*conversation) as usize])
        })
        .collect()
}

fn columns(rows: &[Row], (tags, persons, joined): &Maps) -> Columns {
    let mut c = Columns::default();
    c.merged_tags = tags.clone();
    c.merged_persons = persons.clone().into_iter().collect();
    c.joined_conversations = joined.clone().into_iter().collect();
    for n in 1..4 {
        c.channels.number(&format!("c{n}"));
    }
    for n in 1..3 {
        c.plans.number(&format!("p{n}"));
        c.languages.number(&format!("l{n}"));
    }
    for account in 1..5 {
        c.set_standings(account, standings(account));
    }
    for conversation in (1..40).filter(|conversation| emotion_of(*conversation) > 0) {
        c.emotions.set(conversation, Some(i64::from(emotion_of(conversation)) - 3));
    }
    for team in 1..5 {
        let at = |from: i32, size: u8| Standing { from, size, ..Standing::default() };
        c.set_team_sizes(team, vec![at(0, 1), at(150 * team as i32, 2)]);
    }
    for r in rows {
        c.push(r.tag, r.fact);
    }
    c
}

fn distinct(all: impl Iterator<Item = u32>) -> u32 {
    all.filter(|n| *n != 0).collect::<BTreeSet<_>>().len() as u32
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 600 } else { 20_000 }))]

    #[test]
    fn the_columns_count_what_a_slow_reading_counts(
        mut rows in prop::collection::vec(row(), 0..80),
        include in prop::collection::vec(pick(), 1..3),
        exclude in prop::collection::vec(pick(), 0..2),
        filter in filter(),
        maps in maps(),
        others in prop::collection::vec((1..9u32, 0..6u32), 0..6),
    ) {
        for (i, r) in rows.iter_mut().enumerate() {
            r.fact.ord = i as u32 + 1;
        }
        let selector = Selector { include, exclude };
        let c = columns(&rows, &maps);
        let expected = slow(&rows, &selector, &filter, &maps);
        let week = |at: i32| at.div_euclid(700) * 700;
        let weeks = |first: i32, last: i32| (week(first)..=last).step_by(700).collect::<Vec<_>>();
        let counted = c.count(&selector, &filter, weeks);
        prop_assert_eq!(counted.n, expected.len() as u32);
        prop_assert_eq!(counted.total.conversations, distinct(expected.iter().map(|e| e.1)));
        prop_assert_eq!(counted.total.persons, distinct(expected.iter().map(|e| e.2)));
        prop_assert_eq!(counted.total.teams, distinct(expected.iter().map(|e| e.0.fact.team)));
        prop_assert_eq!(counted.total.accounts, distinct(expected.iter().map(|e| e.0.fact.account)));
        prop_assert_eq!(c.count_four(&selector, &filter), (counted.total, counted.n));
        let more = others.iter().map(|(person, _)| maps.1.get(person).copied().unwrap_or(*person));
        let persons = distinct(expected.iter().map(|e| e.2).chain(more));
        let accounts = distinct(expected.iter().map(|e| e.0.fact.account).chain(others.iter().map(|other| other.1)));
        prop_assert_eq!(c.count_with(&selector, &filter, &others), (counted.total, counted.n, [persons, accounts]));

        let mut weeks: BTreeMap<i32, BTreeSet<u32>> = BTreeMap::new();
        for (r, conversation, _) in &expected {
            let at = if filter.by == By::Said { r.fact.said } else { r.fact.tagged };
            weeks.entry(week(at)).or_default().insert(*conversation);
        }
        let series = counted.series.iter().map(|(w, four)| (*w, four.conversations)).filter(|(_, n)| *n > 0);
        let series: Vec<(i32, u32)> = series.collect();
        prop_assert_eq!(series, weeks.iter().map(|(w, set)| (*w, set.len() as u32)).collect::<Vec<_>>());

        for (kind, four) in &counted.kinds {
            let number = if kind.is_empty() { 0 } else { Kind::parse(kind).unwrap().number() };
            let own = expected.iter().filter(|e| e.0.fact.kind == number);
            prop_assert_eq!(four.persons, distinct(own.map(|e| e.2)));
        }
        for (plan, four) in &counted.plans {
            let name = if plan.is_empty() { "none" } else { plan };
            let own = expected.iter().filter(|e| plan_of(e.0.fact.account, e.0.fact.said, filter.then) == name);
            prop_assert_eq!(four.accounts, distinct(own.map(|e| e.0.fact.account)));
        }

        // Two dimensions, and one along time from the second week on.
        let four = |own: &[&(&Row, u32, u32)]| Four {
            conversations: distinct(own.iter().map(|e| e.1)),
            persons: distinct(own.iter().map(|e| e.2)),
            teams: distinct(own.iter().map(|e| e.0.fact.team)),
            accounts: distinct(own.iter().map(|e| e.0.fact.account)),
        };
        let plan_number = |e: &(&Row, u32, u32)| match plan_of(e.0.fact.account, e.0.fact.said, filter.then) {
            "p1" => 1u16,
            "p2" => 2,
            _ => 0,
        };
        let table = c.tabulate(&selector, &filter, [Some(Dim::CompanySize), Some(Dim::Kind)], &[]);
        prop_assert_eq!((table.total, table.n), (counted.total, counted.n));
        for ([size, kind], found) in &table.cells {
            let own: Vec<_> = expected.iter().filter(|e| plan_number(e) == *size && e.0.fact.kind as u16 == *kind).collect();
            prop_assert_eq!(*found, four(&own));
            prop_assert!(found.conversations > 0);
        }
        prop_assert_eq!(table.cells.len(), expected.iter().map(|e| (plan_number(e), e.0.fact.kind)).collect::<BTreeSet<_>>().len());
        for (kind, found) in &table.seconds {
            prop_assert_eq!(*found, four(&expected.iter().filter(|e| e.0.fact.kind as u16 == *kind).collect::<Vec<_>>()));
        }
        // Kinds first, and two ways that both change with time.
        let table = c.tabulate(&selector, &filter, [Some(Dim::Kind), Some(Dim::TeamSize)], &[]);
        let size = |e: &(&Row, u32, u32)| team_size_of(e.0.fact.team, e.0.fact.said, filter.then);
        for ([kind, number], found) in &table.cells {
            let name = match c.name_of(Dim::TeamSize, *number) {
                "" => "none",
                name => name,
            };
            let own = expected.iter().filter(|e| e.0.fact.kind as u16 == *kind && size(e) == name);
            prop_assert_eq!(*found, four(&own.collect::<Vec<_>>()));
        }
        prop_assert_eq!(table.cells.len(), expected.iter().map(|e| (size(e), e.0.fact.kind)).collect::<BTreeSet<_>>().len());

        // Emotions are of whole conversations: the parts add up to all of them.
        let table = c.tabulate(&selector, &filter, [Some(Dim::Emotion), Some(Dim::Plan)], &[]);
        for (emotion, found) in &table.firsts {
            prop_assert_eq!(*found, four(&expected.iter().filter(|e| emotion_of(e.1) == *emotion).collect::<Vec<_>>()));
        }
        prop_assert_eq!(table.firsts.iter().map(|(_, four)| four.conversations).sum::<u32>(), counted.total.conversations);
        for ([emotion, plan], found) in &table.cells {
            let own = expected.iter().filter(|e| emotion_of(e.1) == *emotion && plan_number(e) == *plan);
            prop_assert_eq!(*found, four(&own.collect::<Vec<_>>()));
        }

        let starts = [0, 700, 1_400];
        let along = c.tabulate(&selector, &filter, [Some(Dim::Plan), None], &starts);
        prop_assert_eq!((along.total, along.n), (counted.total, counted.n));
        let moment = |e: &(&Row, u32, u32)| if filter.by == By::Said { e.0.fact.said } else { e.0.fact.tagged };
        for (i, bucket) in along.buckets.iter().enumerate() {
            let end = starts.get(i + 1).copied().unwrap_or(i32::MAX);
            let own: Vec<_> = expected.iter().filter(|e| moment(e) >= starts[i] && moment(e) < end).collect();
            prop_assert_eq!(bucket.total, four(&own));
            for (plan, found) in &bucket.firsts {
                prop_assert_eq!(*found, four(&own.iter().copied().filter(|e| plan_number(e) == *plan).collect::<Vec<_>>()));
            }
        }

        // What was said this week and in those before, and what stands beside: each tag as it is mapped.
        let mapped = |tag: u32| maps.0.get(&tag).copied().unwrap_or(tag);
        let timeless = Filter { from: Some(starts[0]), to: None, by: By::Said, ..filter.clone() };
        let of_all_time = slow(&rows, &selector, &timeless, &maps);
        let chosen: BTreeSet<u32> = selector.include.iter().flat_map(|p| p.tags.clone()).collect();
        if selector.include.iter().all(|p| p.kinds == 0) {
            let lately: BTreeMap<u32, Vec<Four>> = c.lately(&selector, &filter, &starts).into_iter().collect();
            prop_assert_eq!(lately.keys().copied().collect::<BTreeSet<_>>(), of_all_time.iter().map(|e| mapped(e.0.tag)).collect());
            for (tag, weeks) in lately {
                for (i, found) in weeks.iter().enumerate() {
                    let end = starts.get(i + 1).copied().unwrap_or(i32::MAX);
                    let in_it = |e: &&(&Row, u32, u32)| e.0.fact.said >= starts[i] && e.0.fact.said < end;
                    let own = of_all_time.iter().filter(in_it).filter(|e| mapped(e.0.tag) == tag);
                    prop_assert_eq!(*found, four(&own.collect::<Vec<_>>()));
                }
            }
        }
        let here: BTreeSet<u32> = expected.iter().map(|e| e.1).collect();
        let of = |r: &Row| maps.2.get(&r.fact.conversation).copied().unwrap_or(r.fact.conversation);
        let person = |r: &Row| maps.1.get(&r.fact.person).copied().unwrap_or(r.fact.person);
        let is_beside = |r: &&Row| {
            !chosen.contains(&r.tag) && !chosen.contains(&mapped(r.tag)) && stands(&r.fact, &filter) && here.contains(&of(r))
        };
        let beside: Vec<&Row> = rows.iter().filter(is_beside).collect();
        let found = c.neighbours(&selector, &filter, usize::MAX);
        prop_assert_eq!(found.len(), beside.iter().map(|r| mapped(r.tag)).collect::<BTreeSet<_>>().len());
        prop_assert!(found.is_sorted_by_key(|(tag, four)| (std::cmp::Reverse(four.conversations), *tag)));
        for (tag, found) in found {
            let own: Vec<(&Row, u32, u32)> =
                beside.iter().filter(|r| mapped(r.tag) == tag).map(|r| (*r, of(r), person(r))).collect();
            prop_assert_eq!(found, four(&own.iter().collect::<Vec<_>>()));
        }

        // How often each tag is used: alone, and with what is below it; here every tag stands below the one before it.
        let every = Selector { include: vec![Pick { tags: (1..7).collect(), kinds: 0 }], exclude: vec![] };
        let used = c.recent(&filter, |tag| (tag > 1).then(|| tag - 1));
        let all = slow(&rows, &every, &filter, &maps);
        for tag in 1..7 {
            let alone = distinct(all.iter().filter(|e| mapped(e.0.tag) == tag).map(|e| e.1));
            let below = distinct(all.iter().filter(|e| mapped(e.0.tag) >= tag).map(|e| e.1));
            prop_assert_eq!(used.get(&tag).copied().unwrap_or_default(), (alone, below));
        }

        let mut newest: Vec<(i32, u32)> = expected
            .iter()
            .map(|e| (if filter.by == By::Said { e.0.fact.said } else { e.0.fact.tagged }, e.0.fact.ord))
            .collect();
        newest.sort_unstable_by(|a, b| b.cmp(a));
        prop_assert_eq!(&c.newest(&selector, &filter, None, usize::MAX), &newest);
        // Pages of three, one after the other, are the same list.
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let page = c.newest(&selector, &filter, after, 3);
            let Some(last) = page.last().copied() else { break };
            paged.extend(page);
            after = Some(last);
        }
        prop_assert_eq!(paged, newest);

        let people = c.people(&selector, &filter);
        prop_assert_eq!(people.len() as u32, counted.total.persons);
        for p in people {
            let own: Vec<_> = expected.iter().filter(|e| e.2 == p.person).collect();
            prop_assert_eq!(p.taggings as usize, own.len());
            prop_assert_eq!(p.conversations, distinct(own.iter().map(|e| e.1)));
            prop_assert_eq!(p.first, own.iter().map(|e| e.0.fact.said).min().unwrap());
            prop_assert_eq!(p.last, own.iter().map(|e| e.0.fact.said).max().unwrap());
        }
    }
}

#[test]
fn a_merge_and_its_undo_are_a_change_of_one_map() {
    let fact = |ord, conversation| Fact {
        ord,
        conversation,
        said: 1,
        tagged: 1,
        retracted: LIVING,
        person: 1,
        team: 0,
        account: 0,
        door: 1,
        language: 0,
        channel: 1,
        kind: 0,
    };
    let mut c = Columns::default();
    c.push(1, fact(1, 1));
    c.push(2, fact(2, 2));
    c.push(2, fact(3, 1));
    let all = |c: &Columns, tag: u32| {
        let selector = Selector { include: vec![Pick { tags: vec![tag], kinds: 0 }], exclude: vec![] };
        c.count_four(&selector, &Filter::default()).0.conversations
    };
    assert_eq!((all(&c, 1), all(&c, 2)), (1, 2));
    c.merged_tags.insert(2, 1);
    assert_eq!(all(&c, 1), 2);
    c.merged_tags.clear();
    assert_eq!((all(&c, 1), all(&c, 2)), (1, 2));
}

/// Facts enough that several processors share the work: their parts must add up to what one of them counts.
#[test]
fn processors_that_share_the_work_count_what_one_of_them_counts() {
    let mut c = Columns::default();
    let mut dice = 7u32;
    let mut below = |most: u32| {
        dice ^= dice << 13;
        dice ^= dice >> 17;
        dice ^= dice << 5;
        dice % most
    };
    let mut facts = Vec::new();
    for ord in 1..120_000u32 {
        let fact = Fact {
            ord,
            said: below(600_000) as i32,
            tagged: below(600_000) as i32,
            retracted: LIVING,
            conversation: 1 + below(40_000),
            person: below(9_000),
            team: below(3_000),
            account: below(900),
            door: 1,
            language: below(3) as u16,
            channel: below(5) as u8,
            kind: below(7) as u8,
        };
        let most = 1 + below(30);
        facts.push((1 + below(most), fact));
    }
    c.push_all(facts);
    let all = Selector { include: vec![Pick { tags: (1..=30).collect(), kinds: 0 }], exclude: vec![] };
    let whole = c.tabulate(&all, &Filter::default(), [Some(Dim::Channel), Some(Dim::Kind)], &[]);
    assert_eq!((whole.total, whole.n), c.count_four(&all, &Filter::default()));
    for ([channel, kind], four) in whole.cells {
        let one = Pick { tags: (1..=30).collect(), kinds: 1 << kind };
        let selector = Selector { include: vec![one], exclude: vec![] };
        let mut own = Four::default();
        for (first, found) in c.tabulate(&selector, &Filter::default(), [Some(Dim::Channel), None], &[]).firsts {
            if first == channel {
                own = found;
            }
        }
        assert_eq!(four, own, "channel {channel}, kind {kind}");
    }
    let starts: Vec<i32> = (0..60).map(|week| week * 10_080).collect();
    for by_tagged in [false, true] {
        let by = if by_tagged { By::Tagged } else { By::Said };
        let along = c.tabulate(&all, &Filter { by, ..Filter::default() }, [Some(Dim::Language), None], &starts);
        for (i, bucket) in along.buckets.iter().enumerate() {
            let week = Filter { by, from: Some(starts[i]), to: starts.get(i + 1).copied(), ..Filter::default() };
            assert_eq!(bucket.total, c.count_four(&all, &week).0, "week {i}, by tagged: {by_tagged}");
        }
    }
}
