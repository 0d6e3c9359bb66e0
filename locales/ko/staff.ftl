# Sign-in, first run, invitations.

sign-in = 로그인
email = 이메일
password = 비밀번호
password-hint = 열 글자 이상이면 됩니다. 외우기 쉬운 긴 문장이 좋습니다.
password-show = 보이기
password-hide = 가리기
own-name = 이름
setup-title = 사랑방을 엽니다
setup-lead = 첫 번째 구성원인 소유자를 정합니다. 나머지는 나중에 설정에서 바꿀 수 있습니다.
setup-company = 회사 이름
setup-zone = 시간대
setup-zone-hint = 하루와 한 주를 이 시간대로 셉니다.
setup-do = 열기
setup-no-token = 이 화면은 서버가 켜질 때 알려 준 주소로만 열립니다. 터미널에서 setup?token= 이 들어 있는 주소를 열어 주세요.
invitation = 초대
invitation-title = { $company }의 사랑방에 초대받으셨습니다
invitation-title-alone = 사랑방에 초대받으셨습니다
invitation-lead = { $role } 구성원으로 함께합니다. 이름과 비밀번호를 정해 주세요.
invitation-accept = 들어가기
role-owner = 소유자
role-admin = 관리자
role-curator = 태그 관리자
role-agent = 담당자
role-viewer = 보기 전용

## The first minutes

welcome-title = { $company } 사랑방에 오신 것을 환영합니다
welcome-title-alone = 사랑방에 오신 것을 환영합니다
welcome-lead = 고객과 나눈 대화를 가져와 고객의 말에 태그를 붙이면, 무엇을 만들지가 로드맵에 모입니다. 어디서 시작할까요?
welcome-demo = 예시 회사로 둘러보기
welcome-demo-detail = 가상의 회사 하나의 대화와 태그, 로드맵을 채웁니다. 마음껏 눌러 보셔도 됩니다.
welcome-demo-do = 예시 회사 채우기
welcome-demo-busy = 채우는 중
welcome-here = 이미 들어 있는 대화
welcome-here-detail = 대화가 벌써 들어 있습니다. 고객의 말을 읽고 태그를 붙여 보세요.
welcome-here-do = 대화 보기
welcome-import = 내 대화 가져오기
welcome-import-detail = 메일함(mbox, eml)이나 다른 도구에서 내보낸 파일을 가져옵니다. 기본 태그로 바로 시작할 수도 있습니다.
welcome-import-do = 파일 가져오기
welcome-tags-do = 기본 태그 쓰기
welcome-tags-there = 쓰고 있는 태그가 있습니다
welcome-tags-done = 기본 태그를 넣었습니다
welcome-invite = 동료 초대하기
welcome-invite-detail = 링크 하나로 함께할 구성원을 초대합니다. 보기 전용, 담당자, 태그 관리자처럼 역할을 나눌 수 있습니다.
welcome-invite-do = 초대하기
welcome-keys = 거의 모든 일을 키보드로 할 수 있습니다. 언제든 단축키를 펼쳐 보세요:
