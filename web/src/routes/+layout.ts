// The interface is one page that runs in the browser; nothing is rendered on a server.
export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';
