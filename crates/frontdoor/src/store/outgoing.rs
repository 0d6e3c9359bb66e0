//! The rows of what doors say by themselves.
use ::store::{Tx, args, sql};
use base::Result;

/// (in Korean, in English) of a door that acknowledges.
pub async fn find_acknowledgement(tx: &mut Tx, door: i64) -> Result<Option<(String, String)>> {
    let sql = sql!("frontdoor.find_acknowledgement" => (String, String),
        "SELECT text_ko, text_en FROM door_acknowledgements WHERE door_ord = $1");
    tx.find(sql, args![door]).await
}

pub async fn put_acknowledgement(tx: &mut Tx, door: i64, words: Option<(&str, &str)>) -> Result<()> {
    let Some((ko, en)) = words else {
        let sql = sql!("frontdoor.delete_acknowledgement", "DELETE FROM door_acknowledgements WHERE door_ord = $1");
        return tx.run(sql, args![door]).await.map(drop);
    };
    let sql = sql!(
        "frontdoor.upsert_acknowledgement",
        "INSERT INTO door_acknowledgements (door_ord, text_ko, text_en) VALUES ($1, $2, $3)
         ON CONFLICT (door_ord) DO UPDATE SET text_ko = excluded.text_ko, text_en = excluded.text_en"
    );
    tx.run(sql, args![door, ko, en]).await.map(drop)
}
