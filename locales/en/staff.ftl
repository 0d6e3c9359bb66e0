# Sign-in, first run, invitations.

sign-in = Sign in
email = Email
password = Password
password-hint = Ten characters or more. A long phrase you can remember is best.
password-show = Show
password-hide = Hide
own-name = Your name
setup-title = Open your Sarangbang
setup-lead = This makes the first member, the owner. Everything else can be changed in Settings later.
setup-company = Company
setup-zone = Time zone
setup-zone-hint = Days and weeks are counted in this zone.
setup-do = Open
setup-no-token = This page opens only with the address the server printed when it started. Look in its terminal for the one with setup?token= in it.
invitation = Invitation
invitation-title = { $company } invites you to its Sarangbang
invitation-lead = You join as { $role }. Choose a name and a password.
invitation-accept = Come in
role-owner = owner
role-admin = admin
role-curator = curator
role-agent = agent
role-viewer = viewer
