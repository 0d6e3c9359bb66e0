// The English words of the interface, as written in /locales/en.
export default import.meta.glob<string>(['../../../../locales/en/*.ftl', '!**/{errors,server,frontdoor,explore}.ftl'], {
	eager: true,
	query: '?raw',
	import: 'default'
});
