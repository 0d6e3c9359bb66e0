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
invitation-title-alone = You are invited to a Sarangbang
invitation-lead = You join as { $role }. Choose a name and a password.
invitation-accept = Come in
role-owner = owner
role-admin = admin
role-curator = curator
role-agent = agent
role-viewer = viewer

## The first minutes

welcome-title = Welcome to the Sarangbang of { $company }
welcome-title-alone = Welcome to your Sarangbang
welcome-lead = Import conversations, tag what customers say, and the roadmap shows what to build. Where shall we begin?
welcome-demo = Look around with a sample company
welcome-demo-detail = Fills in an invented company with its conversations, tags and roadmap. Press whatever you like.
welcome-demo-do = Fill in the sample company
welcome-demo-busy = Filling in
welcome-here = What is here already
welcome-here-detail = There are conversations already. Read what customers said, and tag it.
welcome-here-do = Look at them
welcome-import = Import your conversations
welcome-import-detail = Import a mailbox (mbox, eml) or what another tool exported. You can begin at once with the starter tags.
welcome-import-do = Import a file
welcome-tags-do = Use the starter tags
welcome-tags-there = You have tags in use
welcome-tags-done = The starter tags are in place
welcome-invite = Invite colleagues
welcome-invite-detail = One link invites a member. Some only look, some answer, some curate the tags.
welcome-invite-do = Invite
welcome-keys = Nearly everything can be done by keyboard. See the shortcuts any time:
