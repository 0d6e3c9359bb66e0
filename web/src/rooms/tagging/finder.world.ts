// A catalogue of a software product with 2,000 tags, for the finder's tests and its measurement.
import type { Tag } from '$lib/api/types';

let next = 1;
/** A tag with what matters here; the rest is empty. */
export function tag(path: string, ko: string, en: string, parent: Tag | null = null, more: Partial<Tag> = {}): Tag {
	return {
		id: `tag_${next++}`,
		parent: parent?.id ?? null,
		path,
		label: { ko, en },
		aliases: {},
		definition: {},
		use: {},
		not_for: {},
		state: 'active',
		n30: 0,
		n30_subtree: 0,
		rev: 1,
		...more
	};
}

// A seeded generator, so that a failing case can be run again.
export function random(seed: number): () => number {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

// A catalogue of 2,000 tags with the words of a software product, each label different in both languages.
const NOUNS: [string, string][] = [
	['페이지', 'page'], ['블록', 'block'], ['데이터베이스', 'database'], ['속성', 'property'], ['필터', 'filter'], ['정렬', 'sorting'], ['보기', 'view'], ['달력', 'calendar'],
	['알림', 'notification'], ['권한', 'permission'], ['초대', 'invitation'], ['요금', 'billing'], ['좌석', 'seat'], ['결제', 'payment'], ['영수증', 'receipt'], ['할인', 'discount'],
	['내보내기', 'export'], ['가져오기', 'import'], ['동기화', 'sync'], ['오프라인', 'offline'], ['검색', 'search'], ['번역', 'translation'], ['글꼴', 'font'], ['색상', 'colour'],
	['댓글', 'comment'], ['멘션', 'mention'], ['템플릿', 'template'], ['양식', 'form'], ['버튼', 'button'], ['자동화', 'automation'], ['연동', 'integration'], ['웹훅', 'webhook'],
	['비밀번호', 'password'], ['보안', 'security'], ['백업', 'backup'], ['복원', 'restore'], ['기록', 'history'], ['인쇄', 'printing'], ['모바일', 'mobile'], ['위젯', 'widget'],
	['이미지', 'image'], ['동영상', 'video'], ['첨부', 'attachment'], ['표', 'table'], ['수식', 'formula']
]; // prettier-ignore
const ASPECTS: [string, string][] = [
	['속도', 'speed'], ['오류', 'failure'], ['사라짐', 'disappears'], ['중복', 'duplicated'], ['제한', 'limit'], ['이름 바꾸기', 'renaming'], ['순서', 'order'], ['공유', 'sharing'],
	['복사', 'copying'], ['삭제', 'deletion'], ['잠금', 'locking'], ['미리보기', 'preview'], ['기본값', 'default value'], ['단축키', 'shortcut'], ['접근성', 'accessibility'], ['깨짐', 'broken layout'],
	['만료', 'expiry'], ['승인', 'approval'], ['일괄 변경', 'bulk change'], ['되돌리기', 'undo'], ['모양', 'appearance'], ['크기', 'size'], ['안내 부족', 'missing guidance'], ['시간대', 'time zone'],
	['맞춤법', 'spelling'], ['권장 설정', 'recommended setup'], ['비교', 'comparison'], ['통계', 'statistics'], ['알 수 없음', 'unclear cause'], ['옮기기', 'moving'], ['합치기', 'merging'], ['나누기', 'splitting'],
	['늦음', 'delay'], ['언어', 'language'], ['음성', 'voice'], ['자동 저장', 'autosave'], ['빈 화면', 'blank screen'], ['다시 시도', 'retrying'], ['예약', 'scheduling'], ['개수', 'count'],
	['기간', 'period'], ['그룹', 'grouping'], ['고정', 'pinning'], ['숨기기', 'hiding']
]; // prettier-ignore

export function catalogue(): Tag[] {
	const roots = NOUNS.map(([ko, en]) => tag(en, ko, en));
	const leaves = roots.flatMap((root) =>
		ASPECTS.map(([ko, en]) => tag(`${root.path}/${en.replaceAll(' ', '-')}`, `${root.label.ko} ${ko}`, `${root.label.en} ${en}`, root, { n30: next % 17 }))
	);
	return [...roots, ...leaves].slice(0, 2000);
}
