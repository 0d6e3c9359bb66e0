//! The real binary, killed and starved: nothing that was acknowledged is lost, nothing is there twice.
mod drafts;
mod full_disk;
mod imports;
mod mailboxes;
mod place;
mod replies;
mod taggings;
mod tellings;
