//! What must always hold in this room.
use crate::counts::{Dim, Filter, Pick, Selector};
use crate::engine::{catalogue_at, load_columns};
use crate::model::{Tag, TagState};
use crate::store as rows;
use ::store::{Broken, Tx};
use base::Result;

/// Counts from the columns against a recount in SQL, what conversations show against the facts, paths against parents.
pub async fn check(tx: &mut Tx) -> Result<Vec<Broken>> {
    let mut broken = Vec::new();
    let mut report = |invariant: &'static str, detail: String| broken.push(Broken { invariant, detail });
    let mut columns = load_columns(tx).await?;
    // A merged tag counts for another; the proof is over tags as they were applied.
    columns.merged_tags.clear();
    let counted = rows::list_counted_tags(tx).await?;
    let every = Pick { tags: counted.iter().map(|tag| *tag as u32).collect(), kinds: 0 };
    let every = Selector { include: vec![every], exclude: vec![] };
    let felt = columns.tabulate(&every, &Filter::default(), [Some(Dim::Emotion), None], &[]).firsts;
    let felt: Vec<(i64, i64)> = felt.iter().map(|(e, four)| (i64::from(*e), i64::from(four.conversations))).collect();
    let recounted = rows::recount_emotions(tx).await?;
    if felt != recounted {
        report("tagging: counts by emotion equal a recount", format!("columns {felt:?}, rows {recounted:?}"));
    }
    for tag in counted {
        let selector = Selector { include: vec![Pick { tags: vec![tag as u32], kinds: 0 }], exclude: vec![] };
        let (four, n) = columns.count_four(&selector, &Filter::default());
        let (rows_n, conversations) = rows::recount(tx, tag).await?;
        if (i64::from(n), i64::from(four.conversations)) != (rows_n, conversations) {
            let detail = format!("tag {tag}: columns {n} in {}, rows {rows_n} in {conversations}", four.conversations);
            report("tagging: counts equal a recount", detail);
        }
    }
    for (tag, conversation) in rows::list_unshown(tx).await? {
        report("tagging: a conversation shows the tags it has", format!("tag {tag}, conversation {conversation}"));
    }
    for (conversation, state) in rows::list_wrong_states(tx).await? {
        report("tagging: the tag state says what is there", format!("conversation {conversation} says {state}"));
    }
    for (conversation, tag) in rows::list_stray_suggestions(tx).await? {
        report("tagging: what was suggested is there", format!("tag {tag}, conversation {conversation}"));
    }
    for (conversation, fault) in rows::double::list_wrong_doubles(tx).await? {
        report("tagging: two people code, each once", format!("conversation {conversation} {fault}"));
    }
    let catalogue = rows::load_catalogue(tx).await?;
    for tag in &catalogue.tags {
        let above = catalogue.by_ord(tag.parent_ord);
        let expected = above.map_or_else(|| tag.slug.clone(), |p| format!("{}/{}", p.path, tag.slug));
        if tag.path != expected || tag.parent_ord != 0 && above.is_none() {
            report("tagging: a path is the parent's path and the slug", tag.path.clone());
        }
        let led = catalogue.by_ord(tag.canon_ord);
        if (tag.state == TagState::Merged) != (tag.canon_ord != tag.ord) || led.is_none() {
            report("tagging: a merged tag leads to another, and no other does", tag.path.clone());
        }
        if catalogue.by_ord(tag.canon_ord).is_none_or(|c| c.canon_ord != c.ord) {
            report("tagging: a merge ends in one hop", tag.path.clone());
        }
    }
    let folded = catalogue_at(tx, catalogue.seq).await?;
    for tag in &catalogue.tags {
        let of_log = folded.by_ord(tag.ord).map(|t| Tag { rev: tag.rev, ..t.clone() });
        if of_log.as_ref() != Some(&Tag { aliases: tag.aliases.clone().tidy(), ..tag.clone() }) {
            report("tagging: the catalogue is what its log comes to", tag.path.clone());
        }
    }
    for tag in folded.tags.iter().filter(|t| catalogue.by_ord(t.ord).is_none()) {
        report("tagging: the catalogue is what its log comes to", format!("{} is missing", tag.path));
    }
    for (seq,) in rows::list_stray_ops(tx).await? {
        report("tagging: a line of the log belongs to a change that is there", format!("line {seq}"));
    }
    Ok(broken)
}
