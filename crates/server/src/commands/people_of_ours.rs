//! `sarang user` and `sarang token`: for operators and scripts; they work beside a running server.
use crate::{
    Config,
    app::open_house,
    open_store,
    words::{tell, tell_error},
};
use anyhow::{Result, bail};
use base::{Actor, Role, Scope, Ui};
use staff::NewStaff;
use std::io::BufRead;

pub async fn create_user(config: &Config, email: String, role: Role, name: Option<String>, ui: Ui) -> Result<()> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    staff::check_password("password", password).map_err(tell_error)?;
    let password_hash = Some(staff::hash_password(password.to_owned()).await.map_err(tell_error)?);
    let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
    let db = open_store(config).await.map_err(tell_error)?;
    let mut tx = db.write().await.map_err(tell_error)?;
    let new = NewStaff { email, name, role, ui, password_hash };
    staff::create_staff(&mut tx, &Actor::system(), new).await.map_err(tell_error)?;
    tx.commit().await.map_err(tell_error)?;
    db.close().await;
    Ok(())
}

pub async fn create_token(config: &Config, email: &str, scopes: &[Scope], name: &str) -> Result<String> {
    let db = open_house(config).await?;
    let mut tx = db.write().await.map_err(tell_error)?;
    let Some(owner) = staff::find_staff_by_email(&mut tx, email).await.map_err(tell_error)? else {
        bail!(tell("cli-no-such-user", &[("email", email)]));
    };
    let made = staff::create_token(&mut tx, &Actor::system(), owner.id, name, scopes).await;
    let (_, secret) = made.map_err(tell_error)?;
    tx.commit().await.map_err(tell_error)?;
    db.close().await;
    Ok(secret)
}
