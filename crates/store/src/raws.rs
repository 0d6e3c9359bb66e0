//! Raw input, kept byte for byte before anything is read out of it: deflated rows, or blobs when large.
use crate::{Db, Noun, Tx, args, row, sql};
use base::{Error, Result};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use std::io::{Read, Write};

/// Larger input goes to the blob folder.
pub const LARGEST_ROW: usize = 1_000_000;

/// Raw input made ready to be kept: packing takes time, so it is done before the transaction.
#[derive(Clone, Debug)]
pub struct Packed {
    pub source: String,
    pub kind: &'static str,
    pub bytes: i64,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Deflated(Vec<u8>),
    Blob(String),
}

/// What raw input belongs to; whoever erases that erases the raw input too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Owner {
    pub conversation_ord: Option<i64>,
    pub person_ord: Option<i64>,
}

row! {
    struct Stored {
        body: Option<Vec<u8>>,
        blob_hash: Option<String>,
    }
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::fast());
    out.write_all(bytes).and_then(|()| out.finish()).map_err(Error::store)
}

impl Db {
    /// Packs raw input; large input is on the disk, synced, when this returns.
    pub async fn pack_raw(&self, source: &str, kind: &'static str, bytes: &[u8]) -> Result<Packed> {
        let body = if bytes.len() > LARGEST_ROW {
            Body::Blob(self.put_blob(bytes.to_vec()).await?)
        } else {
            Body::Deflated(deflate(bytes)?)
        };
        Ok(Packed { source: source.into(), kind, bytes: bytes.len() as i64, body })
    }
}

impl Tx {
    /// Keeps packed input; the ords, in the same order.
    pub async fn keep_raws(&mut self, packed: Vec<Packed>) -> Result<Vec<i64>> {
        let ords = self.next_ords(Noun::Raw, packed.len()).await?;
        let rows = ords.iter().zip(packed).map(|(ord, packed)| (*ord, packed, Owner::default()));
        self.keep_raws_as(rows.collect()).await?;
        Ok(ords)
    }

    /// Keeps packed input under ords that were taken before, when what it belongs to is known already.
    pub async fn keep_raws_as(&mut self, raws: Vec<(i64, Packed, Owner)>) -> Result<()> {
        let now = self.now();
        let mut rows = Vec::with_capacity(raws.len());
        for (ord, raw, owner) in raws {
            let (body, hash) = match raw.body {
                Body::Deflated(body) => (Some(body), None),
                Body::Blob(hash) => {
                    self.use_blob(&hash).await?;
                    (None, Some(hash))
                }
            };
            let Owner { conversation_ord, person_ord } = owner;
            rows.push(args![ord, raw.source, raw.kind, raw.bytes, body, hash, conversation_ord, person_ord, now]);
        }
        let insert = sql!(
            "store.insert_raw",
            "INSERT INTO raws (ord, source, kind, bytes, body, blob_hash, conversation_ord, person_ord, kept_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        );
        self.insert_rows(insert, rows).await?;
        Ok(())
    }

    /// Packs and keeps one input; its ord. For many or large ones pack before the transaction.
    pub async fn keep_raw(&mut self, source: &str, kind: &'static str, bytes: &[u8]) -> Result<i64> {
        let packed = self.db().clone().pack_raw(source, kind, bytes).await?;
        Ok(self.keep_raws(vec![packed]).await?[0])
    }

    /// The bytes as they came in; `NotFound` once they are erased.
    pub async fn read_raw(&mut self, ord: i64) -> Result<Vec<u8>> {
        let get = sql!("store.get_raw" => Stored, "SELECT body, blob_hash FROM raws WHERE ord = $1");
        match self.get(get, args![ord]).await? {
            Stored { body: Some(body), .. } => {
                let mut bytes = Vec::new();
                DeflateDecoder::new(&*body).read_to_end(&mut bytes).map_err(Error::store)?;
                Ok(bytes)
            }
            Stored { blob_hash: Some(hash), .. } => self.db().clone().read_blob(&hash).await,
            _ => Err(Error::NotFound("raw")),
        }
    }

    /// Says what raw input belongs to; what is `None` stays as it is.
    pub async fn link_raw(&mut self, ord: i64, owner: Owner) -> Result<()> {
        let link =
            sql!("store.link_raw",
            "UPDATE raws SET conversation_ord = COALESCE($1, conversation_ord), person_ord = COALESCE($2, person_ord)
            WHERE ord = $3");
        if self.run(link, args![owner.conversation_ord, owner.person_ord, ord]).await? == 0 {
            return Err(Error::NotFound("raw"));
        }
        Ok(())
    }

    /// Says of many at once which conversation they belong to: (raw, conversation).
    pub async fn link_raws(&mut self, links: &[(i64, i64)]) -> Result<()> {
        let link = sql!(
            "store.link_raws",
            "UPDATE raws SET conversation_ord = linked.column2
            FROM (VALUES (CAST($1 AS BIGINT), CAST($2 AS BIGINT))) AS linked WHERE raws.ord = linked.column1"
        );
        let rows = links.iter().map(|(raw, conversation)| args![*raw, *conversation]).collect();
        self.insert_rows(link, rows).await?;
        Ok(())
    }

    /// Removes the bytes of all raw input of a conversation or a person; the rows stay, so that counts do not move.
    pub async fn erase_raws(&mut self, owner: Owner) -> Result<u64> {
        let hashes = sql!("store.list_raw_blobs" => (String,),
            "SELECT blob_hash FROM raws
            WHERE (conversation_ord = $1 OR person_ord = $2) AND blob_hash IS NOT NULL");
        for (hash,) in self.all(hashes, args![owner.conversation_ord, owner.person_ord]).await? {
            self.erase_blob(&hash).await?;
        }
        let erase = sql!(
            "store.erase_raws",
            "UPDATE raws SET body = NULL, blob_hash = NULL WHERE conversation_ord = $1 OR person_ord = $2"
        );
        self.run(erase, args![owner.conversation_ord, owner.person_ord]).await
    }

    /// Removes the bytes of these, for what came in again although it was erased.
    pub async fn erase_raws_by_ord(&mut self, ords: &[i64]) -> Result<()> {
        let hashes = sql!("store.list_raw_blobs_by_ord" => (String,),
            "SELECT blob_hash FROM raws WHERE ord = ANY($1) AND blob_hash IS NOT NULL");
        for (hash,) in self.all(hashes, args![ords]).await? {
            self.erase_blob(&hash).await?;
        }
        let erase =
            sql!("store.erase_raws_by_ord", "UPDATE raws SET body = NULL, blob_hash = NULL WHERE ord = ANY($1)");
        self.run(erase, args![ords]).await.map(drop)
    }
}
