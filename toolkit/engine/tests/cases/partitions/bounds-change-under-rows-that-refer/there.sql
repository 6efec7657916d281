SELECT id FROM p JOIN kept ON r = id
