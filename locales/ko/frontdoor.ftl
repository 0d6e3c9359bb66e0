# 가져오지 못한 항목의 이유와, 가져왔지만 알려 둘 만한 것.
import-not-json = JSON이 아닙니다: { $place }번째 글자에서 깨졌습니다
import-not-utf8 = UTF-8이 아닙니다: { $place }번째 바이트에서 깨졌습니다
import-nul = NUL 바이트가 들어 있습니다
import-not-an-object = JSON 객체가 아닙니다
import-missing-field = “{ $field }” 값이 없습니다
import-wrong-kind = “{ $field }”에 맞지 않는 종류의 값이 있습니다
import-bad-time = “{ $field }” 값이 2026-11-22T09:30:00Z 같은 시각이 아닙니다: { $value }
import-bad-language = “{ $field }” 값이 ko, en 같은 언어가 아닙니다: { $value }
import-bad-channel = “{ $value }”{ PARTICLE($value, "은/는") } 채널이 아닙니다: email, chat, call, form, survey, interview, workshop, docs, community, social, api 가운데 하나여야 합니다
import-bad-author = “{ $value }”{ PARTICLE($value, "은/는") } 말한 사람이 될 수 없습니다: person, agent, machine 가운데 하나여야 합니다
import-too-large = { $limit }MB보다 큽니다. 앞부분만 보관했습니다
import-unreadable = 읽을 수 없습니다: { $why }
import-not-mail = 메일이 아닙니다: 머리글이 없습니다
import-is-mbox = 메일 여러 통이 든 mbox 파일입니다: mbox 형식으로 따로 가져오세요
import-not-mbox = mbox 파일이 아닙니다: “From ”으로 시작하지 않습니다
import-store = 저장하지 못했습니다: { $why }
import-disk-full = 디스크가 가득 찼거나 쓸 수 없습니다. 가져온 것은 그대로 있으니, 자리를 마련하고 다시 실행하면 멈춘 곳에서 이어집니다
import-truncated = { $place }번째 바이트에서 시작하는 메일 중간에 파일이 끝납니다. 남아 있는 만큼 가져왔습니다
import-unknown-field = “{ $field }”{ PARTICLE($field, "은/는") } 알지 못하는 항목이라 지나쳤습니다
import-unknown-tag = “{ $path }” 태그가 없습니다
import-unknown-kind = “{ $value }”{ PARTICLE($value, "은/는") } 유형이 아닙니다
import-passage-lost = { $id }: 인용한 말 “{ $quote }”{ PARTICLE($quote, "이/가") } 그 글에 없습니다
import-file-lost = 첨부 “{ $name }”{ PARTICLE($name, "이/가") } 파일 옆에 없습니다
import-more-warnings = 그 밖의 알림

error-import-running = 바로 이 파일을 지금 가져오고 있습니다.
error-import-ended = 이미 끝난 가져오기입니다.
error-import-is-mbox = “{ $name }” 파일은 메일 여러 통이 든 mbox로 보입니다. 가져온 것은 없습니다. mbox 형식을 골라 주세요.
error-import-is-mail = “{ $name }” 파일은 메일로 보입니다. 가져온 것은 없습니다. eml 형식을 골라 주세요.
error-import-is-list = “{ $name }” 파일은 JSON 배열로 시작합니다. 가져온 것은 없습니다. jsonl은 배열 없이 한 줄에 대화 하나를 중괄호로 적습니다.
error-import-not-jsonl = “{ $name }” 파일은 jsonl이 아닙니다. 앞의 어느 줄도 중괄호로 시작하지 않습니다. 가져온 것은 없으니, 맞는 형식을 고르거나 한 줄에 대화 하나를 적어 주세요.
error-demo-running = 예시 회사를 지금 채우고 있습니다. 바뀐 것은 없으니 잠시 기다려 주세요.
error-demo-not-empty = 이미 대화가 있습니다. 예시 회사는 빈 곳에 채우는 것이지만, 원하면 그래도 더할 수 있습니다.
error-import-path = { JOSA($path, "을/를") } 읽을 수 없습니다: { $why }

cli-import-progress = { $share }% · { $read }개 읽음 · 초당 { $rate }개 · { $left } 남음
cli-import-table-read = 읽음
cli-import-table-imported = 가져옴
cli-import-table-updated = 고침
cli-import-table-unchanged = 그대로
cli-import-table-skipped = 건너뜀
cli-import-table-conversations = 새 대화
cli-import-table-entries = 새 글
cli-import-table-persons = 새 고객
cli-import-table-teams = 새 팀
cli-import-table-accounts = 새 고객사
cli-import-warnings = 알려 둘 것:
cli-import-skips = 가져오지 못한 것:
cli-import-more-skips = … 그 밖에 { $n }개. --report json으로 모두 볼 수 있습니다
cli-import-stopped = 가져오기를 멈췄습니다. 다시 실행하면 멈춘 곳에서 이어집니다
cli-import-failed = 가져오기가 멈췄습니다: { $why }

cli-exported = 대화 { $conversations }건과 첨부 { $files }개를 { $place }에 썼습니다
cli-demo = 예시 회사를 채웠습니다: 대화 { $conversations }건, 글 { $entries }개, 고객 { $persons }명, 태그 { $tags }개, 로드맵 과제 { $items }개.
cli-export-unwritable = { $path }에 쓸 수 없습니다

# What a door says by itself when somebody begins a conversation. Nothing of what came in stands in it.
acknowledge-subject = 보내신 글을 잘 받았습니다
acknowledge-text = 보내 주신 글이 잘 도착했습니다. 사람이 읽고 답장을 드리겠습니다. 그때까지 더 하실 일은 없습니다.
