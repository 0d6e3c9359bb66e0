// The English words of the interface, as written in /locales/en.
export default import.meta.glob<string>('../../../../locales/en/{ui,conversations,tagging,suggest,emotion}.ftl', {
	eager: true,
	query: '?raw',
	import: 'default'
});
