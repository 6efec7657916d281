CREATE TABLE other (x int NOT NULL, y int CONSTRAINT not_y NOT NULL);
