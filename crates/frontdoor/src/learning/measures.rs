//! What of learning, promises and feelings a shared goal can be measured by.
use crate::store::learning as rows;
use base::Result;
use learn::figures::{mean, share};
use roadmap::goals::{Measure, MeasureAsk, Measured, Unit};

inventory::submit! { Measure { key: "learning_rate", unit: Unit::Share, can_narrow: false, is_of_period: true, read: |ask| Box::pin(learning_rate(ask)) } }
inventory::submit! { Measure { key: "promise_kept", unit: Unit::Share, can_narrow: false, is_of_period: true, read: |ask| Box::pin(promise_kept(ask)) } }
inventory::submit! { Measure { key: "emotion_change", unit: Unit::Mean, can_narrow: false, is_of_period: true, read: |ask| Box::pin(emotion_change(ask)) } }

const PLACE: &str = "/learned";

/// Of closed conversations with something to learn, those from which something was learned.
async fn learning_rate(ask: MeasureAsk) -> Result<Measured> {
    let mut tx = ask.app.db.read().await?;
    let (closed, learned, nothing) = rows::count_learned_closings(&mut tx, ask.from, ask.to, &ask.scope.hidden).await?;
    Ok(Measured::of_share(share(learned.min(closed - nothing), closed - nothing), PLACE))
}

/// First answers within the promise.
async fn promise_kept(ask: MeasureAsk) -> Result<Measured> {
    let mut tx = ask.app.db.read().await?;
    let (kept, promised) = rows::count_promises(&mut tx, ask.from, ask.to, &ask.scope.hidden).await?;
    Ok(Measured::of_share(share(kept, promised), PLACE))
}

/// How much better the last word of a conversation was felt than the first, −4 to +4.
async fn emotion_change(ask: MeasureAsk) -> Result<Measured> {
    let mut tx = ask.app.db.read().await?;
    let all = rows::list_feeling_changes(&mut tx, ask.from, ask.to, &ask.scope.hidden).await?;
    let (n, sum, squares) = all
        .iter()
        .fold((0, 0, 0), |(n, sum, squares), (_, more, change, square)| (n + more, sum + change, squares + square));
    Ok(Measured::of_mean(mean(n, sum as f64, squares as f64), PLACE))
}
