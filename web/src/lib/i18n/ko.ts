// The Korean words of the interface, as written in /locales/ko.
export default import.meta.glob<string>(['../../../../locales/ko/*.ftl', '!../../../../locales/ko/{errors,server,frontdoor,settings,imports,roadmap,people,tags,today,trust,staff,explore,agreement,curation,hooks,desk,mailboxes,learned}.ftl'], {
	eager: true,
	query: '?raw',
	import: 'default'
});
