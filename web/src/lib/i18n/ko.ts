// The Korean words of the interface, as written in /locales/ko.
export default import.meta.glob<string>(['../../../../locales/ko/*.ftl', '!**/{errors,server,frontdoor,explore}.ftl'], {
	eager: true,
	query: '?raw',
	import: 'default'
});
