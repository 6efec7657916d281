SELECT a FROM t WHERE a::text IN ('true', '1') AND b::text IN ('false', '0');
