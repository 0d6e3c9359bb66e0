// The door of this room: what areas show of goals.
export { default as GoalCard } from './GoalCard.svelte';
export { list_members, type Goal, type Member } from './api';
