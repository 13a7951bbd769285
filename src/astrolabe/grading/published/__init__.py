"""Rules as other people published them, one small file for each harness or paper.

They read what their authors' code reads, quirks included, and are written anew from descriptions of
its behaviour. One thing is changed throughout: where the authors would guess, or compare something
that is no answer at all, the text is unread. That is wrong there, and the same to the accuracy,
except where a guess would have been lucky.
"""
