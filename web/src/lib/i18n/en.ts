// The English words of the interface, as written in /locales/en.
export default import.meta.glob<string>(['../../../../locales/en/*.ftl', '!../../../../locales/en/{errors,server,frontdoor,settings,imports,roadmap,people,tags,today,trust,staff,explore,agreement,curation,hooks,desk,mailboxes,learned}.ftl'], {
	eager: true,
	query: '?raw',
	import: 'default'
});
