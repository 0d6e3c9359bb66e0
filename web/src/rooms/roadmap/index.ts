// The door of this room: what other rooms may use of it.
export { list_asks, type Ask, type Item } from './api';
