-- What an agent did to the promises and findings of a draft, as JSON (web/reply_check.h): kept with the draft, and with a
-- reply for as long as it can be taken back, so that no promise is lost or ticked again by reading it anew.
ALTER TABLE draft ADD COLUMN word TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN undo_word TEXT NOT NULL DEFAULT '';
