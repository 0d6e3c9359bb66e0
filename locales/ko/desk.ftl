# Working the inbox: notifications, joining and splitting, prepared answers, hours, what each department said.

notices = 알림
notices-unread = 알림, 새로 온 것 { $n }건
notices-none = 아직 없습니다. 누가 메모에서 @로 부르거나 대화를 맡기면 여기에 알려 드립니다.
notices-read = 모두 읽음으로 두기
notices-browser = 이 화면을 보지 않을 때도 알리기
notice-mention = { JOSA($who, "이/가") } 메모에서 불렀습니다
notice-assigned = { JOSA($who, "이/가") } 대화를 맡겼습니다
notice-said = 맡은 대화에서 { JOSA($who, "이/가") } 말씀하셨습니다
notice-woke = 미뤄 둔 대화가 돌아왔습니다
mention-whom = 부를 사람
mention-team = 팀

join-title = 어느 대화에 합칠지
join-placeholder = 모든 대화에서 찾기
join-nobody = 이 고객과 나눈 다른 대화가 없습니다. 적으면 모든 대화에서 찾습니다.
part-title = 어느 글부터 나눌지
part-none = 글이 하나뿐이라 나눌 것이 없습니다.

macros-pick = 준비한 답
macros-none = 맞는 답이 없습니다.
macros-lead = 자주 하는 답을 두 언어로 준비해 둡니다. 이름이 저절로 들어가고, 한국어에서는 한국 이름에 님이 붙습니다.
macros-empty = 준비한 답이 아직 없습니다
macros-empty-detail = 이를테면 ‘{"{{person}}"}, 글 주셔서 고맙습니다. {"{{promise}}"}까지 답해 드리겠습니다.’
macro-new = 답 준비하기
macro-edit = { $name } 고치기
macro-forget = { $name } 지우기
macro-saved = { JOSA($name, "을/를") } 두었습니다
macro-forgotten = { JOSA($name, "을/를") } 지웠습니다
macro-own = 나만
macro-name = 이름
macro-shared = 모두가 찾을 수 있게
macro-places = 이 자리에는 말이 저절로 들어갑니다.
macro-place-person = 고객 이름
macro-place-me = 내 이름
macro-place-company = 우리 회사
macro-place-account = 고객사
macro-place-team = 고객의 팀
macro-place-subject = 제목
macro-place-promise = 답하기로 약속한 때

hours-promise = 답하기로 약속하는 시간
hours-promise-unit = 시간 안 (일하는 시간으로)
hours-promise-lead = 기다리는 대화에 언제까지인지를 때로만 보여 줍니다. 흐르는 시계는 어디에도 없습니다. 0이면 약속하지 않습니다.
hours-of = { $zone }에서 일하는 시간
hours-from = { $day } 시작
hours-to = { $day } 끝
hours-closed = 쉼
hours-shift-add = 구간 더하기
hours-shift-add-on = { $day }에 구간 더하기
hours-shift-remove = { $day }의 이 구간 지우기
hours-holidays = 쉬는 날
hours-holiday-add = 더하기
hours-holiday-remove = { $day } 빼기
hours-teams = 이 시간에 일하는 팀
hours-add = 다른 시간대의 일하는 시간 더하기
hours-remove = { $zone }의 일하는 시간 지우기

contacts-title = 우리가 드린 말씀
contacts-others = 우리 쪽 다른 사람
contacts-messages = 글 { $n }개
contacts-none = { $days }일 동안 우리 가운데 아무도 글을 보내지 않았습니다.
contacts-uncoordinated = 이번 주에 { $teams }에서 서로 모른 채 이 고객에게 글을 보냈습니다. 쓰기 전에 먼저 살펴 주세요.
