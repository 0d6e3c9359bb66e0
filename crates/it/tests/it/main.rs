//! HTTP stories: the real router on a fresh store, over loopback, on the engine that is being tested.
//!
//! Every story begins with `TestApp::start("name").await` and ends with `app.end().await`, which fails when background
//! jobs were left behind.
mod app;

mod asks;
mod attacks;
mod conversations;
mod curation;
mod desk;
mod explore;
mod goals;
mod hooks;
mod imports;
mod invariants;
mod leaving;
mod live;
mod mail_files;
mod mailboxes;
mod many;
mod mcp;
mod morning;
mod outgoing;
mod outside;
mod outside_own;
mod people;
mod permissions;
mod ranking;
mod registry;
mod requests;
mod rights;
mod roadmap;
mod signatures;
mod signing_in;
mod spine;
mod staff;
mod suggestions;
mod tagging;
mod trackers;
mod trust;
mod turns;
mod votes;
mod why;
mod words;
