-- What we found out ourselves about the signatures of domains on a mail: a list of {domain, selector, result, why}. Nothing
-- where nobody let us look.
ALTER TABLE entry_mail ADD COLUMN signatures_json TEXT;
