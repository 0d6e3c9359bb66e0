-- A notice answers somebody who asked; what one of us is told is a notification.
ALTER TABLE notices RENAME TO notifications;
ALTER TABLE notice_mails RENAME TO notification_mails;
