# The explorer.

explore-title = Explore
explore-choose-tag = All tags; choose one
explore-add-tag = Add a tag
explore-csv = CSV
explore-rows = Rows
explore-columns = Columns
explore-what = Count
explore-what-conversations = Conversations
explore-what-persons = People
explore-what-teams = Teams
explore-what-accounts = Accounts
explore-as-chart = As a chart
explore-as-table = As a table
explore-all = All
explore-numbers = Counts
explore-table = Counts as a table
explore-note = Somebody in two rows counts in both, so rows may add up to more than the whole. Each number opens the words it was counted from.
explore-chart-more = { $n ->
    [one] One more is in the table.
   *[other] { $n } more are in the table.
}
explore-chart-none = Choose rows or columns to draw.
explore-empty = Nothing was said here
explore-empty-detail = No tagged conversation fits all of this. Try a longer period, or fewer filters.
explore-clear = Show everything
explore-narrow = Narrow the table to this
explore-close-cell = Words of everything
explore-new = New this week
explore-new-none = No tag is spoken of more than in the eight weeks before.
explore-is-new = new
explore-most-before = at most { $n } in each of eight weeks before
cut-none = none
cut-plan = Plan
cut-value_band = Value
cut-company_size = Company size
cut-team_size = Team size
cut-channel = Channel
cut-language = Language
cut-kind = Kind
cut-week = Week
cut-month = Month
segment-none-company_size = size unknown
segment-none-team_size = size unknown
views-saved = Saved views
views-none = No view is saved yet. Save this one to find it again.
view-name = Name of this view
view-for-all = Everybody finds it
view-save = Save this view
view-saved = { $name } saved
view-shared = shared
view-shared-by = shared by { $name }
view-share = Share
view-unshare = Stop sharing
view-forget = Forget
view-delete = Forget the view { $name }
view-deleted = { $name } forgotten
