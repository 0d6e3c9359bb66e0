//! What must always hold in this room.
use crate::store::{self as rows, check as wrong, ledger};
use ::store::{Broken, Tx};
use base::Result;

pub async fn check(tx: &mut Tx) -> Result<Vec<Broken>> {
    let catalogue = tagging::load_catalogue(tx).await?;
    let mut broken = Vec::new();
    for item in rows::load_items(tx).await? {
        for tag in item.tags.iter().filter(|tag| catalogue.by_ord(tag.tag_ord).is_none()) {
            let detail = format!("item {} is joined to tag {}", item.id, tag.tag_ord);
            broken.push(Broken { invariant: "roadmap: the tags of an item are there", detail });
        }
    }
    for id in rows::list_orphans(tx).await? {
        broken.push(Broken {
            invariant: "roadmap: texts, tags, asks and history belong to an item",
            detail: id.to_string(),
        });
    }
    for id in rows::merges::list_lost(tx).await? {
        broken.push(Broken { invariant: "roadmap: a merged item leads to one that is there", detail: id.to_string() });
    }
    for (event, ask) in ledger::list_missing(tx).await? {
        let detail = format!("ask {ask} has no row for event {event}");
        broken.push(Broken {
            invariant: "roadmap: the asks of an item are told, skipped or pending, for each event",
            detail,
        });
    }
    for (event, ask) in ledger::list_false(tx).await? {
        let detail = format!("the row of ask {ask} for event {event}");
        broken.push(Broken {
            invariant: "roadmap: each row of the ledger belongs to an ask and an event of its item",
            detail,
        });
    }
    let mut say = |invariant, detail| broken.push(Broken { invariant, detail });
    for (event, kind) in wrong::list_gaps(tx).await? {
        say("roadmap: the events of an item are counted without a gap", format!("{kind}, event {event}"));
    }
    for (event, ask) in wrong::list_undecided(tx).await? {
        say("roadmap: the ledger says what was decided last", format!("the row of ask {ask} for event {event}"));
    }
    for (ask,) in wrong::list_unpinned_told(tx).await? {
        say("roadmap: an ask that was answered is kept as it was", format!("ask {ask}"));
    }
    for (ask,) in wrong::list_of_no_ask(tx).await? {
        say("roadmap: what was decided, and of which words, belongs to an ask", format!("ask {ask}"));
    }
    for (goal,) in wrong::list_wrong_goals(tx).await? {
        say("roadmap: a goal has an owner and measures what is there", goal.to_string());
    }
    for (goal,) in wrong::list_of_no_goal(tx).await? {
        say("roadmap: owners and figures belong to a goal", goal.to_string());
    }
    for (ord,) in wrong::list_nowhere(tx).await? {
        say("roadmap: areas stand at tags, touchpoints at doors", format!("tag or door {ord}"));
    }
    for (words,) in wrong::list_wrong_words(tx).await? {
        say("roadmap: the words of a morning are somebody’s and stand on a page", words.to_string());
    }
    for (day, state) in wrong::list_wrong_mails(tx).await? {
        say("roadmap: a mail of the morning is sent, or says why not", format!("of day {day}: {state}"));
    }
    Ok(broken)
}
