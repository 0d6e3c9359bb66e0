//! The house for programs that speak the Model Context Protocol: a real client shakes hands and reads.
use crate::app::TestApp;
use base::{Role, Scope};
use rmcp::{
    ServiceExt,
    model::{CallToolRequestParams, CallToolResult},
    service::{RoleClient, RunningService},
    transport::{StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig},
};
use serde_json::{Value, json};

type Client = RunningService<RoleClient, ()>;

async fn shake_hands(app: &TestApp, scopes: &[Scope]) -> Client {
    let mut tx = app.db.write().await.unwrap();
    let who = app.id_of(Role::Agent);
    let (_, token) = staff::create_token(&mut tx, &base::Actor::system(), who, "mcp", scopes).await.unwrap();
    tx.commit().await.unwrap();
    let config = StreamableHttpClientTransportConfig::with_uri(format!("{}/mcp", app.url)).auth_header(token);
    ().serve(StreamableHttpClientTransport::from_config(config)).await.unwrap()
}

async fn call(client: &Client, tool: &'static str, args: Value) -> CallToolResult {
    let args = args.as_object().cloned().unwrap();
    client.call_tool(CallToolRequestParams::new(tool).with_arguments(args)).await.unwrap()
}

async fn read(client: &Client, tool: &'static str, args: Value) -> Value {
    let result = call(client, tool, args).await;
    assert_ne!(result.is_error, Some(true), "{result:?}");
    result.structured_content.unwrap()
}

#[tokio::test]
async fn a_client_shakes_hands_and_reads_what_customers_said() {
    let app = TestApp::start("mcp").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = curator.post("/api/tags", json!({"label": {"en": "Export", "ko": "내보내기"}})).await.expect(201);
    let tag = tag.json["id"].as_str().unwrap().to_owned();
    let mut ids = Vec::new();
    for person in ["a", "b", "c"] {
        let body = json!({"channel": "chat", "person": {"external_id": person}, "text": format!("export drops columns {person}")});
        let id = agent.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
        agent
            .post(&format!("/api/conversations/{id}/taggings"), json!({"tag_id": tag, "kind": "bug"}))
            .await
            .expect(201);
        ids.push(id);
    }
    let item = json!({"title": {"en": "Whole columns"}, "status": "considering", "tags": [{"tag": tag, "mode": "include", "subtree": true}]});
    let item = curator.post("/api/roadmap/items", item).await.expect(201).json["id"].as_str().unwrap().to_owned();

    let client = shake_hands(&app, &[Scope::Read]).await;
    let tools = client.list_all_tools().await.unwrap();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    assert_eq!(names, ["search_conversations", "read_passages", "tag_counts", "roadmap_evidence", "find_tags"]);
    assert!(tools.iter().all(|tool| tool.annotations.as_ref().unwrap().read_only_hint == Some(true)));

    let found = read(&client, "search_conversations", json!({"q": "columns"})).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 3);
    let tags = read(&client, "find_tags", json!({"words": "내보"})).await;
    assert_eq!((&tags["items"][0]["id"], tags["items"].as_array().unwrap().len()), (&json!(tag), 1));
    let counts = read(&client, "tag_counts", json!({"tags": ["내보내기"], "rows": "kind"})).await;
    assert_eq!((&counts["conversations"], &counts["rows"][0]["key"]), (&json!(3), &json!("bug")));
    let passages = read(&client, "read_passages", json!({"tags": [tag], "kind": "bug", "limit": 2})).await;
    assert_eq!(passages["items"].as_array().unwrap().len(), 2);
    assert_eq!(passages["items"][0]["quote"], "export drops columns c");
    let whole = read(&client, "read_passages", json!({"conversation": ids[0]})).await;
    assert_eq!(whole["entries"][0]["text"], "export drops columns a");
    let items = read(&client, "roadmap_evidence", json!({})).await;
    assert_eq!(items["items"][0]["id"], json!(item));
    let needed = read(&client, "roadmap_evidence", json!({"item": item})).await;
    assert_eq!((&needed["persons"], needed["items"].as_array().unwrap().len()), (&json!(3), 3));

    // What is wrong is said in words the model can act on.
    for (tool, args, says) in [
        ("tag_counts", json!({"tags": ["Nothing"]}), "find_tags"),
        ("tag_counts", json!({"tags": vec!["내보내기"; 51]}), "at most 50"),
        ("tag_counts", json!({"rows": "mood"}), "422"),
        ("search_conversations", json!({}), "needs"),
        ("search_conversations", json!({"q": "x", "page": 2}), "takes no"),
        ("read_passages", json!({"conversation": "../tokens"}), "no id"),
    ] {
        let refused = call(&client, tool, args).await;
        let text = serde_json::to_string(&refused.content).unwrap();
        assert!(refused.is_error == Some(true) && text.contains(says), "{tool}: {text}");
    }
    client.cancel().await.unwrap();
    app.end().await;
}

#[tokio::test]
async fn only_a_token_that_may_read_opens_it_and_it_sees_what_its_owner_sees() {
    let app = TestApp::start("mcp_rights").await;
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18",
        "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}});
    let accept = "application/json, text/event-stream";
    app.anybody().header("accept", accept).post("/mcp", hello.clone()).await.expect(401);
    app.with_token("nonsense").header("accept", accept).post("/mcp", hello.clone()).await.expect(401);
    app.give_password(Role::Agent).await;
    let browser = app.anybody().sign_in("agent@soban.example").await;
    browser.header("accept", accept).post("/mcp", hello.clone()).await.expect(401);
    let answer = app.as_agent().header("accept", accept).post("/mcp", hello.clone()).await.expect(200);
    assert_eq!(answer.json["result"]["serverInfo"]["name"], "sarangbang");

    // A token that was taken back opens nothing any more.
    let mut tx = app.db.write().await.unwrap();
    let who = app.id_of(Role::Agent);
    let (id, token) = staff::create_token(&mut tx, &base::Actor::system(), who, "lost", &[Scope::Read]).await.unwrap();
    tx.commit().await.unwrap();
    app.with_token(&token).header("accept", accept).post("/mcp", hello.clone()).await.expect(200);
    app.as_owner().delete(&format!("/api/tokens/{id}")).await.ok();
    app.with_token(&token).header("accept", accept).post("/mcp", hello).await.expect(401);

    // Behind a door that is hidden from the owner of the token there is nothing to find, count or read.
    let (owner, curator) = (app.as_owner(), app.as_role(Role::Curator));
    let tag = curator.post("/api/tags", json!({"label": {"en": "Export"}})).await.expect(201).json["id"].clone();
    let item = json!({"title": {"en": "Whole columns"}, "status": "considering", "tags": [{"tag": tag, "mode": "include", "subtree": true}]});
    let item = curator.post("/api/roadmap/items", item).await.expect(201).json["id"].clone();
    let body = json!({"channel": "chat", "person": {"external_id": "a"}, "text": "secret columns"});
    let made = owner.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    owner.post(&format!("/api/conversations/{made}/taggings"), json!({"tag_id": tag})).await.expect(201);
    let client = shake_hands(&app, &[Scope::Read]).await;
    let found = read(&client, "search_conversations", json!({"q": "columns"})).await;
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let door = owner.get("/api/doors").await.ok().items()[0].clone();
    let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    let hidden = json!({"visibility": "teams", "staff_teams": []});
    owner.patch(&path, door["rev"].as_i64().unwrap(), hidden).await.ok();
    let found = read(&client, "search_conversations", json!({"q": "columns"})).await;
    let passages = read(&client, "read_passages", json!({"tags": [tag]})).await;
    let needed = read(&client, "roadmap_evidence", json!({"item": item})).await;
    for list in [found, passages, needed] {
        assert_eq!(list["items"], json!([]), "{list}");
    }
    assert_eq!(read(&client, "tag_counts", json!({"tags": [tag]})).await["conversations"], 0);
    let refused = call(&client, "read_passages", json!({"conversation": made})).await;
    let text = serde_json::to_string(&refused.content).unwrap();
    assert!(refused.is_error == Some(true) && text.contains("404") && !text.contains("secret"), "{text}");
    client.cancel().await.unwrap();
    app.end().await;
}
