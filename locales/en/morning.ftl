# What customers said, read in the morning: the mail, the page, the settings.

morning-mail-subject = { $n } voices · { $date }
morning-mail-intro = Chosen from { $n } messages since the last page: some of the newest of each kind, some of what rises, some by chance. In their own words, nothing summarised.
morning-mail-by-mail = What you send with “Answer” goes to that person as it is.
morning-mail-by-link = Answers to this mail reach nobody. Open the conversation to answer.
morning-mail-by-both = Where it says “Answer”, what you send goes to that person as it is. For the others, open the conversation.
morning-mail-answer = Answer
morning-mail-answer-to = Answer to: { $address }
morning-mail-open = Answers by mail reach nobody here. Answer in the conversation.
morning-mail-open-short = Open the conversation
morning-mail-person = { $name }
morning-mail-nobody = Somebody without a name
morning-mail-size = { $size } employees
morning-mail-assignee = with { $name }
morning-mail-channel = { $channel ->
    [email] mail
    [chat] chat
    [call] call
    [form] form
    [survey] survey
    [interview] interview
    [workshop] workshop
    [docs] docs feedback
    [community] community
    [social] social
   *[other] another way
  }
morning-mail-end = This page and its settings: { $url }
morning-mail-end-short = See it on screen · settings
morning-why-new = new
morning-why-rising = rising: { $tag }
morning-why-chance = by chance
morning-answer-kept = Written as an answer from the morning mail, but it could not be sent. { $why }

    { $text }
morning-week-subject = This week: news on { $n } of your items
morning-week-intro = Who needed what you build in the last seven days, in their words.
morning-week-figures = { $conversations } conversations · { $persons } persons · { $accounts } accounts
morning-week-few = So few persons that no numbers are shown.
morning-week-new = { $n } asked for the first time: { $names }
morning-week-end = See it on screen: { $url }
morning-week-end-short = See it on screen

morning-title = Voices of today
morning-title-day = Voices of { $date }
morning-from = Chosen from { $n } messages since the last page. In their own words, nothing summarised.
morning-none = Nothing new to read today.
morning-none-detail = When customers speak, their words gather here the next morning. No words come twice.
morning-no-page = No page was made that day.
morning-gone = { $n } more were erased or hidden since.
morning-before = The day before
morning-after = The day after
morning-answered = Answered
morning-assignee = with { $name }
morning-size = { $size } employees
morning-band = value: { $band }
morning-more = Read on
morning-all = All voices of today
morning-settings = My morning
morning-settings-detail = What to read, and when. Left empty, it is chosen from everything.
morning-mail-on = Send it by mail as well
morning-hour = At
morning-hour-of = { $hour }:00
morning-zone = Time zone
morning-zone-house = The same as the house
morning-passages = How many
morning-doors = Doors
morning-languages = Languages
morning-kinds = Kinds
morning-tags = Tags
morning-tags-pick = Choose a tag to add
morning-week-on = News on the items I own by mail, on Mondays
morning-saved = Saved
morning-save = Save
morning-week-title = What to know this week
morning-week-none = No news on your items this week.
morning-week-link = News on my items this week
