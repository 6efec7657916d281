-- An exclusion constraint goes before a column inside its expression or predicate.
CREATE TABLE t (a integer);
