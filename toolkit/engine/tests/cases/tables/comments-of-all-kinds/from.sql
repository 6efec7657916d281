COMMENT ON TABLE shop.items IS 'What is sold';
COMMENT ON COLUMN shop.items.price IS 'With tax';
COMMENT ON TYPE shop.state IS 'Where it is';
