-- What a role has goes into what it has as the owner.
ALTER TABLE t OWNER TO reader;
REVOKE INSERT ON t FROM reader;
GRANT SELECT ON t TO "Writer 1";
ALTER TABLE u OWNER TO "Writer 1";
GRANT SELECT ON u TO reader WITH GRANT OPTION;
