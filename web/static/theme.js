// Sets the theme and language chosen last before the first paint, so that the page never flashes.
(function () {
	var root = document.documentElement;
	try {
		var theme = localStorage.getItem('sarang.theme');
		if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
		var lang = localStorage.getItem('sarang.lang') || navigator.language;
		root.lang = lang.slice(0, 2) === 'ko' ? 'ko' : 'en';
	} catch (e) {
		// Storage may be switched off: the system theme and English are then used.
	}
})();
