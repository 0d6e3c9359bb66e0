//! Every statement of every room, prepared on the engine that is being tested; and who touches whose tables.
use store::testing::{Street, check_registry};
use testkit::TestDb;

/// The street, left to right, and the tables of each room.
const STREET: &[(&str, &[&str])] = &[
    ("httpkit", &["idempotency_keys"]),
    (
        "staff",
        &[
            "staff",
            "staff_teams",
            "staff_team_members",
            "sessions",
            "api_tokens",
            "invitations",
            "attempts",
            "settings",
            "audit_log",
        ],
    ),
    (
        "people",
        &[
            "accounts",
            "teams",
            "persons",
            "identities",
            "account_facts",
            "team_facts",
            "account_proposals",
            "merges",
            "touchpoints",
            "erasures",
            "consents",
            "blocked_senders",
        ],
    ),
    (
        "conversations",
        &[
            "doors",
            "door_staff_teams",
            "conversations",
            "entries",
            "entry_revisions",
            "attachments",
            "entry_emotions",
            "emotion_marks",
            "emotion_state",
            "participants",
            "message_ids",
            "passages",
            "conversation_tags",
            "tag_badges",
            "conversation_reads",
            "joined_conversations",
            "door_retention",
            "emptied_conversations",
            "blocked_conversations",
            "replies",
            "deliveries",
            "resting_addresses",
            "drafts",
            "draft_files",
            "notification_mails",
            "entry_mail",
            "inbox_views",
            "notifications",
            "presences",
            "macros",
            "partings",
        ],
    ),
    (
        "tagging",
        &[
            "tags",
            "tag_texts",
            "tag_aliases",
            "taxonomy_ops",
            "taxonomy_changes",
            "tagging_settings",
            "curation_left",
            "taggings",
            "nothing_to_tag",
            "suggestions_shown",
            "suggested_tags",
            "tagging_views",
            "tagging_hooks",
            "tagging_hook_told",
            "tagging_hook_messages",
            "double_codings",
            "double_coding_tags",
        ],
    ),
    ("roadmap", &["roadmap_items", "roadmap_item_texts", "roadmap_item_tags", "roadmap_item_log"]),
    (
        "frontdoor",
        &[
            "imports",
            "import_skips",
            "mailboxes",
            "mail_arrivals",
            "dkim_keys",
            "door_acknowledgements",
            "routing_settings",
            "routing_staff",
            "ambassador_asks",
            "route_decisions",
            "purpose_lessons",
            "probes",
            "probe_asks",
            "insights",
            "insight_tags",
            "closings",
            "roadmap_words",
            "survey_doors",
            "surveys",
        ],
    ),
];

#[tokio::test]
async fn every_statement_prepares_and_touches_only_what_its_room_may() {
    let db = TestDb::new("registry").await;
    let faults = check_registry(&db, &Street::new(STREET), false).await.unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let rooms: std::collections::BTreeSet<_> = store::registry().map(|statement| statement.room()).collect();
    assert!(rooms.contains("staff") && rooms.contains("people"), "the rooms are linked into this program: {rooms:?}");
}
