# Webhooks in the settings.

hooks-lead = When a tag is spoken of often enough, or is new or rising, another program is told: which tag, how many conversations and people, and a link. What customers wrote is never sent, and what came by a door of some teams is not counted. Messages are signed by the Standard Webhooks specification.
hooks-none = No webhook yet
hooks-none-detail = Add an address and a rule. Nobody outside is told anything until you do.
hook-url = Address to tell
hook-url-hint = Each message is a POST with JSON.
hook-topic = About
hook-topic-tags = Tags
hook-topic-roadmap = The roadmap: what becomes of items
hook-rule-roadmap = The roadmap: every item whose status changes
hook-kind-status = Status of an item
hook-tag = Tag, with everything below it
hook-each-tag = Each tag by itself
hook-when = When
hook-when-threshold = so many conversations are reached
hook-when-trend = it is new or rising, beyond chance
hook-least = Conversations, at least
hook-days = in so many days, today included
hook-add = Add the webhook
hook-once = The secret that messages are signed with. It is shown once; keep it where the messages are received.
hook-rule = { $tag }: at least { $conversations } in { $days ->
    [one] one day
   *[other] { $days } days
}
hook-rule-trend = { $tag }: new or rising
hook-told = told
hook-paused = paused
hook-pause = Pause
hook-go-on = Go on
hook-test = Send a test
hook-tested = A test message is on its way
hook-remove = Remove
hook-remove-one = Remove the webhook to { $url }
hook-removed = The webhook is removed
hook-messages = Messages
hook-state-waiting = waiting
hook-state-sent = sent
hook-state-failed = given up
hook-kind-test = Test
hook-kind-threshold = Threshold reached
hook-kind-trend = New or rising
hook-tries = { $n ->
    [one] 1 try
   *[other] { $n } tries
}
hook-again = Try again under Jobs
