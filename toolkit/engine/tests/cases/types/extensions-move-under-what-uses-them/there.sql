SELECT FROM t WHERE mail::text = 'A@b'
