// What other rooms may use of this one.
export { block_sender, list_blocked, unblock_sender, type BlockedSender } from './api';
