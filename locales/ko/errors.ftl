# 요청을 처리할 수 없을 때 하는 말. 무슨 일이 있었고 무엇을 하면 되는지 말한다.
# 두 언어에서 같은 순서로 같은 열쇠를 쓴다.
error-unauthenticated = 로그인하지 않았거나 로그인이 끝났습니다. 로그인한 뒤 다시 해 주세요.
error-forbidden = 이 일을 할 권한이 없습니다. 필요한 권한: { $right }. 관리자에게 문의해 주세요.
error-owner-only = 소유자만 할 수 있는 일입니다.
error-other-site = 다른 웹사이트에서 온 요청이라 거절했습니다. 바뀐 것은 없습니다.
error-not-found = 찾으시는 { JOSA($noun, "이/가") } 없거나 볼 수 없습니다.
error-no-route = 이 주소에는 아무것도 없습니다. 쓸 수 있는 호출은 /api 에 있습니다.
error-method = 이 주소는 이 메서드를 받지 않습니다.
error-invalid = ‘{ $field }’ 값을 그대로 받을 수 없습니다.
error-field = ‘{ $field }’ 값을 받을 수 없습니다: { $why }.
error-field-missing = ‘{ $field }’ 값이 빠졌습니다.
error-limit = limit에는 1부터 200까지의 수를 써 주세요.
error-unknown-field = ‘{ $field }’ 항목은 여기서 쓰지 않습니다. 철자를 확인해 주세요.
error-json-syntax = 본문이 올바른 JSON이 아닙니다: { $why }.
error-not-json = 본문은 JSON으로, Content-Type: application/json 헤더와 함께 보내 주세요.
error-body-too-large = 본문이 너무 큽니다. 나누어 보내 주세요. 저장한 것은 없습니다.
error-body-broken-off = 본문이 끝나기 전에 끊겼습니다. 저장한 것은 없으니 다시 보내 주세요.
error-too-large = 너무 큽니다. 최대 { $limit }까지 받습니다.
error-cursor = 이 목록의 커서가 아닙니다. 커서 없이 처음부터 다시 시작해 주세요.
error-stale = 그사이 다른 사람이 먼저 바꾸었습니다. 이번 변경은 반영하지 않았으니, 새 상태를 보고 다시 해 주세요.
error-if-match = 어느 버전을 보고 바꾸는지 If-Match 헤더로 알려 주세요.
error-idempotency = 이 Idempotency-Key는 다른 요청에 이미 썼습니다. 처리한 것은 없으니 새 키를 써 주세요.
error-idempotency-key = Idempotency-Key는 보이는 ASCII 글자 1~200자입니다.
error-too-many = 시도가 너무 많았습니다. { $minutes }분 뒤에 다시 해 주세요.
error-busy = 지금 쓰기가 몰려 차례가 오지 않았습니다. 바뀐 것은 없으니 다시 해 주세요.
error-too-slow = 너무 오래 걸려 멈추었습니다. 바뀐 것은 없으니 다시 하거나 범위를 줄여 주세요.
error-full = 디스크가 가득 찼거나 쓸 수 없습니다. 저장한 것은 없으니 자리를 만든 뒤 다시 해 주세요.
error-store = 저희 쪽에서 문제가 생겼습니다. 바뀐 것은 없으며, 운영자가 기록에서 까닭을 볼 수 있습니다.

# staff
error-sign-in = 이메일 주소와 비밀번호가 맞지 않습니다. 둘 다 확인하고 다시 해 주세요.
error-setup-token = 이번에 시작할 때 나온 첫 실행 링크가 아닙니다. sarang serve가 마지막에 보여 준 링크를 써 주세요.
error-has-owner = 이미 소유자가 있습니다. 로그인하거나 소유자에게 초대를 부탁해 주세요.
error-email = 이메일 주소가 아닙니다.
error-email-taken = 이 이메일 주소를 쓰는 구성원이 이미 있습니다.
error-password-short = 비밀번호가 너무 짧습니다. { $least }자 이상으로 정해 주세요. 낱말 몇 개를 이으면 좋습니다.
error-password-long = 비밀번호가 너무 깁니다. 1,024바이트까지 쓸 수 있습니다.
error-old-password = 지금 비밀번호가 맞지 않습니다. 비밀번호는 바뀌지 않았습니다.
error-text-length = ‘{ $field }’에는 한 줄로 { $least }~{ $most }자를 써 주세요.
error-zone = 시간대가 아닙니다. Asia/Seoul처럼 써 주세요.
error-languages = 언어는 1~20개를 골라 주세요.
error-percent = 비율은 0에서 100 사이의 수여야 합니다.
error-rate = 환율은 0보다 큰 수여야 합니다.
error-share = 비율은 0에서 1 사이의 수여야 합니다.
error-value-bands = 계약 규모 구간에는 이름이 있어야 하고, 뒤의 구간이 앞의 구간보다 커야 합니다. 12개까지 둘 수 있습니다.
error-prefs = 화면 설정은 16 kB 이하의 JSON 객체여야 합니다.
error-role-above = 자신보다 높은 역할은 주거나 뺄 수 없습니다.
error-last-owner = 마지막 소유자입니다. 먼저 다른 사람을 소유자로 정해 주세요.
error-scopes = 권한 범위를 하나 이상 골라 주세요: read, tag, write, admin, all.
error-whole-account = 본인이 로그인해서 하거나 범위가 ‘all’인 토큰으로 해야 하는 일입니다.
error-job-state = 작업의 상태는 pending, running, dead 가운데 하나입니다.
error-already-there = 같은 것이 이미 있습니다.

# people
error-field-empty = 꼭 있어야 할 값이 비어 있습니다. 채운 뒤 다시 해 주세요.
error-merge-self = 자기 자신과는 합칠 수 없습니다. 다른 쪽을 골라 주세요.
error-source-several = 이 번호를 쓰는 출처가 여럿입니다. “source”에 어느 출처의 번호인지 적어 주세요.
error-table-encoding = 표의 글자 인코딩을 읽을 수 없습니다. UTF-8로 저장해 다시 올려 주세요.
error-account-unknown = 이 번호의 고객사가 없습니다. 고객사를 먼저 넣은 뒤 그에 딸린 것을 넣어 주세요.
error-number = 정수가 아닙니다. 1200이나 1,200처럼 써 주세요.
error-number-negative = 0보다 작은 수는 쓸 수 없습니다.
error-currency = 통화가 아닙니다. KRW나 USD처럼 세 글자로 써 주세요.
error-currency-missing = 금액에 통화가 없습니다. KRW나 USD처럼 세 글자를 붙여 주세요.
error-time = 날짜나 시각이 아닙니다. 2026-11-22나 2026-11-22T09:00:00Z처럼 써 주세요.
error-person-no-identity = 누구인지 알 수 없습니다. 이메일 주소나 번호를 함께 써 주세요.
error-id = 이런 종류의 번호가 아닙니다. 받은 그대로 써 주세요.

# tables
error-csv-header = 표의 첫 줄에 꼭 있어야 할 열 이름이 없습니다. 가져온 것은 없으며, 열 이름은 API 문서에 있습니다.
error-csv-line = 표의 이 줄을 읽을 수 없습니다. 닫히지 않은 따옴표가 있는지 보아 주세요.
error-tsv-header = 표의 첫 줄에 path 열이 없습니다. 가져온 것은 없습니다.
error-tsv-line = 표의 이 줄은 UTF-8 글이 아닙니다.
error-tsv-no-path = 이 줄에는 path가 비어 있어 어느 태그인지 알 수 없습니다.
error-tsv-state = 표에서 태그의 상태는 active, proposed, imported, retired 가운데 하나입니다.
error-tsv-twice = 같은 path가 앞줄에 이미 있습니다. 앞줄을 따릅니다.
error-tsv-no-parent = 이 태그의 윗태그가 없거나 너무 깊습니다. 윗태그를 앞줄에 써 주세요.
table-column-near = ‘{ $column }’ 열은 여기서 쓰지 않아 지나쳤습니다. 혹시 ‘{ $nearest }’ 아닌가요?
table-column-unknown = ‘{ $column }’ 열은 여기서 쓰지 않아 지나쳤습니다.

# tagging
error-kind-unknown = 그런 유형은 없습니다. 유형은 request, bug, question, praise, confusion, leaving입니다.
error-field-unknown = 여기서 쓸 수 있는 값이 아닙니다. 쓸 수 있는 값은 API 문서에 있습니다.
error-tag-slug-empty = 태그의 짧은 이름에는 글자나 숫자가 하나는 있어야 합니다.
error-tag-path = 태그의 경로가 아닙니다. 이름을 한 개에서 일곱 개까지 /로 이어 써 주세요.
error-tag-path-taken = 그 자리에 이미 태그가 있습니다. 이름이나 윗태그를 바꾸어 주세요.
error-tag-label-empty = 태그에는 한국어나 영어 이름이 있어야 합니다.
error-tag-aliases = 다른 이름이 너무 많거나 깁니다. 80자까지 50개를 쓸 수 있습니다.
error-tag-too-deep = 태그 트리가 너무 깊어집니다. 일곱 단계까지이니 더 위쪽에 두어 주세요.
error-tag-below-itself = 태그를 자기 아래에 둘 수 없습니다. 다른 자리를 골라 주세요.
error-tag-not-adoptable = 이미 쓰고 있거나 사용을 중지한 태그입니다. 가져왔거나 제안된 태그만 받아들일 수 있습니다.
error-tag-not-retirable = 이미 사용을 중지했거나 합친 태그입니다. 바뀐 것은 없습니다.
error-tag-not-retired = 사용을 중지한 태그만 되살릴 수 있습니다. 바뀐 것은 없습니다.
error-tag-not-applicable = 이제 붙이지 않는 태그입니다. 대신하는 태그나 다른 태그를 골라 주세요.
error-passage-elsewhere = 다른 대화에 있는 대목입니다. 태그를 붙이지 않았습니다.
error-tagging-retracted = 그사이 누군가 이 태그를 뗐습니다. 여전히 맞으면 다시 붙여 주세요.
error-nothing-but-tagged = 이미 태그가 붙은 대화라 ‘붙일 것 없음’이 될 수 없습니다. 태그를 먼저 떼어 주세요.
error-double-same-person = 직접 태그를 붙이신 대화입니다. 두 번째는 다른 분이 붙여야 합니다.
error-double-coded = 다른 분이 먼저 마치셨습니다. 이 대화에는 이미 두 번째 태그가 있습니다.
error-double-decided = 그사이 다른 분이 결정하셨습니다.
error-double-tags = 한 대화에 태그가 쉰 개를 넘을 수 없습니다.
error-period = 기간의 끝이 시작보다 앞섭니다. 끝을 더 뒤로 골라 주세요.
error-size-band = 그런 규모 구간은 없습니다. 1-9, 10-49, 50-249, 250-999, 1000+, none 가운데 하나를 고르세요.
error-explore-cuts = 행과 열은 서로 다른 기준이어야 하고, 그중 시간은 하나만 쓸 수 있습니다. 열의 기준을 바꿔 주세요.
error-view-query = 보기의 주소가 아닙니다. 탐색 화면에서 보기를 저장해 주세요.

# roadmap
error-item-status = 그런 상태는 없습니다. 상태는 considering, planned, building, shipped, declined, parked 가운데 하나입니다.
error-item-title-empty = 과제에는 한국어나 영어 제목이 있어야 합니다.
error-item-key-taken = 같은 번호를 쓰는 과제가 이미 있습니다. 다른 것으로 정해 주세요.
error-item-unknown = 옆에 둘 과제가 더는 없습니다. 새 차례를 보고 다시 해 주세요.
error-half = 반기가 아닙니다. 2026H2처럼 써 주세요.
error-effort = 예상 공수는 0에서 10,000까지의 주 수로 씁니다.
error-effort-order = 최소 예상 공수가 최대보다 큽니다. 둘을 바꾸어 주세요.
error-tag-unknown = 그런 태그가 없습니다. 철자를 확인하거나 먼저 태그를 만들어 주세요.
error-tag-twice = 같은 태그가 두 번 있습니다. 하나만 남겨 주세요.
error-asks-of-whom = 누구의 요청인지 알 수 없습니다. 고객, 팀, 고객사 가운데 하나만 정해 주세요.

why-missing = 값이 없습니다
why-kind = 맞지 않는 종류의 값입니다
why-word = 쓸 수 있는 값은 { $known }입니다(받은 값: { $value })
why-limit = 1부터 200까지의 수여야 합니다
why-number = 수가 아닙니다

noun-place = 대상
noun-staff-member = 구성원
noun-invitation = 초대
noun-token = 토큰
noun-job = 작업
noun-session = 로그인
noun-person = 고객
noun-team = 팀
noun-account = 고객사
noun-merge = 합치기
noun-conversation = 대화
noun-entry = 글
noun-passage = 대목
noun-attachment = 첨부 파일
noun-door = 문의 창구
noun-tag = 태그
noun-tagging = 붙인 태그
noun-item = 로드맵 과제
noun-import = 가져오기
noun-raw = 원본

right-read = 읽기
right-tag = 태그 붙이기
right-answer = 대화에 답하기
right-edit-people = 고객 정보 고치기
right-propose-tag = 태그 제안
right-curate = 태그 다듬기
right-plan = 로드맵 계획
right-import = 가져오기
right-export = 내보내기
right-manage-staff = 구성원 관리
right-configure = 설정
right-see-small-counts = 작은 수 보기
right-read-audit = 감사 기록 보기

# conversations
error-external-id = 외부 id와 출처는 1~1,000바이트여야 합니다. 이 값은 맞지 않습니다: “{ $id }”.
error-entry-twice = “{ $id }” 글이 두 번 들어 있습니다. 글마다 서로 다른 id를 주세요.
error-person-unknown = 설명되지 않은 사람을 가리키고 있습니다.
error-person-missing = 어떤 고객인지 알려 주세요. 이 대화에는 아직 고객이 정해지지 않았습니다.
error-not-an-object = 속성(attributes)은 JSON 객체여야 합니다.
error-text-too-long = “{ $id }”의 본문이 16MB보다 길어 받지 않았습니다.
error-note-too-long = 100,000자보다 깁니다. 나머지는 다른 메모에 적어 주세요.
error-text-empty = 먼저 내용을 적어 주세요.
error-subject-too-long = 제목은 500자까지 쓸 수 있습니다.
error-staff-unknown = 그런 구성원이 더는 없습니다. 다른 사람을 골라 주세요.
error-staff-team-unknown = “{ $id }” 구성원 팀이 없습니다.
error-door-name = 문의 창구에는 1~120자의 이름이 필요합니다.
error-door-name-taken = 같은 이름의 문의 창구가 이미 있습니다.
error-passage-place = 대목에는 시작과 그 뒤의 끝이 있고, 길이는 1~4,000자여야 합니다.
error-quote-not-there = 이 글에는 그 말이 더는 없습니다. 다시 선택해 주세요.
error-day = 날짜는 2026-11-22처럼, 시각은 2026-11-22T09:00:00Z처럼 적어 주세요.
error-search-room = 여기서는 대화만 찾습니다. 모든 곳은 /api/search/rooms 에서 찾습니다.
