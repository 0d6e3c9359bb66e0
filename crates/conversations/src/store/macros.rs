//! Statements about prepared answers.
use base::{MacroId, Result, StaffId};
use store::{Tx, args, row, sql};

row! {
    #[derive(Clone, Debug)]
    pub(crate) struct MacroRow {
        pub(crate) id: MacroId,
        pub(crate) owner: StaffId,
        pub(crate) name: String,
        pub(crate) text_ko: String,
        pub(crate) text_en: String,
        pub(crate) is_shared: bool,
        pub(crate) rev: i64,
    }
}

/// One's own and the shared ones, by name.
pub(crate) async fn list(tx: &mut Tx, owner: Option<StaffId>) -> Result<Vec<MacroRow>> {
    let sql = sql!("conversations.list_macros" => MacroRow,
        "SELECT id, owner, name, text_ko, text_en, is_shared, rev FROM macros WHERE owner = $1 OR is_shared = $2
         ORDER BY name, id");
    tx.all(sql, args![owner, true]).await
}

pub(crate) async fn find(tx: &mut Tx, id: MacroId) -> Result<Option<MacroRow>> {
    let sql = sql!("conversations.find_macro" => MacroRow,
        "SELECT id, owner, name, text_ko, text_en, is_shared, rev FROM macros WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub(crate) async fn insert(tx: &mut Tx, it: &MacroRow) -> Result<()> {
    let at = tx.now();
    let sql = sql!(
        "conversations.insert_macro",
        "INSERT INTO macros (id, owner, name, text_ko, text_en, is_shared, created_at, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    tx.run(sql, args![it.id, it.owner, &it.name, &it.text_ko, &it.text_en, it.is_shared, at, it.rev]).await.map(drop)
}

pub(crate) async fn update(tx: &mut Tx, it: &MacroRow) -> Result<()> {
    let sql = sql!(
        "conversations.update_macro",
        "UPDATE macros SET name = $2, text_ko = $3, text_en = $4, is_shared = $5, rev = $6 WHERE id = $1"
    );
    tx.run(sql, args![it.id, &it.name, &it.text_ko, &it.text_en, it.is_shared, it.rev]).await.map(drop)
}

pub(crate) async fn delete(tx: &mut Tx, id: MacroId) -> Result<()> {
    tx.run(sql!("conversations.delete_macro", "DELETE FROM macros WHERE id = $1"), args![id]).await.map(drop)
}
