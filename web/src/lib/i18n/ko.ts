// The Korean words of the interface, as written in /locales/ko.
export default import.meta.glob<string>('../../../../locales/ko/{ui,conversations,tagging,suggest,emotion}.ftl', {
	eager: true,
	query: '?raw',
	import: 'default'
});
