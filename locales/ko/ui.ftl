# Words that every room shares: navigation, common acts, problems, keys.

## Common

loading = 불러오는 중
close = 닫기
more = 더 보기
undo = 되돌리기
try-again = 다시 해 보기
nothing-found = 맞는 것이 없습니다.
search = 검색
nameless-person = 이름 모를 고객
counted-conversations = 대화 { $n }건
counted-persons = 고객 { $n }명
counted-teams = { $n }팀
counted-accounts = 고객사 { $n }곳
counted-asks = 요청 { $n }건
counted-passages = 대목 { $n }개
counted-tags = 태그 { $n }개
counted-items = 과제 { $n }개
cancel = 취소
save = 저장
edit = 고치기
choose = 고르기
remove = 삭제
toasts = 알림

## Navigation

navigation = 주 메뉴
skip-to-content = 본문으로 건너뛰기
place-today = 오늘
place-inbox = 대화
place-people = 고객
place-tags = 태그
place-roadmap = 로드맵
place-settings = 설정
shortcuts = 단축키
own-menu = 내 메뉴: { $name }
sign-out = 로그아웃
theme-system = 화면 밝기: 기기 설정대로
theme-light = 밝게
theme-dark = 어둡게
page-missing = 여기에는 아무것도 없습니다
page-missing-detail = 주소가 바뀌었거나, 볼 수 없는 것일 수 있습니다. 검색해 보시면 빠릅니다.
page-failed = 화면을 열지 못했습니다
page-to-inbox = 대화로 가기
pane-resize = { $pane } 너비 바꾸기

## Live

live-on = 실시간
live-off = 멈춤
live-banner = 지금은 실시간이 아닙니다. 다시 잇는 중이며, 하신 일은 그대로 남습니다.
queue-waiting = { $n }건이 보내지기를 기다리고 있습니다. 이 기기에 적어 두었으니 창을 닫아도 사라지지 않습니다.
write-refused = 저장하지 못해 되돌렸습니다. { $reason }
prefs-not-saved = 이 기기에만 저장했습니다. { $reason }

## Problems

problem-status = 서버가 { $status } 오류를 알려 왔습니다
problem-offline = 서버에 닿지 않습니다
problem-offline-detail = 네트워크를 확인해 주세요. 쓰시던 글은 그대로 있습니다.
problem-unexpected = 예상하지 못한 일이 생겼습니다

## Charts


## Tables read in


## Keys

palette-label = 할 일이나 찾을 것을 입력하세요
palette-acts = 할 수 있는 일
key-palette = 무엇이든 하기
key-views = 저장한 보기
key-join = 다른 대화와 합치기
key-part = 두 대화로 나누기
key-quote = 고른 대목 인용하기
key-macro = 준비한 답 넣기
key-untag = 태그 떼기

## Search

search-room-conversations = 대화
search-room-persons = 고객
search-room-teams = 팀
search-room-accounts = 고객사
search-room-tags = 태그
search-room-items = 로드맵 과제
place-news = 소식
place-learned = 배운 것
