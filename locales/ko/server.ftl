# 터미널에서, 그리고 프로그램이 직접 그리는 화면에서 하는 말.
cli-failed = sarang: 하지 못했습니다. { $why }
cli-first-run = 아직 소유자가 없습니다. 이 링크를 열어 시작하세요: { $link }
cli-listen = listen: ‘{ $value }’{ PARTICLE($value, "은/는") } 127.0.0.1:7420 같은 주소가 아닙니다
cli-cannot-listen = { $address }에서 들을 수 없습니다
cli-open-http = { $address }에는 다른 사람도 닿을 수 있어 비밀번호가 암호 없이 오가게 됩니다. 앞에 https 프록시를 두고 public_url = "https://…"을 정하거나, --insecure-http로 허락해 주세요.
cli-database-url = database: ‘{ $url }’{ PARTICLE($url, "으로/로") } 시작하는 주소는 쓸 수 없습니다. postgres://사용자:비밀번호@호스트/이름 꼴로 쓰거나, 비워 두면 데이터 폴더의 SQLite를 씁니다
cli-boolean = { $key }: ‘{ $value }’ 대신 true나 false를 써 주세요
cli-log-format = log_format: ‘{ $value }’ 대신 text나 json을 써 주세요
cli-config-unreadable = { $file } 파일을 읽을 수 없습니다
cli-config-not-toml = { $file } 파일이 올바른 TOML이 아닙니다
cli-config-value = { $file }: { $key }의 값은 글, 수, true나 false, 또는 글의 목록이어야 합니다
cli-unknown-key = { $file }: ‘{ $key }’{ PARTICLE($key, "은/는") } 설정이 아닙니다. 혹시 { $nearest } 아닌가요?
cli-unknown-variable = 환경 변수 { JOSA($name, "은/는") } 설정이 아닙니다. 혹시 { $nearest } 아닌가요?
cli-no-such-user = 이메일 주소가 { $email }인 구성원이 없습니다
cli-no-house = { $folder } 폴더에 사랑방이 없습니다. 아무것도 만들지 않았습니다. --data DIR로 자리를 알려 주세요. 새로 시작하는 명령은 serve, import, demo, user create입니다.
cli-no-house-database = { $place } 데이터베이스가 비어 있습니다. 아무것도 만들지 않았습니다. 맞는 데이터베이스인지 확인해 주세요. 새로 시작하는 명령은 serve, import, demo, user create입니다.
cli-no-backup = { $file } 파일은 사랑방의 백업이 아닙니다. 바뀐 것은 없습니다. sarang backup으로 만든 파일을 주세요.
cli-backup-unreadable = { $file } 파일을 읽을 수 없습니다
cli-not-restored = { $file } 파일을 복원하지 못했습니다
cli-demo-not-empty = 이미 대화가 있습니다. 예시 회사는 빈 곳에 채우는 것입니다. 그래도 더하려면 sarang demo --anyway를 실행하세요
cli-check-sound = 지켜져야 할 것이 모두 지켜지고 있습니다.
cli-backed-up = { $rows }줄과 파일 { $blobs }개를 { $place }에 백업했습니다.
cli-blob-missing = 데이터베이스에 적힌 파일 { JOSA($hash, "이/가") } 없습니다.
cli-restored = { $place }에서 { $rows }줄과 파일 { $blobs }개를 되살렸습니다.
cli-copied = { $rows }줄과 파일 { $blobs }개를 { $place }에 옮겼습니다.
cli-copy-data = --to-data는 PostgreSQL에만 씁니다. SQLite 폴더는 파일을 스스로 담습니다
cli-reindexing = 글 { $done }개를 검색 색인에 올렸습니다 …
cli-reindexed = 글 { $entries }개와 이름 { $names }개를 검색 색인에 올렸습니다.
cli-eval-days = 며칠인지 90d처럼 적어 주십시오.
cli-eval-too-few = 재기에는 너무 적습니다. 그때까지 태그를 붙인 대화 { $before }건, 그 뒤 { $since }건입니다.
cli-eval-rows = 글 { $train }개에서 배우고 { $test }개로 재었습니다.
cli-eval-line = { $file }의 { $line }번째 줄이 {"{"}"text": "…", "lang": "ko", "tags": ["…"]{"}"} 꼴이 아닙니다: { $why }
cli-eval-empty = { $file }에 글이 없습니다
cli-eval-emotion = { $lang }: 정확도 { $accuracy }, 매크로 F1 { $f1 }, 글 { $n }개
cli-eval-emotion-line = { $file }의 { $line }번째 줄이 {"{"}"text": "…", "lang": "ko", "valence": -1{"}"} 꼴이 아니거나 -1, 0, 1 밖의 값입니다: { $why }

page-without-interface = 화면 없이 만든 프로그램입니다. API는 /api 에 있습니다.
api-page-what = 화면이 하는 모든 일은 이 호출로 이루어집니다.
api-page-token = API 토큰을 “Authorization: Bearer …” 헤더로 보내 주세요. 토큰은 설정 화면이나 “sarang token create”로 만듭니다.
api-page-errors = 오류는 계정의 언어나 Accept-Language의 언어로 쓴 application/problem+json입니다.
api-page-changes = 읽은 것을 바꿀 때는 If-Match에 그 버전을 적어 주세요. Idempotency-Key를 붙인 POST는 하루 안에 몇 번을 보내도 한 번만 처리합니다.
api-page-body = 본문

# 대화에 일어난 일을 대화 안에서 말하는 문장.
event-status-closed = { $who } 님이 대화를 닫았습니다
event-status-open = { $who } 님이 대화를 다시 열었습니다
event-assignee = { $who } 님이 대화를 { $after } 님에게 맡겼습니다
event-assignee-none = { $who } 님이 대화의 담당을 비웠습니다
event-purpose = { $who } 님이 용건을 { JOSA($after, "으로/로") } 정했습니다
event-purpose-none = { $who } 님이 용건을 지웠습니다
event-subject = { $who } 님이 제목을 “{ $before }”에서 “{ $after }”{ PARTICLE($after, "으로/로") } 바꿨습니다
event-subject-none = { $who } 님이 제목 “{ $before }”{ PARTICLE($before, "을/를") } 지웠습니다
event-purpose-is-buy = 구매
event-purpose-is-self-serve = 셀프서비스
event-purpose-is-help = 도움
event-purpose-is-partner = 제휴
event-purpose-is-feedback = 의견
