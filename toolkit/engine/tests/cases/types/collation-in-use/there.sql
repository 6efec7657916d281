SELECT FROM t, u, heir WHERE t.a = 'A' AND (u.k).a = 'a' AND heir.a = 'H'
